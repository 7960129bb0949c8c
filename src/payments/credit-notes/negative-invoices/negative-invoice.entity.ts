import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../../../platform/database/column-types.js';

/** A locked invoice that comes to less than nothing, which a credit note on an earlier one is to give back. */
export const NegativeInvoice = defineEntity({
  name: 'NegativeInvoice',
  tableName: 'negative_invoice',
  properties: {
    invoiceId: p.text().primary(),
    accountId: p.text(),
    /** `carried`: no document could take it; it is a line of the next invoice after all, or owed where none comes. */
    status: p.text().$type<'due' | 'credited' | 'carried'>(),
    /** Where the document is paid; off one that is open it is taken. */
    giveBack: p.text().$type<'customer_balance' | 'refund'>(),
    /** Of the note, also before there is one: asked again, it is the same wish. */
    creditNoteId: p.text(),
    dueTime: p.type(MillisType),
    attempts: p.integer(),
    createTime: p.type(MillisType),
  },
});
export type NegativeInvoice = InferEntity<typeof NegativeInvoice>;
