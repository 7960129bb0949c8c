import { defineEntity, p, type InferEntity, type RequiredEntityData } from '@mikro-orm/core';
import { newId } from '@tollkeeper/kernel';
import { MillisType } from '../platform/database/column-types.js';

export const INTENT_OUTCOMES = ['created', 'succeeded', 'pending', 'requires_action', 'failed', 'unknown'] as const;
export type IntentOutcome = (typeof INTENT_OUTCOMES)[number];

/** A person's word on whether it was done, where it cannot be read. */
export interface Resolution {
  readonly outcome: 'done' | 'not_done';
  readonly note: string;
  readonly apiKeyId: string;
  readonly timeInMillis: number;
}

/** One effect wanted at a provider. Written and committed before the call, never deleted; the idempotency key comes from it. */
export const ProviderIntent = defineEntity({
  name: 'ProviderIntent',
  tableName: 'provider_intent',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    connectionId: p.text(),
    providerName: p.text(),
    kind: p.text(),
    subjectType: p.text(),
    subjectId: p.text(),
    attempt: p.integer(),
    parameters: p.json<Record<string, unknown>>(),
    apiVersion: p.text().nullable(),
    idempotencyKey: p.text(),
    outcome: p.text().$type<IntentOutcome>(),
    result: p.json<Record<string, unknown>>().nullable(),
    providerObjectId: p.text().nullable(),
    code: p.text().nullable(),
    message: p.text().nullable(),
    firstSentTime: p.type(MillisType).nullable(),
    lastSentTime: p.type(MillisType).nullable(),
    sendCount: p.integer(),
    nextCheckTime: p.type(MillisType).nullable(),
    createTime: p.type(MillisType),
    finishTime: p.type(MillisType).nullable(),
    resolution: p.json<Resolution>().nullable(),
  },
});
export type ProviderIntent = InferEntity<typeof ProviderIntent>;

type IntentWish = Pick<ProviderIntent, 'accountId' | 'connectionId' | 'providerName' | 'kind' | 'subjectType' | 'subjectId' | 'attempt' | 'parameters'> & {
  readonly apiVersion?: string | null;
  readonly nextCheckTime: number;
};

/** A row that says what is wanted; its key belongs to this attempt alone. */
export function newIntent(wish: IntentWish, now: number): RequiredEntityData<ProviderIntent> {
  const { accountId, connectionId, providerName, kind, subjectType, subjectId, attempt, parameters, apiVersion = null, nextCheckTime } = wish;
  const id = newId('pin', now);
  return { id, accountId, connectionId, providerName, kind, subjectType, subjectId, attempt, parameters, apiVersion, idempotencyKey: `tollkeeper-${id}`, outcome: 'created', sendCount: 0, nextCheckTime, createTime: now };
}

/** Our clock and the provider's may differ by a little, and it counts in seconds. */
const CLOCK_MARGIN_IN_MILLIS = 10 * 60_000;

/** A repeated key replays the first answer, so what it shows is as old as the first sending. */
export function sentAt({ firstSentTime, createTime }: Pick<ProviderIntent, 'firstSentTime' | 'createTime'>): number {
  return firstSentTime ?? createTime;
}

/** By the provider's clock, the earliest at which it can have made what the intent wants. */
export function madeFrom(intent: Pick<ProviderIntent, 'firstSentTime' | 'createTime'>): number {
  return sentAt(intent) - CLOCK_MARGIN_IN_MILLIS;
}

/** The outcome is not known yet: nothing else of this kind may start for the subject, and the re-ask loop owns the row. */
export function isUnfinished(intent: Pick<ProviderIntent, 'outcome'>): boolean {
  return intent.outcome === 'created' || intent.outcome === 'unknown';
}

/** Nothing but a person can say whether it was done. */
export function isUndecidable({ outcome, nextCheckTime }: Pick<ProviderIntent, 'outcome' | 'nextCheckTime'>): boolean {
  return outcome === 'unknown' && nextCheckTime == null;
}
