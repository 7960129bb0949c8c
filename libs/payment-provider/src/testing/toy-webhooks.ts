import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '@tollkeeper/kernel';
import type { VerifiedWebhook, WebhookOperations } from '../payment-provider.js';
import { WebhookVerificationError } from '../provider-error.js';
import type { ProviderEvent } from '../provider-objects.js';

const HEADER = 'toy-signature';
const TOLERANCE_IN_MILLIS = 300_000;

/** Signed as `toy-signature: <millis>.<hex hmac-sha256 over "<millis>.<body>">`. */
export class ToyWebhooks implements WebhookOperations {
  verify(input: {
    rawBody: Buffer;
    headers: Readonly<Record<string, string | readonly string[] | undefined>>;
    secrets: readonly Secret[];
    nowInMillis: number;
  }): VerifiedWebhook {
    const [header] = Object.entries(input.headers).flatMap(([name, value]) => (name.toLowerCase() === HEADER ? [value] : []));
    const parts = typeof header === 'string' ? /^(\d{1,16})\.([0-9a-f]{64})$/.exec(header) : null;
    if (!parts) throw new WebhookVerificationError('The request needs one toy-signature header.');
    if (Math.abs(input.nowInMillis - Number(parts[1])) > TOLERANCE_IN_MILLIS) throw new WebhookVerificationError('The webhook was signed too long ago or ahead of time.', 'time');
    const given = Buffer.from(parts[2] ?? '', 'hex');
    const matchedSecret = input.secrets.findIndex((secret) => {
      const value = secret.reveal();
      return value.trim() !== '' && timingSafeEqual(given, createHmac('sha256', value).update(`${parts[1]}.`).update(input.rawBody).digest());
    });
    if (matchedSecret < 0) throw new WebhookVerificationError('The signature matches no secret of this connection.');
    return { matchedSecret };
  }

  /** Reduced to ids: the object itself is asked for, never believed from the body. */
  parse(input: { rawBody: Buffer }): ProviderEvent {
    const { id, type, at, invoice } = readBody(input.rawBody);
    if (typeof id !== 'string' || typeof type !== 'string' || typeof at !== 'number' || typeof invoice !== 'string') {
      throw new WebhookVerificationError('The body is not an event of the toy bank.', 'body');
    }
    return { id, type, createTimeInMillis: at, objects: [{ kind: 'invoice', id: invoice }], providerCustomerId: null, paymentMethodChanged: false, isTestMode: true };
  }

  eventTypes(): readonly string[] {
    return ['invoice.paid', 'invoice.declined'];
  }
}

function readBody(rawBody: Buffer): { id?: unknown; type?: unknown; at?: unknown; invoice?: unknown } {
  try {
    const body: unknown = JSON.parse(rawBody.toString('utf8'));
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}
