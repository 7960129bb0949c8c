import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';
import { idOf, stripeEvent, WebhookSender } from './inbox-world.js';

const INBOX = ['provider-inbox'];
/** Above the pauses in which an event of an unknown customer is looked at again. */
const PATIENCE_IN_MILLIS = 60_000;

describe('Events of what is not ours', () => {
  let world: ConvergenceWorld;
  let seller: Seller;
  let sender: WebhookSender;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  beforeEach(async () => {
    seller = await world.seller();
    sender = await WebhookSender.of(world.application, seller);
  });

  afterAll(() => world.stop());

  const statusOfEvent = async (event: string): Promise<string | undefined> =>
    (await world.rows<{ status: string }>('select status from webhook_inbox where provider_event_id = $1', [idOf(event)]))[0]?.status;

  it('are foreign after a fetch that finds nothing of ours in them', async () => {
    const customer = await seller.stripe.call('POST', '/v1/customers', { name: 'Of another product' });
    const invoice = await seller.stripe.call('POST', '/v1/invoices', { customer: customer.id });
    const events = [stripeEvent('invoice.updated', { object: 'invoice', id: invoice.id }), stripeEvent('payment_intent.succeeded', { object: 'payment_intent', id: 'pi_nobodys' })];
    for (const event of events) await sender.send(event);
    await world.run(INBOX);
    expect(await Promise.all(events.map(statusOfEvent))).toEqual(['foreign', 'foreign']);
    expect(seller.stripe.requests('GET /v1/invoices/*').length).toBeGreaterThan(0);
  });

  it('are matched again when the customer is linked', async () => {
    const customer = await seller.stripe.call('POST', '/v1/customers', { name: 'Linked later' });
    const [updated, other] = [stripeEvent('customer.updated', { object: 'customer', id: customer.id }), stripeEvent('customer.updated', { object: 'customer', id: 'cus_other' })];
    for (const event of [updated, other]) await sender.send(event);
    for (let round = 0; round < 6; round += 1) await world.run(INBOX, PATIENCE_IN_MILLIS);
    expect([await statusOfEvent(updated), await statusOfEvent(other)]).toEqual(['foreign', 'foreign']);
    await seller.client.customers.create({ customerId: 'linked-later', customerName: 'x', traits: { stripeId: customer.id } });
    expect([await statusOfEvent(updated), await statusOfEvent(other)]).toEqual(['pending', 'foreign']);
    await world.run(INBOX);
    expect(await statusOfEvent(updated)).toBe('processed');
  });

  it('wait, as ours, while the answer that makes them ours is not recorded', async () => {
    await world.lockedInvoice(seller, 'early');
    seller.trouble('POST /v1/invoices', { kind: 'half_body' });
    await world.handOver();
    const [document] = await seller.stripe.list('invoices');
    const event = stripeEvent('invoice.created', { object: 'invoice', id: document!.id });
    await sender.send(event);
    await world.run(INBOX);
    expect(await statusOfEvent(event)).toBe('pending');
    await world.finish();
    await world.run(INBOX, PATIENCE_IN_MILLIS);
    expect(await statusOfEvent(event)).toBe('processed');
    expect(statusOf(await seller.invoice('early'))).toBe('settled paid');
  });

  it('are matched again when an answer records the object, whatever was believed before', async () => {
    await world.lockedInvoice(seller, 'earlier');
    seller.trouble('POST /v1/invoices', { kind: 'half_body' });
    await world.handOver();
    const [document] = await seller.stripe.list('invoices');
    const event = stripeEvent('invoice.created', { object: 'invoice', id: document!.id });
    await sender.send(event);
    await world.rows(`update webhook_inbox set status = 'foreign' where provider_event_id = $1`, [idOf(event)]);
    await world.finish();
    expect(await statusOfEvent(event)).toBe('pending');
    await world.run(INBOX);
    expect(await statusOfEvent(event)).toBe('processed');
  });
});
