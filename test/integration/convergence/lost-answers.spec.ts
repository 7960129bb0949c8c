import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultKind } from '@tollkeeper/stripe-sandbox';
import { ConvergenceWorld, statusOf } from './convergence-world.js';
import type { Seller } from './seller.js';

const HOUR_IN_MILLIS = 3_600_000;
const STEPS = ['POST /v1/invoices', 'POST /v1/invoices/*/add_lines', 'POST /v1/invoices/*/finalize', 'POST /v1/invoices/*/pay'];
const LOST: FaultKind[] = ['reset_before', 'reset_after', 'half_body'];

describe('Lost answers', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  async function expectPaidOnce(seller: Seller): Promise<void> {
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await seller.stripe.list('invoices')).toMatchObject([{ status: 'paid', total: 1200 }]);
    expect(await seller.stripe.list('charges')).toMatchObject([{ amount: 1200, paid: true }]);
  }

  it.each(STEPS.flatMap((step) => LOST.map((kind) => [kind, step] as const)))('%s at %s: one document, one charge', async (kind, step) => {
    const seller = await world.seller();
    await world.lockedInvoice(seller);
    seller.stripe.fail(kind, step);
    await world.handOver();
    await world.recheck();
    await world.handOver();
    expect(seller.stripe.troubled(step, kind)).toHaveLength(1);
    await expectPaidOnce(seller);
  });

  it.each(STEPS)('an outage at %s that lasts longer than keys are kept: the provider is asked what it has', async (step) => {
    for (const kind of ['reset_before', 'reset_after'] as const) {
      const seller = await world.seller();
      await world.lockedInvoice(seller);
      seller.stripe.fail(kind, step);
      await world.handOver();
      const sent = seller.stripe.requests(step).length;
      await world.run(['provider-intents'], 24 * HOUR_IN_MILLIS);
      // Whether it was done is read first; only what was proven absent is sent again, under another key.
      expect(seller.stripe.requests(step)).toHaveLength(sent);
      await world.finish();
      await expectPaidOnce(seller);
    }
  });

  it.each(STEPS.flatMap((step) => [false, true].map((afterWork) => [step, afterWork] as const)))('a server error at %s that stays (work done: %s): one document, one charge', async (step, afterWork) => {
    const seller = await world.seller();
    await world.lockedInvoice(seller);
    seller.trouble(step, { kind: 'error', status: 500, count: 2, afterWork });
    await world.handOver();
    await world.finish();
    expect(seller.stripe.troubled(step, 'error')).toHaveLength(2);
    await expectPaidOnce(seller);
  });

  it('a creation that the provider carries out after it answered with a server error, and after it was first looked for', async () => {
    const seller = await world.seller();
    const { id, providerCustomerId } = await world.lockedInvoice(seller);
    seller.trouble('POST /v1/invoices', { kind: 'error', status: 500, count: 2 });
    await world.handOver();
    await world.recheck();
    await world.run(['provider-intents'], 5_000);
    expect(seller.stripe.requests('GET /v1/invoices')).toHaveLength(1);
    expect(seller.stripe.requests('POST /v1/invoices')).toHaveLength(2);
    await seller.stripe.call('POST', '/v1/invoices', {
      customer: providerCustomerId!,
      currency: 'usd',
      auto_advance: 'false',
      'metadata[tollkeeper_instance]': 'ins_test',
      'metadata[tollkeeper_account]': seller.accountId,
      'metadata[tollkeeper_id]': id,
    });
    await world.finish();
    await expectPaidOnce(seller);
  });

  it.each(STEPS)('a key that the provider knows with another request (%s, sent by another version of this software): it is asked what it has', async (step) => {
    const seller = await world.seller();
    await world.lockedInvoice(seller);
    seller.trouble(step, { kind: 'reset_after' });
    await world.handOver();
    seller.trouble(step, { kind: 'error', status: 400, error: { type: 'idempotency_error', message: 'Keys for idempotent requests can only be used with the same parameters they were first used with.' } });
    await world.finish();
    expect(seller.stripe.troubled(step, 'error')).toHaveLength(1);
    await expectPaidOnce(seller);
  });
});
