import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { Charge, Refund } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { book } from './balance-ledger.js';

/** Refunds with a later outcome change this long after they were made, on the account's clock. */
const OUTCOME_AFTER_SECONDS = 60;

export function createRefund(account: SandboxAccount, charge: Charge, wanted: number | undefined, fields: Partial<Refund>): Refund {
  if (charge.status !== 'succeeded' || !charge.captured) throw StripeError.invalid(`Charge ${charge.id} was not captured, so there is nothing to refund.`, 'charge');
  if (account.children('dispute', charge.id).some((dispute) => !dispute.is_charge_refundable)) {
    throw StripeError.invalid(`Charge ${charge.id} is disputed: the bank has the money already.`, 'charge', 'charge_disputed');
  }
  const left = charge.amount_captured - charge.amount_refunded;
  if (left === 0) throw StripeError.invalid(`Charge ${charge.id} has already been refunded.`, undefined, 'charge_already_refunded');
  const amount = wanted ?? left;
  if (amount < 1) throw StripeError.invalid('The amount to refund must be at least 1.', 'amount', 'parameter_invalid_integer');
  if (amount > left) throw StripeError.invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left}).`, 'amount', 'amount_too_large');
  const later = charge.payment_method ? account.secret('_card', charge.payment_method)?.behaviour.refund : undefined;
  const refund = account.create('refund', 're_', {
    amount,
    charge: charge.id,
    currency: charge.currency,
    customer: charge.customer,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    metadata: {},
    status: later === 'pending' || later === 'requires_action' ? later : 'succeeded',
    ...fields,
  });
  refund.balance_transaction = book(account, 'refund', { amount: -amount, currency: charge.currency, source: refund.id }).id;
  if (later && later !== 'requires_action' && account.assumes('late_refunds_settle')) account.keep('_refund_outcome', refund.id, { dueAtInSeconds: account.now + OUTCOME_AFTER_SECONDS, outcome: later === 'pending' ? 'succeeded' : 'failed' });
  const live = account.edit('charge', charge.id);
  const previous = { amount_refunded: live.amount_refunded, refunded: live.refunded };
  live.amount_refunded += amount;
  live.refunded = live.amount_refunded === live.amount_captured;
  emit(account, 'refund.created', refund);
  emit(account, 'charge.refunded', live, previous);
  if (refund.status === 'succeeded') announce(account, refund);
  return refund;
}

/** The bank's late word on a refund. A failed one puts the money back on the charge. */
export function settleRefund(account: SandboxAccount, id: string, outcome: 'succeeded' | 'failed'): void {
  const refund = account.edit('refund', id);
  refund.status = outcome;
  account.rows.remove('_refund_outcome', id);
  if (outcome === 'succeeded') return announce(account, refund);
  refund['failure_reason'] = 'lost_or_stolen_card';
  takeBack(account, refund);
  emit(account, 'refund.failed', refund);
  announce(account, refund);
}

/** Only a refund that still waits for the customer's account details can be called back. */
export function cancelRefund(account: SandboxAccount, id: string): Refund {
  const refund = account.edit('refund', id);
  if (refund.status !== 'requires_action') throw StripeError.invalid(`A refund that is ${refund.status} cannot be canceled.`);
  refund.status = 'canceled';
  takeBack(account, refund);
  announce(account, refund);
  return refund;
}

/** The money returns to the account, and the charge can be refunded again. */
function takeBack(account: SandboxAccount, refund: Refund): void {
  refund['failure_balance_transaction'] = book(account, 'refund_failure', { amount: refund.amount, currency: refund.currency, source: refund.id }).id;
  const charge = account.edit('charge', refund.charge);
  charge.amount_refunded -= refund.amount;
  charge.refunded = false;
}

function announce(account: SandboxAccount, refund: Refund): void {
  emit(account, 'refund.updated', refund);
  emit(account, 'charge.refund.updated', refund);
}
