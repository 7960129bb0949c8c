import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** Which prices a plan bundles, in the order of its invoice lines. */
export const PlanPrice = defineEntity({
  name: 'PlanPrice',
  tableName: 'plan_price',
  properties: {
    accountId: p.text().primary(),
    planId: p.text().primary(),
    priceId: p.text().primary(),
    position: p.integer(),
  },
});
export type PlanPrice = InferEntity<typeof PlanPrice>;
