import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { StripeObject } from '../state/stripe-objects.js';
import { checkoutOfIntent, completeCheckout } from './checkout-completion.js';
import { finishChallenge, finishProcessing } from './payment-confirmation.js';
import { finishSetupChallenge } from './setup-confirmation.js';

/** Approves or fails the 3-D Secure challenge of a payment or a set-up, as the customer would at the bank. */
export function answerChallenge(account: SandboxAccount, intentId: string, isApproved: boolean): StripeObject {
  if (intentId.startsWith('seti_')) {
    const setup = finishSetupChallenge(account, intentId, isApproved);
    const session = isApproved ? checkoutOfIntent(account, intentId) : undefined;
    if (session) completeCheckout(account, session.id);
    return setup;
  }
  if (!intentId.startsWith('pi_')) throw StripeError.missing('payment or setup intent', intentId);
  const { status } = account.require('payment_intent', intentId);
  if (status === 'processing') finishProcessing(account, intentId, isApproved);
  else finishChallenge(account, intentId, isApproved);
  const session = isApproved ? checkoutOfIntent(account, intentId) : undefined;
  if (session) completeCheckout(account, session.id);
  return account.require('payment_intent', intentId);
}
