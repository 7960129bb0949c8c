import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { EventAmendment } from '@tollkeeper/usage-store';
import { MillisType } from '../platform/database/column-types.js';
import type { CorrectionFilter } from './correction-request.js';

/**
 * `draft` can be looked at, applied or discarded; `applying` and `reverting` are done by the worker, one at a time in an account; what was `reverted` is not applied
 * again.
 */
export const CORRECTION_STATES = ['draft', 'discarded', 'applying', 'applied', 'reverting', 'reverted'] as const;
export type CorrectionState = (typeof CORRECTION_STATES)[number];

/** Many events that are taken back, or say something else, for one reason. */
export const Correction = defineEntity({
  name: 'Correction',
  tableName: 'usage_correction',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    name: p.text(),
    reason: p.text(),
    state: p.text().$type<CorrectionState>(),
    filter: p.json<CorrectionFilter>(),
    /** Null: the events are taken back. */
    amendment: p.json<EventAmendment>().nullable(),
    /** It is about what was stored below this position of the store, when it was asked for. */
    upTo: p.text(),
    /** Once it is applied, from when on: not before what was kept then. */
    fromInMillis: p.type(MillisType).nullable(),
    /** Once it is applied, how many events it was about. */
    eventCount: p.type(MillisType).nullable(),
    /** Events corrected so far, and brought back. */
    doneCount: p.type(MillisType),
    revertedCount: p.type(MillisType),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Correction = InferEntity<typeof Correction>;

export type CorrectionAction = 'created' | 'discarded' | 'apply_requested' | 'applied' | 'revert_requested' | 'reverted';

/** Who did what with a correction, when and why. Never changed. */
export const CorrectionEntry = defineEntity({
  name: 'CorrectionEntry',
  tableName: 'usage_correction_entry',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    correctionId: p.text(),
    action: p.text().$type<CorrectionAction>(),
    /** Null: the worker came to the end of it. */
    apiKeyId: p.text().nullable(),
    note: p.text().nullable(),
    /** Events by then. */
    eventCount: p.type(MillisType).nullable(),
    createTime: p.type(MillisType),
  },
});
export type CorrectionEntry = InferEntity<typeof CorrectionEntry>;
