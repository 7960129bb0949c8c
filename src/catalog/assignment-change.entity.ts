import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../platform/database/column-types.js';

export const CHANGE_KINDS = ['plan_change', 'end'] as const;
export const CHANGE_DIRECTIONS = ['upgrade', 'downgrade', 'level'] as const;
export type ChangeDirection = (typeof CHANGE_DIRECTIONS)[number];
export const CHANGE_STATUSES = ['scheduled', 'done', 'cancelled'] as const;
export type ChangeStatus = (typeof CHANGE_STATUSES)[number];

/** An assignment ends at a time, or goes on as another one on another plan. The assignments say so from the moment it is made; until its time it can be cancelled. */
export const AssignmentChange = defineEntity({
  name: 'AssignmentChange',
  tableName: 'assignment_change',
  properties: {
    accountId: p.text().primary(),
    id: p.text().primary(),
    customerId: p.text(),
    assignmentId: p.text(),
    kind: p.text().$type<(typeof CHANGE_KINDS)[number]>(),
    /** The plan that it goes on with. */
    planId: p.text().nullable(),
    nextAssignmentId: p.text().nullable(),
    direction: p.text().$type<ChangeDirection>().nullable(),
    effectiveInMillis: p.type(MillisType),
    /** The end that the assignment had before. */
    replacedEndInMillis: p.type(MillisType).nullable(),
    cancelTime: p.type(MillisType).nullable(),
    createTime: p.type(MillisType),
  },
});
export type AssignmentChange = InferEntity<typeof AssignmentChange>;

/** @param nowInMillis account time */
export function statusOf({ cancelTime, effectiveInMillis }: AssignmentChange, nowInMillis: number): ChangeStatus {
  if (cancelTime != null) return 'cancelled';
  return effectiveInMillis > nowInMillis ? 'scheduled' : 'done';
}
