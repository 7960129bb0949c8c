import { objectId } from '../account/object-id.js';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { Customer, Invoice } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { minimumCharge } from './charge-minimum.js';
import { markPaid } from './invoice-settlement.js';
import { replaceOriginal } from './invoice-revision.js';
import { isAutomatic, statusOfTax } from './invoice-taxes.js';
import { applyBalance, balanceInCurrency, retotalDraft } from './invoice-totals.js';
import { newIntent } from './payment-intent-creation.js';

/** Automatic collection starts about this long after finalizing. */
const COLLECTION_DELAY_IN_SECONDS = 3600;

/** From now on Stripe charges it by itself. An attempt that is scheduled already stays. */
export function scheduleCollection(account: SandboxAccount, invoice: Invoice): void {
  if (invoice.collection_method === 'charge_automatically') invoice.next_payment_attempt ??= account.now + COLLECTION_DELAY_IN_SECONDS;
}

/** Draft → open, or straight to paid when nothing has to be collected. */
export function finalizeInvoice(account: SandboxAccount, invoice: Invoice, autoAdvance: boolean | undefined): void {
  if (invoice.status !== 'draft') throw notADraft('This invoice is already finalized, you can\'t re-finalize a non-draft invoice.');
  const customer = account.edit('customer', invoice.customer);
  const obstacle = account.secret('_finalization_obstacle', customer.id);
  if (obstacle) throw refuseToFinalize(account, invoice, obstacle.message);
  retotalDraft(account, invoice);
  if (isAutomatic(invoice) && statusOfTax(invoice) !== 'complete') throw refuseToFinalize(account, invoice, 'The customer has no address that automatic tax can be computed by.');
  const terms = account.secret('_invoice_terms', invoice.id);
  if (autoAdvance !== undefined) invoice.auto_advance = autoAdvance;
  invoice['last_finalization_error'] = null;
  replaceOriginal(account, invoice);
  if (invoice.number === null) claimNumber(account, invoice, nextNumber(account, customer));
  invoice.status = 'open';
  invoice.effective_at ??= account.now;
  invoice.automatically_finalizes_at = null;
  invoice.status_transitions.finalized_at = account.now;
  if (invoice.collection_method === 'send_invoice') invoice.due_date ??= account.now + (terms?.daysUntilDue ?? 0) * 86_400;
  const token = objectId('');
  invoice.hosted_invoice_url = `${account.baseUrl()}/i/${account.id}/${invoice.id}/${token}`;
  invoice.invoice_pdf = `${invoice.hosted_invoice_url}/pdf`;
  const isBelowMinimum = useBalance(account, invoice, customer);
  emit(account, 'invoice.finalized', invoice);
  if (invoice.amount_due === 0) {
    // A carried-over amount changes the customer too; a used or gained credit does as well.
    if (isBelowMinimum || invoice.ending_balance !== invoice.starting_balance) emit(account, 'customer.updated', customer, { balance: invoice.starting_balance });
    markPaid(account, invoice, {});
    emit(account, 'invoice.payment_succeeded', invoice);
    return;
  }
  if (invoice.ending_balance !== invoice.starting_balance) emit(account, 'customer.updated', customer, { balance: invoice.starting_balance });
  if (invoice.auto_advance) scheduleCollection(account, invoice);
  openPayment(account, invoice);
}

/** The invoice stays a draft and says why; the refusal is on record. */
function refuseToFinalize(account: SandboxAccount, invoice: Invoice, message: string): StripeError {
  const error = { type: 'invalid_request_error', code: 'customer_tax_location_invalid', message } as const;
  invoice['last_finalization_error'] = error;
  emit(account, 'invoice.finalization_failed', invoice);
  return new StripeError(400, error, { keepsEffects: true });
}

export function notADraft(message: string): StripeError {
  return StripeError.invalid(message, undefined, 'invoice_not_editable');
}

/** Applies the customer's balance and the smallest chargeable amount; answers whether the latter was met. */
function useBalance(account: SandboxAccount, invoice: Invoice, customer: Customer): boolean {
  const start = balanceInCurrency(customer, invoice.currency);
  let { amountDue, endingBalance } = applyBalance(invoice.total, start);
  const isBelowMinimum = amountDue > 0 && amountDue < minimumCharge(invoice.currency);
  if (isBelowMinimum) [amountDue, endingBalance] = [0, amountDue];
  invoice.starting_balance = start;
  invoice.ending_balance = endingBalance;
  invoice.amount_due = amountDue;
  invoice.amount_remaining = amountDue;
  customer.currency ??= invoice.currency;
  if (endingBalance !== start) {
    customer.balance = endingBalance;
    account.create('customer_balance_transaction', 'cbtxn_', {
      amount: endingBalance - start,
      currency: invoice.currency,
      customer: customer.id,
      ending_balance: endingBalance,
      invoice: invoice.id,
      metadata: {},
      type: isBelowMinimum ? 'invoice_too_small' : 'applied_to_invoice',
    });
  }
  return isBelowMinimum;
}

/** The intent that will collect the invoice, and the InvoicePayment that ties the two together. */
function openPayment(account: SandboxAccount, invoice: Invoice): void {
  const intent = newIntent(account, {
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: invoice.customer,
    description: invoice['description'] as string | null,
    payment_method: null,
  });
  account.create('invoice_payment', 'inpay_', {
    amount_requested: invoice.amount_due,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    payment: { type: 'payment_intent', payment_intent: intent.id },
    status: 'open',
  });
  emit(account, 'payment_intent.created', intent);
}

/** The customer's prefix and a running number, skipping numbers that were given by hand. */
function nextNumber(account: SandboxAccount, customer: Customer): string {
  for (;;) {
    const number = `${customer.invoice_prefix}-${String(customer.next_invoice_sequence).padStart(4, '0')}`;
    customer.next_invoice_sequence += 1;
    if (!account.secret('_invoice_number', number)) return number;
  }
}

export function claimNumber(account: SandboxAccount, invoice: Invoice, number: string): void {
  const owner = account.secret('_invoice_number', number);
  if (owner && owner.invoice !== invoice.id) throw StripeError.invalid(`The invoice number ${number} is already in use.`, 'number');
  releaseNumber(account, invoice);
  invoice.number = number || null;
  if (number) account.keep('_invoice_number', number, { invoice: invoice.id });
}

/** A deleted draft gives its number back. */
export function releaseNumber(account: SandboxAccount, invoice: Invoice): void {
  if (invoice.number !== null) account.rows.remove('_invoice_number', invoice.number);
}
