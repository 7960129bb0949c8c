import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../../platform/database/column-types.js';

/** What a document says, as far as people can change it. Amounts are minor units as text. */
export interface DocumentFacts {
  readonly providerInvoiceId: string;
  readonly number: string | null;
  readonly subtotal: string;
  readonly total: string;
  readonly dueTimeInMillis: number | null;
  /** Null where they were not read. */
  readonly lines: readonly { readonly description: string; readonly amount: string }[] | null;
}

/** A change made to an invoice's document at the provider by people, adopted here. Never deleted. */
export const InvoiceEdit = defineEntity({
  name: 'InvoiceEdit',
  tableName: 'invoice_edit',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    invoiceId: p.text(),
    kind: p.text().$type<'revision' | 'discount' | 'due_time'>(),
    /** The document that says so now. */
    providerInvoiceId: p.text(),
    before: p.json<DocumentFacts>(),
    /** Null until a revision was read. */
    after: p.json<DocumentFacts>().nullable(),
    createTime: p.type(MillisType),
  },
});
export type InvoiceEdit = InferEntity<typeof InvoiceEdit>;
