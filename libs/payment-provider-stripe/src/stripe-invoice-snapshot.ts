import type Stripe from 'stripe';
import type { ProviderInvoice, ProviderInvoiceStatus, ProviderPayment } from '@tollkeeper/payment-provider';
import { expectList, expectObject } from './stripe-answer.js';
import { UnreadableAnswerError } from './stripe-call-error.js';
import type { StripeCall } from './stripe-call.js';
import { fromStripeAmount } from './stripe-currency.js';
import { expanded, fromMetadata, idOf, mapPaymentIntent, toMillis } from './stripe-mapping.js';

/** Four levels, Stripe's maximum; the charge behind the intent is a fifth and takes a second read. */
export const INVOICE_EXPANSIONS = ['payments.data.payment.payment_intent'];
const PAYMENT_EXPANSIONS = ['data.payment.payment_intent.latest_charge'];
const LOOK_UP_EXPANSIONS = ['data.invoice', ...PAYMENT_EXPANSIONS];
const PAGE_SIZE = 100;

/**
 * The invoice as plain data, with refunds and card read from the charges behind its payments.
 * @param invoice read with INVOICE_EXPANSIONS
 */
export async function readInvoice(call: StripeCall, invoice: Stripe.Invoice): Promise<ProviderInvoice> {
  const payments = invoice.payments;
  const needsCharges = !payments || payments.has_more || payments.data.some(hasUnreadCharge);
  const read = needsCharges
    ? expectList(await call.client.invoicePayments.list({ invoice: invoice.id, limit: PAGE_SIZE, expand: PAYMENT_EXPANSIONS }, call.read())).data
    : payments.data;
  return mapInvoice(invoice, read, await lineCount(call, invoice));
}

/**
 * By the invoice's payments, which tell of the invoice above them and of the charges below them in one answer; a draft, which has none, is read by itself.
 */
export async function lookUpInvoice(call: StripeCall, id: string): Promise<ProviderInvoice> {
  const { data } = expectList(await call.client.invoicePayments.list({ invoice: id, limit: PAGE_SIZE, expand: LOOK_UP_EXPANSIONS }, call.read()));
  const invoice = expanded(data[0]?.invoice);
  if (invoice && !isDeleted(invoice)) return mapInvoice(invoice, data, await lineCount(call, invoice));
  return readInvoice(call, expectObject(await call.client.invoices.retrieve(id, { expand: INVOICE_EXPANSIONS }, call.read()), 'invoice'));
}

/**
 * The same after a write that has already succeeded: a failing second read must not turn a done work into an unknown one, so the
 * snapshot then lacks card and refunds, which a write cannot have changed.
 */
export async function readWrittenInvoice(call: StripeCall, invoice: Stripe.Invoice): Promise<ProviderInvoice> {
  const shallow = mapInvoice(invoice, invoice.payments?.data ?? [], shallowLineCount(invoice) ?? invoice.lines.data.length);
  try {
    return await readInvoice(call, invoice);
  } catch {
    return shallow;
  }
}

export function mapInvoice(invoice: Stripe.Invoice, invoicePayments: readonly Stripe.InvoicePayment[], lines: number): ProviderInvoice {
  const money = (amount: number): bigint => fromStripeAmount(amount, invoice.currency);
  const payments = invoicePayments.flatMap(mapInvoicePayment);
  return {
    id: invoice.id,
    status: invoiceStatus(invoice),
    providerStatus: invoice.status ?? 'draft',
    number: invoice.number,
    providerCustomerId: idOf(invoice.customer) ?? '',
    currency: invoice.currency.toUpperCase(),
    subtotal: money(invoice.subtotal),
    discount: money((invoice.total_discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0)),
    total: money(invoice.total),
    tax: money((invoice.total_taxes ?? []).reduce((sum, { amount }) => sum + amount, 0)),
    taxIncluded: money((invoice.total_taxes ?? []).reduce((sum, { amount, tax_behavior: behavior }) => (behavior === 'inclusive' ? sum + amount : sum), 0)),
    lacksTaxLocation: invoice.automatic_tax?.enabled === true && invoice.automatic_tax.status === 'requires_location_inputs',
    amountDue: money(invoice.amount_due),
    amountPaid: money(invoice.amount_paid),
    amountRemaining: money(invoice.amount_remaining),
    startingBalance: money(invoice.starting_balance),
    endingBalance: invoice.ending_balance === null ? null : money(invoice.ending_balance),
    attempted: invoice.attempted,
    attemptCount: invoice.attempt_count,
    nextAttemptTimeInMillis: invoice.next_payment_attempt === null ? null : toMillis(invoice.next_payment_attempt),
    collectsByItself: invoice.auto_advance === true,
    dueTimeInMillis: invoice.due_date === null ? null : toMillis(invoice.due_date),
    // Since `basil` the invoice no longer says so itself, and `amount_paid` counts outside money too.
    paidElsewhere: invoice.status === 'paid' && invoice.amount_due > 0 && !invoicePayments.some(isPaidAtStripe),
    hostedUrl: invoice.hosted_invoice_url ?? null,
    documentUrl: invoice.invoice_pdf ?? null,
    lineCount: lines,
    latestRevisionId: idOf(invoice.latest_revision),
    finalizationError: invoice.last_finalization_error ? (invoice.last_finalization_error.message ?? invoice.last_finalization_error.code ?? 'unknown') : null,
    creditedBeforePayment: money(invoice.pre_payment_credit_notes_amount),
    creditedAfterPayment: money(invoice.post_payment_credit_notes_amount),
    amountOverpaid: money(invoice.amount_overpaid),
    tags: fromMetadata(invoice.metadata),
    payments,
  };
}

function invoiceStatus(invoice: Stripe.Invoice): ProviderInvoiceStatus {
  const status = (invoice.status as string | null) ?? 'draft';
  switch (status) {
    case 'draft':
    case 'open':
    case 'paid':
    case 'void':
    case 'uncollectible':
      return status;
    default:
      throw new UnreadableAnswerError(`Stripe answered an invoice in the unknown state '${status}'.`);
  }
}

/** Invoices made here are paid by intents; other kinds (a legacy charge, a record of outside money) are no payment of ours. */
function mapInvoicePayment({ payment, invoice }: Stripe.InvoicePayment): ProviderPayment[] {
  const intent = expanded(payment.payment_intent);
  return intent ? [mapPaymentIntent(intent, idOf(invoice))] : [];
}

function isDeleted(invoice: Stripe.Invoice | Stripe.DeletedInvoice): invoice is Stripe.DeletedInvoice {
  return invoice.deleted === true;
}

function isPaidAtStripe({ payment, status }: Stripe.InvoicePayment): boolean {
  return status === 'paid' && payment.type !== 'payment_record';
}

function hasUnreadCharge({ payment }: Stripe.InvoicePayment): boolean {
  return typeof payment.payment_intent === 'string' || typeof payment.payment_intent?.latest_charge === 'string';
}

/** `total_count` is sent on embedded lists but not declared; the embedded page itself holds ten lines. */
function shallowLineCount(invoice: Stripe.Invoice): number | null {
  const { total_count: count } = invoice.lines as { total_count?: unknown };
  if (typeof count === 'number') return count;
  return invoice.lines.has_more ? null : invoice.lines.data.length;
}

async function lineCount(call: StripeCall, invoice: Stripe.Invoice): Promise<number> {
  return shallowLineCount(invoice) ?? (await listInvoiceLines(call, invoice.id)).length;
}

/** All of them; an answer about the invoice holds ten. */
export async function listInvoiceLines(call: StripeCall, invoiceId: string): Promise<Stripe.InvoiceLineItem[]> {
  const lines: Stripe.InvoiceLineItem[] = [];
  for (let after: string | undefined; ; ) {
    const page = expectList(await call.client.invoices.listLineItems(invoiceId, { limit: PAGE_SIZE, ...(after !== undefined && { starting_after: after }) }, call.read()));
    lines.push(...page.data);
    after = page.data.at(-1)?.id;
    if (!page.has_more || after === undefined) return lines;
  }
}
