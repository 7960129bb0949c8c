import type { Decline } from '../cards/card-behaviour.js';
import { StripeError, type StripeErrorBody } from '../http/stripe-error.js';

/** The error object of a refused card, as it stands in the answer and in `last_payment_error`. */
export function declineBody(decline: Decline): StripeErrorBody {
  return {
    type: 'card_error',
    code: decline.code,
    ...(decline.declineCode && { decline_code: decline.declineCode }),
    message: decline.message,
  };
}

/** 402; the failed attempt stays on record. */
export function cardError(body: StripeErrorBody): StripeError {
  return new StripeError(402, body, { keepsEffects: true });
}
