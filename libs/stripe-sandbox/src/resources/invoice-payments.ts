import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { Invoice, InvoicePayment } from '../state/stripe-objects.js';
import { cancelIntent } from './payment-intent-cancellation.js';

export function paymentOfIntent(account: SandboxAccount, intentId: string): InvoicePayment | undefined {
  return account.children('invoice_payment', intentId)[0];
}

export function invoiceOfIntent(account: SandboxAccount, intentId: string): Invoice | undefined {
  const payment = paymentOfIntent(account, intentId);
  return payment && account.find('invoice', payment.invoice);
}

export function openIntentOf(account: SandboxAccount, invoice: Invoice): string {
  const payment = account.children('invoice_payment', invoice.id).find((entry) => entry.is_default && entry.status === 'open');
  if (!payment?.payment.payment_intent) throw StripeError.invalid('This invoice has no open payment.');
  return payment.payment.payment_intent;
}

/** Cancels the open payments of an invoice that will not be collected through Stripe any more. One that is processing cannot be called back. */
export function releasePayments(account: SandboxAccount, invoice: Invoice): void {
  for (const payment of openPayments(account, invoice)) {
    if (!account.assumes('processing_blocks_void')) callBack(account, payment);
    release(account, payment);
  }
}

/** The same once another payment has settled the invoice: what is still processing goes on, and will be a surplus. */
export function releaseIdlePayments(account: SandboxAccount, invoice: Invoice): void {
  for (const payment of openPayments(account, invoice)) {
    const intent = payment.payment.payment_intent && account.find('payment_intent', payment.payment.payment_intent);
    const isProcessing = intent !== undefined && intent !== '' && intent.status === 'processing';
    if (isProcessing && account.assumes('processing_goes_on')) continue;
    callBack(account, payment);
    release(account, payment);
  }
}

/** What the invoice's own payment asks for follows what is left to pay. */
export function requestRemaining(account: SandboxAccount, invoice: Invoice): void {
  for (const payment of openPayments(account, invoice).filter((entry) => entry.is_default)) {
    account.edit('invoice_payment', payment.id).amount_requested = invoice.amount_remaining;
    if (payment.payment.payment_intent) account.edit('payment_intent', payment.payment.payment_intent).amount = invoice.amount_remaining;
  }
}

function openPayments(account: SandboxAccount, invoice: Invoice): InvoicePayment[] {
  return account.children('invoice_payment', invoice.id).filter((entry) => entry.status === 'open');
}

/** A payment that is processing becomes one that can be canceled. */
function callBack(account: SandboxAccount, payment: InvoicePayment): void {
  const intent = payment.payment.payment_intent ? account.edit('payment_intent', payment.payment.payment_intent) : undefined;
  if (intent?.status === 'processing') intent.status = 'requires_payment_method';
}

function release(account: SandboxAccount, payment: InvoicePayment): void {
  if (payment.payment.payment_intent) cancelIntent(account, payment.payment.payment_intent, 'void_invoice');
  const canceled = account.edit('invoice_payment', payment.id);
  canceled.status = 'canceled';
  canceled.status_transitions.canceled_at = account.now;
}
