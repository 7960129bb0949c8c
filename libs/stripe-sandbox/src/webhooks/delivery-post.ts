import type { SandboxAccount } from '../account/sandbox-account.js';
import type { StripeEvent, WebhookEndpoint } from '../state/stripe-objects.js';
import type { DeliveryDisorder } from './delivery-disorder.js';
import { liveSecrets } from './endpoint-secrets.js';
import { signatureHeader } from './signature.js';

const TIMEOUT_IN_MILLIS = 10_000;

export interface Attempt {
  status: number | null;
  error: string | null;
}

/** Puts one event on the wire: rendered, signed, and spoiled as ordered. */
export class DeliveryPost {
  constructor(private readonly wallTimeInMillis: () => number) {}

  async send(account: SandboxAccount, endpoint: WebhookEndpoint, event: StripeEvent, disorder: DeliveryDisorder): Promise<Attempt> {
    const payload = JSON.stringify(disorder.apiVersion === undefined ? event : { ...event, api_version: disorder.apiVersion }, null, 2);
    for (let copy = 1; copy < (disorder.copies ?? 1); copy += 1) await this.post(account, endpoint, payload, disorder);
    return this.post(account, endpoint, payload, disorder);
  }

  private async post(account: SandboxAccount, endpoint: WebhookEndpoint, signed: string, { wrongSecret, staleBySeconds = 0, futureBySeconds = 0, alterBody }: DeliveryDisorder): Promise<Attempt> {
    const secrets = wrongSecret ? ['whsec_unknown_to_the_receiver'] : liveSecrets(account, endpoint.id);
    // Receivers refuse old signatures by their own clock, so this is wall time whatever the account's clock says.
    const signature = signatureHeader(signed, secrets, Math.floor(this.wallTimeInMillis() / 1000) - staleBySeconds + futureBySeconds);
    try {
      const response = await fetch(endpoint.url, {
        method: 'POST',
        body: alterBody ? `${signed} ` : signed,
        headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature, 'user-agent': 'Stripe/1.0 (sandbox)' },
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_IN_MILLIS),
      });
      await response.arrayBuffer();
      return { status: response.status, error: response.ok ? null : `Answered ${response.status}` };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      return { status: null, error: cause };
    }
  }
}
