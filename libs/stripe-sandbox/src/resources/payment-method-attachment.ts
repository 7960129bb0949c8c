import { objectId } from '../account/object-id.js';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { NAMED_CARDS, type CardBehaviour } from '../cards/card-behaviour.js';
import { StripeError } from '../http/stripe-error.js';
import type { PaymentMethod } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { cardError, declineBody } from './card-error.js';
import { createMethod, VALID_FOR_YEARS } from './payment-method-creation.js';

/** Answers the payment method of an id; a `pm_card_…` name makes a new one each time, as Stripe does. */
export function materialisePaymentMethod(account: SandboxAccount, idOrName: string, param = 'payment_method'): PaymentMethod {
  const behaviour = NAMED_CARDS.get(idOrName) ?? account.secret('_custom_card', idOrName);
  if (!behaviour) return account.refer('payment_method', idOrName, param);
  return createMethod(account, idOrName, behaviour);
}

export function behaviourOf(account: SandboxAccount, method: PaymentMethod): CardBehaviour {
  return account.secret('_card', method.id)?.behaviour ?? { brand: method.card?.brand ?? '', last4: method.card?.last4 ?? '' };
}

export function isExpired(account: SandboxAccount, method: PaymentMethod): boolean {
  if (!method.card) return false;
  const now = new Date(account.clock.nowInMillis());
  const monthsLeft = (method.card.exp_year - now.getUTCFullYear()) * 12 + method.card.exp_month - (now.getUTCMonth() + 1);
  return monthsLeft < 0;
}

/** Attaches to a customer; a card that declines on attaching is refused with 402. */
export function attachPaymentMethod(account: SandboxAccount, idOrName: string, customerId: string): PaymentMethod {
  account.refer('customer', customerId, 'customer');
  const method = materialisePaymentMethod(account, idOrName);
  const { setup } = behaviourOf(account, method);
  if (setup && setup !== 'requires_action') throw cardError(declineBody(setup));
  bindToCustomer(account, method.id, customerId);
  return account.require('payment_method', method.id);
}

/** Makes a method the customer's own, without asking the card. */
export function bindToCustomer(account: SandboxAccount, methodId: string, customerId: string): void {
  const method = account.edit('payment_method', methodId);
  if (method.customer === customerId) return;
  if (method.customer !== null) throw StripeError.invalid('The payment method you provided has already been attached to a customer.', 'payment_method', 'payment_method_unexpected_state');
  if (account.secret('_card', methodId)?.name === DETACHED) {
    throw StripeError.invalid('This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.', 'payment_method', 'payment_method_unexpected_state');
  }
  method.customer = customerId;
  emit(account, 'payment_method.attached', method);
}

/** Marks a method whose life is over; the card name is of no more use then. */
const DETACHED = 'detached';

export function detachPaymentMethod(account: SandboxAccount, id: string): PaymentMethod {
  const method = account.edit('payment_method', id);
  if (method.customer === null) throw StripeError.invalid('The payment method you provided is not attached to a customer so detachment is impossible.', 'payment_method', 'payment_method_unexpected_state');
  const previous = { customer: method.customer };
  const customer = account.find('customer', method.customer);
  if (customer?.invoice_settings.default_payment_method === id) account.edit('customer', customer.id).invoice_settings.default_payment_method = null;
  method.customer = null;
  const card = account.secret('_card', id);
  if (card) account.keep('_card', id, { ...card, name: DETACHED });
  emit(account, 'payment_method.detached', method, previous);
  return method;
}

/** What card networks do when a card is replaced; the payment method keeps its id and whoever uses it need not know. */
export function renewCard(account: SandboxAccount, id: string, given: { last4?: string; exp_month?: number; exp_year?: number }): PaymentMethod {
  const method = account.edit('payment_method', id);
  if (!method.card) throw StripeError.invalid(`${id} is no card.`);
  const previous = { card: { last4: method.card.last4, exp_month: method.card.exp_month, exp_year: method.card.exp_year } };
  const { last4 = method.card.last4, exp_month = method.card.exp_month, exp_year = method.card.exp_year + VALID_FOR_YEARS } = given;
  Object.assign(method.card, { last4, exp_month, exp_year });
  emit(account, 'payment_method.automatically_updated', method, previous);
  return method;
}

export function clientSecret(id: string): string {
  return `${id}_secret_${objectId('')}`;
}
