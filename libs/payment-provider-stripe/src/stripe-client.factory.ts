import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { ConnectionRejectedError, type CallContext, type ProviderCredentials } from '@tollkeeper/payment-provider';
import { parseStripeKey, type StripeKey, type StripeProviderOptions } from './stripe-config.js';

/** The version this code was written against. The SDK's types allow no other, so an SDK upgrade fails to compile until this line is read. */
export const STRIPE_API_VERSION = '2026-10-28.endive';

const STRIPE_BASE = 'https://api.stripe.com';
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const MAXIMUM_CLIENTS = 100;

/** What the running call brings along: the SDK has no way to hand it to its HTTP client. */
export const contextOfCall = new AsyncLocalStorage<Pick<CallContext, 'signal' | 'beforeRequest'>>();

export interface StripeTarget {
  readonly client: Stripe;
  readonly key: StripeKey;
  readonly base: URL;
}

/** Makes SDK clients for a connection's key, keeping a few so that sockets are reused. */
export class StripeClientFactory {
  readonly #apiBase: URL;
  readonly #sandboxBase: URL | null;
  /** By hash, so that no key is held as a map key that an inspection would print. */
  readonly #clients = new Map<string, Stripe>();

  /** @throws Error at boot for a base that would send keys over plain HTTP to another machine */
  constructor(options: StripeProviderOptions) {
    this.#apiBase = checkedBase('apiBase', options.apiBase ?? STRIPE_BASE);
    this.#sandboxBase = options.sandboxBase === undefined ? null : checkedBase('sandboxBase', options.sandboxBase);
  }

  get hasSandbox(): boolean {
    return this.#sandboxBase !== null;
  }

  /** @throws ConnectionRejectedError for a missing or malformed key, or a sandbox key without a sandbox */
  target(credentials: ProviderCredentials): StripeTarget {
    const key = parseStripeKey(credentials.secrets['secretKey']);
    if (!key) throw new ConnectionRejectedError('unauthorized', `Connection ${credentials.connectionId} has no usable Stripe secret key.`);
    const base = key.isSandbox ? this.#sandboxBase : this.#apiBase;
    if (!base) {
      throw new ConnectionRejectedError(
        'unauthorized',
        `Connection ${credentials.connectionId} uses a key of the built-in Stripe sandbox, which this installation does not run.`,
      );
    }
    return { client: this.#client(key.value, base), key, base };
  }

  #client(key: string, base: URL): Stripe {
    const hash = createHash('sha256').update(`${base.href}\n${key}`).digest('hex');
    const known = this.#clients.get(hash);
    if (known) return known;
    const [oldest] = this.#clients.keys();
    if (oldest !== undefined && this.#clients.size >= MAXIMUM_CLIENTS) this.#clients.delete(oldest);
    const client = new Stripe(key, {
      apiVersion: STRIPE_API_VERSION,
      host: base.hostname,
      port: base.port || (base.protocol === 'http:' ? 80 : 443),
      protocol: base.protocol === 'http:' ? 'http' : 'https',
      // Retries belong to the intents, which keep their key across a crash.
      maxNetworkRetries: 0,
      telemetry: false,
      appInfo: { name: 'Tollkeeper' },
      // The SDK's Node client bounds each silence, not the whole request, and resends once by itself after a reset connection. A slow
      // drip or a late resend would outlive the deadline after which an intent may be proven absent; fetch has neither.
      httpClient: Stripe.createFetchHttpClient(fetchWithinCall as typeof fetch),
    });
    this.#clients.set(hash, client);
    return client;
  }
}

async function fetchWithinCall(url: string, init: RequestInit): Promise<Response> {
  const context = contextOfCall.getStore();
  await context?.beforeRequest?.(endpointOf(init.method ?? 'GET', new URL(url).pathname));
  const outer = context?.signal;
  const signal = outer && init.signal ? AbortSignal.any([init.signal, outer]) : init.signal;
  // A redirect would carry the key to another host.
  return fetch(url, { ...init, signal, redirect: 'error' });
}

// Stripe limits each method and route by itself (`POST /v1/invoices/*/pay`). Ids hold a digit or a capital, the words of a route do not.
export function endpointOf(method: string, path: string): string {
  return `${method} ${path.split('/').map((segment) => (/^([a-z_]*|v\d)$/.test(segment) ? segment : '*')).join('/')}`;
}

function checkedBase(name: string, value: string): URL {
  const base = URL.canParse(value) ? new URL(value) : null;
  if (!base || !['http:', 'https:'].includes(base.protocol)) throw new Error(`Stripe ${name} is not an http(s) URL.`);
  if (base.username || base.password) throw new Error(`Stripe ${name} must not hold credentials.`);
  if (base.pathname !== '/' || base.search || base.hash) throw new Error(`Stripe ${name} must be an origin without a path: the SDK always asks for /v1/… at its root.`);
  if (base.protocol === 'http:' && !LOOPBACK.test(base.hostname)) {
    throw new Error(`Stripe ${name} ${base.origin} is plain HTTP to another machine, which would send API keys in the clear. Use https, or http to 127.0.0.1.`);
  }
  return base;
}
