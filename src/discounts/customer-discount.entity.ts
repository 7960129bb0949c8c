import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType, MinorUnitsType } from '../platform/database/column-types.js';

/** A customer has a promotion. What it has taken off locked invoices is counted here, as the sum of its redemptions. */
export const CustomerDiscount = defineEntity({
  name: 'CustomerDiscount',
  tableName: 'customer_discount',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    customerId: p.text(),
    promotionId: p.text(),
    couponId: p.text().nullable(),
    /** It holds for billing periods that overlap its time. */
    startInMillis: p.type(MillisType),
    endInMillis: p.type(MillisType).nullable(),
    /** Account time. From then on it holds for no invoice whose price is not locked. */
    removedTime: p.type(MillisType).nullable(),
    periodsUsed: p.integer(),
    amountUsed: p.type(MinorUnitsType),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type CustomerDiscount = InferEntity<typeof CustomerDiscount>;
