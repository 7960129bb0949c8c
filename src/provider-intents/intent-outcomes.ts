import { Injectable } from '@nestjs/common';
import type { Failed, ProviderOutcome, Succeeded } from '@tollkeeper/payment-provider';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { Outbox } from '../platform/outbox/outbox.js';
import type { IntentHandler } from './intent-handlers.js';
import { ProviderIntent, isUndecidable, isUnfinished, newIntent, type Resolution } from './provider-intent.entity.js';
import { ProviderIntentRepository } from './provider-intent.repository.js';
import { pauseBeforeRecheck } from './recheck-schedule.js';
import { RecordedObjects } from './recorded-objects.js';

/** Looked at again after this long when only a person or other credentials can help. */
const LONG_PAUSE_IN_MILLIS = 60_000;

/** Stores what came of an intent together with its consequences: one transaction, compare-and-set on the row. */
@Injectable()
export class IntentOutcomes {
  constructor(
    private readonly database: Database,
    private readonly repository: ProviderIntentRepository,
    private readonly clock: ProcessClock,
    private readonly outbox: Outbox,
    private readonly objects: RecordedObjects,
  ) {}

  store(intentId: string, handler: IntentHandler, outcome: ProviderOutcome<unknown>, options: { code?: string | undefined }): Promise<void> {
    return this.database.transaction(async (tx) => {
      const intent = await this.repository.findForUpdate(tx, intentId);
      if (!isUnfinished(intent)) return;
      this.#write(intent, handler, outcome);
      if (options.code) intent.code = options.code;
      await tx.flush();
      await handler.apply(tx, intent, outcome);
      const { accountId, connectionId, providerObjectId } = intent;
      if (providerObjectId != null) await this.objects.recorded(tx, { accountId, connectionId, providerObjectId });
    });
  }

  postpone(intentId: string, message: string): Promise<void> {
    return this.#update(intentId, (intent) => {
      intent.outcome = 'unknown';
      intent.message = message;
      intent.nextCheckTime = this.clock.now() + pauseBeforeRecheck(intent.sendCount);
    });
  }

  /** Stays as it is and is looked at again later: whoever lets it go on makes it due. */
  hold(intentId: string, message: string): Promise<void> {
    return this.#update(intentId, (intent) => {
      intent.message = message;
      intent.nextCheckTime = this.clock.now() + LONG_PAUSE_IN_MILLIS;
    });
  }

  undecidable(intentId: string, message: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      const intent = await this.repository.findForUpdate(tx, intentId);
      if (!isUnfinished(intent)) return;
      intent.outcome = 'unknown';
      intent.message = message;
      intent.nextCheckTime = null;
      await tx.flush();
      await this.outbox.record(tx, {
        accountId: intent.accountId,
        type: 'provider_intent.undecidable',
        objectType: intent.subjectType,
        objectId: intent.subjectId,
        data: { intentId: intent.id, kind: intent.kind, message },
      });
    });
  }

  /**
   * What a person said becomes the outcome, with all that follows from it. `done` without a value ends the intent; there is nothing to conclude from.
   * @returns false when it is not, or no longer, for a person to say
   */
  resolve(intentId: string, handler: IntentHandler, outcome: Succeeded<unknown> | Succeeded<null> | Failed<never>, resolution: Resolution): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const intent = await this.repository.findForUpdate(tx, intentId);
      if (!isUndecidable(intent)) return false;
      this.#write(intent, handler, outcome.outcome === 'succeeded' && outcome.value === null ? { outcome: 'succeeded', value: undefined } : outcome);
      intent.resolution = resolution;
      await tx.flush();
      if (outcome.outcome === 'failed' || outcome.value !== null) await handler.apply(tx, intent, outcome);
      const { id, accountId, connectionId, providerObjectId, kind, subjectType, subjectId } = intent;
      if (providerObjectId != null) await this.objects.recorded(tx, { accountId, connectionId, providerObjectId });
      await this.outbox.record(tx, { accountId, type: 'provider_intent.resolved', objectType: subjectType, objectId: subjectId, data: { intentId: id, kind, ...resolution, providerObjectId: providerObjectId ?? null } });
      return true;
    });
  }

  /** The list read proved that nothing was done: this attempt is over, the next one has a new key. */
  replaceByNextAttempt(intentId: string, apiVersion: string | null): Promise<void> {
    return this.database.transaction(async (tx) => {
      const intent = await this.repository.findForUpdate(tx, intentId);
      if (!isUnfinished(intent)) return;
      const now = this.clock.now();
      intent.outcome = 'failed';
      intent.code = 'proven_absent';
      intent.finishTime = now;
      intent.nextCheckTime = null;
      await tx.flush();
      tx.create(ProviderIntent, newIntent({ ...intent, apiVersion, attempt: intent.attempt + 1, nextCheckTime: now }, now));
      await tx.flush();
    });
  }

  #write(intent: ProviderIntent, handler: IntentHandler, outcome: ProviderOutcome<unknown>): void {
    const now = this.clock.now();
    intent.message = 'message' in outcome ? outcome.message : null;
    intent.code = outcome.outcome === 'failed' ? (outcome.providerCode ?? outcome.code) : outcome.outcome === 'requires_action' ? outcome.reason : null;
    if (outcome.outcome === 'unknown') {
      intent.outcome = 'unknown';
      intent.code = outcome.cause;
      intent.nextCheckTime = now + pauseBeforeRecheck(intent.sendCount, outcome.retryAfterInMillis);
      return;
    }
    if (outcome.outcome === 'requires_action' && outcome.reason === 'connection_rejected') {
      // The provider did nothing and the same request is still wanted: the intent waits for the connection, it does not fail.
      intent.outcome = 'created';
      intent.nextCheckTime = now + LONG_PAUSE_IN_MILLIS;
      return;
    }
    intent.outcome = outcome.outcome;
    intent.finishTime = now;
    intent.nextCheckTime = null;
    if ('value' in outcome && outcome.value !== undefined) {
      intent.result = plain(outcome.value);
      intent.providerObjectId = handler.objectId?.(outcome.value) ?? null;
    }
  }

  #update(intentId: string, change: (intent: ProviderIntent) => void): Promise<void> {
    return this.database.transaction(async (tx) => {
      const intent = await this.repository.findForUpdate(tx, intentId);
      if (isUnfinished(intent)) change(intent);
    });
  }
}

/** JSON with integers beyond 2^53 as text; secrets print as a mask (see Secret). */
function plain(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item))) as Record<string, unknown>;
}
