import type { SandboxAccount } from '../account/sandbox-account.js';
import type { Charge } from '../state/stripe-objects.js';
import { openDispute } from './dispute-lifecycle.js';
import { warnOfFraud } from './fraud-warning.js';

/** What follows a charge because its card is made that way. */
export function sufferAftermath(account: SandboxAccount, charge: Charge): void {
  const behaviour = charge.payment_method ? account.secret('_card', charge.payment_method)?.behaviour : undefined;
  if (behaviour?.fraudWarning) warnOfFraud(account, charge);
  if (behaviour?.dispute) openDispute(account, charge, { isInquiry: behaviour.dispute === 'inquiry' });
}
