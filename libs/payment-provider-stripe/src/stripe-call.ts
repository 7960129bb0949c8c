import type Stripe from 'stripe';
import type { CallContext, ProviderOutcome } from '@tollkeeper/payment-provider';
import { DeadlinePassedError } from './stripe-call-error.js';
import { contextOfCall, type StripeClientFactory, type StripeTarget } from './stripe-client.factory.js';
import { outcomeOfError } from './stripe-outcome.js';
import type { StripeKey } from './stripe-config.js';

/** Stripe's limit for an idempotency key, in characters. */
const MAXIMUM_KEY_LENGTH = 255;
const DEFAULT_TIMEOUT_IN_MILLIS = 80_000;

/** One port operation: its client, its deadline over all requests, and the key its writes derive from. */
export class StripeCall {
  readonly client: Stripe;
  readonly key: StripeKey;
  readonly base: URL;
  readonly #context: CallContext;
  readonly #endsAt: number;
  readonly #timeoutInMillis: number;
  #writes = 0;
  #writesBeforeLatest = 0;

  constructor(target: StripeTarget, context: CallContext, timeoutInMillis: number) {
    this.client = target.client;
    this.key = target.key;
    this.base = target.base;
    this.#context = context;
    this.#timeoutInMillis = timeoutInMillis;
    this.#endsAt = performance.now() + context.deadlineInMillis;
  }

  /** True once a write went out before the latest request: a later failure cannot claim that nothing was done. */
  get hasEarlierWrite(): boolean {
    return this.#writesBeforeLatest > 0;
  }

  /** Request options of the next read. @throws DeadlinePassedError */
  read(): Stripe.RequestOptions {
    this.#writesBeforeLatest = this.#writes;
    return { timeout: this.remainingInMillis() };
  }

  /**
   * Request options of the next write.
   * @param part names a second write of the same operation, which needs a key of its own
   * @throws Error without a key (a programming error), DeadlinePassedError
   */
  write(part?: string): Stripe.RequestOptions {
    const key = requiredKey(this.#context);
    const idempotencyKey = part === undefined ? key : `${key}:${part}`;
    if (idempotencyKey.length > MAXIMUM_KEY_LENGTH) throw new Error(`Idempotency key '${idempotencyKey.slice(0, 20)}…' is longer than ${MAXIMUM_KEY_LENGTH} characters.`);
    this.#writesBeforeLatest = this.#writes;
    const timeout = this.remainingInMillis();
    this.#writes += 1;
    return { timeout, idempotencyKey };
  }

  /** A DELETE takes no idempotency key at Stripe; it is idempotent by nature. */
  remove(): Stripe.RequestOptions {
    const { timeout } = this.write();
    return { timeout };
  }

  remainingInMillis(): number {
    const remaining = Math.floor(Math.min(this.#endsAt - performance.now(), this.#timeoutInMillis));
    if (remaining <= 0 || this.#context.signal?.aborted) throw new DeadlinePassedError();
    return remaining;
  }
}

/** Opens calls and turns every way one can end into an outcome; only rejected credentials and programming errors are thrown. */
export class StripeCalls {
  readonly #clients: StripeClientFactory;
  readonly #timeoutInMillis: number;

  constructor(clients: StripeClientFactory, timeoutInMillis: number = DEFAULT_TIMEOUT_IN_MILLIS) {
    this.#clients = clients;
    this.#timeoutInMillis = timeoutInMillis;
  }

  async read<T>(context: CallContext, operation: (call: StripeCall) => Promise<ProviderOutcome<T>>): Promise<ProviderOutcome<T>> {
    const call = new StripeCall(this.#clients.target(context.credentials), context, this.#timeoutInMillis);
    try {
      return await contextOfCall.run(context, () => operation(call));
    } catch (error) {
      const outcome = outcomeOfError(error);
      return outcome.outcome === 'unknown' && call.hasEarlierWrite ? { ...outcome, sent: true } : outcome;
    }
  }

  /** @throws Error before any network call when the context carries no idempotency key */
  async write<T>(context: CallContext, operation: (call: StripeCall) => Promise<ProviderOutcome<T>>): Promise<ProviderOutcome<T>> {
    requiredKey(context);
    return this.read(context, operation);
  }
}

function requiredKey(context: CallContext): string {
  if (!context.idempotencyKey) throw new Error('A write to Stripe needs the idempotency key of its intent; none came with the call.');
  return context.idempotencyKey;
}
