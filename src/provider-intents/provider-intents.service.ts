import { Injectable } from '@nestjs/common';
import { PaymentConnections } from '../payment-connections/payment-connections.service.js';
import type { ProcessClock } from '../platform/clock/clock.js';
import type { Database, Transaction } from '../platform/database/database.js';
import type { Wakeups } from '../platform/jobs/wakeups.js';
import { IntentHandlers, type IntentHandler } from './intent-handlers.js';
import { IntentPlatform } from './intent-platform.js';
import { IntentRunner, SPENT_KEY } from './intent-runner.js';
import { ProviderIntent, isUnfinished, newIntent } from './provider-intent.entity.js';
import { ProviderIntentRepository, type IntentSubject } from './provider-intent.repository.js';

export interface IntentPlan extends IntentSubject {
  readonly connectionId: string;
  readonly kind: string;
  /** Exactly what will be sent, again and again; plain JSON. */
  readonly parameters: Record<string, unknown>;
}

/** How long the background loop leaves a new intent to the request that planned it. */
const LEFT_TO_PLANNER_IN_MILLIS = 2_000;

/** The one way from a feature to a provider write. */
@Injectable()
export class ProviderIntents {
  readonly #handlers: IntentHandlers;
  readonly #repository: ProviderIntentRepository;
  readonly #runner: IntentRunner;
  readonly #connections: PaymentConnections;
  readonly #database: Database;
  readonly #clock: ProcessClock;
  readonly #wakeups: Wakeups;

  constructor(handlers: IntentHandlers, repository: ProviderIntentRepository, runner: IntentRunner, connections: PaymentConnections, platform: IntentPlatform) {
    this.#handlers = handlers;
    this.#repository = repository;
    this.#runner = runner;
    this.#connections = connections;
    this.#database = platform.database;
    this.#clock = platform.clock;
    this.#wakeups = platform.wakeups;
  }

  registerHandler<V>(kind: string, handler: IntentHandler<V>): void {
    this.#handlers.register(kind, handler);
  }

  /**
   * Writes the intent; nothing is sent before the caller's transaction commits. While one of the same kind is unfinished for the
   * subject, that one is returned: its outcome has to be known before another attempt may have a new key.
   */
  async plan(tx: Transaction, plan: IntentPlan): Promise<ProviderIntent> {
    await this.#repository.lockSubject(tx, plan, plan.kind);
    const last = await this.#repository.latest(tx, plan, plan.kind);
    if (last && isUnfinished(last)) return last;
    const { providerName } = await this.#connections.getById(tx, plan.connectionId);
    const now = this.#clock.now();
    const wish = { ...plan, providerName, apiVersion: this.#connections.apiVersionOf(providerName), attempt: (last?.attempt ?? 0) + 1, nextCheckTime: now + LEFT_TO_PLANNER_IN_MILLIS };
    const intent = tx.create(ProviderIntent, newIntent(wish, now));
    await tx.flush();
    await this.#wakeups.notify(tx, 'provider-intent', intent.id);
    return intent;
  }

  /**
   * Sends a planned intent and stores what came of it; to be called after the commit, outside any transaction. Answers the intent
   * as it stands when the time is up: unfinished ones are finished by the background loop. Never throws for provider trouble.
   */
  async run(intentId: string, limits: { deadlineInMillis: number }): Promise<ProviderIntent> {
    this.#database.assertOutsideTransaction('A provider call');
    await this.#runner.run(intentId, limits, limits.deadlineInMillis);
    return this.get(this.#database.reader(), intentId);
  }

  /**
   * Of a connection's unfinished intents nothing is sent before the provider was asked: another installation on the same database may have
   * sent them. All are due now.
   */
  async askFirst(tx: Transaction, connectionId: string): Promise<void> {
    for (const intent of await this.#repository.unfinishedOf(tx, connectionId)) {
      intent.nextCheckTime = this.#clock.now();
      if (!this.#handlers.get(intent.kind).find) continue;
      intent.code = SPENT_KEY;
      intent.firstSentTime ??= intent.createTime;
    }
    await tx.flush();
    await this.#wakeups.notify(tx, 'provider-intents', connectionId);
  }

  async get(tx: Transaction, intentId: string): Promise<ProviderIntent> {
    const intent = await this.#repository.find(tx, intentId);
    if (!intent) throw new Error(`Provider intent ${intentId} does not exist: its transaction was not committed.`);
    return intent;
  }

  latest(tx: Transaction, subject: IntentSubject, kind: string): Promise<ProviderIntent | null> {
    return this.#repository.latest(tx, subject, kind);
  }

  ofSubject(tx: Transaction, subject: IntentSubject): Promise<ProviderIntent[]> {
    return this.#repository.ofSubject(tx, subject);
  }
}
