import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../platform/database/column-types.js';

/** What costs nothing in a trial. Where fees do not, the trial is a period of its own and the plan's periods are counted from its end. */
export const TRIAL_FREEDOMS = ['fees_and_usage', 'fees', 'usage'] as const;
export type TrialFreedom = (typeof TRIAL_FREEDOMS)[number];

/**
 * A customer is on a plan from one start of a day to another, in the account's zone: half-open, and open-ended while `endInMillis`
 * is null. One that ends where it starts was withdrawn and covers nothing.
 */
export const Assignment = defineEntity({
  name: 'Assignment',
  tableName: 'assignment',
  properties: {
    accountId: p.text().primary(),
    id: p.text().primary(),
    customerId: p.text(),
    planId: p.text(),
    startInMillis: p.type(MillisType),
    endInMillis: p.type(MillisType).nullable(),
    /** The day from which billing periods are counted; null: the first one. */
    anchorInMillis: p.type(MillisType).nullable(),
    trialEndInMillis: p.type(MillisType).nullable(),
    trialFree: p.text().$type<TrialFreedom>().nullable(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Assignment = InferEntity<typeof Assignment>;
