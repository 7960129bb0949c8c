import type Stripe from 'stripe';
import { present } from '../http/expansion.js';
import { applyFields, mergeMetadata } from '../http/field-changes.js';
import { listPage, whereEqual } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { PaymentIntent } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { book } from './balance-ledger.js';
import { cardError } from './card-error.js';
import { MAXIMUM_CHARGE, minimumCharge } from './charge-minimum.js';
import { cancelIntent } from './payment-intent-cancellation.js';
import { invoiceOfIntent, paymentOfIntent } from './invoice-payments.js';
import { confirmIntent } from './payment-confirmation.js';
import { newIntent } from './payment-intent-creation.js';
import { unexpectedState } from './payment-intent-state.js';
import { materialisePaymentMethod } from './payment-method-attachment.js';

export const paymentIntentRoutes: Route[] = [
  { operation: 'POST /v1/payment_intents', handle: create },
  { operation: 'GET /v1/payment_intents', handle: ({ account, params }) => listPage(whereEqual(account.list('payment_intent'), params, ['customer']), params, '/v1/payment_intents') },
  { operation: 'GET /v1/payment_intents/*', handle: (request) => request.account.require('payment_intent', firstId(request)) },
  { operation: 'POST /v1/payment_intents/*', handle: update },
  { operation: 'POST /v1/payment_intents/*/confirm', handle: (request) => confirm(request, request.account.require('payment_intent', firstId(request))) },
  { operation: 'POST /v1/payment_intents/*/capture', handle: capture },
  { operation: 'POST /v1/payment_intents/*/cancel', handle: cancel },
];

function create(request: RouteRequest): PaymentIntent {
  const { account, params } = request;
  const given = input<Stripe.PaymentIntentCreateParams>(request);
  const currency = given.currency.toLowerCase();
  checkAmount(given.amount, currency);
  if (given.customer) account.refer('customer', given.customer, 'customer');
  const method = given.payment_method ? materialisePaymentMethod(account, given.payment_method) : undefined;
  const intent = newIntent(account, {
    amount: given.amount,
    currency,
    customer: given.customer ?? null,
    payment_method: method?.id ?? null,
    capture_method: given.capture_method ?? 'automatic',
    confirmation_method: given.confirmation_method ?? 'automatic',
    metadata: mergeMetadata({}, given.metadata),
    automatic_payment_methods: given.automatic_payment_methods ? { allow_redirects: 'always', ...given.automatic_payment_methods } : null,
  });
  applyFields(intent, params, ['description', 'receipt_email', 'setup_future_usage', 'statement_descriptor', 'statement_descriptor_suffix', 'shipping', 'transfer_group']);
  emit(account, 'payment_intent.created', intent);
  return given.confirm ? confirm(request, intent) : intent;
}

function confirm(request: RouteRequest, intent: PaymentIntent): PaymentIntent {
  const { account } = request;
  const given = input<Stripe.PaymentIntentConfirmParams>(request);
  const chosen = given.payment_method && given.payment_method !== intent.payment_method && request.params['confirm'] === undefined ? given.payment_method : (intent.payment_method ?? given.payment_method);
  if (!chosen) throw StripeError.invalid('You cannot confirm this PaymentIntent because it is missing a payment method.', 'payment_method', 'payment_intent_unexpected_state');
  const method = materialisePaymentMethod(account, chosen);
  const offSession = given.off_session !== undefined && given.off_session !== false;
  const outcome = confirmIntent(account, intent.id, { method, offSession, ...(given.return_url && { returnUrl: given.return_url }) });
  if (outcome.kind === 'declined') {
    throw cardError({ ...outcome.error, payment_intent: present(account, account.require('payment_intent', intent.id)), payment_method: present(account, method) });
  }
  return account.require('payment_intent', intent.id);
}

function update(request: RouteRequest): PaymentIntent {
  const { account, params } = request;
  const given = input<Stripe.PaymentIntentUpdateParams>(request);
  const intent = account.edit('payment_intent', firstId(request));
  const isClosed = ['succeeded', 'canceled', 'processing', 'requires_capture'].includes(intent.status);
  const touchesMoney = given.amount !== undefined || given.currency !== undefined || given.payment_method !== undefined || given.customer !== undefined;
  if (isClosed && touchesMoney) throw unexpectedState(intent, 'update');
  if (given.amount !== undefined && invoiceOfIntent(account, intent.id)) throw StripeError.invalid('The amount of a payment for an invoice follows the invoice.', 'amount', 'payment_intent_unexpected_state');
  if (given.amount !== undefined || given.currency !== undefined) {
    intent.currency = (given.currency ?? intent.currency).toLowerCase();
    intent.amount = given.amount ?? intent.amount;
    checkAmount(intent.amount, intent.currency);
  }
  if (given.customer) intent.customer = account.refer('customer', given.customer, 'customer').id;
  if (given.payment_method) {
    intent.payment_method = materialisePaymentMethod(account, given.payment_method).id;
    if (intent.status === 'requires_payment_method') intent.status = 'requires_confirmation';
  }
  applyFields(intent, params, ['description', 'receipt_email', 'setup_future_usage', 'statement_descriptor', 'statement_descriptor_suffix', 'shipping']);
  return intent;
}

function capture(request: RouteRequest): PaymentIntent {
  const { account } = request;
  const { amount_to_capture: wanted } = input<Stripe.PaymentIntentCaptureParams>(request);
  const intent = account.edit('payment_intent', firstId(request));
  if (intent.status !== 'requires_capture' || !intent.latest_charge) throw unexpectedState(intent, 'capture');
  const amount = wanted ?? intent.amount_capturable;
  if (amount > intent.amount_capturable || amount < 1) throw StripeError.invalid('The amount to capture must lie between 1 and the capturable amount.', 'amount_to_capture', 'amount_too_large');
  const charge = account.edit('charge', intent.latest_charge);
  charge.balance_transaction = book(account, 'charge', { amount, currency: charge.currency, source: charge.id }).id;
  Object.assign(charge, { captured: true, amount_captured: amount });
  Object.assign(intent, { status: 'succeeded', amount_received: amount, amount_capturable: 0 });
  emit(account, 'charge.captured', charge);
  emit(account, 'payment_intent.succeeded', intent);
  return intent;
}

function cancel(request: RouteRequest): PaymentIntent {
  const { account } = request;
  const id = firstId(request);
  account.require('payment_intent', id);
  const payment = paymentOfIntent(account, id);
  if (payment && account.assumes('invoice_payments_cannot_be_canceled')) throw StripeError.invalid('You cannot cancel the payment of an invoice. Void the invoice instead.', undefined, 'payment_intent_unexpected_state');
  return cancelIntent(account, id, input<Stripe.PaymentIntentCancelParams>(request).cancellation_reason ?? null);
}

function checkAmount(amount: number, currency: string): void {
  if (amount < minimumCharge(currency)) throw StripeError.invalid(`Amount must be at least ${minimumCharge(currency)} in ${currency}.`, 'amount', 'amount_too_small');
  if (amount > MAXIMUM_CHARGE) throw StripeError.invalid('Amount must be no more than eight digits.', 'amount', 'amount_too_large');
}
