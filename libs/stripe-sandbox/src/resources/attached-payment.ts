import type Stripe from 'stripe';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { Invoice, InvoicePayment, PaymentIntent } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { paymentOfIntent } from './invoice-payments.js';
import { creditPayment } from './invoice-settlement.js';
import { confirmIntent } from './payment-confirmation.js';
import { newIntent } from './payment-intent-creation.js';
import { materialisePaymentMethod } from './payment-method-attachment.js';

/** `invoices.attach_payment`: a payment made elsewhere counts towards the invoice, at once if it has succeeded, else when it does. */
export function attachPayment(account: SandboxAccount, invoiceId: string, given: Stripe.InvoiceAttachPaymentParams): Invoice {
  const invoice = account.edit('invoice', invoiceId);
  if (given.payment_record) throw StripeError.invalid('The sandbox attaches payment intents only.', 'payment_record');
  if (!given.payment_intent) throw StripeError.invalid('Give payment_intent.', 'payment_intent', 'parameter_missing');
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') throw StripeError.invalid(`Payments can be attached to open invoices; ${invoice.id} is ${invoice.status}.`);
  const intent = account.refer('payment_intent', given.payment_intent, 'payment_intent');
  if (intent.currency !== invoice.currency) throw StripeError.invalid(`The payment is in ${intent.currency}, the invoice in ${invoice.currency}.`, 'payment_intent');
  if (intent.customer !== null && intent.customer !== invoice.customer) throw StripeError.invalid('The payment belongs to another customer.', 'payment_intent');
  if (intent.status === 'canceled') throw StripeError.invalid(`The payment ${intent.id} is canceled.`, 'payment_intent');
  if (paymentOfIntent(account, intent.id)) throw StripeError.invalid(`The payment ${intent.id} is attached to an invoice already.`, 'payment_intent');
  const payment = tie(account, invoice, intent);
  if (intent.status === 'succeeded') creditPayment(account, invoice, payment);
  return invoice;
}

/** The entry that ties a further payment to an invoice. */
function tie(account: SandboxAccount, invoice: Invoice, intent: PaymentIntent): InvoicePayment {
  return account.create('invoice_payment', 'inpay_', {
    amount_requested: intent.amount,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: false,
    payment: { type: 'payment_intent', payment_intent: intent.id },
    status: 'open',
  });
}

export interface FurtherPayment {
  /** In minor units; what is due on the invoice if left out. */
  amount?: number;
  /** `unbooked`: Stripe keeps the surplus and the customer's balance does not move. */
  surplus?: 'customer_balance' | 'unbooked';
  card?: string;
}

/**
 * Money that arrives on a finalized invoice beside its own payment: a transfer in part or above what is due, or a second
 * success on an invoice that is paid already.
 */
export function receivePayment(account: SandboxAccount, invoiceId: string, { amount, surplus = 'customer_balance', card = 'pm_card_visa' }: FurtherPayment): InvoicePayment {
  const invoice = account.edit('invoice', invoiceId);
  if (invoice.status === 'draft' || invoice.status === 'void') throw StripeError.invalid(`Nobody can pay the invoice ${invoice.id}: it is ${invoice.status}.`);
  const wanted = amount ?? (invoice.amount_remaining || invoice.amount_due);
  if (!Number.isInteger(wanted) || wanted < 1) throw StripeError.invalid('Give an amount of at least 1.', 'amount');
  const intent = newIntent(account, { amount: wanted, currency: invoice.currency, customer: invoice.customer, payment_method: null });
  emit(account, 'payment_intent.created', intent);
  const payment = tie(account, invoice, intent);
  if (surplus === 'unbooked') account.keep('_unbooked_payment', intent.id, { invoice: invoice.id });
  const outcome = confirmIntent(account, intent.id, { method: materialisePaymentMethod(account, card), offSession: true });
  if (outcome.kind === 'declined') throw new StripeError(400, { type: 'invalid_request_error', message: `The card ${card} did not pay.`, param: 'card' }, { keepsEffects: true });
  return account.require('invoice_payment', payment.id);
}
