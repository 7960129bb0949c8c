import type Stripe from 'stripe';
import { NAMED_CARDS } from '../cards/card-behaviour.js';
import { applyFields } from '../http/field-changes.js';
import { listPage, whereEqual } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { PaymentMethod } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { attachPaymentMethod, detachPaymentMethod, materialisePaymentMethod } from './payment-method-attachment.js';
import { createMethod } from './payment-method-creation.js';

/** Stripe's test numbers of cards and bank accounts, as the methods they stand for. Any other number is refused: no real one may end up here. */
const TEST_NUMBERS: Record<string, string> = {
  '4242424242424242': 'pm_card_visa',
  '5555555555554444': 'pm_card_mastercard',
  '4000000000000341': 'pm_card_chargeCustomerFail',
  '4000000000000002': 'pm_card_chargeDeclined',
  '4000000000009995': 'pm_card_chargeDeclinedInsufficientFunds',
  '4000002760003184': 'pm_card_authenticationRequired',
  '4000000000003220': 'pm_card_threeDSecure2Required',
  '000123456789': 'pm_usBankAccount_success',
  '000222222227': 'pm_usBankAccount_insufficientFunds',
  AT321904300235473204: 'pm_sepaDebit_success',
  AT861904300235473202: 'pm_sepaDebit_fails',
};

export const paymentMethodRoutes: Route[] = [
  { operation: 'POST /v1/payment_methods', handle: create },
  { operation: 'GET /v1/payment_methods', handle: (request) => listFor(request, request.params['customer'] as string | undefined, '/v1/payment_methods') },
  { operation: 'GET /v1/customers/*/payment_methods', handle: (request) => listFor(request, firstId(request), `/v1/customers/${firstId(request)}/payment_methods`) },
  { operation: 'GET /v1/payment_methods/*', handle: (request) => request.account.require('payment_method', firstId(request)) },
  { operation: 'POST /v1/payment_methods/*', handle: update },
  {
    operation: 'POST /v1/payment_methods/*/attach',
    handle: (request) => {
      const { customer } = input<Stripe.PaymentMethodAttachParams>(request);
      if (!customer) throw StripeError.invalid('Missing required param: customer.', 'customer', 'parameter_missing');
      return attachPaymentMethod(request.account, firstId(request), customer);
    },
  },
  { operation: 'POST /v1/payment_methods/*/detach', handle: (request) => detachPaymentMethod(request.account, firstId(request)) },
];

function create(request: RouteRequest): PaymentMethod {
  const { account } = request;
  const given = input<Stripe.PaymentMethodCreateParams>(request);
  const { name, param } = namedMethod(given);
  const behaviour = name === undefined ? undefined : (NAMED_CARDS.get(name) ?? account.secret('_custom_card', name));
  if (!name || !behaviour) throw StripeError.invalid('Use a test card: the sandbox takes Stripe test tokens, test card numbers and test bank accounts only.', param, 'testmode_charges_only');
  const method = createMethod(account, name, behaviour);
  applyFields(method, request.params, ['billing_details', 'allow_redisplay']);
  return method;
}

/** The test method that the given number stands for. */
function namedMethod(given: Stripe.PaymentMethodCreateParams): { name: string | undefined; param: string } {
  if (given.type === 'us_bank_account') return { name: TEST_NUMBERS[given.us_bank_account?.account_number ?? ''], param: 'us_bank_account[account_number]' };
  if (given.type === 'sepa_debit') return { name: TEST_NUMBERS[given.sepa_debit?.iban ?? ''], param: 'sepa_debit[iban]' };
  if (given.type !== 'card') throw StripeError.invalid('The sandbox knows payment methods of type card, us_bank_account and sepa_debit only.', 'type');
  const card = (given.card ?? {}) as { number?: string; token?: string };
  if (card.token) return { name: card.token.replace(/^tok_/, 'pm_card_'), param: 'card[token]' };
  return { name: TEST_NUMBERS[card.number ?? ''], param: 'card[number]' };
}

function update(request: RouteRequest): PaymentMethod {
  const method = request.account.edit('payment_method', materialisePaymentMethod(request.account, firstId(request)).id);
  const previous = applyFields(method, request.params, ['billing_details', 'allow_redisplay']);
  if (Object.keys(previous).length > 0) emit(request.account, 'payment_method.updated', method, previous);
  return method;
}

function listFor(request: RouteRequest, customer: string | undefined, url: string): object {
  const { account, params } = request;
  if (customer !== undefined) account.refer('customer', customer, 'customer');
  const methods = account.list('payment_method').filter((method) => customer === undefined || method.customer === customer);
  return listPage(whereEqual(methods, params, ['type']), params, url);
}
