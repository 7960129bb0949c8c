import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { FaultOrder } from '@tollkeeper/stripe-sandbox';
import { ConvergenceWorld, statusOf } from './convergence-world.js';

jest.setTimeout(60_000);

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
});
