import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { customerWithCard, draftInvoice, eventTypes, startHarness, type Harness } from './testing/sandbox-harness.js';

/** The official SDK as the judge: whatever it reads or throws here it does with Stripe as well. */
describe('invoices through the official SDK', () => {
  let harness: Harness;
  let stripe: Stripe;
  beforeEach(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
  });
  afterEach(() => harness.close());

  it('collects an invoice and answers the documented events', async () => {
    const { customer } = await customerWithCard(stripe);
    const draft = await draftInvoice(stripe, customer.id, [2000, 550]);
    expect(draft).toMatchObject({ status: 'draft', subtotal: 2550, total: 2550, amount_due: 2550, number: null });
    const open = await stripe.invoices.finalizeInvoice(draft.id, { auto_advance: false });
    expect(open).toMatchObject({ status: 'open', amount_remaining: 2550 });
    expect(open.number).toMatch(/^[A-Z0-9]{8}-0001$/);
    const before = (await eventTypes(stripe)).length;
    const paid = await stripe.invoices.pay(open.id, { expand: ['payments.data.payment.payment_intent.latest_charge', 'customer'] });
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 2550, amount_remaining: 0, attempted: true, attempt_count: 1, customer: { id: customer.id } });
    expect(paid.payments?.data[0]).toMatchObject({ status: 'paid', amount_paid: 2550, payment: { payment_intent: { status: 'succeeded', latest_charge: { amount: 2550, payment_method_details: { card: { last4: '4242' } } } } } });
    expect((await eventTypes(stripe)).slice(before)).toEqual(['charge.succeeded', 'payment_intent.succeeded', 'invoice.updated', 'invoice.paid', 'invoice.payment_succeeded', 'invoice_payment.paid']);
  });

  it('answers a declined payment with 402, keeps the invoice open and takes the next card', async () => {
    const { customer } = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
    const draft = await draftInvoice(stripe, customer.id);
    const refusal = await stripe.invoices.pay(draft.id).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(refusal).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline', payment_intent: { status: 'requires_payment_method' } });
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ status: 'open', attempted: true, attempt_count: 1 });
    const paid = await stripe.invoices.pay(draft.id, { payment_method: 'pm_card_visa' });
    expect(paid.status).toBe('paid');
  });

  it.each(['approve', 'fail'] as const)('waits for 3-D Secure and then follows the customer: %s', async (outcome) => {
    const { customer } = await customerWithCard(stripe, 'pm_card_threeDSecure2Required');
    const draft = await draftInvoice(stripe, customer.id);
    const refusal = (await stripe.invoices.pay(draft.id).catch((error: unknown) => error)) as Stripe.errors.StripeCardError;
    expect(refusal).toMatchObject({ statusCode: 402, code: 'invoice_payment_intent_requires_action' });
    const invoice = await stripe.invoices.retrieve(draft.id, { expand: ['confirmation_secret'] });
    expect(invoice.confirmation_secret?.client_secret).toMatch(/^pi_.+_secret_/);
    const intent = refusal.payment_intent as Stripe.PaymentIntent;
    expect(intent.status).toBe('requires_action');
    await harness.sandbox.control.completeChallenge(harness.key, intent.id, outcome);
    const types = await eventTypes(stripe);
    expect(types).toContain('invoice.payment_action_required');
    expect((await stripe.invoices.retrieve(draft.id)).status).toBe(outcome === 'approve' ? 'paid' : 'open');
    expect(types.includes('invoice.paid')).toBe(outcome === 'approve');
  });

  it('refuses to pay without any payment method and says so', async () => {
    const customer = await stripe.customers.create({});
    const draft = await draftInvoice(stripe, customer.id);
    await expect(stripe.invoices.pay(draft.id)).rejects.toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
    expect(await eventTypes(stripe)).toContain('invoice.payment_failed');
  });

  it('marks an invoice paid elsewhere without the success event', async () => {
    const customer = await stripe.customers.create({});
    const draft = await draftInvoice(stripe, customer.id);
    const paid = await stripe.invoices.pay(draft.id, { paid_out_of_band: true, expand: ['amount_paid_off_stripe', 'payments'] });
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 2000, amount_paid_off_stripe: 2000 });
    expect(paid.payments?.data[0]?.status).toBe('canceled');
    const types = await eventTypes(stripe);
    expect(types).toEqual(expect.arrayContaining(['payment_intent.canceled', 'invoice.paid']));
    expect(types).not.toContain('invoice.payment_succeeded');
  });

  it('rounds each line once, from decimal text', async () => {
    const customer = await stripe.customers.create({});
    const product = await stripe.products.create({ name: 'API calls' });
    const invoice = await stripe.invoices.create({ customer: customer.id, currency: 'usd' });
    await stripe.invoiceItems.create({ customer: customer.id, invoice: invoice.id, price_data: { currency: 'usd', product: product.id, unit_amount_decimal: Stripe.Decimal.from('0.0125') }, quantity_decimal: Stripe.Decimal.from('1000') });
    const withHalf = await stripe.invoices.addLines(invoice.id, { lines: [{ price_data: { currency: 'usd', product_data: { name: 'Storage' }, unit_amount_decimal: Stripe.Decimal.from('0.5') }, quantity: 3 }] });
    expect(withHalf.lines.data.map((line) => line.amount)).toEqual([13, 2]);
    expect(withHalf.lines.data[0]?.pricing?.unit_amount_decimal?.toString()).toBe('0.0125');
    expect(withHalf.total).toBe(15);
  });

  it('uses the customer balance when finalizing and gives it back when voiding', async () => {
    const { customer } = await customerWithCard(stripe);
    await stripe.customers.createBalanceTransaction(customer.id, { amount: -500, currency: 'usd' });
    const open = await stripe.invoices.finalizeInvoice((await draftInvoice(stripe, customer.id)).id);
    expect(open).toMatchObject({ total: 2000, amount_due: 1500, starting_balance: -500, ending_balance: 0 });
    await stripe.invoices.voidInvoice(open.id);
    expect((await stripe.customers.retrieve(customer.id) as Stripe.Customer).balance).toBe(-500);
  });

  it.each([
    { total: 0, amounts: [], balance: 0 },
    { total: 49, amounts: [49], balance: 49 },
    { total: -300, amounts: [-300], balance: -300 },
  ])('pays an invoice of $total at once and leaves $balance on the customer', async ({ amounts, balance }) => {
    const { customer } = await customerWithCard(stripe);
    const draft = await draftInvoice(stripe, customer.id, amounts);
    const paid = await stripe.invoices.finalizeInvoice(draft.id);
    expect(paid).toMatchObject({ status: 'paid', amount_due: 0 });
    expect((await stripe.customers.retrieve(customer.id) as Stripe.Customer).balance).toBe(balance);
    const types = await eventTypes(stripe);
    expect(types).toContain('invoice.paid');
    expect(types).not.toContain('payment_intent.created');
  });

  it('takes our own invoice number once and only once', async () => {
    const customer = await stripe.customers.create({});
    const first = await draftInvoice(stripe, customer.id, [2000], { number: 'TK-2026-0001' });
    expect((await stripe.invoices.finalizeInvoice(first.id)).number).toBe('TK-2026-0001');
    await expect(stripe.invoices.create({ customer: customer.id, number: 'TK-2026-0001' })).rejects.toMatchObject({ statusCode: 400, param: 'number' });
  });

  it('holds at most 250 lines and one currency', async () => {
    const customer = await stripe.customers.create({});
    const invoice = await draftInvoice(stripe, customer.id, Array.from({ length: 250 }, () => 1));
    expect(invoice.total).toBe(250);
    await expect(stripe.invoices.addLines(invoice.id, { lines: [{ amount: 1, description: 'one too many' }] })).rejects.toMatchObject({ statusCode: 400 });
    await expect(stripe.invoiceItems.create({ customer: customer.id, invoice: invoice.id, amount: 5, currency: 'eur' })).rejects.toMatchObject({ statusCode: 400, param: 'currency' });
    const lines = await stripe.invoices.listLineItems(invoice.id, { limit: 100 }).autoPagingToArray({ limit: 1000 });
    expect(lines).toHaveLength(250);
  });

  it('refunds part by part and never more than was charged', async () => {
    const { customer } = await customerWithCard(stripe);
    const paid = await stripe.invoices.pay((await draftInvoice(stripe, customer.id)).id);
    const payments = await stripe.invoicePayments.list({ invoice: paid.id });
    const intent = payments.data[0]?.payment.payment_intent as string;
    await stripe.refunds.create({ payment_intent: intent, amount: 1500 });
    await expect(stripe.refunds.create({ payment_intent: intent, amount: 600 })).rejects.toMatchObject({ statusCode: 400, param: 'amount' });
    await stripe.refunds.create({ payment_intent: intent });
    const charges = await stripe.charges.list({ payment_intent: intent, expand: ['data.refunds'] });
    expect(charges.data[0]).toMatchObject({ amount_refunded: 2000, refunded: true });
    expect(charges.data[0]?.refunds?.data).toHaveLength(2);
    expect((await stripe.invoices.retrieve(paid.id)).status).toBe('paid');
    expect((await stripe.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: intent } })).data[0]?.invoice).toBe(paid.id);
  });

  it.each([
    ['default_tax_rates', { default_tax_rates: ['txr_1'] }],
    ['promotion codes', { discounts: [{ promotion_code: 'promo_1' }] }],
    ['shipping_cost', { shipping_cost: { shipping_rate: 'shr_1' } }],
  ])('refuses %s rather than answer wrong totals', async (_name, params) => {
    const customer = await stripe.customers.create({});
    await expect(stripe.invoices.create({ customer: customer.id, ...params })).rejects.toMatchObject({ statusCode: 400, message: expect.stringContaining('sandbox does not') });
    const plain = await stripe.invoices.create({ customer: customer.id, automatic_tax: { enabled: false }, discounts: '' });
    expect(plain.status).toBe('draft');
  });
});
