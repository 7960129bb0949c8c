import { createHmac } from 'node:crypto';
import { WebhookReceivers } from '../../../src/payment-connections/webhook-receivers.js';
import { Metrics } from '../../../src/platform/metrics/metrics.js';
import type { TestApplication } from '../../support/test-application.js';
import type { Seller } from '../convergence/seller.js';

export interface Delivery {
  readonly secret?: string;
  readonly body?: string;
  /** When it says to have been signed; default the receiver's now. */
  readonly signedAtInMillis?: number;
  readonly url?: string;
}

let lastEvent = 0;

/** An event as Stripe sends it, about one object; ids of its own unless given. */
export function stripeEvent(type: string, object: Readonly<Record<string, unknown>>, id?: string): string {
  lastEvent += 1;
  return JSON.stringify({ id: id ?? `evt_test_${lastEvent}`, object: 'event', api_version: null, created: Math.floor(Date.now() / 1_000), livemode: false, type, data: { object } });
}

export function idOf(event: string): string {
  return (JSON.parse(event) as { id: string }).id;
}

/** The address of a seller's connection, and who knows its secret. */
export class WebhookSender {
  private constructor(
    readonly address: string,
    readonly connectionId: string,
    private readonly secret: string,
    private readonly now: () => number,
  ) {}

  /** @param secret brought by the operator, so that no endpoint is registered */
  static async of(application: Pick<TestApplication, 'url' | 'clock'>, seller: Seller, secret = `whsec_${seller.accountId}`): Promise<WebhookSender> {
    const { id, webhook } = await seller.client.paymentProviders.connection.put('STRIPE', { credentials: { webhookSecret: secret } });
    return new WebhookSender(`${application.url}${webhook.path}`, id, secret, () => application.clock.now());
  }

  /** Whoever knows the secret of an endpoint that we registered gives it with each delivery. */
  static at(application: Pick<TestApplication, 'url' | 'clock'>, { id, path }: { id: string; path: string }): WebhookSender {
    return new WebhookSender(`${application.url}${path}`, id, 'whsec_unknown', () => application.clock.now());
  }

  async send(event: string, { secret = this.secret, body = event, signedAtInMillis = this.now(), url = this.address }: Delivery = {}): Promise<{ status: number; code?: string; received?: boolean }> {
    const response = await fetch(url, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'Stripe-Signature': stripeSignature(event, secret, signedAtInMillis) } });
    const { code, received } = (await response.json()) as { code?: string; received?: boolean };
    return { status: response.status, ...(code === undefined ? {} : { code }), ...(received === undefined ? {} : { received }) };
  }
}

export function stripeSignature(body: string, secret: string, timeInMillis: number): string {
  const time = Math.floor(timeInMillis / 1_000);
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}

/** The sum of a counter over the label values given, or what a gauge shows. */
export async function metric({ app }: TestApplication, name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
  const found = await app.get(Metrics, { strict: false }).registry.getSingleMetric(`tollkeeper_${name}`)?.get();
  const matching = (found?.values ?? []).filter((value) => Object.entries(labels).every(([label, wanted]) => (value.labels as Record<string, string>)[label] === wanted));
  return matching.reduce((sum, { value }) => sum + value, 0);
}

/** What a process has read of a connection, now: for specs about what another process changes after it. */
export async function remember({ app }: TestApplication, connectionId: string): Promise<void> {
  await app.get(WebhookReceivers, { strict: false }).get(connectionId);
}
