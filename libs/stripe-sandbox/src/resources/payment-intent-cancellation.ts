import type { SandboxAccount } from '../account/sandbox-account.js';
import type { PaymentIntent } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { unexpectedState } from './payment-intent-state.js';

const CANCELABLE: PaymentIntent['status'][] = ['requires_payment_method', 'requires_confirmation', 'requires_action', 'requires_capture'];

export function cancelIntent(account: SandboxAccount, id: string, reason: string | null): PaymentIntent {
  const intent = account.edit('payment_intent', id);
  if (!CANCELABLE.includes(intent.status)) throw unexpectedState(intent, 'cancel');
  intent.status = 'canceled';
  intent.canceled_at = account.now;
  intent.cancellation_reason = reason;
  intent.next_action = null;
  intent.amount_capturable = 0;
  emit(account, 'payment_intent.canceled', intent);
  return intent;
}
