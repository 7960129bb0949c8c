import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Decimal } from '@tollkeeper/kernel';
import { DecimalType, MinorUnitsType } from '../../platform/database/column-types.js';

/** One rate's tax on a locked invoice, as the rate was then. Lines name it by its position. */
export const InvoiceTax = defineEntity({
  name: 'InvoiceTax',
  tableName: 'invoice_tax',
  properties: {
    invoiceId: p.text().primary(),
    position: p.integer().primary(),
    accountId: p.text(),
    taxRateId: p.text(),
    name: p.text(),
    jurisdiction: p.text(),
    percentage: p.type(DecimalType).$type<Decimal>(),
    isInclusive: p.boolean(),
    taxable: p.type(MinorUnitsType),
    tax: p.type(MinorUnitsType),
  },
});
export type InvoiceTax = InferEntity<typeof InvoiceTax>;
