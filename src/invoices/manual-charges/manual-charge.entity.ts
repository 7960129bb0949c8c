import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Decimal } from '@tollkeeper/kernel';
import { DecimalType, MillisType, MinorUnitsType } from '../../platform/database/column-types.js';

/** What a person charges a customer: a line of an invoice made for it, or of the customer's next one. */
export const ManualCharge = defineEntity({
  name: 'ManualCharge',
  tableName: 'manual_charge',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    customerId: p.text(),
    /** Null: pending. */
    invoiceId: p.text().nullable(),
    /** Among those made together. */
    position: p.integer(),
    currency: p.text(),
    description: p.text(),
    /** What it is taxed and reported as; null: by itself. */
    productItemId: p.text().nullable(),
    quantity: p.type(DecimalType).$type<Decimal>(),
    unitPrice: p.type(DecimalType).$type<Decimal>(),
    /** Quantity × unit price, rounded once. */
    amount: p.type(MinorUnitsType),
    createTime: p.type(MillisType),
  },
});
export type ManualCharge = InferEntity<typeof ManualCharge>;
