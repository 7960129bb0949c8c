/** One of several findings, e.g. one bad record of a batch or one bad field of a body. */
export interface ErrorFinding {
  /** Position in the array that was sent. */
  readonly index?: number;
  /** Path of the field. */
  readonly field?: string;
  readonly code: string;
  readonly message: string;
}

export interface TollkeeperErrorOptions {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly requestId?: string;
  readonly errors?: readonly ErrorFinding[];
  readonly retryAfterInSeconds?: number;
  readonly cause?: unknown;
}

/** Any refusal of the server, and any failure to reach it. `message` is a sentence for people; branch on `code`. */
export class TollkeeperError extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Stable, e.g. `customer_not_found`; `connection_failed` and `timeout` when there was no answer. */
  readonly code: string;
  /** Quote it when you report a problem. */
  readonly requestId: string | undefined;
  readonly errors: readonly ErrorFinding[];
  /** What the server asked for with Retry-After. */
  readonly retryAfterInSeconds: number | undefined;

  constructor(options: TollkeeperErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TollkeeperError';
    this.status = options.status;
    this.code = options.code;
    this.requestId = options.requestId;
    this.errors = options.errors ?? [];
    this.retryAfterInSeconds = options.retryAfterInSeconds;
  }
}

/** Reads an application/problem+json answer, and makes the best of anything a proxy may have answered instead. */
export async function errorOfResponse(response: Response): Promise<TollkeeperError> {
  const problem = problemOf(await response.text().catch(() => ''));
  const retryAfterInSeconds = secondsOf(response.headers.get('retry-after'));
  const requestId = textOf(problem['requestId']) ?? response.headers.get('x-request-id') ?? undefined;
  return new TollkeeperError({
    status: response.status,
    code: textOf(problem['code']) ?? `http_${response.status}`,
    message: textOf(problem['errorMessage']) ?? textOf(problem['detail']) ?? `The server answered ${response.status} ${response.statusText}.`,
    errors: findingsOf(problem['errors']),
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfterInSeconds === undefined ? {} : { retryAfterInSeconds }),
  });
}

function problemOf(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

function findingsOf(value: unknown): ErrorFinding[] {
  return Array.isArray(value) ? value.filter((finding): finding is ErrorFinding => typeof finding === 'object' && finding !== null) : [];
}

/** Retry-After is a number of seconds or a date. */
function secondsOf(header: string | null): number | undefined {
  if (header === null || header.trim() === '') {
    return undefined;
  }
  const seconds = Number(header);
  if (Number.isFinite(seconds)) {
    return Math.max(0, seconds);
  }
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1_000);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
