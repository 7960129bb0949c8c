import type { SandboxAccount } from '../account/sandbox-account.js';
import type { Invoice, InvoicePayment, PaymentIntent } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { moveBalance } from './customer-balance.js';
import { paymentOfIntent, releaseIdlePayments, requestRemaining } from './invoice-payments.js';
import type { Outcome } from './payment-outcome.js';

/** Days until the next automatic attempt after the 1st, 2nd, … failure; assumed, since Stripe's own schedule is adaptive. */
const RETRY_AFTER_DAYS = [3, 5, 7];

/** Carries the outcome of a payment attempt over to the invoice that the intent pays, if it pays one. */
export function settleAttempt(account: SandboxAccount, intent: PaymentIntent, outcome: Outcome, attempt: { isNewAttempt: boolean; offSession: boolean }): void {
  const payment = paymentOfIntent(account, intent.id);
  if (!payment) return;
  const invoice = account.edit('invoice', payment.invoice);
  // An attached payment is not the invoice's own attempt: it counts when it succeeds.
  const counts = payment.is_default || !account.assumes('attached_failures_do_not_count');
  if (!counts && outcome.kind !== 'succeeded') return;
  const previous: Record<string, unknown> = { attempted: invoice.attempted, attempt_count: invoice.attempt_count };
  invoice.attempted = true;
  if (attempt.isNewAttempt && counts) invoice.attempt_count += 1;
  if (outcome.kind === 'succeeded') return creditPayment(account, invoice, payment, previous);
  if (outcome.kind === 'declined') invoice.next_payment_attempt = nextAttempt(account, invoice);
  emit(account, 'invoice.updated', invoice, previous);
  if (outcome.kind === 'requires_action') emit(account, 'invoice.payment_action_required', invoice);
  const isFailure = outcome.kind === 'declined' || (outcome.kind === 'requires_action' && account.assumes('challenge_counts_as_failure'));
  if (isFailure) emit(account, 'invoice.payment_failed', invoice);
}

/** Counts a succeeded payment towards its invoice: in part, in full, or, beyond what is due, to the customer's balance. */
export function creditPayment(account: SandboxAccount, invoice: Invoice, payment: InvoicePayment, previous: Record<string, unknown> = {}): void {
  const paid = account.edit('invoice_payment', payment.id);
  const amount = paid.payment.payment_intent ? account.require('payment_intent', paid.payment.payment_intent).amount_received : paid.amount_requested;
  paid.status = 'paid';
  paid.amount_paid = amount;
  paid.status_transitions.paid_at = account.now;
  const counted = Math.min(amount, invoice.amount_remaining);
  const surplus = amount - counted;
  const isUnbooked = !account.assumes('surplus_goes_to_balance') || account.secret('_unbooked_payment', paid.payment.payment_intent ?? '') !== undefined;
  if (surplus > 0 && !isUnbooked) invoice.amount_overpaid += surplus;
  if (counted > 0 && counted === invoice.amount_remaining) {
    markPaid(account, invoice, previous);
    releaseIdlePayments(account, invoice);
    emit(account, 'invoice.payment_succeeded', invoice);
  } else {
    Object.assign(previous, { amount_paid: invoice.amount_paid, amount_remaining: invoice.amount_remaining });
    invoice.amount_paid += counted;
    invoice.amount_remaining -= counted;
    requestRemaining(account, invoice);
    emit(account, 'invoice.updated', invoice, previous);
  }
  emit(account, 'invoice_payment.paid', paid);
  if (surplus === 0 || isUnbooked) return;
  moveBalance(account, invoice.customer, { amount: -surplus, currency: invoice.currency, type: 'invoice_overpaid', invoice: invoice.id });
  emit(account, 'invoice.overpaid', invoice);
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
  return invoice.auto_advance && account.assumes('failures_are_retried') && days !== undefined ? account.now + days * 86_400 : null;
}
