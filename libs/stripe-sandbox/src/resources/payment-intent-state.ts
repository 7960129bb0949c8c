import { StripeError } from '../http/stripe-error.js';
import type { PaymentIntent } from '../state/stripe-objects.js';

export function unexpectedState(intent: PaymentIntent, verb: string): StripeError {
  return new StripeError(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
    payment_intent: structuredClone(intent),
  });
}
