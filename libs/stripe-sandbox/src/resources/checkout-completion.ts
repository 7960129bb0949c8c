import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import { present } from '../http/expansion.js';
import type { CheckoutSession, PaymentIntent } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { cardError } from './card-error.js';
import { confirmIntent } from './payment-confirmation.js';
import { newIntent } from './payment-intent-creation.js';
import { materialisePaymentMethod } from './payment-method-attachment.js';
import { confirmSetup } from './setup-confirmation.js';

/** The customer picked a card on the hosted page. With a challenge the session stays open until that is approved. */
export function submitCheckoutCard(account: SandboxAccount, id: string, card: string): CheckoutSession {
  const session = account.edit('checkout.session', id);
  if (session.status !== 'open') throw StripeError.invalid(`This session is ${session.status}.`);
  if (session.mode === 'payment') return payCheckout(account, session, card);
  const setup = confirmSetup(account, session.setup_intent ?? '', card, session.success_url ?? undefined);
  if (setup.status === 'succeeded') completeCheckout(account, id);
  return account.require('checkout.session', id);
}

/** The payment is made when the customer submits the page; one that needs 3-D Secure leaves the session open. */
function payCheckout(account: SandboxAccount, session: CheckoutSession, card: string): CheckoutSession {
  const method = materialisePaymentMethod(account, card);
  session.payment_intent ??= openIntent(account, session).id;
  const outcome = confirmIntent(account, session.payment_intent, { method, offSession: false, ...(session.success_url && { returnUrl: session.success_url }) });
  if (outcome.kind === 'declined') throw cardError({ ...outcome.error, payment_intent: present(account, account.require('payment_intent', session.payment_intent)) });
  if (outcome.kind !== 'requires_action') completeCheckout(account, session.id);
  return account.require('checkout.session', session.id);
}

function openIntent(account: SandboxAccount, session: CheckoutSession): PaymentIntent {
  const metadata = account.secret('_checkout_payment', session.id)?.metadata ?? {};
  const intent = newIntent(account, { amount: session.amount_total ?? 0, currency: session.currency ?? 'usd', customer: session.customer, payment_method: null, metadata });
  emit(account, 'payment_intent.created', intent);
  return intent;
}

export function completeCheckout(account: SandboxAccount, id: string): void {
  const session = account.edit('checkout.session', id);
  session.status = 'complete';
  session.url = null;
  if (session.payment_intent) session.payment_status = account.require('payment_intent', session.payment_intent).status === 'succeeded' ? 'paid' : 'unpaid';
  emit(account, 'checkout.session.completed', session);
}

/** The open session that waits for this set-up or payment, if there is one. */
export function checkoutOfIntent(account: SandboxAccount, intentId: string): CheckoutSession | undefined {
  return account.list('checkout.session').find((session) => session.status === 'open' && (session.setup_intent === intentId || session.payment_intent === intentId));
}
