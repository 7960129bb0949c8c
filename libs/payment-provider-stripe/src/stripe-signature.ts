import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { WebhookVerificationError } from '@tollkeeper/payment-provider';
import type { Secret } from '@tollkeeper/kernel';

const HEADER = 'stripe-signature';
const TOLERANCE_IN_SECONDS = 300;

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What the Stripe-Signature header says. */
export interface StripeSignature {
  /** As it was signed, and so as it is written in the header. */
  readonly time: string;
  readonly signatures: readonly Buffer[];
}

/** Made once for each secret: that costs as much as signing a body with it. */
const keys = new WeakMap<Secret, KeyObject>();

/**
 * The SDK's own verification looks at the past alone, so that a time far ahead would make a captured webhook valid for as long as its signer
 * likes; and it decodes the body and encodes it again, for each secret.
 * @throws WebhookVerificationError without exactly one header and one time, or signed too far from now
 */
export function readSignature(headers: Headers, nowInMillis: number): StripeSignature {
  const parts = headerOf(headers).split(',');
  const times = parts.flatMap((part) => /^\s*t=(\d{1,12})\s*$/.exec(part)?.[1] ?? []);
  const [time] = times;
  if (times.length !== 1 || time === undefined) throw new WebhookVerificationError('The Stripe-Signature header needs exactly one time.');
  if (Math.abs(Math.floor(nowInMillis / 1_000) - Number(time)) > TOLERANCE_IN_SECONDS) {
    throw new WebhookVerificationError(`The webhook was signed more than ${TOLERANCE_IN_SECONDS} seconds away from now. Check this machine's clock, or have Stripe send it again.`, 'time');
  }
  return { time, signatures: parts.flatMap((part) => /^\s*v1=([0-9a-f]{64})\s*$/.exec(part)?.[1] ?? []).map((hex) => Buffer.from(hex, 'hex')) };
}

/** Over the exact bytes; compared in constant time. */
export function isSignedWith(secret: Secret, rawBody: Buffer, { time, signatures }: StripeSignature): boolean {
  const expected = createHmac('sha256', keyOf(secret)).update(`${time}.`).update(rawBody).digest();
  return signatures.some((signature) => timingSafeEqual(signature, expected));
}

function keyOf(secret: Secret): KeyObject {
  const known = keys.get(secret);
  if (known) return known;
  const key = createSecretKey(Buffer.from(secret.reveal()));
  keys.set(secret, key);
  return key;
}

function headerOf(headers: Headers): string {
  const values = Object.keys(headers).flatMap((name) => (name.length === HEADER.length && name.toLowerCase() === HEADER ? [headers[name]] : []));
  const [header] = values;
  if (values.length !== 1 || typeof header !== 'string' || header === '') {
    throw new WebhookVerificationError('The request needs exactly one Stripe-Signature header.');
  }
  return header;
}
