import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { customerWithCard, draftInvoice, eventTypesSince, newestEvent, startHarness, type Harness } from './testing/sandbox-harness.js';

/** What an operator does to documents: revisions, discounts, credit notes, previews. */
describe('documents', () => {
  let harness: Harness;
  let stripe: Stripe;
  beforeAll(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
  });
  afterAll(() => harness.close());

  async function draft(amounts = [1500, 500], params: Partial<Stripe.InvoiceCreateParams> = {}): Promise<Stripe.Invoice> {
    const { customer } = await customerWithCard(stripe);
    return draftInvoice(stripe, customer.id, amounts, params);
  }

  it('revises an open invoice: the copy replaces it when it is finalized', async () => {
    const original = await stripe.invoices.finalizeInvoice((await draft([1500, 500], { metadata: { ours: 'inv_1' }, description: 'May' })).id);
    const revision = await stripe.invoices.create({ from_invoice: { action: 'revision', invoice: original.id } });
    expect(revision).toMatchObject({ status: 'draft', subtotal: 2000, description: 'May', metadata: { ours: 'inv_1' }, from_invoice: { action: 'revision', invoice: original.id } });
    expect((await stripe.invoices.retrieve(original.id)).status).toBe('open');
    await stripe.invoices.addLines(revision.id, { lines: [{ amount: -300, description: 'Correction' }] });
    const before = await newestEvent(stripe);
    const final = await stripe.invoices.finalizeInvoice(revision.id);
    expect(final).toMatchObject({ status: 'open', total: 1700 });
    expect(await stripe.invoices.retrieve(original.id)).toMatchObject({ status: 'void', latest_revision: final.id });
    expect(await eventTypesSince(stripe, before)).toEqual(expect.arrayContaining(['invoice.voided', 'invoice.finalized']));
    expect((await stripe.invoices.pay(final.id)).status).toBe('paid');
    await expect(stripe.invoices.create({ from_invoice: { action: 'revision', invoice: final.id } })).rejects.toMatchObject({ statusCode: 400 });
  });

  it('takes discounts on drafts off the total, in the order given', async () => {
    const half = await stripe.coupons.create({ percent_off: 50 });
    const dollar = await stripe.coupons.create({ amount_off: 100, currency: 'usd', max_redemptions: 1 });
    const made = await draft([1500, 501]);
    const discounted = await stripe.invoices.update(made.id, { discounts: [{ coupon: half.id }, { coupon: dollar.id }] });
    expect(discounted).toMatchObject({ subtotal: 2001, total: 900, amount_due: 900 });
    expect(discounted.total_discount_amounts?.map((entry) => entry.amount)).toEqual([1001, 100]);
    const open = await stripe.invoices.finalizeInvoice(made.id, { expand: ['discounts'] });
    expect(open).toMatchObject({ total: 900, discounts: [{ source: { coupon: half.id } }, { source: { coupon: dollar.id } }] });
    await expect(stripe.invoices.update((await draft()).id, { discounts: [{ coupon: dollar.id }] })).rejects.toMatchObject({ code: 'coupon_expired' });
    const bare = await draft([1000], { discounts: [{ coupon: half.id }] });
    expect((await stripe.invoices.update(bare.id, { discounts: '' })).total).toBe(1000);
  });

  it('previews the next invoice and a credit note without keeping either', async () => {
    const { customer } = await customerWithCard(stripe);
    await stripe.invoiceItems.create({ customer: customer.id, amount: 700, currency: 'usd' });
    const before = await newestEvent(stripe);
    const preview = await stripe.invoices.createPreview({ customer: customer.id, invoice_items: [{ amount: 300, currency: 'usd' }] });
    expect(preview).toMatchObject({ total: 1000, status: 'draft' });
    expect(preview.lines.data).toHaveLength(2);
    const invoice = await stripe.invoices.create({ customer: customer.id, pending_invoice_items_behavior: 'include' });
    expect(invoice.total).toBe(700);
    await stripe.invoices.pay(invoice.id);
    const note = await stripe.creditNotes.preview({ invoice: invoice.id, amount: 200, refund_amount: 200 });
    expect(note).toMatchObject({ amount: 200, type: 'post_payment' });
    expect((await stripe.creditNotes.list({ invoice: invoice.id })).data).toEqual([]);
    expect((await stripe.refunds.list({ limit: 1 })).data.filter((refund) => refund.customer === customer.id)).toEqual([]);
    expect(await eventTypesSince(stripe, before)).not.toContain('credit_note.created');
  });

  it('credits a paid invoice by lines: card, balance, another way and a refund made before', async () => {
    const made = await draft([1000, 1000]);
    const paid = await stripe.invoices.pay(made.id);
    const [payment] = (await stripe.invoicePayments.list({ invoice: paid.id })).data;
    const refund = await stripe.refunds.create({ payment_intent: payment?.payment.payment_intent as string, amount: 300 });
    const [line] = (await stripe.invoices.listLineItems(paid.id)).data;
    const note = await stripe.creditNotes.create({
      invoice: paid.id,
      lines: [{ type: 'invoice_line_item', invoice_line_item: line?.id ?? '', amount: 700 }, { type: 'custom_line_item', description: 'Goodwill', quantity: 2, unit_amount: 150 }],
      refund_amount: 400,
      credit_amount: 200,
      out_of_band_amount: 100,
      refunds: [{ refund: refund.id, amount_refunded: 300 }],
    });
    expect(note).toMatchObject({ amount: 1000, post_payment_amount: 1000, out_of_band_amount: 100 });
    expect(note.refunds.map((entry) => entry.amount_refunded)).toEqual([300, 400]);
    expect((await stripe.creditNotes.listLineItems(note.id)).data.map((entry) => entry.amount)).toEqual([700, 300]);
    expect(await stripe.customers.retrieveBalanceTransaction(paid.customer as string, note.customer_balance_transaction as string)).toMatchObject({ amount: -200, type: 'credit_note', credit_note: note.id });
    expect(await stripe.invoices.retrieve(paid.id)).toMatchObject({ status: 'paid', post_payment_credit_notes_amount: 1000 });
    await expect(stripe.creditNotes.create({ invoice: paid.id, amount: 1001, out_of_band_amount: 1001 })).rejects.toMatchObject({ statusCode: 400 });
    expect(await stripe.creditNotes.update(note.id, { memo: 'Sorry' })).toMatchObject({ memo: 'Sorry' });
    await expect(stripe.creditNotes.voidCreditNote(note.id)).rejects.toMatchObject({ statusCode: 400 });
  });

  it('credits an open invoice: it asks for less, and void asks for it again', async () => {
    const open = await stripe.invoices.finalizeInvoice((await draft()).id);
    const note = await stripe.creditNotes.create({ invoice: open.id, amount: 600 });
    expect(await stripe.invoices.retrieve(open.id)).toMatchObject({ amount_due: 1400, amount_remaining: 1400, pre_payment_credit_notes_amount: 600 });
    await stripe.creditNotes.voidCreditNote(note.id);
    expect((await stripe.invoices.pay(open.id)).amount_paid).toBe(2000);
  });

  it('finds customers by their metadata', async () => {
    const { id } = await stripe.customers.create({ metadata: { our_id: 'a"b' }, email: 'grace@example.com' });
    await stripe.customers.create({ metadata: { our_id: 'other' }, email: 'grace@example.com' });
    const found = await stripe.customers.search({ query: 'metadata["our_id"]:"a\\"b" AND email:"grace@example.com"' });
    expect(found.data.map((customer) => customer.id)).toEqual([id]);
    await expect(stripe.customers.search({ query: 'nonsense' })).rejects.toMatchObject({ statusCode: 400, param: 'query' });
  });

  it('calls back a refund that waits, and lets one that succeeded fail later', async () => {
    await harness.sandbox.control.defineCard(harness.key, 'pm_card_refund_waits', { refund: 'requires_action' });
    const intent = await stripe.paymentIntents.create({ amount: 2000, currency: 'usd', payment_method: 'pm_card_refund_waits', confirm: true });
    const waiting = await stripe.refunds.create({ payment_intent: intent.id, amount: 500 });
    expect(waiting.status).toBe('requires_action');
    expect((await stripe.refunds.cancel(waiting.id)).status).toBe('canceled');
    const other = await stripe.paymentIntents.create({ amount: 2000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true });
    const refund = await stripe.refunds.create({ payment_intent: other.id });
    await harness.sandbox.control.money.settleRefund(harness.key, refund.id, 'failed');
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'failed', failure_reason: 'lost_or_stolen_card', failure_balance_transaction: expect.stringMatching(/^txn_/) });
    expect(await stripe.charges.retrieve(other.latest_charge as string)).toMatchObject({ amount_refunded: 0, refunded: false });
  });
});
