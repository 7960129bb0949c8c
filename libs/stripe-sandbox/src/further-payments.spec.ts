import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { customerWithCard, draftInvoice, eventTypesSince, newestEvent, startHarness, type Harness } from './testing/sandbox-harness.js';

describe('payments beside the invoice\'s own', () => {
  let harness: Harness;
  let stripe: Stripe;
  beforeAll(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
  });
  afterAll(() => harness.close());

  async function openInvoice(amount = 2000): Promise<{ invoice: Stripe.Invoice; customer: Stripe.Customer }> {
    const { customer } = await customerWithCard(stripe);
    const draft = await draftInvoice(stripe, customer.id, [amount]);
    return { invoice: await stripe.invoices.finalizeInvoice(draft.id), customer };
  }

  const payment = (customer: string, amount: number) =>
    stripe.paymentIntents.create({ amount, currency: 'usd', customer, payment_method: 'pm_card_visa', confirm: true, off_session: true });

  it('counts an attached payment in part, then in full', async () => {
    const { invoice, customer } = await openInvoice();
    const part = await stripe.invoices.attachPayment(invoice.id, { payment_intent: (await payment(customer.id, 1500)).id });
    expect(part).toMatchObject({ status: 'open', amount_paid: 1500, amount_remaining: 500 });
    const [own] = (await stripe.invoicePayments.list({ invoice: invoice.id, status: 'open' })).data;
    expect(own).toMatchObject({ amount_requested: 500, is_default: true });
    const paid = await stripe.invoices.pay(invoice.id);
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 2000, amount_remaining: 0, amount_overpaid: 0 });
    expect((await stripe.invoicePayments.list({ invoice: invoice.id })).data.map((entry) => entry.amount_paid)).toEqual([1500, 500]);
  });

  it('counts an attached payment once it succeeds, and cancels the one that is no longer needed', async () => {
    const { invoice, customer } = await openInvoice();
    const intent = await stripe.paymentIntents.create({ amount: 2000, currency: 'usd', customer: customer.id });
    expect((await stripe.invoices.attachPayment(invoice.id, { payment_intent: intent.id })).status).toBe('open');
    await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({ status: 'paid', amount_paid: 2000 });
    expect((await stripe.invoicePayments.list({ invoice: invoice.id })).data.map((entry) => entry.status).sort()).toEqual(['canceled', 'paid']);
  });

  it.each([
    ['another currency', 'eur', false],
    ['another customer', 'usd', true],
  ])('refuses a payment in %s', async (_name, currency, isForeign) => {
    const { invoice, customer } = await openInvoice();
    const other = isForeign ? (await stripe.customers.create({})).id : customer.id;
    const intent = await stripe.paymentIntents.create({ amount: 2000, currency, customer: other });
    await expect(stripe.invoices.attachPayment(invoice.id, { payment_intent: intent.id })).rejects.toMatchObject({ statusCode: 400, param: 'payment_intent' });
  });

  it('books what is paid beyond the amount due to the customer\'s balance', async () => {
    const { invoice, customer } = await openInvoice();
    const before = await newestEvent(stripe);
    await harness.sandbox.control.money.receivePayment(harness.key, invoice.id, { amount: 2700 });
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({ status: 'paid', amount_paid: 2000, amount_overpaid: 700, amount_remaining: 0 });
    expect((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).toMatchObject({ balance: -700 });
    expect((await stripe.customers.listBalanceTransactions(customer.id)).data).toEqual([expect.objectContaining({ amount: -700, type: 'invoice_overpaid', invoice: invoice.id })]);
    expect(await eventTypesSince(stripe, before)).toEqual(expect.arrayContaining(['invoice.paid', 'invoice.overpaid', 'invoice_payment.paid']));
  });

  it.each([
    ['customer_balance', { overpaid: 2000, balance: -2000, events: ['invoice.overpaid'] }],
    ['unbooked', { overpaid: 0, balance: 0, events: [] }],
  ] as const)('takes money twice for one document, the surplus %s', async (surplus, { overpaid, balance, events }) => {
    const { invoice, customer } = await openInvoice();
    await stripe.invoices.pay(invoice.id);
    const before = await newestEvent(stripe);
    await harness.sandbox.control.money.receivePayment(harness.key, invoice.id, { surplus });
    const payments = await stripe.invoicePayments.list({ invoice: invoice.id });
    expect(payments.data.map((entry) => [entry.status, entry.amount_paid])).toEqual([['paid', 2000], ['paid', 2000]]);
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({ status: 'paid', amount_paid: 2000, amount_overpaid: overpaid });
    expect((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).toMatchObject({ balance });
    const types = await eventTypesSince(stripe, before);
    expect(types.filter((type) => type === 'invoice.overpaid')).toEqual(events);
    expect(types).toContain('invoice_payment.paid');
  });

  it('lets a payment that was still processing arrive on top of another', async () => {
    await harness.sandbox.control.defineCard(harness.key, 'pm_card_slow', { charge: 'processing' });
    const { invoice, customer } = await openInvoice();
    await stripe.invoices.pay(invoice.id, { payment_method: 'pm_card_slow' });
    await stripe.invoices.attachPayment(invoice.id, { payment_intent: (await payment(customer.id, 2000)).id });
    const [own] = (await stripe.invoicePayments.list({ invoice: invoice.id, status: 'open' })).data;
    await harness.sandbox.control.completeChallenge(harness.key, own?.payment.payment_intent as string, 'approve');
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({ status: 'paid', amount_paid: 2000, amount_overpaid: 2000 });
  });
});
