import type Stripe from 'stripe';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { mergeMetadata } from '../http/field-changes.js';
import { StripeError } from '../http/stripe-error.js';
import type { Charge, CreditNote, Invoice } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { creditNoteLines, sumsOfTaxes, taxesOfAmount } from './credit-note-lines.js';
import { moveBalance } from './customer-balance.js';
import { releasePayments, requestRemaining } from './invoice-payments.js';
import { markPaid } from './invoice-settlement.js';
import { createRefund } from './refunding.js';

type LinkedRefund = { amount_refunded: number; payment_record_refund: null; refund: string; type: 'refund' };

/** Lines that an answer includes; the rest comes from the note's own list. */
const SHOWN_LINES = 10;

/** Issues a note: an open invoice asks for less, a paid one gives back to card, balance or by another way. */
export function issueCreditNote(account: SandboxAccount, given: Stripe.CreditNoteCreateParams): CreditNote {
  const invoice = account.edit('invoice', account.refer('invoice', given.invoice, 'invoice').id);
  if (invoice.status !== 'open' && invoice.status !== 'paid') throw StripeError.invalid(`Credit notes can be issued for open and paid invoices; ${invoice.id} is ${invoice.status}.`, 'invoice');
  const lines = creditNoteLines(account, invoice, given.lines);
  if (given.amount === undefined && lines.length === 0) throw StripeError.invalid('Give amount or lines.', 'amount', 'parameter_missing');
  const ofLines = lines.reduce((sum, line) => sum + line.amount, 0) + sumsOfTaxes(lines.flatMap((line) => line.taxes)).exclusive;
  const amount = given.amount ?? ofLines;
  if (lines.length > 0 && amount !== ofLines) throw StripeError.invalid(`The lines and their taxes come to ${ofLines}, not ${amount}.`, 'amount');
  const taxes = lines.length > 0 ? lines.flatMap((line) => line.taxes) : taxesOfAmount(invoice, amount);
  const { exclusive, inclusive } = sumsOfTaxes(taxes);
  const left = invoice.total - invoice.pre_payment_credit_notes_amount - invoice.post_payment_credit_notes_amount;
  if (amount < 1 || amount > left) throw StripeError.invalid(`The credit note amount must lie between 1 and ${left}.`, 'amount');
  const isPaid = invoice.status === 'paid';
  const count = account.children('credit_note', invoice.id).length;
  const number = `${invoice.number}-CN-${String(count + 1).padStart(2, '0')}`;
  const note = account.create('credit_note', 'cn_', {
    amount,
    currency: invoice.currency,
    customer: invoice.customer,
    effective_at: given.effective_at ?? account.now,
    invoice: invoice.id,
    memo: given.memo ?? null,
    metadata: mergeMetadata({}, given.metadata),
    number,
    out_of_band_amount: given.out_of_band_amount ?? null,
    pdf: `${invoice.invoice_pdf}/credit-note-${count + 1}`,
    post_payment_amount: isPaid ? amount : 0,
    pre_payment_amount: isPaid ? 0 : amount,
    reason: given.reason ?? null,
    status: 'issued',
    subtotal: amount - exclusive,
    subtotal_excluding_tax: amount - exclusive - inclusive,
    total: amount,
    total_excluding_tax: amount - exclusive - inclusive,
    total_taxes: taxes,
    type: isPaid ? 'post_payment' : 'pre_payment',
  });
  note['lines'] = { object: 'list', data: lines.slice(0, SHOWN_LINES), has_more: lines.length > SHOWN_LINES, url: `/v1/credit_notes/${note.id}/lines` };
  account.keep('_credit_note_lines', note.id, { lines });
  if (isPaid) giveBack(account, invoice, note, given);
  else reduceOpenInvoice(account, invoice, amount);
  emit(account, 'credit_note.created', note);
  return note;
}

/** A paid invoice is credited to card, balance or elsewhere; the parts must make up the whole. */
function giveBack(account: SandboxAccount, invoice: Invoice, note: CreditNote, given: Stripe.CreditNoteCreateParams): void {
  const linked = (given.refunds ?? []).map((entry) => linkRefund(account, entry));
  const linkedAmount = linked.reduce((sum, entry) => sum + entry.amount_refunded, 0);
  const parts = (given.refund_amount ?? 0) + (given.credit_amount ?? 0) + (given.out_of_band_amount ?? 0) + linkedAmount;
  if (parts > note.amount || (parts < note.amount && account.assumes('credit_parts_must_add_up'))) throw StripeError.invalid(`refund_amount, credit_amount, out_of_band_amount and the linked refunds must add up to ${note.amount}.`, 'amount');
  if (parts < note.amount) note['out_of_band_amount'] = (given.out_of_band_amount ?? 0) + note.amount - parts;
  if (given.credit_amount) {
    note['customer_balance_transaction'] = moveBalance(account, invoice.customer, { amount: -given.credit_amount, currency: invoice.currency, type: 'credit_note', invoice: invoice.id, creditNote: note.id }).id;
  }
  note['refunds'] = [...linked, ...refundCharges(account, invoice, given.refund_amount ?? 0)];
  const previous = { post_payment_credit_notes_amount: invoice.post_payment_credit_notes_amount };
  invoice.post_payment_credit_notes_amount += note.amount;
  emit(account, 'invoice.updated', invoice, previous);
}

/** A refund made before the note, for which the note is the document. */
function linkRefund(account: SandboxAccount, entry: NonNullable<Stripe.CreditNoteCreateParams['refunds']>[number]): LinkedRefund {
  const refund = account.refer('refund', entry.refund ?? '', 'refunds');
  const amount = entry.amount_refunded ?? refund.amount;
  if (amount < 1 || amount > refund.amount) throw StripeError.invalid(`Refund ${refund.id} gave back ${refund.amount}.`, 'refunds');
  return { amount_refunded: amount, payment_record_refund: null, refund: refund.id, type: 'refund' };
}

function refundCharges(account: SandboxAccount, invoice: Invoice, wanted: number): LinkedRefund[] {
  const made: LinkedRefund[] = [];
  let rest = wanted;
  for (const charge of chargesOf(account, invoice)) {
    const amount = Math.min(rest, charge.amount_captured - charge.amount_refunded);
    if (amount < 1) continue;
    rest -= amount;
    const refund = createRefund(account, charge, amount, { metadata: {} });
    made.push({ amount_refunded: amount, payment_record_refund: null, refund: refund.id, type: 'refund' });
  }
  if (rest > 0) throw StripeError.invalid('The charges of this invoice do not have that much left to refund.', 'refund_amount');
  return made;
}

function chargesOf(account: SandboxAccount, invoice: Invoice): Charge[] {
  return account.children('invoice_payment', invoice.id).flatMap((payment) => {
    const intent = payment.status === 'paid' && payment.payment.payment_intent ? account.require('payment_intent', payment.payment.payment_intent) : undefined;
    return intent?.latest_charge ? [account.require('charge', intent.latest_charge)] : [];
  });
}

function reduceOpenInvoice(account: SandboxAccount, invoice: Invoice, amount: number): void {
  if (amount > invoice.amount_remaining) throw StripeError.invalid(`The invoice has only ${invoice.amount_remaining} left to credit.`, 'amount');
  const previous: Record<string, unknown> = { amount_due: invoice.amount_due };
  invoice.pre_payment_credit_notes_amount += amount;
  invoice.amount_due -= amount;
  invoice.amount_remaining -= amount;
  if (invoice.amount_remaining === 0) {
    releasePayments(account, invoice);
    markPaid(account, invoice, previous);
    return;
  }
  requestRemaining(account, invoice);
  emit(account, 'invoice.updated', invoice, previous);
}
