import { jsonAnswer, type Answer } from '../http/answer.js';

/** What a fault answers instead of the truth. */
export interface FaultAnswer {
  status?: number;
  error?: { type?: string; code?: string; message?: string };
  headers?: Record<string, string>;
  /** `html`: the page of a proxy in between. `without_error`: JSON that lacks the envelope, so that the SDK resolves with it. */
  body?: 'json' | 'html' | 'without_error';
}

/** Answers that Stripe is known to give, by the name of the fault. */
export const NAMED_ANSWERS = {
  rate_limit: { status: 429, error: { code: 'rate_limit', message: 'Request rate limit exceeded.' } },
  rate_limit_retry: { status: 429, error: { code: 'rate_limit', message: 'Request rate limit exceeded.' }, headers: { 'stripe-should-retry': 'true' } },
  rate_limit_no_retry: { status: 429, error: { code: 'rate_limit', message: 'Request rate limit exceeded.' }, headers: { 'stripe-should-retry': 'false' } },
  lock_timeout: { status: 429, error: { code: 'lock_timeout', message: 'This object cannot be accessed right now because another API request is currently accessing it.' } },
  key_in_use: { status: 409, error: { type: 'idempotency_error', code: 'idempotency_key_in_use', message: 'There is currently another in-progress request using this idempotency key.' } },
  conflict: { status: 409, error: { message: 'The request conflicts with another request.' } },
  bad_gateway: { status: 502, body: 'html' },
  unavailable: { status: 503, body: 'html' },
  no_envelope: { status: 404, body: 'without_error' },
} as const satisfies Record<string, FaultAnswer>;

export type AnswerName = keyof typeof NAMED_ANSWERS;

export function faultAnswer(fault: FaultAnswer): Answer {
  const status = fault.status ?? 500;
  const headers = fault.headers ?? {};
  if (fault.body === 'html') {
    const title = `${status} Server Error`;
    return { status, body: `<html>\n<head><title>${title}</title></head>\n<body><h1>${title}</h1></body>\n</html>\n`, headers: { 'content-type': 'text/html', ...headers } };
  }
  if (fault.body === 'without_error') return jsonAnswer(status, { message: 'no Route matched with those values' }, headers);
  const type = fault.error?.type ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  const code = fault.error?.code ?? (status === 429 ? 'rate_limit' : undefined);
  const message = fault.error?.message ?? `An injected fault answered with status ${status}.`;
  return jsonAnswer(status, { error: { type, ...(code && { code }), message } }, headers);
}
