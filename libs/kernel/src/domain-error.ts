/** What an error means to the caller; the HTTP filter is the only place that turns a kind into a status. */
export type DomainErrorKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unprocessable'
  | 'rate_limited'
  | 'unavailable';

/** One finding of several, e.g. one bad record of a batch or one bad field of a body. */
export interface ErrorDetail {
  /** Position in the request's array, when the request was one. */
  readonly index?: number;
  /** Path of the field inside the body or record. */
  readonly field?: string;
  readonly code: string;
  readonly message: string;
}

/**
 * An error with a stable `code` that callers may branch on and a sentence for people.
 * The message must never hold a secret, card data, or another account's ids: it is shown and logged.
 */
export class DomainError extends Error {
  readonly kind: DomainErrorKind;
  readonly code: string;
  readonly details: readonly ErrorDetail[];
  /** Seconds after which a `rate_limited` or `unavailable` call may be tried again. */
  readonly retryAfterInSeconds: number | undefined;

  constructor(
    kind: DomainErrorKind,
    code: string,
    message: string,
    options: { details?: readonly ErrorDetail[]; retryAfterInSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DomainError';
    this.kind = kind;
    this.code = code;
    this.details = options.details ?? [];
    this.retryAfterInSeconds = options.retryAfterInSeconds;
  }
}

/** The same answer for an id that does not exist and an id of another account, so that ids cannot be probed. */
export function notFound(thing: string, id: string): DomainError {
  return new DomainError('not_found', `${thing}_not_found`, `No ${thing.replaceAll('_', ' ')} with id '${id}' exists in this account.`);
}

export function invalid(code: string, message: string, details: readonly ErrorDetail[] = []): DomainError {
  return new DomainError('invalid', code, message, { details });
}

export function conflict(code: string, message: string): DomainError {
  return new DomainError('conflict', code, message);
}
