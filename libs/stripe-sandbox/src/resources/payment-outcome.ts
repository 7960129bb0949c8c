import type { StripeErrorBody } from '../http/stripe-error.js';

/** How an attempt to collect ended. */
export type Outcome =
  | { kind: 'succeeded' | 'processing' | 'requires_action' | 'requires_capture' }
  | { kind: 'declined'; error: StripeErrorBody };
