import type { SandboxAccount } from '../account/sandbox-account.js';
import type { Charge } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';

/** Days a merchant has to answer; Stripe gives about three weeks for most networks. */
const DAYS_TO_RESPOND = 21;

/** Opens the dispute or the inquiry that the card asks for. An inquiry takes no money yet. */
export function openDispute(account: SandboxAccount, charge: Charge): void {
  const wanted = charge.payment_method && account.secret('_card', charge.payment_method)?.behaviour.dispute;
  if (!wanted) return;
  const dispute = account.create('dispute', 'du_', {
    amount: charge.amount,
    charge: charge.id,
    currency: charge.currency,
    payment_intent: charge.payment_intent,
    reason: 'fraudulent',
    status: wanted === 'inquiry' ? 'warning_needs_response' : 'needs_response',
    is_charge_refundable: wanted === 'inquiry',
    evidence_details: { ...account.contract.blankPart('Dispute.EvidenceDetails'), due_by: account.now + DAYS_TO_RESPOND * 86_400 },
    metadata: {},
  });
  account.edit('charge', charge.id).disputed = true;
  emit(account, 'charge.dispute.created', dispute);
  if (wanted === 'dispute') emit(account, 'charge.dispute.funds_withdrawn', dispute);
}
