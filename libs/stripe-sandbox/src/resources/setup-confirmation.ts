import type { SandboxAccount } from '../account/sandbox-account.js';
import { present } from '../http/expansion.js';
import { StripeError, type StripeErrorBody } from '../http/stripe-error.js';
import type { SetupIntent } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { cardError, declineBody } from './card-error.js';
import { challenge } from './payment-confirmation.js';
import { behaviourOf, bindToCustomer, clientSecret, materialisePaymentMethod } from './payment-method-attachment.js';

export function newSetupIntent(account: SandboxAccount, fields: Partial<SetupIntent>): SetupIntent {
  const intent = account.create('setup_intent', 'seti_', { metadata: {}, payment_method_types: ['card'], usage: 'off_session', ...fields });
  intent.client_secret = clientSecret(intent.id);
  intent.status = intent.payment_method ? 'requires_confirmation' : 'requires_payment_method';
  emit(account, 'setup_intent.created', intent);
  return intent;
}

/** Sets a card up. A declined one is 402 and leaves the intent waiting for another. */
export function confirmSetup(account: SandboxAccount, id: string, idOrName: string | null, returnUrl?: string): SetupIntent {
  const intent = account.edit('setup_intent', id);
  if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpectedSetupState(intent, 'confirm');
  if (!idOrName) throw StripeError.invalid('You cannot confirm this SetupIntent because it is missing a payment method.', 'payment_method', 'setup_intent_unexpected_state');
  const method = materialisePaymentMethod(account, idOrName);
  if (method.customer !== null && method.customer !== intent.customer) throw StripeError.invalid(`The PaymentMethod ${method.id} belongs to another customer.`, 'payment_method', 'payment_method_customer_decline');
  intent.payment_method = method.id;
  const { setup } = behaviourOf(account, method);
  if (setup === 'requires_action') {
    intent.status = 'requires_action';
    intent.next_action = challenge(account, id, returnUrl);
    if (returnUrl) account.keep('_return_url', id, { url: returnUrl });
    emit(account, 'setup_intent.requires_action', intent);
    return intent;
  }
  if (setup) {
    const error = declineBody(setup);
    failSetup(account, intent, error);
    throw cardError({ ...error, setup_intent: present(account, intent), payment_method: present(account, method) });
  }
  succeed(account, intent);
  return intent;
}

/** The customer's answer to a 3-D Secure challenge of a set-up. */
export function finishSetupChallenge(account: SandboxAccount, id: string, isApproved: boolean): SetupIntent {
  const intent = account.edit('setup_intent', id);
  if (intent.status !== 'requires_action') throw unexpectedSetupState(intent, 'complete the challenge of');
  if (isApproved) succeed(account, intent);
  else failSetup(account, intent, { type: 'invalid_request_error', code: 'setup_intent_authentication_failure', message: 'The latest attempt to set up the payment method has failed because authentication failed.' });
  return intent;
}

export function unexpectedSetupState(intent: SetupIntent, verb: string): StripeError {
  return new StripeError(400, {
    type: 'invalid_request_error',
    code: 'setup_intent_unexpected_state',
    message: `You cannot ${verb} this SetupIntent because it has a status of ${intent.status}.`,
    setup_intent: structuredClone(intent),
  });
}

function succeed(account: SandboxAccount, intent: SetupIntent): void {
  intent.status = 'succeeded';
  intent.next_action = null;
  intent.last_setup_error = null;
  if (intent.customer && intent.payment_method) bindToCustomer(account, intent.payment_method, intent.customer);
  emit(account, 'setup_intent.succeeded', intent);
}

function failSetup(account: SandboxAccount, intent: SetupIntent, error: StripeErrorBody): void {
  const method = intent.payment_method ? account.find('payment_method', intent.payment_method) : undefined;
  intent.status = 'requires_payment_method';
  intent.payment_method = null;
  intent.next_action = null;
  intent.last_setup_error = { ...error, ...(method && { payment_method: present(account, method) }) };
  emit(account, 'setup_intent.setup_failed', intent);
}
