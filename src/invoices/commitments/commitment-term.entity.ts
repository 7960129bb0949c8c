import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType, MinorUnitsType } from '../../platform/database/column-types.js';

/** A time for which an amount is committed: the whole of a commitment, or one billing period of it. Invoices count whose billing period starts in it. */
export const CommitmentTerm = defineEntity({
  name: 'CommitmentTerm',
  tableName: 'commitment_term',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    customerId: p.text(),
    commitmentId: p.text(),
    position: p.integer(),
    currency: p.text(),
    startInMillis: p.type(MillisType),
    /** Where it begins, of one that was taken back before. */
    endInMillis: p.type(MillisType),
    amount: p.type(MinorUnitsType),
    /** What its locked invoices come to after discounts, without charges by hand; the sum of its uses, as are the next two. */
    used: p.type(MinorUnitsType),
    /** What was billed as missing. */
    trueUp: p.type(MinorUnitsType),
    /** What was taken off invoices, because it had been paid in advance. */
    drawn: p.type(MinorUnitsType),
    /** Process time: what was missing is billed, and follows every later change. */
    settledTime: p.type(MillisType).nullable(),
    /** Account time at which it is looked at next. */
    dueAt: p.type(MillisType).nullable(),
  },
});
export type CommitmentTerm = InferEntity<typeof CommitmentTerm>;
