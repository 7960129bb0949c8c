import type Stripe from 'stripe';
import type { ProviderDispute, ProviderDisputeStatus } from '@tollkeeper/payment-provider';
import { UnreadableAnswerError } from './stripe-call-error.js';
import { fromStripeAmount } from './stripe-currency.js';
import { expanded, idOf, toMillis } from './stripe-mapping.js';

/** The charge names the method; the dispute itself does not. */
export const DISPUTE_EXPANSIONS = ['charge'];

/** A bank that could not collect a debit after all tells so as a dispute with one of these reasons (docs.stripe.com/disputes/categories). */
const BANK_RETURNS: ReadonlySet<string> = new Set(['bank_cannot_process', 'check_returned', 'incorrect_account_details', 'insufficient_funds']);

const STATUSES: Readonly<Record<string, ProviderDisputeStatus>> = {
  warning_needs_response: 'inquiry',
  warning_under_review: 'inquiry',
  warning_closed: 'closed_without_loss',
  // Settled before it became a dispute, by a refund or by evidence that was shared beforehand.
  prevented: 'closed_without_loss',
  needs_response: 'open',
  under_review: 'open',
  // Lost in the first round and argued again: its end is not known.
  appeal_needs_response: 'open',
  appeal_under_review: 'open',
  won: 'won',
  lost: 'lost',
};

/**
 * @param dispute read with DISPUTE_EXPANSIONS
 * @throws UnreadableAnswerError for a status this version does not know: guessing one would move money in the books
 */
export function mapDispute(dispute: Stripe.Dispute): ProviderDispute {
  const status = STATUSES[dispute.status];
  if (!status) throw new UnreadableAnswerError(`Stripe answered a dispute in the unknown state '${dispute.status}'.`);
  return {
    id: dispute.id,
    providerPaymentId: idOf(dispute.payment_intent) ?? idOf(dispute.charge) ?? '',
    kind: BANK_RETURNS.has(dispute.reason) ? 'bank_return' : 'dispute',
    status,
    providerStatus: dispute.status,
    reason: dispute.reason,
    amount: fromStripeAmount(dispute.amount, dispute.currency),
    currency: dispute.currency.toUpperCase(),
    amountWithdrawn: amountWithdrawn(dispute),
    paymentMethodId: expanded(dispute.charge)?.payment_method ?? null,
    evidenceDueTimeInMillis: dispute.evidence_details.due_by === null ? null : toMillis(dispute.evidence_details.due_by),
    createTimeInMillis: toMillis(dispute.created),
  };
}

/** @param warning read with DISPUTE_EXPANSIONS. @throws UnreadableAnswerError without the charge, whose amount it is about */
export function mapFraudWarning(warning: Stripe.Radar.EarlyFraudWarning): ProviderDispute {
  const charge = expanded(warning.charge);
  if (!charge) throw new UnreadableAnswerError(`Stripe answered the fraud warning ${warning.id} without its charge.`);
  return {
    id: warning.id,
    providerPaymentId: idOf(warning.payment_intent) ?? charge.id,
    kind: 'fraud_warning',
    status: warning.actionable ? 'inquiry' : 'closed_without_loss',
    providerStatus: warning.actionable ? 'actionable' : 'not_actionable',
    reason: warning.fraud_type,
    amount: fromStripeAmount(charge.amount, charge.currency),
    currency: charge.currency.toUpperCase(),
    amountWithdrawn: 0n,
    paymentMethodId: charge.payment_method,
    evidenceDueTimeInMillis: null,
    createTimeInMillis: toMillis(warning.created),
  };
}

/** The account is settled in its own currency, so there the sum says only whether money is held, and the dispute says how much. */
function amountWithdrawn({ balance_transactions: transactions, amount, currency }: Stripe.Dispute): bigint {
  const held = -transactions.reduce((sum, transaction) => sum + transaction.amount, 0);
  if (held <= 0) return 0n;
  const isSameCurrency = transactions.every((transaction) => transaction.currency === currency);
  return fromStripeAmount(isSameCurrency ? held : amount, currency);
}
