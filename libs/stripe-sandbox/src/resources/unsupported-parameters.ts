import type { Params } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';

/** Refuses what Stripe knows and the sandbox does not play, instead of answering wrong totals. Empty values are harmless. */
export function refuseUnsupported(params: Params, names: readonly string[]): void {
  for (const name of names) {
    const value = params[name];
    const isEmpty = value === undefined || value === '' || value === null || (Array.isArray(value) && value.length === 0);
    if (!isEmpty) throw StripeError.invalid(`The sandbox does not play ${name}. Leave it out, or use a real Stripe test account.`, name);
  }
}
