export interface StripeErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error' | 'rate_limit_error';
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  [extra: string]: unknown;
}

/** An answer in Stripe's error envelope. `keepsEffects`: the failure is an outcome that stays on record, as a declined payment does. */
export class StripeError extends Error {
  constructor(
    readonly status: number,
    readonly body: StripeErrorBody,
    readonly options: { keepsEffects?: boolean; storedUnderKey?: boolean; headers?: Record<string, string> } = {},
  ) {
    super(body.message);
  }

  static invalid(message: string, param?: string, code?: string): StripeError {
    return new StripeError(400, { type: 'invalid_request_error', message, ...(code && { code }), ...(param && { param }) });
  }

  /** A request refused before any work started; Stripe does not keep such answers under the idempotency key. */
  static malformed(message: string, param?: string, code?: string): StripeError {
    return new StripeError(400, { type: 'invalid_request_error', message, ...(code && { code }), ...(param && { param }) }, { storedUnderKey: false });
  }

  static missing(what: string, id: string, param = 'id', status = 404): StripeError {
    return new StripeError(status, { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${what}: '${id}'`, param });
  }
}
