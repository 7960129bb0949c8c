import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType, MinorUnitsType } from '../platform/database/column-types.js';

/** What a discount took off an invoice when its price was locked; the same is taken off whenever that invoice is computed again. */
export const DiscountRedemption = defineEntity({
  name: 'DiscountRedemption',
  tableName: 'discount_redemption',
  properties: {
    customerDiscountId: p.text().primary(),
    invoiceId: p.text().primary(),
    accountId: p.text(),
    periodStartInMillis: p.type(MillisType),
    /** The most that it takes off this invoice, also when late usage is added; null: without bound. */
    available: p.type(MinorUnitsType).nullable(),
    amount: p.type(MinorUnitsType),
    /** The invoice was voided, and the customer got it back. */
    returnedTime: p.type(MillisType).nullable(),
    createTime: p.type(MillisType),
  },
});
export type DiscountRedemption = InferEntity<typeof DiscountRedemption>;
