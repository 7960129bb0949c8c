import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { CheckoutSession } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { confirmSetup } from './setup-confirmation.js';

/** The customer picked a card on the hosted page. With a challenge the session stays open until that is approved. */
export function submitCheckoutCard(account: SandboxAccount, id: string, card: string): CheckoutSession {
  const session = account.edit('checkout.session', id);
  if (session.status !== 'open') throw StripeError.invalid(`This session is ${session.status}.`);
  const setup = confirmSetup(account, session.setup_intent ?? '', card, session.success_url ?? undefined);
  if (setup.status === 'succeeded') completeCheckout(account, id);
  return account.require('checkout.session', id);
}

export function completeCheckout(account: SandboxAccount, id: string): void {
  const session = account.edit('checkout.session', id);
  session.status = 'complete';
  session.url = null;
  emit(account, 'checkout.session.completed', session);
}

/** The open session that waits for this set-up, if there is one. */
export function checkoutOfSetup(account: SandboxAccount, setupIntentId: string): CheckoutSession | undefined {
  return account.list('checkout.session').find((session) => session.setup_intent === setupIntentId && session.status === 'open');
}
