import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType, MinorUnitsType } from '../../platform/database/column-types.js';

/** What a locked invoice made of a term; the same is on it whenever it is computed again. */
export const CommitmentUse = defineEntity({
  name: 'CommitmentUse',
  tableName: 'commitment_use',
  properties: {
    commitmentTermId: p.text().primary(),
    invoiceId: p.text().primary(),
    accountId: p.text(),
    /** What it comes to after discounts, without charges by hand; below zero where it gives back. */
    amount: p.type(MinorUnitsType),
    /** Its line of what is missing; below zero where less is missing than was billed. */
    trueUp: p.type(MinorUnitsType),
    /** What was taken off it; below zero where less is to be taken off than was. */
    drawn: p.type(MinorUnitsType),
    /** The invoice was voided, and counts no more. */
    returnedTime: p.type(MillisType).nullable(),
    createTime: p.type(MillisType),
  },
});
export type CommitmentUse = InferEntity<typeof CommitmentUse>;
