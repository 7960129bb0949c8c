import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../platform/database/column-types.js';
import type { PromotionStatus } from './promotion.entity.js';

/** A code that stands for a promotion, and who may have it by that. Codes are read in any case. */
export const Coupon = defineEntity({
  name: 'Coupon',
  tableName: 'coupon',
  properties: {
    accountId: p.text().primary(),
    id: p.text().primary(),
    promotionId: p.text(),
    code: p.text(),
    /** The customer has to be on one of these; null: on any. */
    planIds: p.json<readonly string[]>().nullable(),
    validFromInMillis: p.type(MillisType).nullable(),
    /** Not part of it. */
    validUntilInMillis: p.type(MillisType).nullable(),
    maximumRedemptions: p.integer().nullable(),
    maximumRedemptionsPerCustomer: p.integer().nullable(),
    isForFirstTimeCustomers: p.boolean(),
    redemptionCount: p.integer(),
    status: p.text().$type<PromotionStatus>(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Coupon = InferEntity<typeof Coupon>;
