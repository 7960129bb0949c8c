import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType, MinorUnitsType } from '../../platform/database/column-types.js';

/** Money that came in outside any provider, or that was taken back of it later: each a fact of its own, never changed. */
export const RecordedPayment = defineEntity({
  name: 'RecordedPayment',
  tableName: 'recorded_payment',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    invoiceId: p.text(),
    kind: p.text().$type<'payment' | 'reversal'>(),
    /** Of a reversal: the payment it takes back whole. */
    reversesId: p.text().nullable(),
    /** Where the money came in: `bank_transfer`, `external_one_time`. */
    systemName: p.text(),
    /** That system's own id of the payment; a payment is recorded once for each. */
    paymentId: p.text(),
    amount: p.type(MinorUnitsType),
    currency: p.text(),
    paymentTime: p.type(MillisType),
    note: p.text().nullable(),
    createTime: p.type(MillisType),
  },
});
export type RecordedPayment = InferEntity<typeof RecordedPayment>;
