/** The provider cannot do this at all; raised before any network call. A feature asks the capability first. */
export class UnsupportedByProviderError extends Error {
  readonly providerName: string;
  readonly operation: string;

  constructor(providerName: string, operation: string) {
    super(`Payment provider ${providerName} does not support '${operation}'. Ask describe().capabilities before calling it.`);
    this.name = 'UnsupportedByProviderError';
    this.providerName = providerName;
    this.operation = operation;
  }
}

/** The credentials were rejected (401) or lack a permission (403): the connection pauses, intents wait, invoices do not fail. */
export class ConnectionRejectedError extends Error {
  readonly kind: 'unauthorized' | 'forbidden';

  constructor(kind: 'unauthorized' | 'forbidden', message: string) {
    super(message);
    this.name = 'ConnectionRejectedError';
    this.kind = kind;
  }
}

/** `time`: signed too far from now; `secret`: there is none to verify with; `body`: not an event at all. */
export type WebhookRefusal = 'signature' | 'time' | 'secret' | 'body';

/** A webhook that must not be believed; the route answers 400 and stores nothing. */
export class WebhookVerificationError extends Error {
  readonly reason: WebhookRefusal;

  constructor(message: string, reason: WebhookRefusal = 'signature') {
    super(message);
    this.name = 'WebhookVerificationError';
    this.reason = reason;
  }
}

/** Thrown by `CallContext.beforeRequest`: the request was not sent, because the connection's rate budget has no room for it in time. */
export class RequestNotSentError extends Error {
  readonly retryAfterInMillis: number;

  constructor(message: string, retryAfterInMillis: number) {
    super(message);
    this.name = 'RequestNotSentError';
    this.retryAfterInMillis = retryAfterInMillis;
  }
}
