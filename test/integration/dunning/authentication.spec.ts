import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';
import { eventually } from '../../support/test-application.js';

describe('3-D Secure', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** Charged, and the bank wants to hear from the customer. */
  async function challenged(seller: Seller): Promise<string> {
    const { id } = await world.lockedInvoice(seller, 'ada', 'pm_card_threeDSecure2Required');
    await world.handOver();
    expect(statusOf(await seller.invoice('ada'))).toBe('requires_action customer_authentication');
    return id;
  }

  async function answer(seller: Seller, outcome: 'approve' | 'fail'): Promise<void> {
    const [payment] = await seller.stripe.list('payment_intents');
    await seller.stripe.control.completeChallenge(seller.stripe.key, payment!.id, outcome);
  }

  /** The sandbox delivers to this installation, as Stripe does. */
  async function receiveWebhooks(seller: Seller): Promise<void> {
    const { webhook } = await seller.client.paymentProviders.connection.get('STRIPE');
    const url = `${world.application.url}${webhook.path}`;
    const { secret } = await seller.stripe.call<{ secret: string }>('POST', '/v1/webhook_endpoints', { url, 'enabled_events[0]': '*' });
    await seller.client.paymentProviders.connection.put('STRIPE', { credentials: { webhookSecret: secret } });
  }

  it('the answer and the event carry the link that the customer needs', async () => {
    const seller = await world.seller();
    const id = await challenged(seller);
    const { hostedInvoiceUrl, payments } = await seller.invoice('ada');
    expect(hostedInvoiceUrl).toMatch(/^http/);
    expect(payments).toMatchObject([{ status: 'requires_action' }]);
    const told = await world.rows<{ url: string }>(`select data ->> 'hostedUrl' as url from outbox_event where object_id = $1 and type = 'invoice.requires_action'`, [id]);
    expect(told).toEqual([{ url: hostedInvoiceUrl }]);
    expect((await fetch(hostedInvoiceUrl!)).status).toBe(200);
  });

  it('approved, it is settled by the next look at the event list', async () => {
    const seller = await world.seller();
    await challenged(seller);
    await answer(seller, 'approve');
    await world.readEvents(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await seller.stripe.list('charges')).toHaveLength(1);
  });

  it('approved, it is settled by the webhook', async () => {
    const seller = await world.seller();
    await receiveWebhooks(seller);
    await challenged(seller);
    await answer(seller, 'approve');
    await eventually('the settlement', async () => (await world.run(['provider-inbox'], 1_000), statusOf(await seller.invoice('ada'))), (status) => status === 'settled paid');
  });

  it('failed, it is declined', async () => {
    const seller = await world.seller();
    await challenged(seller);
    await answer(seller, 'fail');
    await world.readEvents(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('failed declined');
  });

  it('abandoned, it stays, and another card is charged at once', async () => {
    const seller = await world.seller();
    const id = await challenged(seller);
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('requires_action customer_authentication');
    const pays = seller.stripe.requests('POST /v1/invoices/*/pay').length;
    await world.arriveAt(seller, new Date((await seller.now()) + 10 * 86_400_000).toISOString());
    await world.handOver();
    expect(seller.stripe.requests('POST /v1/invoices/*/pay')).toHaveLength(pays);
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.converge(seller);
    expect(statusOf(await seller.client.invoices.get(id))).toBe('settled paid');
  });
});
