import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { customerWithCard, eventTypes, startHarness, type Harness } from './testing/sandbox-harness.js';

describe('cards, set-ups and payments through the official SDK', () => {
  let harness: Harness;
  let stripe: Stripe;
  beforeEach(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
  });
  afterEach(() => harness.close());

  const payment = (card: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    stripe.paymentIntents.create({ amount: 2000, currency: 'usd', payment_method: card, confirm: true, ...more });

  it.each([
    ['pm_card_visa', 'succeeded'],
    ['pm_card_mastercard', 'succeeded'],
    ['pm_card_createDispute', 'succeeded'],
    ['pm_card_threeDSecure2Required', 'requires_action'],
    ['pm_card_authenticationRequired', 'requires_action'],
  ])('%s: the payment ends as %s', async (card, status) => {
    expect((await payment(card)).status).toBe(status);
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeCustomerFail', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
  ])('%s: 402 %s (%s), and the intent waits for another card', async (card, code, declineCode) => {
    const error = (await payment(card).catch((caught: unknown) => caught)) as Stripe.errors.StripeCardError;
    expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402, code, decline_code: declineCode });
    const intent = await stripe.paymentIntents.retrieve((error.payment_intent as Stripe.PaymentIntent).id);
    expect(intent).toMatchObject({ status: 'requires_payment_method', last_payment_error: { code } });
    expect(await eventTypes(stripe)).toEqual(['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed']);
  });

  it('declines an off-session payment that needs the customer', async () => {
    await expect(payment('pm_card_authenticationRequired', { off_session: true })).rejects.toMatchObject({ statusCode: 402, code: 'authentication_required' });
  });

  it('charges by capture later, and cancels what was not captured', async () => {
    const held = await payment('pm_card_visa', { capture_method: 'manual' });
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 2000 });
    expect(await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1200 })).toMatchObject({ status: 'succeeded', amount_received: 1200 });
    const other = await payment('pm_card_visa', { capture_method: 'manual' });
    expect((await stripe.paymentIntents.cancel(other.id)).status).toBe('canceled');
    await expect(stripe.paymentIntents.cancel(held.id)).rejects.toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
  });

  it('opens an inquiry without taking money and a dispute with taking it', async () => {
    await payment('pm_card_createDisputeInquiry');
    expect(await eventTypes(stripe)).not.toContain('charge.dispute.funds_withdrawn');
    await payment('pm_card_createDispute');
    expect(await eventTypes(stripe)).toContain('charge.dispute.funds_withdrawn');
    const [dispute] = (await stripe.disputes.list()).data;
    expect((await stripe.disputes.close(dispute?.id ?? '')).status).toBe('lost');
  });

  it('makes a new method for each use of a name, and ends a detached one for good', async () => {
    const { customer, method } = await customerWithCard(stripe);
    const second = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    expect(second.id).not.toBe(method.id);
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toHaveLength(2);
    expect((await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })).data).toHaveLength(2);
    await stripe.paymentMethods.detach(method.id);
    await expect(stripe.paymentMethods.attach(method.id, { customer: customer.id })).rejects.toMatchObject({ statusCode: 400 });
    expect((await stripe.customers.retrieve(customer.id) as Stripe.Customer).invoice_settings.default_payment_method).toBeNull();
    const stranger = await stripe.customers.create({});
    await expect(stripe.paymentMethods.attach(second.id, { customer: stranger.id })).rejects.toMatchObject({ statusCode: 400 });
    await expect(payment(second.id, { customer: stranger.id })).rejects.toMatchObject({ statusCode: 400 });
  });

  it('sets a card up, at once or after 3-D Secure, and attaches it', async () => {
    const customer = await stripe.customers.create({});
    const plain = await stripe.setupIntents.create({ customer: customer.id });
    expect(plain.status).toBe('requires_payment_method');
    expect((await stripe.setupIntents.confirm(plain.id, { payment_method: 'pm_card_visa' })).status).toBe('succeeded');
    const guarded = await stripe.setupIntents.create({ customer: customer.id, payment_method: 'pm_card_authenticationRequired', confirm: true, return_url: 'https://example.com/back' });
    expect(guarded).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
    await harness.sandbox.control.completeChallenge(harness.key, guarded.id, 'approve');
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toHaveLength(2);
    await expect(stripe.setupIntents.create({ payment_method: 'pm_card_chargeDeclined', confirm: true })).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' });
    expect(await eventTypes(stripe)).toEqual(expect.arrayContaining(['setup_intent.succeeded', 'setup_intent.requires_action', 'setup_intent.setup_failed', 'payment_method.attached']));
  });

  it('completes a checkout set-up through the control call', async () => {
    const customer = await stripe.customers.create({ name: 'Ada' });
    const session = await stripe.checkout.sessions.create({ mode: 'setup', currency: 'usd', customer: customer.id, success_url: 'https://example.com/ok?s={CHECKOUT_SESSION_ID}' });
    expect(session).toMatchObject({ status: 'open', setup_intent: expect.stringMatching(/^seti_/), url: expect.stringContaining('/c/pay/') });
    await harness.sandbox.control.completeCheckout(harness.key, session.id, 'pm_card_mastercard');
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent.payment_method'] });
    expect(done).toMatchObject({ status: 'complete', setup_intent: { status: 'succeeded', payment_method: { card: { brand: 'mastercard' }, customer: customer.id } } });
    expect(await eventTypes(stripe)).toContain('checkout.session.completed');
  });

  it.each([
    ['fails twice, then works', { failTimes: 2 }, [500, 500, 500], [402, 402, 200]],
    ['declines from an amount on', { declineFromAmount: 1000 }, [999, 1000], [200, 402]],
    ['expired long ago', { expMonth: 1, expYear: 2020 }, [500], [402]],
  ])('plays a card of one\'s own that %s', async (_name, behaviour, amounts, statuses) => {
    await harness.sandbox.control.defineCard(harness.key, 'pm_card_mine', behaviour);
    const customer = await stripe.customers.create({});
    const method = await stripe.paymentMethods.attach('pm_card_mine', { customer: customer.id });
    const answers: number[] = [];
    for (const amount of amounts) {
      answers.push(await payment(method.id, { amount, customer: customer.id }).then(() => 200, (error: { statusCode: number }) => error.statusCode));
    }
    expect(answers).toEqual(statuses);
  });

  it('leaves a payment in processing until told how it ends', async () => {
    await harness.sandbox.control.defineCard(harness.key, 'pm_card_slow', { charge: 'processing' });
    const intent = await payment('pm_card_slow');
    expect(intent.status).toBe('processing');
    await harness.sandbox.control.completeChallenge(harness.key, intent.id, 'approve');
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  it('settles late refunds with the clock', async () => {
    for (const [card, before, after] of [['pm_card_pendingRefund', 'pending', 'succeeded'], ['pm_card_refundFail', 'succeeded', 'failed']] as const) {
      const { id } = await payment(card);
      const refund = await stripe.refunds.create({ payment_intent: id });
      expect(refund.status).toBe(before);
      await harness.sandbox.control.advanceClock(harness.key, 120_000);
      expect((await stripe.refunds.retrieve(refund.id)).status).toBe(after);
    }
    expect(await eventTypes(stripe)).toContain('refund.failed');
  });

  it('keeps, merges and unsets metadata', async () => {
    const customer = await stripe.customers.create({ metadata: { a: '1', b: '2' } });
    const updated = await stripe.customers.update(customer.id, { metadata: { b: '', c: '3' } });
    expect(updated.metadata).toEqual({ a: '1', c: '3' });
    await expect(stripe.customers.update(customer.id, { metadata: { ['k'.repeat(41)]: 'x' } })).rejects.toMatchObject({ statusCode: 400 });
  });

  it('shows a deleted customer as deleted, and keeps it out of lists', async () => {
    const { customer } = await customerWithCard(stripe);
    expect(await stripe.customers.del(customer.id)).toEqual(expect.objectContaining({ id: customer.id, deleted: true }));
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true });
    expect((await stripe.customers.list({ email: 'ada@example.com' })).data).toEqual([]);
    await expect(stripe.invoices.create({ customer: customer.id })).rejects.toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'customer' });
  });
});
