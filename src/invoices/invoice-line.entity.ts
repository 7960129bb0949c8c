import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Decimal } from '@tollkeeper/kernel';
import { DecimalType, MillisType, MinorUnitsType } from '../platform/database/column-types.js';
import type { LineTaxShare } from '../taxes/invoice-taxes.js';

/** What was taken off a line, minor units as text. */
export interface StoredDeduction {
  readonly kind: 'discount' | 'commitment';
  readonly id: string;
  readonly name: string;
  readonly amount: string;
}

/** A frozen line. `exactAmount` is what the price came to before the line's one rounding. */
export const InvoiceLine = defineEntity({
  name: 'InvoiceLine',
  tableName: 'invoice_line',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    invoiceId: p.text(),
    position: p.integer(),
    kind: p.text().$type<'usage' | 'fee' | 'carried' | 'free_amount' | 'minimum' | 'charge' | 'true_up'>(),
    productItemId: p.text().nullable(),
    priceId: p.text().nullable(),
    /** Which version of the price, and for what part of the invoice's period; null on lines that are neither. */
    priceVersion: p.integer().nullable(),
    periodStartInMillis: p.type(MillisType).nullable(),
    periodEndInMillis: p.type(MillisType).nullable(),
    meterApiName: p.text().nullable(),
    /** The plan's fee, where it is one of its list. */
    feeId: p.text().nullable(),
    description: p.text(),
    quantity: p.type(DecimalType).$type<Decimal>(),
    unitPriceText: p.text(),
    exactAmount: p.text(),
    /** Less the deductions. */
    amount: p.type(MinorUnitsType),
    deductions: p.json<readonly StoredDeduction[]>(),
    tiers: p.json<unknown[]>(),
    /** By the invoice's taxes; null where it is not taxed. */
    taxes: p.json<readonly LineTaxShare[]>().nullable(),
  },
});
export type InvoiceLine = InferEntity<typeof InvoiceLine>;
