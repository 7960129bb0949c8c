import { Injectable, Logger } from '@nestjs/common';
import type { FetchResult, ProviderOutcome, Unknown } from '@tollkeeper/payment-provider';
import { Database } from '../platform/database/database.js';
import { ObjectLeases } from '../platform/leases/object-leases.js';
import { IntentGate } from './intent-gate.js';
import { IntentHandlers, type IntentHandler, type ProviderCall } from './intent-handlers.js';
import { IntentRecords } from './intent-records.js';
import { ProviderGateway, type CallLimits } from './provider-gateway.js';
import { isUnfinished, type ProviderIntent } from './provider-intent.entity.js';
import { absenceIsProven, keyIsTrusted, pauseBeforeRecheck } from './recheck-schedule.js';

/** Sends one intent under the lease of the object it concerns: intent, call, outcome, each committed before the next. */
@Injectable()
export class IntentRunner {
  readonly #logger = new Logger(IntentRunner.name);

  constructor(
    private readonly database: Database,
    private readonly leases: ObjectLeases,
    private readonly gateway: ProviderGateway,
    private readonly handlers: IntentHandlers,
    private readonly records: IntentRecords,
    private readonly gate: IntentGate,
  ) {}

  /**
   * @param waitForHolderInMillis how long to wait while somebody else is sending it
   * @returns false when the other holder was not through by then
   */
  async run(intentId: string, limits: CallLimits, waitForHolderInMillis: number): Promise<boolean> {
    const lease = await this.leases.acquire(`provider-intent:${intentId}`, waitForHolderInMillis);
    if (!lease) return false;
    try {
      const planned = await this.records.repository.find(this.database.reader(), intentId);
      if (!planned || !isUnfinished(planned) || !(await this.gate.passes(planned, limits))) return true;
      const intent = await this.#markSent(intentId);
      if (intent) await this.#send(intent, limits);
      return true;
    } finally {
      await lease.release();
    }
  }

  /** Commits that the call is about to be made; null when there is nothing left to do. */
  #markSent(intentId: string): Promise<{ intent: ProviderIntent; askFirst: boolean } | null> {
    return this.database.transaction(async (tx) => {
      const intent = await this.records.repository.findForUpdate(tx, intentId);
      if (!isUnfinished(intent)) return null;
      const now = this.gateway.now();
      const askFirst = !keyIsTrusted(intent.firstSentTime ?? null, now) || intent.code === SPENT_KEY || this.#isOfAnotherVersion(intent);
      if (!askFirst) {
        intent.firstSentTime ??= now;
        intent.lastSentTime = now;
        intent.sendCount += 1;
      }
      // Should the outcome fail to be stored, the next look is not at once: the provider would be asked again and again.
      intent.nextCheckTime = now + pauseBeforeRecheck(intent.sendCount);
      return { intent, askFirst };
    });
  }

  /** Sent by another version of this software: under the same key, the same parameters may be another request. */
  #isOfAnotherVersion(intent: ProviderIntent): boolean {
    return intent.firstSentTime != null && intent.apiVersion != null && intent.apiVersion !== this.gateway.apiVersionOf(intent.providerName);
  }

  async #send({ intent, askFirst }: { intent: ProviderIntent; askFirst: boolean }, limits: CallLimits): Promise<void> {
    const handler = this.handlers.get(intent.kind);
    if (askFirst) {
      await this.#ask(intent, handler, limits);
      return;
    }
    const outcome = await this.#call(intent, (call) => handler.perform(intent, call), limits);
    if (outcome.outcome === 'failed' && outcome.code === 'idempotency_conflict') {
      // Not a refusal of the work: a request of another version of this software went out under the key, and may have done it.
      await this.records.outcomes.store(intent.id, handler, { outcome: 'unknown', cause: 'key_in_use', sent: true, message: outcome.message }, { code: SPENT_KEY });
      return;
    }
    await this.records.outcomes.store(intent.id, handler, outcome, {
      // The provider replays a stored 5xx under the same key for ever: sending again can only repeat it, so the list decides.
      code: outcome.outcome === 'unknown' && outcome.cause === 'server_error' && intent.sendCount > 1 ? SPENT_KEY : undefined,
    });
  }

  async #ask(intent: ProviderIntent, handler: IntentHandler, limits: CallLimits): Promise<void> {
    const { find } = handler;
    if (!find) {
      await this.records.outcomes.undecidable(intent.id, `Whether '${intent.kind}' was done cannot be read from the provider; a person has to look.`);
      return;
    }
    // What is read from here on counts: a request on its way until a moment ago may have been carried out after an earlier reading.
    const readingStart = this.gateway.now();
    const found = await this.#call<FetchResult<unknown>>(intent, (call) => find.call(handler, intent, call), limits);
    if (found.outcome !== 'succeeded') {
      await this.records.outcomes.postpone(intent.id, 'message' in found ? found.message : 'The provider could not be asked.');
    } else if (found.value.found) {
      await this.records.outcomes.store(intent.id, handler, { outcome: 'succeeded', value: found.value.value }, {});
    } else if (!absenceIsProven(intent.lastSentTime ?? null, readingStart)) {
      await this.records.outcomes.postpone(intent.id, 'The provider does not show it; an earlier request may still be on its way.');
    } else {
      await this.records.outcomes.replaceByNextAttempt(intent.id, this.gateway.apiVersionOf(intent.providerName));
    }
  }

  async #call<V>(intent: ProviderIntent, ask: (call: ProviderCall) => Promise<ProviderOutcome<V>>, limits: CallLimits): Promise<ProviderOutcome<V>> {
    try {
      return await this.gateway.call(intent.connectionId, intent.idempotencyKey, ask, limits);
    } catch (error) {
      this.#logger.error(`provider intent ${intent.id} (${intent.kind}) failed in our own code: ${(error as Error).stack ?? String(error)}`);
      const unknown: Unknown = { outcome: 'unknown', cause: 'unreadable_answer', sent: true, message: 'An error on our side; see the log.' };
      return unknown;
    }
  }
}

/** On the row: sending again under this key can tell nothing new. */
export const SPENT_KEY = 'spent_key';
