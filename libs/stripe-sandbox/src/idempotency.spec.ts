import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { customerWithCard, draftInvoice, sdkFor, startHarness, type Harness } from './testing/sandbox-harness.js';

describe('idempotency keys', () => {
  let harness: Harness;
  let stripe: Stripe;
  beforeEach(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
  });
  afterEach(() => harness.close());

  it('replays the first answer and does the work once', async () => {
    const first = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'key-1' });
    const second = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'key-1' });
    expect(second.id).toBe(first.id);
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect((await stripe.customers.list()).data).toHaveLength(1);
    expect(harness.sandbox.control.ledger().filter((entry) => entry.idempotencyKey === 'key-1').map((entry) => [entry.attempt, entry.replayed])).toEqual([[1, false], [2, true]]);
  });

  it('replays a declined payment, because it was an outcome', async () => {
    const { customer } = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
    const draft = await draftInvoice(stripe, customer.id);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(stripe.invoices.pay(draft.id, {}, { idempotencyKey: 'pay-1' })).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' });
    }
    expect((await stripe.invoices.retrieve(draft.id)).attempt_count).toBe(1);
    await expect(stripe.invoices.pay(draft.id, {}, { idempotencyKey: 'pay-2' })).rejects.toMatchObject({ statusCode: 402 });
    expect((await stripe.invoices.retrieve(draft.id)).attempt_count).toBe(2);
  });

  it('refuses a key with other parameters', async () => {
    await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'key-1' });
    await expect(stripe.customers.create({ name: 'Bob' }, { idempotencyKey: 'key-1' })).rejects.toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  });

  it('does not keep validation failures', async () => {
    const broken = { nmae: 'Ada' } as Stripe.CustomerCreateParams;
    await expect(stripe.customers.create(broken, { idempotencyKey: 'key-1' })).rejects.toMatchObject({ statusCode: 400 });
    expect((await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'key-1' })).name).toBe('Ada');
  });

  it('answers 409 while the first request is still at work', async () => {
    harness.sandbox.control.addFault({ kind: 'latency', method: 'POST', path: '/v1/customers', latencyInMillis: 300, whileWorking: true });
    const first = stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'key-1' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'key-1' })).rejects.toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    const { id } = await first;
    expect((await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'key-1' })).id).toBe(id);
  });

  it('keeps keys apart by account and over a jump of the billing clock', async () => {
    const first = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'key-1' });
    const other = await sdkFor(harness.sandbox, 'sk_test_sandbox_other').customers.create({ name: 'Ada' }, { idempotencyKey: 'key-1' });
    expect(other.id).not.toBe(first.id);
    await harness.sandbox.control.advanceClock(harness.key, 40 * 86_400_000);
    expect((await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'key-1' })).id).toBe(first.id);
  });

  it('refuses keys longer than 255 characters', async () => {
    await expect(stripe.customers.create({}, { idempotencyKey: 'k'.repeat(256) })).rejects.toMatchObject({ statusCode: 400 });
  });
});
