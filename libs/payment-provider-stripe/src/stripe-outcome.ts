import Stripe from 'stripe';
import {
  AmountNotRepresentableError,
  ConnectionRejectedError,
  RequestNotSentError,
  type Failed,
  type ProviderFailureCode,
  type RequiresAction,
  type Unknown,
} from '@tollkeeper/payment-provider';
import { DeadlinePassedError, UnreadableAnswerError } from './stripe-call-error.js';

const { StripeError, StripeAuthenticationError, StripeCardError, StripeConnectionError, StripeIdempotencyError, StripePermissionError, StripeRateLimitError } =
  Stripe.errors;

type RefusedOutcome = Failed<never> | RequiresAction<never> | Unknown;

/** Failures before a byte of the request left this machine. Everything else may have arrived. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

const TAX_LOCATION_CODES = new Set(['customer_tax_location_invalid', 'shipping_address_invalid', 'taxes_calculation_failed']);

const FAILURE_BY_CODE: Readonly<Record<string, ProviderFailureCode>> = {
  resource_missing: 'not_found',
  livemode_mismatch: 'wrong_mode',
  testmode_charges_only: 'wrong_mode',
  amount_too_small: 'amount_not_representable',
  amount_too_large: 'amount_not_representable',
  invoice_not_editable: 'invalid_state',
  invoice_no_customer_line_items: 'invalid_state',
  payment_intent_unexpected_state: 'invalid_state',
  setup_intent_unexpected_state: 'invalid_state',
  status_transition_invalid: 'invalid_state',
  resource_already_exists: 'invalid_state',
};

/**
 * What an error thrown inside an operation says about the work.
 * @throws ConnectionRejectedError for 401 and 403, and anything that is not an answer of Stripe's (a programming error)
 */
export function outcomeOfError(error: unknown): RefusedOutcome {
  if (error instanceof UnreadableAnswerError) return unknown('unreadable_answer', true, error.message);
  if (error instanceof DeadlinePassedError) return unknown('timeout', false, error.message);
  if (error instanceof AmountNotRepresentableError) return { outcome: 'failed', code: error.code, providerCode: null, message: error.message };
  if (!(error instanceof StripeError)) throw error;
  if (error instanceof StripeConnectionError) return connectionOutcome(error);
  if (error instanceof StripeAuthenticationError) throw new ConnectionRejectedError('unauthorized', 'Stripe rejected the API key (401). Enter a valid key.');
  if (error instanceof StripePermissionError) {
    throw new ConnectionRejectedError('forbidden', `Stripe refused the request (403): ${withoutSecrets(error.message)}`);
  }
  if (error instanceof StripeRateLimitError) return rateLimited(error);
  return statusOutcome(error);
}

/** True for Stripe's authentication demands, which come as 402 like declines but are the customer's to fulfil. */
export function needsAuthentication(error: Stripe.errors.StripeError): boolean {
  return [error.code, error.decline_code].some((code) => code === 'invoice_payment_intent_requires_action' || code === 'authentication_required');
}

/** True where Stripe read the request and said no to it (400, 402), so that the object's state explains the answer. */
export function isRefusal(error: unknown): error is Stripe.errors.StripeError {
  return (
    error instanceof StripeError &&
    [400, 402].includes(error.statusCode ?? 0) &&
    !(error instanceof StripeRateLimitError) &&
    !(error instanceof StripeIdempotencyError)
  );
}

/** True where Stripe has no object of some id: the one that was to change, or one that it refers to. */
export function isMissing(error: unknown): error is Stripe.errors.StripeError {
  return error instanceof StripeError && error.statusCode === 404;
}

/**
 * A refusal to give money back or to credit. That an amount is more than what is left comes as a finding about the parameter, although the
 * same parameter was right before somebody else gave some back.
 */
export function refusalOfState(error: Stripe.errors.StripeError): RefusedOutcome {
  const outcome = outcomeOfError(error);
  return outcome.outcome === 'failed' && /amount/.test(error.param ?? '') ? { ...outcome, code: 'invalid_state' } : outcome;
}

/** A provider's sentence with anything masked that looks like a key, a signing secret or a client secret. */
export function withoutSecrets(message: string): string {
  return message.replace(/\b((?:sk|rk|pk)_(?:test|live)|whsec|(?:pi|seti|cs)_\w+?_secret)_[\w*+/=-]+/g, '$1_[secret]');
}

function statusOutcome(error: Stripe.errors.StripeError): RefusedOutcome {
  const status = error.statusCode;
  const message = withoutSecrets(error.message);
  if (status === undefined) return unknown('unreadable_answer', true, 'Stripe answered with something that is not JSON.');
  if (status >= 500) return unknown('server_error', true, `Stripe answered ${status}: ${message}`);
  if (status === 409) return unknown('key_in_use', true, message);
  if (error instanceof StripeIdempotencyError) return failed('idempotency_conflict', error, message);
  if (error instanceof StripeCardError) {
    if (needsAuthentication(error)) return { outcome: 'requires_action', reason: 'customer_authentication', message };
    return failed('declined', error, message);
  }
  if (TAX_LOCATION_CODES.has(error.code ?? '')) return { outcome: 'requires_action', reason: 'missing_tax_location', message };
  return failed(failureCode(error), error, message);
}

function failureCode(error: Stripe.errors.StripeError): ProviderFailureCode {
  // Stripe's 404 for an id of the other mode says so only in its sentence.
  if (/a similar object exists in (live|test) mode/.test(error.message)) return 'wrong_mode';
  const known = FAILURE_BY_CODE[error.code ?? ''];
  if (known) return known;
  if (error.statusCode === 404) return 'not_found';
  if (error.param === 'currency') return 'unsupported_currency';
  // Refusals that name a parameter are about what was sent; the others are about the state of the object.
  return error.param ? 'invalid_request' : 'invalid_state';
}

function failed(code: ProviderFailureCode, error: Stripe.errors.StripeError, message: string): Failed<never> {
  return { outcome: 'failed', code, providerCode: error.decline_code ?? error.code ?? null, message };
}

function unknown(cause: Unknown['cause'], sent: boolean, message: string): Unknown {
  return { outcome: 'unknown', cause, sent, message };
}

function rateLimited(error: Stripe.errors.StripeError): Unknown {
  const message = withoutSecrets(error.message);
  if (error.code === 'lock_timeout') return unknown('object_locked', false, message);
  // `endpoint-rate` or `endpoint-concurrency`; `global-…` is about all requests (docs.stripe.com/rate-limits).
  const isOfEndpoint = (error.headers?.['stripe-rate-limited-reason'] ?? '').startsWith('endpoint-');
  const outcome: Unknown = { ...unknown('rate_limited', false, message), ...(isOfEndpoint ? { scope: 'endpoint' } : {}) };
  const seconds = Number(error.headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? { ...outcome, retryAfterInMillis: seconds * 1_000 } : outcome;
}

function connectionOutcome(error: Stripe.errors.StripeError): Unknown {
  if (error.detail instanceof RequestNotSentError) {
    const { message, retryAfterInMillis } = error.detail;
    return { ...unknown('rate_limited', false, message), retryAfterInMillis };
  }
  const codes = networkCodes(error.detail);
  if (codes.includes('ETIMEDOUT')) return unknown('timeout', true, 'Stripe did not answer in time.');
  const neverSent = codes.find((code) => NEVER_SENT.has(code));
  const detail = codes.length === 0 ? '' : ` (${codes.join(', ')})`;
  return unknown('connection', neverSent === undefined, neverSent ? `Stripe could not be reached${detail}.` : `The connection to Stripe broke before the whole answer came${detail}.`);
}

/** fetch hides the socket's error code in `cause`, the SDK the body's in `exception`; several addresses tried make an AggregateError. */
function networkCodes(detail: unknown, depth = 0): string[] {
  if (typeof detail !== 'object' || detail === null || depth > 4) return [];
  const { code, cause, exception, errors } = detail as { code?: unknown; cause?: unknown; exception?: unknown; errors?: unknown };
  const inner = [cause, exception, ...(Array.isArray(errors) ? errors : [])].flatMap((next) => networkCodes(next, depth + 1));
  return [...new Set([...(typeof code === 'string' ? [code] : []), ...inner])];
}
