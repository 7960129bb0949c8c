import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Seller } from '../../accounts/seller.js';
import type { Buyer } from './parties.js';

/** Who a locked invoice is from and to, as it was at the lock. Written once. */
export const InvoiceParties = defineEntity({
  name: 'InvoiceParties',
  tableName: 'invoice_parties',
  properties: {
    invoiceId: p.text().primary(),
    accountId: p.text(),
    seller: p.json<Seller & { legalName: string }>(),
    buyer: p.json<Buyer>(),
    locale: p.text(),
    timeZone: p.text(),
  },
});
export type InvoiceParties = InferEntity<typeof InvoiceParties>;
