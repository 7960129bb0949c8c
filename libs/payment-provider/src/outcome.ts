/**
 * How a provider call ended. A closed union, because each outcome means another thing to the money:
 * only `unknown` is ever asked again, only `failed` may be tried again under a new key.
 */
export type ProviderOutcome<T> = Succeeded<T> | Pending<T> | RequiresAction<T> | Failed<T> | Unknown;

export interface Succeeded<T> {
  readonly outcome: 'succeeded';
  readonly value: T;
}

/** The provider accepted the work and will say later how it ended (a bank debit, a pending refund). */
export interface Pending<T> {
  readonly outcome: 'pending';
  readonly value: T;
}

/** A person has to act: the customer (3-D Secure, no payment method) or the seller (rejected credentials). */
export interface RequiresAction<T> {
  readonly outcome: 'requires_action';
  readonly reason: RequiresActionReason;
  readonly message: string;
  readonly value?: T;
}

export type RequiresActionReason =
  | 'no_payment_method'
  | 'customer_authentication'
  | 'finalization_error'
  | 'missing_tax_location'
  | 'connection_rejected';

/** The provider said no, and nothing happened there (except what `value` shows). */
export interface Failed<T> {
  readonly outcome: 'failed';
  readonly code: ProviderFailureCode;
  /** The provider's own word (`card_declined`, `resource_missing`, …), for people and for support. */
  readonly providerCode: string | null;
  readonly message: string;
  readonly value?: T;
}

export type ProviderFailureCode =
  | 'declined'
  | 'not_found'
  | 'invalid_request'
  | 'invalid_state'
  | 'wrong_mode'
  | 'idempotency_conflict'
  | 'unsupported_currency'
  | 'amount_not_representable';

/**
 * Nobody knows whether the work was done: no answer, half an answer, or a 5xx.
 * `sent: false` means it certainly was not done: the request never reached the provider, or was turned away at the door (429).
 */
export interface Unknown {
  readonly outcome: 'unknown';
  /** `rate_limited`: too many requests of ours, all of which should wait; `object_locked`: another request is at this one object, the others need not wait. */
  readonly cause: 'timeout' | 'connection' | 'server_error' | 'rate_limited' | 'object_locked' | 'unreadable_answer' | 'key_in_use';
  readonly sent: boolean;
  readonly message: string;
  readonly retryAfterInMillis?: number;
  /** With `rate_limited`: only the endpoint that was asked is limited, not everything of the account. */
  readonly scope?: 'endpoint';
}

export function succeeded<T>(value: T): Succeeded<T> {
  return { outcome: 'succeeded', value };
}
