import type Stripe from 'stripe';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { present } from '../http/expansion.js';
import { StripeError } from '../http/stripe-error.js';
import type { Invoice } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { cardError } from './card-error.js';
import { finalizeInvoice } from './invoice-finalization.js';
import { openIntentOf, releasePayments } from './invoice-payments.js';
import { markPaid } from './invoice-settlement.js';
import { confirmIntent } from './payment-confirmation.js';
import { materialisePaymentMethod } from './payment-method-attachment.js';

/** `invoices.pay`: finalizes a draft first, then collects. A refused payment is an error whose effects stay. */
export function payInvoice(account: SandboxAccount, id: string, given: Stripe.InvoicePayParams): Invoice {
  const invoice = account.edit('invoice', id);
  if (invoice.status === 'paid') throw StripeError.invalid('Invoice is already paid');
  if (invoice.status === 'void') throw StripeError.invalid('You cannot pay a voided invoice.');
  const method = given.payment_method ? materialisePaymentMethod(account, given.payment_method) : undefined;
  if (method && method.customer !== null && method.customer !== invoice.customer) {
    throw StripeError.invalid(`The payment method ${method.id} does not belong to the customer ${invoice.customer}.`, 'payment_method', 'payment_method_customer_decline');
  }
  if (invoice.status === 'draft') finalizeInvoice(account, invoice, undefined);
  if (account.require('invoice', id).status === 'paid') return invoice;
  if (given.paid_out_of_band) return payElsewhere(account, invoice);
  const chosen = method ?? defaultMethod(account, invoice);
  if (!chosen) throw noMethod(account, invoice);
  const intentId = openIntentOf(account, invoice);
  const outcome = confirmIntent(account, intentId, { method: chosen, offSession: given.off_session ?? true });
  if (outcome.kind === 'declined') throw cardError({ ...outcome.error, payment_intent: present(account, account.require('payment_intent', intentId)), payment_method: present(account, chosen) });
  if (outcome.kind === 'requires_action') {
    throw cardError({
      type: 'card_error',
      code: 'invoice_payment_intent_requires_action',
      message: 'This payment requires additional user action before it can be completed successfully. Payment can be completed using the PaymentIntent of the invoice.',
      payment_intent: present(account, account.require('payment_intent', intentId)),
    });
  }
  return invoice;
}

function defaultMethod(account: SandboxAccount, invoice: Invoice) {
  const id = invoice.default_payment_method ?? account.require('customer', invoice.customer).invoice_settings.default_payment_method;
  return id ? account.find('payment_method', id) : undefined;
}

function noMethod(account: SandboxAccount, invoice: Invoice): StripeError {
  const isAttempt = account.assumes('pay_without_method_is_an_attempt');
  if (isAttempt) {
    const previous = { attempted: invoice.attempted, attempt_count: invoice.attempt_count };
    invoice.attempted = true;
    invoice.attempt_count += 1;
    emit(account, 'invoice.updated', invoice, previous);
    emit(account, 'invoice.payment_failed', invoice);
  }
  return new StripeError(
    400,
    { type: 'invalid_request_error', message: 'There is no `default_payment_method` set on this Customer or Invoice. Please provide a payment method.' },
    { keepsEffects: isAttempt },
  );
}

/** Money that came by another way: Stripe records it and gives its own attempt up. */
function payElsewhere(account: SandboxAccount, invoice: Invoice): Invoice {
  releasePayments(account, invoice);
  markPaid(account, invoice, {});
  return invoice;
}
