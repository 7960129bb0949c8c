import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../../platform/database/column-types.js';

/** Usage of a customer or a meter that does not exist. It is stored and counts once the thing is there. */
export const UnmatchedUsage = defineEntity({
  name: 'UnmatchedUsage',
  tableName: 'unmatched_usage',
  properties: {
    accountId: p.text().primary(),
    kind: p.text().$type<UnmatchedKind>().primary(),
    name: p.text().primary(),
    /** Kind and name, for paging. */
    id: p.text(),
    /** Events so far, those before the match. */
    eventCount: p.type(MillisType),
    firstIngestTime: p.type(MillisType),
    lastIngestTime: p.type(MillisType),
    /** When the thing came to be; null while it does not exist. */
    matchTime: p.type(MillisType).nullable(),
    createTime: p.type(MillisType),
  },
});
export type UnmatchedUsage = InferEntity<typeof UnmatchedUsage>;

export const UNMATCHED_KINDS = ['customer', 'meter'] as const;
export type UnmatchedKind = (typeof UNMATCHED_KINDS)[number];
