import type Stripe from 'stripe';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { mergeMetadata } from '../http/field-changes.js';
import { listPage, whereEqual } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { CreditNote, Invoice } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { openIntentOf, releasePayments } from './invoice-collection.js';
import { markPaid } from './invoice-settlement.js';
import { createRefund } from './refunding.js';
import { refuseUnsupported } from './unsupported-parameters.js';

export const creditNoteRoutes: Route[] = [
  { operation: 'POST /v1/credit_notes', handle: create },
  { operation: 'GET /v1/credit_notes', handle: ({ account, params }) => listPage(whereEqual(account.list('credit_note'), params, ['customer', 'invoice']), params, '/v1/credit_notes') },
  { operation: 'GET /v1/credit_notes/*', handle: (request) => request.account.require('credit_note', firstId(request)) },
  { operation: 'POST /v1/credit_notes/*/void', handle: voidNote },
];

function create(request: RouteRequest): CreditNote {
  const { account, params } = request;
  const given = input<Stripe.CreditNoteCreateParams>(request);
  refuseUnsupported(params, ['refunds', 'shipping_cost']);
  const invoice = account.edit('invoice', account.refer('invoice', given.invoice, 'invoice').id);
  if (invoice.status !== 'open' && invoice.status !== 'paid') throw StripeError.invalid(`Credit notes can be issued for open and paid invoices; ${invoice.id} is ${invoice.status}.`, 'invoice');
  const amount = given.amount ?? linesTotal(account, invoice, given);
  const credited = invoice.pre_payment_credit_notes_amount + invoice.post_payment_credit_notes_amount;
  if (amount < 1 || amount > invoice.total - credited) throw StripeError.invalid(`The credit note amount must lie between 1 and ${invoice.total - credited}.`, 'amount');
  const isPaid = invoice.status === 'paid';
  const refundId = isPaid ? giveBack(account, invoice, amount, given) : undefined;
  if (!isPaid) reduceOpenInvoice(account, invoice, amount);
  else invoice.post_payment_credit_notes_amount += amount;
  const count = account.list('credit_note').filter((note) => note.invoice === invoice.id).length;
  const note = account.create('credit_note', 'cn_', {
    amount,
    currency: invoice.currency,
    customer: invoice.customer,
    invoice: invoice.id,
    lines: { object: 'list', data: [], has_more: false, url: '/v1/credit_notes/lines' },
    memo: given.memo ?? null,
    metadata: mergeMetadata({}, given.metadata),
    number: `${invoice.number}-CN-${String(count + 1).padStart(2, '0')}`,
    out_of_band_amount: given.out_of_band_amount ?? null,
    pdf: `${invoice.invoice_pdf}/credit-note-${count + 1}`,
    post_payment_amount: isPaid ? amount : 0,
    pre_payment_amount: isPaid ? 0 : amount,
    reason: given.reason ?? null,
    refunds: refundId ? [{ amount_refunded: given.refund_amount ?? 0, payment_record_refund: null, refund: refundId, type: 'refund' }] : [],
    status: 'issued',
    subtotal: amount,
    subtotal_excluding_tax: amount,
    total: amount,
    total_excluding_tax: amount,
    type: isPaid ? 'post_payment' : 'pre_payment',
  });
  emit(account, 'credit_note.created', note);
  return note;
}

function linesTotal(account: SandboxAccount, invoice: Invoice, given: Stripe.CreditNoteCreateParams): number {
  const lines = given.lines ?? [];
  if (lines.length === 0) throw StripeError.invalid('Give amount or lines.', 'amount', 'parameter_missing');
  return lines.reduce((sum, line) => sum + (line.amount ?? (line.unit_amount ?? creditedLine(account, invoice, line.invoice_line_item)) * (line.amount === undefined && line.unit_amount !== undefined ? (line.quantity ?? 1) : 1)), 0);
}

function creditedLine(account: SandboxAccount, invoice: Invoice, id: string | undefined): number {
  const line = account.refer('line_item', id ?? '', 'lines');
  if (line.invoice !== invoice.id) throw StripeError.invalid(`Line ${line.id} belongs to another invoice.`, 'lines');
  return line.amount;
}

/** A paid invoice is credited to card, balance or elsewhere; the three parts must make up the whole. */
function giveBack(account: SandboxAccount, invoice: Invoice, amount: number, given: Stripe.CreditNoteCreateParams): string | undefined {
  const parts = (given.refund_amount ?? 0) + (given.credit_amount ?? 0) + (given.out_of_band_amount ?? 0);
  if (parts !== amount) throw StripeError.invalid(`refund_amount, credit_amount and out_of_band_amount must add up to ${amount}.`, 'amount');
  if (given.credit_amount) {
    const customer = account.edit('customer', invoice.customer);
    const before = customer.balance;
    customer.balance -= given.credit_amount;
    emit(account, 'customer.updated', customer, { balance: before });
  }
  if (!given.refund_amount) return undefined;
  const payment = account.children('invoice_payment', invoice.id).find((entry) => entry.status === 'paid');
  const intent = payment?.payment.payment_intent ? account.require('payment_intent', payment.payment.payment_intent) : undefined;
  if (!intent?.latest_charge) throw StripeError.invalid('This invoice was not paid by a charge that could be refunded.', 'refund_amount');
  return createRefund(account, account.require('charge', intent.latest_charge), given.refund_amount, { metadata: {} }).id;
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
  const intent = account.edit('payment_intent', openIntentOf(account, invoice));
  intent.amount = invoice.amount_remaining;
  for (const payment of account.children('invoice_payment', invoice.id)) {
    if (payment.status === 'open') account.edit('invoice_payment', payment.id).amount_requested = invoice.amount_remaining;
  }
  emit(account, 'invoice.updated', invoice, previous);
}

/** Only a note that has not moved money yet can be taken back. */
function voidNote(request: RouteRequest): CreditNote {
  const { account } = request;
  const note = account.edit('credit_note', firstId(request));
  if (note.status === 'void') throw StripeError.invalid('This credit note is already void.');
  const invoice = account.edit('invoice', note.invoice);
  if (note.post_payment_amount > 0 || invoice.status !== 'open') throw StripeError.invalid('Only credit notes on open invoices can be voided.');
  note.status = 'void';
  note.voided_at = account.now;
  invoice.pre_payment_credit_notes_amount -= note.amount;
  invoice.amount_due += note.amount;
  invoice.amount_remaining += note.amount;
  account.edit('payment_intent', openIntentOf(account, invoice)).amount = invoice.amount_remaining;
  emit(account, 'credit_note.voided', note);
  emit(account, 'invoice.updated', invoice);
  return note;
}
