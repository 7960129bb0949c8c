import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Decimal } from '@tollkeeper/kernel';
import { DecimalType, MillisType, MinorUnitsType } from '../platform/database/column-types.js';

export const PROMOTION_KINDS = ['percentage', 'amount'] as const;
export const PROMOTION_DURATIONS = ['once', 'periods', 'forever'] as const;
export const PROMOTION_STATUSES = ['active', 'deprecated'] as const;
export type PromotionStatus = (typeof PROMOTION_STATUSES)[number];

/** What a discount takes off and for how long. It never changes, so that who has it keeps it; a deprecated one is given to nobody any more. */
export const Promotion = defineEntity({
  name: 'Promotion',
  tableName: 'promotion',
  properties: {
    accountId: p.text().primary(),
    id: p.text().primary(),
    promotionName: p.text(),
    description: p.text().nullable(),
    kind: p.text().$type<(typeof PROMOTION_KINDS)[number]>(),
    /** Above 0, up to 100; null where it is an amount. */
    percentage: p.type(DecimalType).$type<Decimal>().nullable(),
    /** For each billing period, minor units; null where it is a percentage. */
    amount: p.type(MinorUnitsType).nullable(),
    /** Of the amount and the maxima; null where there are none. */
    currency: p.text().nullable(),
    /** Null: the whole invoice. */
    productItemIds: p.json<readonly string[]>().nullable(),
    /** Null: any plan. */
    planIds: p.json<readonly string[]>().nullable(),
    duration: p.text().$type<(typeof PROMOTION_DURATIONS)[number]>(),
    periodCount: p.integer().nullable(),
    /** The most that a percentage takes off a billing period. */
    maximumPerPeriod: p.type(MinorUnitsType).nullable(),
    /** The most that one customer gets of it. */
    maximumInTotal: p.type(MinorUnitsType).nullable(),
    /** Lower ones are taken off first. */
    priority: p.integer(),
    status: p.text().$type<PromotionStatus>(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Promotion = InferEntity<typeof Promotion>;

/** How many billing periods a customer has it; null: without end. */
export function periodLimit({ duration, periodCount }: Pick<Promotion, 'duration' | 'periodCount'>): number | null {
  return duration === 'once' ? 1 : (periodCount ?? null);
}
