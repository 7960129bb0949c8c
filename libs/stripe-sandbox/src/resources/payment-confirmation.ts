import type { SandboxAccount } from '../account/sandbox-account.js';
import { chargeObstacle, EXPIRED, type Decline } from '../cards/card-behaviour.js';
import { present } from '../http/expansion.js';
import { StripeError, type StripeErrorBody } from '../http/stripe-error.js';
import type { Charge, PaymentIntent, PaymentMethod } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { declineBody } from './card-error.js';
import { book } from './balance-ledger.js';
import { sufferAftermath } from './charge-aftermath.js';
import { invoiceOfIntent } from './invoice-payments.js';
import { settleAttempt } from './invoice-settlement.js';
import { unexpectedState } from './payment-intent-state.js';
import type { Outcome } from './payment-outcome.js';
import { behaviourOf, bindToCustomer, isExpired } from './payment-method-attachment.js';
import { methodDetails } from './payment-method-creation.js';

export interface Confirmation {
  method: PaymentMethod;
  offSession: boolean;
  returnUrl?: string;
}

const CONFIRMABLE: PaymentIntent['status'][] = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** Attempts a payment. The outcome is recorded on intent, charge and invoice, and as events; the caller turns it into an answer. */
export function confirmIntent(account: SandboxAccount, intentId: string, confirmation: Confirmation): Outcome {
  const intent = account.edit('payment_intent', intentId);
  if (!CONFIRMABLE.includes(intent.status)) throw unexpectedState(intent, 'confirm');
  const { method, offSession } = confirmation;
  if (method.customer !== null && method.customer !== intent.customer) {
    throw StripeError.invalid(`The PaymentMethod ${method.id} belongs to another customer. Attach it to the customer of this payment, or use another one.`, 'payment_method', 'payment_method_customer_decline');
  }
  intent.payment_method = method.id;
  intent.next_action = null;
  const card = account.secret('_card', method.id);
  const behaviour = behaviourOf(account, method);
  const obstacle = isExpired(account, method) ? EXPIRED : chargeObstacle(behaviour, card?.chargesSoFar ?? 0, intent.amount);
  if (card) account.keep('_card', method.id, { ...card, chargesSoFar: card.chargesSoFar + 1 });
  const outcome = meet(account, intent, obstacle, confirmation);
  if (outcome.kind === 'succeeded' || outcome.kind === 'requires_capture') finishSetup(account, intent, method);
  settleAttempt(account, intent, outcome, { isNewAttempt: true, offSession });
  return outcome;
}

function meet(account: SandboxAccount, intent: PaymentIntent, obstacle: Decline | 'requires_action' | 'processing' | undefined, confirmation: Confirmation): Outcome {
  if (obstacle === undefined) return takeMoney(account, intent);
  if (obstacle === 'processing') {
    intent.status = 'processing';
    const { settlement } = behaviourOf(account, confirmation.method);
    if (settlement && account.assumes('debits_settle')) account.keep('_payment_outcome', intent.id, { dueAtInSeconds: account.now + settlement.afterSeconds, isPaid: settlement.outcome === 'succeeded' });
    emit(account, 'payment_intent.processing', intent);
    return { kind: 'processing' };
  }
  if (obstacle !== 'requires_action') return fail(account, intent, declineBody(obstacle));
  if (confirmation.offSession && !invoiceOfIntent(account, intent.id)) {
    return fail(account, intent, declineBody({ code: 'authentication_required', declineCode: 'authentication_required', message: 'Your card was declined. This transaction requires authentication.' }));
  }
  intent.status = 'requires_action';
  intent.next_action = challenge(account, intent.id, confirmation.returnUrl);
  if (confirmation.returnUrl) account.keep('_return_url', intent.id, { url: confirmation.returnUrl });
  emit(account, 'payment_intent.requires_action', intent);
  return { kind: 'requires_action' };
}

/** Points at the sandbox's own challenge page, which stands for the bank's. */
export function challenge(account: SandboxAccount, intentId: string, returnUrl: string | undefined): object {
  const url = `${account.baseUrl()}/_pages/challenge/${account.id}/${intentId}`;
  if (!returnUrl) return { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
  return { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } };
}

/** The customer's answer to a 3-D Secure challenge of a payment. */
export function finishChallenge(account: SandboxAccount, intentId: string, isApproved: boolean): Outcome {
  const intent = account.edit('payment_intent', intentId);
  if (intent.status !== 'requires_action') throw unexpectedState(intent, 'complete the challenge of');
  intent.next_action = null;
  const outcome = isApproved
    ? takeMoney(account, intent)
    : fail(account, intent, { type: 'invalid_request_error', code: 'payment_intent_authentication_failure', message: 'The provided PaymentMethod has failed authentication.' });
  settleAttempt(account, intent, outcome, { isNewAttempt: false, offSession: false });
  return outcome;
}

/** Ends a payment that stayed in `processing`. */
export function finishProcessing(account: SandboxAccount, intentId: string, isPaid: boolean): Outcome {
  const intent = account.edit('payment_intent', intentId);
  if (intent.status !== 'processing') throw unexpectedState(intent, 'finish the processing of');
  account.rows.remove('_payment_outcome', intentId);
  const outcome = isPaid ? takeMoney(account, intent) : fail(account, intent, declineBody(refusalOf(account, intent)));
  settleAttempt(account, intent, outcome, { isNewAttempt: false, offSession: true });
  return outcome;
}

/** Why a debit that was under way failed in the end. */
function refusalOf(account: SandboxAccount, intent: PaymentIntent): Decline {
  const method = intent.payment_method ? account.find('payment_method', intent.payment_method) : undefined;
  if (method && method.type !== 'card') return { code: 'payment_intent_payment_attempt_failed', declineCode: 'insufficient_funds', message: "The customer's account has insufficient funds to cover this payment." };
  return { code: 'card_declined', declineCode: 'generic_decline', message: 'Your card was declined.' };
}

function takeMoney(account: SandboxAccount, intent: PaymentIntent): Outcome {
  const isManual = intent.capture_method === 'manual';
  const charge = recordCharge(account, intent, 'succeeded', !isManual);
  intent.latest_charge = charge.id;
  intent.last_payment_error = null;
  if (!isManual) charge.balance_transaction = book(account, 'charge', { amount: charge.amount, currency: charge.currency, source: charge.id }).id;
  emit(account, 'charge.succeeded', charge);
  if (isManual) {
    intent.status = 'requires_capture';
    intent.amount_capturable = intent.amount;
    emit(account, 'payment_intent.amount_capturable_updated', intent);
    return { kind: 'requires_capture' };
  }
  intent.status = 'succeeded';
  intent.amount_received = intent.amount;
  emit(account, 'payment_intent.succeeded', intent);
  sufferAftermath(account, charge);
  return { kind: 'succeeded' };
}

function fail(account: SandboxAccount, intent: PaymentIntent, error: StripeErrorBody): Outcome {
  const method = intent.payment_method ? account.find('payment_method', intent.payment_method) : undefined;
  if (error.type === 'card_error') {
    const charge = recordCharge(account, intent, 'failed', false);
    Object.assign(charge, { failure_code: error.code ?? null, failure_message: error.message });
    intent.latest_charge = charge.id;
    error['charge'] = charge.id;
    emit(account, 'charge.failed', charge);
  }
  intent.status = 'requires_payment_method';
  intent.payment_method = null;
  intent.last_payment_error = { ...error, ...(method && { payment_method: present(account, method) }) };
  emit(account, 'payment_intent.payment_failed', intent);
  return { kind: 'declined', error };
}

function recordCharge(account: SandboxAccount, intent: PaymentIntent, status: Charge['status'], isCaptured: boolean): Charge {
  const method = intent.payment_method ? account.require('payment_method', intent.payment_method) : undefined;
  const succeeded = status === 'succeeded';
  return account.create('charge', 'ch_', {
    amount: intent.amount,
    amount_captured: succeeded && isCaptured ? intent.amount : 0,
    billing_details: method ? method['billing_details'] : account.contract.blankPart('Charge.BillingDetails'),
    captured: succeeded && isCaptured,
    currency: intent.currency,
    customer: intent.customer,
    description: intent['description'],
    metadata: { ...intent.metadata },
    outcome: {
      ...account.contract.blankPart('Charge.Outcome'),
      network_status: succeeded ? 'approved_by_network' : 'declined_by_network',
      risk_level: 'normal',
      seller_message: succeeded ? 'Payment complete.' : 'The bank did not return any further details with this decline.',
      type: succeeded ? 'authorized' : 'issuer_declined',
    },
    paid: succeeded,
    payment_intent: intent.id,
    payment_method: intent.payment_method,
    payment_method_details: method ? methodDetails(account, method) : null,
    status,
  });
}

/** `setup_future_usage` keeps the method on the customer once the payment went through. */
function finishSetup(account: SandboxAccount, intent: PaymentIntent, method: PaymentMethod): void {
  if (intent.setup_future_usage && intent.customer && method.customer === null) bindToCustomer(account, method.id, intent.customer);
}
