import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { customerWithCard, draftInvoice, eventTypes, startHarness, type Harness } from './testing/sandbox-harness.js';

const HOUR_IN_MILLIS = 3_600_000;
const DAY_IN_MILLIS = 24 * HOUR_IN_MILLIS;

describe('the billing clock', () => {
  let harness: Harness;
  let stripe: Stripe;
  beforeEach(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
  });
  afterEach(() => harness.close());

  const advance = (millis: number) => harness.sandbox.control.advanceClock(harness.key, millis);

  it('moves forwards only', async () => {
    await expect(advance(-1)).rejects.toThrow('forwards only');
    const { now } = await advance(DAY_IN_MILLIS);
    expect(now - Date.now()).toBeGreaterThan(DAY_IN_MILLIS - 1000);
  });

  it('finalizes and collects an invoice that advances by itself', async () => {
    const { customer } = await customerWithCard(stripe);
    const draft = await draftInvoice(stripe, customer.id, [2000], { auto_advance: true });
    expect(draft.automatically_finalizes_at).toBeGreaterThan(draft.created);
    await advance(HOUR_IN_MILLIS + 1000);
    expect((await stripe.invoices.retrieve(draft.id)).status).toBe('open');
    await advance(HOUR_IN_MILLIS + 1000);
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ status: 'paid', auto_advance: false });
  });

  it('tries a declined card again on its schedule and then stops', async () => {
    const { customer } = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
    const draft = await draftInvoice(stripe, customer.id);
    await stripe.invoices.finalizeInvoice(draft.id, { auto_advance: true });
    await advance(30 * DAY_IN_MILLIS);
    for (let round = 0; round < 5; round += 1) await advance(10 * DAY_IN_MILLIS);
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ status: 'open', attempt_count: 4, next_payment_attempt: null });
  });

  it('leaves an invoice alone that does not advance by itself', async () => {
    const { customer } = await customerWithCard(stripe);
    const draft = await draftInvoice(stripe, customer.id);
    await advance(30 * DAY_IN_MILLIS);
    expect((await stripe.invoices.retrieve(draft.id)).status).toBe('draft');
  });

  it('announces an overdue invoice once', async () => {
    const customer = await stripe.customers.create({ email: 'ada@example.com' });
    const draft = await draftInvoice(stripe, customer.id, [2000], { collection_method: 'send_invoice', days_until_due: 10 });
    const sent = await stripe.invoices.sendInvoice(draft.id);
    expect((sent.due_date ?? 0) - (sent.status_transitions.finalized_at ?? 0)).toBe(10 * 86_400);
    await advance(9 * DAY_IN_MILLIS);
    expect(await eventTypes(stripe)).not.toContain('invoice.overdue');
    await advance(2 * DAY_IN_MILLIS);
    await advance(DAY_IN_MILLIS);
    expect((await eventTypes(stripe)).filter((type) => type === 'invoice.overdue')).toHaveLength(1);
  });

  it('closes a checkout page after a day', async () => {
    const session = await stripe.checkout.sessions.create({ mode: 'setup', currency: 'usd', success_url: 'https://example.com' });
    await advance(DAY_IN_MILLIS + 1000);
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired');
  });

  it('goes on when an automatic attempt meets a payment that is already processing', async () => {
    await harness.sandbox.control.defineCard(harness.key, 'pm_card_slow', { charge: 'processing' });
    const { customer } = await customerWithCard(stripe, 'pm_card_slow');
    const draft = await draftInvoice(stripe, customer.id);
    await stripe.invoices.finalizeInvoice(draft.id, { auto_advance: true });
    await stripe.invoices.pay(draft.id);
    await advance(DAY_IN_MILLIS);
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ status: 'open', attempt_count: 1 });
  });
});
