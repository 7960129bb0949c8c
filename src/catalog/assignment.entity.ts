import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../platform/database/column-types.js';

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
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Assignment = InferEntity<typeof Assignment>;
