import qs from 'qs';
import type { Params } from './route.js';
import { StripeError } from './stripe-error.js';

// 250 lines of an invoice with a dozen fields each must fit, with room to spare.
const LIMITS = { depth: 20, arrayLimit: 5000, parameterLimit: 50_000 };

/** Brackets to objects: `lines[0][amount]=5` → `{ lines: [{ amount: '5' }] }`. */
export function parseForm(text: string): Params {
  return qs.parse(text, LIMITS) as Params;
}

/** A body is form-encoded, whatever the verb; JSON is what callers of another API send by mistake. */
export function parseBody(body: string, contentType: string | undefined): Params {
  if (body && contentType?.includes('application/json')) {
    throw StripeError.malformed('Send parameters form-encoded (application/x-www-form-urlencoded), not as JSON.');
  }
  return parseForm(body);
}
