import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Decimal } from '@tollkeeper/kernel';
import { DecimalType, MillisType, MinorUnitsType } from '../platform/database/column-types.js';

/** A frozen line. `exactAmount` is what the price came to before the line's one rounding. */
export const InvoiceLine = defineEntity({
  name: 'InvoiceLine',
  tableName: 'invoice_line',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    invoiceId: p.text(),
    position: p.integer(),
    kind: p.text().$type<'usage' | 'fee' | 'carried' | 'free_amount' | 'minimum'>(),
    productItemId: p.text().nullable(),
    priceId: p.text().nullable(),
    /** Which version of the price, and for what part of the invoice's period; null on lines that are neither. */
    priceVersion: p.integer().nullable(),
    periodStartInMillis: p.type(MillisType).nullable(),
    periodEndInMillis: p.type(MillisType).nullable(),
    meterApiName: p.text().nullable(),
    description: p.text(),
    quantity: p.type(DecimalType).$type<Decimal>(),
    unitPriceText: p.text(),
    exactAmount: p.text(),
    amount: p.type(MinorUnitsType),
    tiers: p.json<unknown[]>(),
  },
});
export type InvoiceLine = InferEntity<typeof InvoiceLine>;
