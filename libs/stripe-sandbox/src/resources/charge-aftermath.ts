import type { SandboxAccount } from '../account/sandbox-account.js';
import type { Charge } from '../state/stripe-objects.js';
import { moveDispute, openDispute } from './dispute-lifecycle.js';
import { warnOfFraud } from './fraud-warning.js';

/** What follows a charge because its card is made that way. */
export function sufferAftermath(account: SandboxAccount, charge: Charge): void {
  const behaviour = charge.payment_method ? account.secret('_card', charge.payment_method)?.behaviour : undefined;
  if (behaviour?.fraudWarning) warnOfFraud(account, charge);
  if (behaviour?.returnedAfterSeconds !== undefined) account.keep('_late_return', charge.id, { dueAtInSeconds: account.now + behaviour.returnedAfterSeconds });
  if (behaviour?.dispute) openDispute(account, charge, { isInquiry: behaviour.dispute === 'inquiry' });
}

/** A bank takes a debit back although it had succeeded: at Stripe a dispute that is lost from the start. */
export function returnCharge(account: SandboxAccount, chargeId: string): void {
  account.rows.remove('_late_return', chargeId);
  const dispute = openDispute(account, account.require('charge', chargeId), { reason: 'insufficient_funds' });
  if (account.assumes('late_returns_are_lost')) moveDispute(account, dispute.id, 'lost');
}
