import { createHmac } from 'node:crypto';

/** The `Stripe-Signature` header over the exact bytes sent; one `v1` per secret, so a rolled endpoint carries two. */
export function signatureHeader(payload: string, secrets: string[], atInSeconds: number): string {
  const signatures = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${atInSeconds}.${payload}`).digest('hex')}`);
  return [`t=${atInSeconds}`, ...signatures].join(',');
}
