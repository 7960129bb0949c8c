import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Invoice } from '@tollkeeper/client';
import { ReturnedMoneyTakeOver } from '../../../src/payments/returned-money/returned-money-take-over.js';
import { Database } from '../../../src/platform/database/database.js';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const CREATE = 'POST /v1/credit_notes';
const VOID = 'POST /v1/credit_notes/*/void';
const usd = (amountInMinorUnits: number | string) => ({ amount: { amountInMinorUnits, currency: 'USD' } });
const amounts = ({ amountDue, amountOpen, amountPaid, amountRefunded, amountCredited }: Invoice): string[] => [amountDue, amountOpen, amountPaid, amountRefunded, amountCredited].map(({ amountInMinorUnits }) => amountInMinorUnits);

describe('Credit notes', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** 12.00 USD at Stripe: paid, or open for want of a card. */
  async function invoiced(card: string | null): Promise<{ seller: Seller; invoice: Invoice }> {
    const seller = await world.seller();
    await world.lockedInvoice(seller, 'ada', card);
    await world.handOver();
    return { seller, invoice: await seller.invoice('ada') };
  }

  it('lower what is due of an open invoice; void, they raise it again', async () => {
    const { seller, invoice } = await invoiced(null);
    const note = await seller.client.creditNotes.create(invoice.id, { ...usd(200), reason: 'product_unsatisfactory', memo: 'Sorry' });
    expect(note).toMatchObject({ status: 'issued', origin: 'here', memo: 'Sorry', amount: { amountInMinorUnits: '200' }, amountBeforePayment: { amountInMinorUnits: '200' }, amountRefunded: { amountInMinorUnits: '0' } });
    expect(amounts(await seller.invoice('ada'))).toEqual(['1000', '1000', '0', '0', '200']);
    expect(await seller.client.creditNotes.void(note.id)).toMatchObject({ id: note.id, status: 'void' });
    expect(amounts(await seller.invoice('ada'))).toEqual(['1200', '1200', '0', '0', '0']);
    await expect(seller.client.creditNotes.void(note.id)).rejects.toMatchObject({ status: 409, code: 'credit_note_closed' });
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
  });

  it('over all that is due settle the invoice, and nothing is collected any more', async () => {
    const { seller, invoice } = await invoiced(null);
    await seller.client.creditNotes.create(invoice.id);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled credited');
    expect(amounts(await seller.invoice('ada'))).toEqual(['0', '0', '0', '0', '1200']);
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.converge(seller);
    expect(await seller.stripe.list('charges')).toEqual([]);
  });

  it('on a paid invoice own the refund they make: one giving back, not two', async () => {
    const { seller, invoice } = await invoiced('pm_card_visa');
    const note = await seller.client.creditNotes.create(invoice.id, { ...usd(500), giveBack: 'refund' });
    await world.converge(seller);
    expect((await seller.client.refunds.list()).items).toMatchObject([{ origin: 'credit_note', creditNoteId: note.id, status: 'succeeded', amount: { amountInMinorUnits: '500' } }]);
    expect(await seller.stripe.list('refunds')).toHaveLength(1);
    expect(amounts(await seller.invoice('ada'))).toEqual(['1200', '0', '1200', '500', '500']);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    await expect(seller.client.refunds.create(invoice.id, usd(701))).rejects.toMatchObject({ status: 400, code: 'refund_exceeds_payment' });
    await expect(seller.client.creditNotes.void(note.id)).rejects.toMatchObject({ status: 409, code: 'credit_note_closed' });
  });

  it.each([
    ['customer_balance', ['0', '300', '0'], -300],
    ['outside', ['0', '0', '300'], 0],
  ] as const)('on a paid invoice give back by %s, and nothing is refunded', async (giveBack, parts, balance) => {
    const { seller, invoice } = await invoiced('pm_card_visa');
    const note = await seller.client.creditNotes.create(invoice.id, { ...usd(300), giveBack });
    expect([note.amountRefunded, note.amountToBalance, note.amountOutside].map(({ amountInMinorUnits }) => amountInMinorUnits)).toEqual(parts);
    await world.converge(seller);
    expect(amounts(await seller.invoice('ada'))).toEqual(['1200', '0', '1200', '0', '300']);
    expect(await seller.stripe.list('refunds')).toEqual([]);
    expect(await seller.stripe.call('GET', `/v1/customers/${invoice.providerCustomerId}`)).toMatchObject({ balance });
  });

  it('and refunds together never give back more than came in, in whichever order they are asked for', async () => {
    const refunded = await invoiced('pm_card_visa');
    await refunded.seller.client.refunds.create(refunded.invoice.id, usd(1000));
    await expect(refunded.seller.client.creditNotes.create(refunded.invoice.id, { ...usd(201), giveBack: 'customer_balance' })).rejects.toMatchObject({ status: 400, code: 'credit_exceeds_invoice' });
    expect(await refunded.seller.client.creditNotes.create(refunded.invoice.id, { giveBack: 'customer_balance' })).toMatchObject({ status: 'issued', amountToBalance: { amountInMinorUnits: '200' } });
    await expect(refunded.seller.client.creditNotes.create(refunded.invoice.id, { giveBack: 'customer_balance' })).rejects.toMatchObject({ status: 409, code: 'nothing_to_credit' });
    // A note about what was returned by another way moves no money, so it may also be written for what was refunded.
    expect(await refunded.seller.client.creditNotes.create(refunded.invoice.id, { giveBack: 'outside' })).toMatchObject({ status: 'issued', amountOutside: { amountInMinorUnits: '1000' } });

    const credited = await invoiced('pm_card_visa');
    await credited.seller.client.creditNotes.create(credited.invoice.id, { ...usd(800), giveBack: 'customer_balance' });
    await expect(credited.seller.client.refunds.create(credited.invoice.id, usd(401))).rejects.toMatchObject({ status: 400, code: 'refund_exceeds_payment' });
    expect(await credited.seller.client.refunds.create(credited.invoice.id)).toMatchObject({ status: 'succeeded', amount: { amountInMinorUnits: '400' } });
    await expect(credited.seller.client.refunds.create(credited.invoice.id)).rejects.toMatchObject({ status: 409, code: 'nothing_to_refund' });

    const there = await invoiced('pm_card_visa');
    await there.seller.stripe.call('POST', '/v1/credit_notes', { invoice: there.invoice.providerInvoiceId!, amount: '800', credit_amount: '800' });
    await expect(there.seller.client.refunds.create(there.invoice.id, usd(401))).rejects.toMatchObject({ status: 400, code: 'refund_exceeds_payment' });
    await world.converge(there.seller);
    expect(await there.seller.client.refunds.create(there.invoice.id)).toMatchObject({ amount: { amountInMinorUnits: '400' } });
  });

  it.each(
    (['reset_before', 'reset_after'] as const).flatMap((kind) => [
      [kind, null, null, ['1000', '1000', '0', '0', '200']],
      [kind, 'pm_card_visa', 'refund', ['1200', '0', '1200', '200', '200']],
    ] as const),
  )('are issued once though the answer is lost (%s, card %s)', async (kind, card, giveBack, expected) => {
    const { seller, invoice } = await invoiced(card);
    seller.trouble(CREATE, { kind });
    const note = await seller.client.creditNotes.create(invoice.id, { ...usd(200), giveBack });
    expect(['unknown', 'pending']).toContain(note.status);
    await expect(seller.client.creditNotes.create(invoice.id, { ...usd(1001), giveBack })).rejects.toMatchObject({ status: 400 });
    await world.converge(seller);
    expect(await seller.client.creditNotes.get(note.id)).toMatchObject({ status: 'issued' });
    expect((await seller.client.creditNotes.list()).items).toHaveLength(1);
    expect(await seller.stripe.list('credit_notes')).toHaveLength(1);
    const refunds = (await seller.client.refunds.list()).items;
    expect(refunds.map(({ status, creditNoteId, providerRefundId }) => [status, creditNoteId, providerRefundId !== null])).toEqual(giveBack === null ? [] : [['succeeded', note.id, true]]);
    expect(await seller.stripe.list('refunds')).toHaveLength(refunds.length);
    expect(amounts(await seller.invoice('ada'))).toEqual(expected);
  });

  it('whose voiding gets no answer are void in the end, and once', async () => {
    const { seller, invoice } = await invoiced(null);
    const note = await seller.client.creditNotes.create(invoice.id, usd(200));
    seller.trouble(VOID, { kind: 'reset_after' });
    await expect(seller.client.creditNotes.void(note.id)).rejects.toMatchObject({ status: 503, code: 'provider_unavailable' });
    await world.converge(seller);
    expect(await seller.client.creditNotes.get(note.id)).toMatchObject({ status: 'void' });
    expect(amounts(await seller.invoice('ada'))).toEqual(['1200', '1200', '0', '0', '0']);
  });

  it('made and voided in the dashboard become facts here, with the refund they own', async () => {
    const open = await invoiced(null);
    const there = await open.seller.stripe.call('POST', '/v1/credit_notes', { invoice: open.invoice.providerInvoiceId!, amount: '300', memo: 'By hand' });
    await world.converge(open.seller);
    expect((await open.seller.client.creditNotes.list()).items).toMatchObject([{ origin: 'provider', providerCreditNoteId: there.id, status: 'issued', memo: 'By hand' }]);
    await open.seller.stripe.call('POST', `/v1/credit_notes/${there.id}/void`, {});
    await world.converge(open.seller);
    expect((await open.seller.client.creditNotes.list()).items).toMatchObject([{ status: 'void' }]);
    expect(amounts(await open.seller.invoice('ada'))).toEqual(['1200', '1200', '0', '0', '0']);

    const paid = await invoiced('pm_card_visa');
    await paid.seller.stripe.call('POST', '/v1/credit_notes', { invoice: paid.invoice.providerInvoiceId!, amount: '300', refund_amount: '300' });
    await world.converge(paid.seller);
    const [note] = (await paid.seller.client.creditNotes.list()).items;
    expect((await paid.seller.client.refunds.list()).items).toMatchObject([{ origin: 'credit_note', creditNoteId: note!.id, amount: { amountInMinorUnits: '300' } }]);
  });

  it('of nothing, as lines that cancel out make them in the dashboard, are none, and keep no other from becoming a fact here', async () => {
    const { seller, invoice } = await invoiced(null);
    const { app } = world.application;
    const note = { providerInvoiceId: invoice.providerInvoiceId!, status: 'issued', providerStatus: 'issued', number: null, currency: 'USD', refunded: 0n, toBalance: 0n, outside: 0n, refundIds: [], tax: null, reason: null, memo: null, documentUrl: null, tags: {} } as const;
    const [empty, other] = [
      { ...note, id: 'cn_empty', amount: 0n, beforePayment: 0n, createTimeInMillis: 1 },
      { ...note, id: 'cn_other', amount: 300n, beforePayment: 300n, createTimeInMillis: 2 },
    ];
    await app.get(Database).transaction((tx) => app.get(ReturnedMoneyTakeOver, { strict: false }).takeOver(tx, invoice.id, { notes: [empty, other], refunds: [] }, world.application.clock.now()));
    expect((await seller.client.creditNotes.list()).items).toMatchObject([{ providerCreditNoteId: 'cn_other', amount: { amountInMinorUnits: '300' } }]);
  });

  it('the provider refuses stay visible as failed, and free the refund they had announced', async () => {
    const { seller, invoice } = await invoiced('pm_card_visa');
    seller.trouble(CREATE, { kind: 'error', status: 400, error: { type: 'invalid_request_error', message: 'Not now.' } });
    await expect(seller.client.creditNotes.create(invoice.id, { giveBack: 'refund' })).rejects.toMatchObject({ status: 409, code: 'refused_by_provider' });
    expect((await seller.client.creditNotes.list()).items).toMatchObject([{ status: 'failed', failureMessage: 'Not now.' }]);
    expect((await seller.client.refunds.list()).items).toMatchObject([{ status: 'failed', origin: 'credit_note' }]);
    await seller.client.creditNotes.create(invoice.id, { giveBack: 'refund' });
    await world.converge(seller);
    expect(amounts(await seller.invoice('ada'))).toEqual(['1200', '0', '1200', '1200', '1200']);
  });

  it('asked for wrongly are refused by name', async () => {
    const paid = await invoiced('pm_card_visa');
    const open = await invoiced(null);
    const wrong: [of: typeof paid, body: Record<string, unknown>, status: number, code: string][] = [
      [paid, usd(100), 400, 'give_back_required'],
      [open, { ...usd(100), giveBack: 'refund' }, 400, 'give_back_not_applicable'],
      [open, usd(0), 400, 'invalid_amount'],
      [open, usd(-1), 400, 'invalid_amount'],
      [open, { amount: { amountInMinorUnits: 1, currency: 'EUR' } }, 400, 'invalid_amount'],
      [open, usd(1201), 400, 'credit_exceeds_invoice'],
      [paid, { ...usd(1201), giveBack: 'outside' }, 400, 'credit_exceeds_invoice'],
      [paid, { ...usd(1), giveBack: 'cash' }, 400, 'invalid_request'],
      [open, { ...usd(1), reason: 'because' }, 400, 'invalid_request'],
      [open, { ...usd(1), memo: 'Paid with 4242424242424242' }, 400, 'card_number_refused'],
    ];
    for (const [{ seller, invoice }, body, status, code] of wrong) await expect(seller.client.creditNotes.create(invoice.id, body)).rejects.toMatchObject({ status, code });
    await expect(open.seller.client.creditNotes.create(paid.invoice.id)).rejects.toMatchObject({ status: 404, code: 'invoice_not_found' });
    await expect(open.seller.client.creditNotes.void('crn_none')).rejects.toMatchObject({ status: 404, code: 'credit_note_not_found' });
    await open.seller.client.invoices.void(open.invoice.id);
    await expect(open.seller.client.creditNotes.create(open.invoice.id)).rejects.toMatchObject({ status: 409, code: 'not_creditable' });
    expect([...paid.seller.stripe.requests(CREATE), ...open.seller.stripe.requests(CREATE)]).toEqual([]);
  });
});
