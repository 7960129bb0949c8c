import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { Charge, Dispute, DisputeStatus } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { book } from './balance-ledger.js';

/** Days a merchant has to answer; Stripe gives about three weeks for most networks. */
const DAYS_TO_RESPOND = 21;

/** What a bank takes for a dispute, in minor units; Stripe gives it back to nobody. */
const DISPUTE_FEE = 1500;

/** Where a dispute can go from where it is. An inquiry may become a dispute; a lost one may be appealed. */
export const DISPUTE_MOVES: Record<DisputeStatus, readonly DisputeStatus[]> = {
  warning_needs_response: ['warning_under_review', 'warning_closed', 'needs_response', 'prevented'],
  warning_under_review: ['warning_closed', 'needs_response', 'prevented'],
  warning_closed: [],
  needs_response: ['under_review', 'won', 'lost'],
  under_review: ['needs_response', 'won', 'lost'],
  won: [],
  lost: ['appeal_needs_response'],
  prevented: [],
  appeal_needs_response: ['appeal_under_review', 'lost'],
  appeal_under_review: ['won', 'lost'],
};

const CLOSED: readonly string[] = ['won', 'lost', 'warning_closed', 'prevented'];

export const isClosed = (dispute: Dispute): boolean => CLOSED.includes(dispute.status);

export interface DisputeOpening {
  /** An inquiry takes no money yet. */
  isInquiry?: boolean;
  /** In minor units; the whole charge if left out. */
  amount?: number;
  reason?: string;
}

export function openDispute(account: SandboxAccount, charge: Charge, { isInquiry = false, amount = charge.amount, reason = 'fraudulent' }: DisputeOpening): Dispute {
  if (charge.status !== 'succeeded') throw StripeError.invalid(`Charge ${charge.id} did not succeed, so nobody can dispute it.`, 'charge');
  if (amount < 1 || amount > charge.amount) throw StripeError.invalid(`A dispute of this charge lies between 1 and ${charge.amount}.`, 'amount');
  if (account.children('dispute', charge.id).some((known) => !isClosed(known))) throw StripeError.invalid(`Charge ${charge.id} is disputed already.`, 'charge');
  const dispute = account.create('dispute', 'du_', {
    amount,
    charge: charge.id,
    currency: charge.currency,
    payment_intent: charge.payment_intent,
    reason,
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
    is_charge_refundable: isInquiry,
    evidence_details: { ...account.contract.blankPart('Dispute.EvidenceDetails'), due_by: account.now + DAYS_TO_RESPOND * 86_400, has_evidence: false, submission_count: 0 },
    metadata: {},
  });
  const live = account.edit('charge', charge.id);
  live.disputed = true;
  emit(account, 'charge.dispute.created', dispute);
  if (!isInquiry) withdraw(account, dispute);
  return dispute;
}

/** Moves a dispute on, with the money and the events that belong to the move. */
export function moveDispute(account: SandboxAccount, id: string, to: DisputeStatus): Dispute {
  const dispute = account.edit('dispute', id);
  const allowed = DISPUTE_MOVES[dispute.status];
  if (!allowed.includes(to)) throw StripeError.invalid(`A dispute that is ${dispute.status} cannot become ${to}; it can become ${allowed.join(', ') || 'nothing else'}.`, 'to');
  const previous = { status: dispute.status };
  const isEscalation = dispute.status.startsWith('warning_') && to === 'needs_response';
  dispute.status = to;
  emit(account, 'charge.dispute.updated', dispute, previous);
  if (isEscalation) withdraw(account, dispute);
  if (to === 'won') reinstate(account, dispute);
  if (CLOSED.includes(to)) emit(account, 'charge.dispute.closed', dispute);
  return dispute;
}

function withdraw(account: SandboxAccount, dispute: Dispute): void {
  const taken = book(account, 'dispute', { amount: -dispute.amount, currency: dispute.currency, source: dispute.id, fee: account.assumes('disputes_cost_a_fee') ? DISPUTE_FEE : 0, description: `Chargeback withdrawal for ${dispute.charge}` });
  dispute.balance_transactions = [...dispute.balance_transactions, structuredClone(taken)];
  dispute.is_charge_refundable = false;
  emit(account, 'charge.dispute.funds_withdrawn', dispute);
}

function reinstate(account: SandboxAccount, dispute: Dispute): void {
  const returned = book(account, 'dispute_reversal', { amount: dispute.amount, currency: dispute.currency, source: dispute.id, description: `Chargeback reversal for ${dispute.charge}` });
  dispute.balance_transactions = [...dispute.balance_transactions, structuredClone(returned)];
  dispute.is_charge_refundable = true;
  emit(account, 'charge.dispute.funds_reinstated', dispute);
}
