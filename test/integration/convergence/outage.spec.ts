import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultOrder } from '@tollkeeper/stripe-sandbox';
import { ConvergenceWorld, statusOf } from './convergence-world.js';

const HOUR_IN_MILLIS = 3_600_000;

describe('Outages', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it.each<[string, FaultOrder]>([
    ['unreachable', { kind: 'reset_before' }],
    ['answering 500', { kind: 'error', status: 500 }],
    ['answering 429', { kind: 'error', status: 429 }],
  ])('the provider is %s for an hour: within a minute of its return each invoice is collected once', async (_how, fault) => {
    const seller = await world.seller();
    for (const customerId of ['ada', 'bob']) {
      await seller.customer(customerId);
      await seller.use(customerId, 200);
    }
    await world.lockMonth(seller);
    seller.troubleEverything(fault);
    await world.handOver();
    for (let quarter = 0; quarter < 4; quarter += 1) await world.run(['provider-intents', 'invoice-hand-over'], HOUR_IN_MILLIS / 4);
    seller.stripe.control.clearFaults();
    const back = world.application.clock.now();
    await world.finish();
    expect(world.application.clock.now() - back).toBeLessThan(90_000);
    for (const customerId of ['ada', 'bob']) expect(statusOf(await seller.invoice(customerId))).toBe('settled paid');
    expect(await seller.stripe.list('invoices')).toHaveLength(2);
    expect(await seller.stripe.list('charges')).toHaveLength(2);
  });

  it.each(['POST /v1/invoices', 'POST /v1/invoices/*/finalize', 'POST /v1/invoices/*/pay'])('the key is refused at %s: nothing fails, nothing is lost, and the clock says it is ready', async (step) => {
    const seller = await world.seller();
    await world.lockedInvoice(seller);
    seller.trouble(step, { kind: 'error', status: 401 });
    await world.handOver();
    expect(statusOf(await seller.invoice('ada'))).toBe('requires_action connection_rejected');
    expect(await seller.client.paymentProviders.connection.get('STRIPE')).toMatchObject({ status: 'paused' });
    expect(await seller.client.testClock.get()).toMatchObject({ status: 'ready' });

    seller.troubleEverything({ kind: 'error', status: 401 });
    await world.run(['connection-checks', 'provider-intents', 'invoice-hand-over'], 24 * HOUR_IN_MILLIS);
    expect(statusOf(await seller.invoice('ada'))).toBe('requires_action connection_rejected');
    seller.stripe.control.clearFaults();
    await world.run(['connection-checks'], HOUR_IN_MILLIS);
    await world.finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await seller.stripe.list('charges')).toHaveLength(1);
    expect(await seller.stripe.list('invoices')).toHaveLength(1);
  });

  it('a process that was away for longer than the provider keeps events finds out all the same', async () => {
    const seller = await world.seller();
    await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    await world.readEvents(seller);
    const { providerInvoiceId } = await seller.invoice('ada');
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, { payment_method: 'pm_card_visa' });
    // The sandbox forgets its events as Stripe does, by its own clock.
    await seller.stripe.control.advanceClock(seller.stripe.key, 31 * 24 * HOUR_IN_MILLIS);
    await world.run(['provider-catch-up', 'provider-inbox', 'provider-janitor'], 31 * 24 * HOUR_IN_MILLIS);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    const fetches = seller.stripe.requests('GET /v1/invoice_payments').length;
    await world.readEvents(seller);
    expect(seller.stripe.requests('GET /v1/invoice_payments')).toHaveLength(fetches);
  });

  it('what happened just before a jump of the sandbox’s clock is not forgotten over it', async () => {
    const seller = await world.seller();
    await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('ada');
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, { payment_method: 'pm_card_visa' });
    await seller.client.testClock.advance((await seller.now()) + 60 * 24 * HOUR_IN_MILLIS);
    await world.run(['account-clocks', 'provider-catch-up', 'provider-inbox']);
    expect(seller.stripe.control.clock(seller.stripe.key).now).toBeGreaterThan((await seller.now()) - HOUR_IN_MILLIS);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
  });

  it('the sandbox’s clock does not jump past news that cannot be read', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller);
    await world.handOver();
    await world.converge(seller);
    const before = seller.stripe.control.clock(seller.stripe.key).now;
    const payment = (await seller.stripe.list('payment_intents'))[0]!;
    await seller.stripe.call('POST', '/v1/refunds', { payment_intent: payment.id, amount: '100' });
    seller.trouble('GET /v1/events', { kind: 'error', status: 500, count: Number.MAX_SAFE_INTEGER });
    await seller.client.testClock.advance((await seller.now()) + 60 * 24 * HOUR_IN_MILLIS);
    await world.run(['account-clocks', 'provider-catch-up', 'provider-inbox', 'returned-money']);
    expect(seller.stripe.control.clock(seller.stripe.key).now).toBeLessThan(before + HOUR_IN_MILLIS);
    seller.stripe.control.clearFaults();
    await world.run(['provider-catch-up', 'provider-inbox', 'returned-money']);
    expect(seller.stripe.control.clock(seller.stripe.key).now).toBeGreaterThan((await seller.now()) - HOUR_IN_MILLIS);
    expect((await seller.client.invoices.get(id)).amountRefunded.amountInMinorUnits).toBe('100');
  });

  it('what happens during a jump of the sandbox’s clock that is longer than it keeps events is read on the way', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller, 'ada', 'pm_card_refundFail');
    await world.handOver();
    await world.converge(seller);
    await seller.client.refunds.create(id, { amount: { amountInMinorUnits: 700, currency: 'USD' } });
    await world.converge(seller);
    expect((await seller.invoice('ada')).amountRefunded.amountInMinorUnits).toBe('700');
    // The bank takes the refund back within the first days.
    await seller.client.testClock.advance((await seller.now()) + 60 * 24 * HOUR_IN_MILLIS);
    await world.run(['account-clocks', 'provider-catch-up', 'provider-inbox', 'returned-money']);
    expect(seller.stripe.control.clock(seller.stripe.key).now).toBeGreaterThan((await seller.now()) - HOUR_IN_MILLIS);
    expect((await seller.client.refunds.list()).items).toMatchObject([{ status: 'failed' }]);
    expect((await seller.invoice('ada')).amountRefunded.amountInMinorUnits).toBe('0');
  });

  it('a hand-over that fails in our own code is put off, not tried twice a second', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller);
    await world.rows('update invoice set connection_id = null where id = $1', [id]);
    await world.handOver();
    const [row] = await world.rows<{ hand_over: string; hand_over_time: string }>('select hand_over, hand_over_time from invoice where id = $1', [id]);
    expect(row).toMatchObject({ hand_over: 'due' });
    expect(Number(row!.hand_over_time)).toBeGreaterThan(world.application.clock.now() + 5_000);
  });
});
