import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TollkeeperError, errorOfResponse } from './tollkeeper-error.js';

export interface TransportOptions {
  /** Where Tollkeeper answers, e.g. `http://127.0.0.1:8787`; a path prefix is kept. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Replaces the global fetch, e.g. to go through a proxy. */
  readonly fetch?: typeof globalThis.fetch;
  /** How often a call that may be repeated is repeated; default 3. */
  readonly maximumRetries?: number;
  /** The first pause before a repetition; it doubles each time and is drawn at random below that. Default 250. */
  readonly retryDelayInMillis?: number;
  /** How long one attempt may take; default 30,000. */
  readonly timeoutInMillis?: number;
}

/** Options of a single call. */
export interface CallOptions {
  /** For writes: calls with the same key take effect once. One is made up when none is given, so that a repetition is safe. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Call extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Begins with a slash; segments from callers have gone through `segment`. */
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON; left out where `encodedBody` is given. */
  readonly body?: unknown;
  readonly encodedBody?: EncodedBody;
  /** Instead of the transport's own. */
  readonly maximumRetries?: number;
  /** A POST that may be repeated without a key: it only reads, or the server knows what it was sent before. */
  readonly isRepeatable?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A body that is bytes already, and the headers that say of what. */
export interface EncodedBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

const LONGEST_PAUSE_IN_MILLIS = 8_000;
// A server that asks for more is busy for longer than a caller wants to hang; it gets the error and its Retry-After instead.
const LONGEST_RETRY_AFTER_IN_SECONDS = 60;

/** An id of the caller's choice as one path segment. */
export function segment(id: string): string {
  if (id === '' || id === '.' || id === '..') {
    throw new TypeError(`'${id}' cannot be an id: it would address another route.`);
  }
  return encodeURIComponent(id);
}

/** Sends requests: adds key and headers, repeats what may be repeated, turns refusals into `TollkeeperError`. */
export class Transport {
  readonly #baseUrl: string;
  readonly #apiKey: string;
  readonly #fetch: typeof globalThis.fetch;
  readonly #maximumRetries: number;
  readonly #retryDelayInMillis: number;
  readonly #timeoutInMillis: number;

  constructor(options: TransportOptions) {
    if (!/^https?:\/\//i.test(options.baseUrl)) {
      throw new TypeError(`baseUrl must be an http or https URL, such as 'http://127.0.0.1:8787'; got '${options.baseUrl}'.`);
    }
    if (!/^[\x21-\x7e]+$/.test(options.apiKey)) {
      throw new TypeError('apiKey is empty or holds characters that no key has; check where it is read from.');
    }
    this.#baseUrl = options.baseUrl.replace(/\/+$/, '');
    this.#apiKey = options.apiKey;
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.#maximumRetries = options.maximumRetries ?? 3;
    this.#retryDelayInMillis = options.retryDelayInMillis ?? 250;
    this.#timeoutInMillis = options.timeoutInMillis ?? 30_000;
  }

  /** The answer's JSON. @throws TollkeeperError */
  async json<T>(call: Call): Promise<T> {
    return (await this.jsonWithHeaders<T>(call)).body;
  }

  async jsonWithHeaders<T>(call: Call): Promise<{ body: T; headers: Headers }> {
    const { text, headers } = await this.#send(call);
    return { body: JSON.parse(text) as T, headers };
  }

  /** The answer's text. @throws TollkeeperError */
  async text(call: Call): Promise<string> {
    return (await this.#send(call)).text;
  }

  /** One attempt whose body is read by the caller as it arrives. @throws TollkeeperError */
  async open(call: Call): Promise<Response> {
    try {
      const response = await this.#fetch(this.#urlOf(call), this.#requestOf(call, call.signal));
      if (!response.ok) {
        throw await errorOfResponse(response);
      }
      return response;
    } catch (error) {
      throw this.#connectionError(error, call);
    }
  }

  async #send(call: Call): Promise<{ text: string; headers: Headers }> {
    const needsKey = call.method !== 'GET' && call.isRepeatable !== true;
    const keyed = needsKey ? { ...call, idempotencyKey: call.idempotencyKey ?? randomUUID() } : call;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#attempt(keyed);
      } catch (error) {
        const pauseInMillis = attempt < (call.maximumRetries ?? this.#maximumRetries) && !keyed.signal?.aborted ? this.#pauseAfter(error, attempt) : null;
        if (pauseInMillis === null) {
          throw error;
        }
        await sleep(pauseInMillis, undefined, keyed.signal ? { signal: keyed.signal } : undefined);
      }
    }
  }

  async #attempt(call: Call): Promise<{ text: string; headers: Headers }> {
    const timeout = AbortSignal.timeout(this.#timeoutInMillis);
    try {
      const response = await this.#fetch(this.#urlOf(call), this.#requestOf(call, call.signal ? AbortSignal.any([call.signal, timeout]) : timeout));
      if (!response.ok) {
        throw await errorOfResponse(response);
      }
      return { text: await response.text(), headers: response.headers };
    } catch (error) {
      throw this.#connectionError(error, call);
    }
  }

  /** How long to wait before the call is repeated, or null when it must not be. */
  #pauseAfter(error: unknown, attempt: number): number | null {
    if (!(error instanceof TollkeeperError) || !isTransient(error)) {
      return null;
    }
    if (error.retryAfterInSeconds !== undefined) {
      return error.retryAfterInSeconds <= LONGEST_RETRY_AFTER_IN_SECONDS ? error.retryAfterInSeconds * 1_000 : null;
    }
    return Math.random() * Math.min(LONGEST_PAUSE_IN_MILLIS, this.#retryDelayInMillis * 2 ** attempt);
  }

  #urlOf({ path, query }: Call): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined) {
        search.set(name, String(value));
      }
    }
    return `${this.#baseUrl}${path}${search.size === 0 ? '' : `?${search}`}`;
  }

  #requestOf(call: Call, signal: AbortSignal | undefined): RequestInit {
    return {
      method: call.method,
      headers: {
        Accept: 'application/json',
        'X-API-KEY': this.#apiKey,
        ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(call.idempotencyKey === undefined ? {} : { 'Idempotency-Key': call.idempotencyKey }),
        ...call.encodedBody?.headers,
        ...call.headers,
      },
      ...(call.encodedBody ? { body: call.encodedBody.bytes } : call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(signal === undefined ? {} : { signal }),
      // A redirect would carry the key to wherever it points.
      redirect: 'error',
    };
  }

  #connectionError(error: unknown, { method, path, signal }: Call): unknown {
    if (error instanceof TollkeeperError || signal?.aborted) {
      return error;
    }
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      return new TollkeeperError({ status: 0, code: 'timeout', message: `${method} ${path} got no answer within ${this.#timeoutInMillis} ms.`, cause: error });
    }
    return new TollkeeperError({ status: 0, code: 'connection_failed', message: `${method} ${path} could not reach ${this.#baseUrl}: ${reasonOf(error)}.`, cause: error });
  }
}

/** Everything else is an answer that a repetition would get again. */
export function isTransient({ status, code }: TollkeeperError): boolean {
  return status === 0 || status === 429 || status >= 500 || code === 'idempotency_key_in_use';
}

/** fetch says 'fetch failed' and hides the reason in the cause. Read by shape: an error of fetch may come from another realm. */
function reasonOf(error: unknown): string {
  const { message, code, cause } = partsOf(error);
  const reason = partsOf(cause);
  return [reason.code, reason.message, code, message].find((part) => typeof part === 'string' && part !== '') ?? String(error);
}

function partsOf(error: unknown): { message?: string; code?: string; cause?: unknown } {
  return typeof error === 'object' && error !== null ? error : {};
}
