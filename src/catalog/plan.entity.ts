import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { BillingPeriod } from '@tollkeeper/kernel';
import { MillisType, MinorUnitsType } from '../platform/database/column-types.js';

export type PlanStatus = 'active' | 'deprecated';

/** A bundle of prices and a base fee, billed in one currency by one period. What it costs never changes; its name and use may. */
export const Plan = defineEntity({
  name: 'Plan',
  tableName: 'plan',
  properties: {
    accountId: p.text().primary(),
    id: p.text().primary(),
    planName: p.text(),
    description: p.text().nullable(),
    currency: p.text(),
    billingPeriod: p.json<BillingPeriod>(),
    baseFeeAmount: p.type(MinorUnitsType),
    isDefault: p.boolean(),
    status: p.text().$type<PlanStatus>(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Plan = InferEntity<typeof Plan>;
