import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ConvergenceWorld, statusOf } from './convergence-world.js';

jest.setTimeout(60_000);

describe('Settled and voided stay', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it.each([401, 403])('paid while our request was lost, then our key is refused with %s: the late refusal changes nothing', async (status) => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller);
    seller.stripe.fail('reset_after', 'POST /v1/invoices/*/pay');
    await world.handOver();
    expect(statusOf(await seller.invoice('ada'))).toBe('unknown outcome_unknown');
    await world.readEvents(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');

    seller.stripe.fail('error', 'POST /v1/invoices/*/pay', { status });
    await world.recheck();
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    await world.run(['connection-checks'], 60_000);
    await world.finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await world.intents(id)).toContain('invoice.pay succeeded');
    expect(await world.told(id)).toEqual(['invoice.open', 'invoice.grace_period', 'invoice.price_locked', 'invoice.pending handing_over', 'invoice.unknown outcome_unknown', 'invoice.settled paid']);
    expect(await seller.stripe.list('charges')).toHaveLength(1);
  });
});
