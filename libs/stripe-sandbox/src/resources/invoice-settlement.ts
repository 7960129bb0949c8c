import type { SandboxAccount } from '../account/sandbox-account.js';
import type { Invoice, InvoicePayment, PaymentIntent } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import type { Outcome } from './payment-outcome.js';

/** Days until the next automatic attempt after the 1st, 2nd, … failure; assumed, since Stripe's own schedule is adaptive. */
const RETRY_AFTER_DAYS = [3, 5, 7];

export function paymentOfIntent(account: SandboxAccount, intentId: string): InvoicePayment | undefined {
  return account.children('invoice_payment', intentId)[0];
}

export function invoiceOfIntent(account: SandboxAccount, intentId: string): Invoice | undefined {
  const payment = paymentOfIntent(account, intentId);
  return payment && account.find('invoice', payment.invoice);
}

/** Carries the outcome of a payment attempt over to the invoice that the intent pays, if it pays one. */
export function settleAttempt(account: SandboxAccount, intent: PaymentIntent, outcome: Outcome, attempt: { isNewAttempt: boolean; offSession: boolean }): void {
  const payment = paymentOfIntent(account, intent.id);
  if (!payment) return;
  const invoice = account.edit('invoice', payment.invoice);
  const previous: Record<string, unknown> = { attempted: invoice.attempted, attempt_count: invoice.attempt_count };
  invoice.attempted = true;
  if (attempt.isNewAttempt) invoice.attempt_count += 1;
  if (outcome.kind === 'succeeded') {
    const paid = account.edit('invoice_payment', payment.id);
    paid.status = 'paid';
    paid.amount_paid = intent.amount;
    paid.status_transitions.paid_at = account.now;
    markPaid(account, invoice, previous);
    emit(account, 'invoice.payment_succeeded', invoice);
    emit(account, 'invoice_payment.paid', paid);
    return;
  }
  if (outcome.kind === 'declined') invoice.next_payment_attempt = nextAttempt(account, invoice);
  emit(account, 'invoice.updated', invoice, previous);
  if (outcome.kind === 'requires_action') emit(account, 'invoice.payment_action_required', invoice);
  if (outcome.kind === 'declined' || outcome.kind === 'requires_action') emit(account, 'invoice.payment_failed', invoice);
}

/** Also used for payments outside Stripe and for invoices with nothing to collect. */
export function markPaid(account: SandboxAccount, invoice: Invoice, previous: Record<string, unknown>): void {
  Object.assign(previous, { status: invoice.status, amount_paid: invoice.amount_paid, amount_remaining: invoice.amount_remaining });
  invoice.status = 'paid';
  invoice.amount_paid = invoice.amount_due;
  invoice.amount_remaining = 0;
  invoice.auto_advance = false;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.paid_at = account.now;
  emit(account, 'invoice.updated', invoice, previous);
  emit(account, 'invoice.paid', invoice);
}

function nextAttempt(account: SandboxAccount, invoice: Invoice): number | null {
  const days = RETRY_AFTER_DAYS[invoice.attempt_count - 1];
  return invoice.auto_advance && days !== undefined ? account.now + days * 86_400 : null;
}
