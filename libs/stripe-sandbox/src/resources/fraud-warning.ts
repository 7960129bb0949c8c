import type { SandboxAccount } from '../account/sandbox-account.js';
import type { Charge, StripeObject } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';

/** The issuer believes that a charge was fraud; a refund now would spare the dispute. */
export function warnOfFraud(account: SandboxAccount, charge: Charge): StripeObject {
  const warning = account.create('radar.early_fraud_warning', 'issfr_', {
    actionable: !charge.refunded && !charge.disputed,
    charge: charge.id,
    fraud_type: 'made_with_stolen_card',
    ...(charge.payment_intent && { payment_intent: charge.payment_intent }),
  });
  emit(account, 'radar.early_fraud_warning.created', warning);
  return warning;
}
