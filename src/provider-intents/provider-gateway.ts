import { Injectable } from '@nestjs/common';
import { ConnectionRejectedError, type OwnerTags, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { PaymentConnections } from '../payment-connections/payment-connections.service.js';
import type { ProcessClock } from '../platform/clock/clock.js';
import type { Database } from '../platform/database/database.js';
import { isInBackground } from '../platform/jobs/background.js';
import { Installation, PAUSED_MESSAGE } from '../platform/installation/installation.js';
import { PlatformOptions } from '../platform/platform-options.js';
import { Stopping } from '../platform/process-lifetime/stopping.js';
import type { ProviderCall } from './intent-handlers.js';
import { IntentPlatform } from './intent-platform.js';
import { CountedRequests } from './rate-budget/counted-requests.js';
import { RateBudget } from './rate-budget/rate-budget.js';

export interface CallLimits {
  readonly deadlineInMillis: number;
  readonly signal?: AbortSignal;
}

/** Of a call's deadline, what may be spent on waiting for the turn of its requests; the rest is for the provider. */
const WAITING_SHARE = 0.5;

/** The one place where a provider is called: outside transactions, with a deadline, within the connection's budget of requests, rejected credentials pausing the connection. */
@Injectable()
export class ProviderGateway {
  readonly #connections: PaymentConnections;
  readonly #database: Database;
  readonly #clock: ProcessClock;
  readonly #instanceId: string;
  readonly #stopping: Stopping;
  readonly #budget: RateBudget;
  readonly #installation: Installation;

  constructor(connections: PaymentConnections, platform: IntentPlatform, options: PlatformOptions, stopping: Stopping, budget: RateBudget, installation: Installation) {
    this.#connections = connections;
    this.#database = platform.database;
    this.#clock = platform.clock;
    this.#instanceId = options.instanceId;
    this.#stopping = stopping;
    this.#budget = budget;
    this.#installation = installation;
  }

  /** A read: no key, no intent. @throws nothing for provider trouble; it is in the outcome */
  read<V>(connectionId: string, ask: (call: ProviderCall) => Promise<ProviderOutcome<V>>, limits: CallLimits): Promise<ProviderOutcome<V>> {
    return this.call(connectionId, null, ask, limits);
  }

  /** For ProviderIntents: a write, under the key of its intent row. */
  async call<V>(
    connectionId: string,
    idempotencyKey: string | null,
    ask: (call: ProviderCall) => Promise<ProviderOutcome<V>>,
    limits: CallLimits,
  ): Promise<ProviderOutcome<V>> {
    this.#database.assertOutsideTransaction('A provider call');
    const { connection, provider, credentials } = await this.#connections.open(connectionId);
    // A provider may need no secret at all; forgotten ones are told by the deletion.
    if (connection.isDeleted && Object.keys(credentials.secrets).length === 0) return withdrawn();
    if (connection.status === 'paused') return rejected('The connection is paused because the provider rejected its credentials.');
    if (idempotencyKey !== null && (await this.#installation.holdsWrites(connection))) return held();
    const requests = new CountedRequests(this.#budget, {
      connectionId,
      providersLimits: provider.requestLimits?.(credentials) ?? null,
      settings: connection.settings,
      isBackground: isInBackground(),
      untilInMillis: this.#clock.now() + limits.deadlineInMillis * WAITING_SHARE,
    });
    const context = {
      credentials,
      deadlineInMillis: limits.deadlineInMillis,
      beforeRequest: (endpoint: string) => requests.before(endpoint),
      ...(idempotencyKey === null ? {} : { idempotencyKey }),
      // A call in flight when the process ends becomes unknown and is asked again at the next start.
      signal: limits.signal ? AbortSignal.any([limits.signal, this.#stopping.signal]) : this.#stopping.signal,
    };
    const tags = (id: string) => ({ instance: this.#instanceId, account: connection.accountId, id });
    try {
      const outcome = await ask({ provider, context, tags });
      if (outcome.outcome === 'unknown') await requests.after(outcome);
      return outcome;
    } catch (error) {
      if (!(error instanceof ConnectionRejectedError)) throw error;
      await this.#connections.pause(connectionId, error.message);
      return rejected(error.message);
    }
  }

  /** Whether this is a copied installation that may not write to the connection until it is resumed: what is wanted waits, unsent. */
  async holdsWrites(connectionId: string): Promise<boolean> {
    if ((await this.#installation.pause()) === null) return false;
    return this.#installation.holdsWrites((await this.#connections.open(connectionId)).connection);
  }

  /** Whether what carries these tags was made by this installation for the account. */
  owns(tags: Partial<OwnerTags>, accountId: string): boolean {
    return tags.instance === this.#instanceId && tags.account === accountId;
  }

  apiVersionOf(providerName: string): string | null {
    return this.#connections.apiVersionOf(providerName);
  }

  now(): number {
    return this.#clock.now();
  }
}

/** A deleted connection whose credentials were forgotten: nothing can be sent there any more, and nobody should wait for it. */
function withdrawn(): ProviderOutcome<never> {
  return { outcome: 'failed', code: 'invalid_state', providerCode: null, message: 'The payment connection was deleted.' };
}

/** Nothing was sent. Intents are held before they come so far; this is for whatever else would write. */
function held(): ProviderOutcome<never> {
  return { outcome: 'unknown', cause: 'connection', sent: false, message: PAUSED_MESSAGE };
}

/** Not sent as far as effects go: a rejected key changes nothing there, so the intent waits for better credentials. */
function rejected(message: string): ProviderOutcome<never> {
  return { outcome: 'requires_action', reason: 'connection_rejected', message };
}
