import type { SandboxAccount } from '../account/sandbox-account.js';
import type { PaymentIntent } from '../state/stripe-objects.js';
import { clientSecret } from './payment-method-attachment.js';

/** An intent that nobody has confirmed yet. The caller emits `payment_intent.created`. */
export function newIntent(account: SandboxAccount, fields: Partial<PaymentIntent>): PaymentIntent {
  const intent = account.create('payment_intent', 'pi_', {
    amount_capturable: 0,
    amount_received: 0,
    automatic_payment_methods: null,
    capture_method: 'automatic',
    confirmation_method: 'automatic',
    metadata: {},
    payment_method_types: ['card'],
    ...fields,
  });
  intent.client_secret = clientSecret(intent.id);
  intent.status = intent.payment_method ? 'requires_confirmation' : 'requires_payment_method';
  return intent;
}
