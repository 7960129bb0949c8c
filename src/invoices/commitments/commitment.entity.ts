import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType, MinorUnitsType } from '../../platform/database/column-types.js';

export const COMMITMENT_KINDS = ['postpaid', 'prepaid'] as const;
export type CommitmentKind = (typeof COMMITMENT_KINDS)[number];
export const TRUE_UPS = ['at_end', 'each_period'] as const;
export type TrueUp = (typeof TRUE_UPS)[number];

/** What a customer commits to spend. Its terms say when, and count what was. */
export const Commitment = defineEntity({
  name: 'Commitment',
  tableName: 'commitment',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    customerId: p.text(),
    name: p.text(),
    kind: p.text().$type<CommitmentKind>(),
    /** When what is missing is billed; null where it was paid in advance. */
    trueUp: p.text().$type<TrueUp>().nullable(),
    /** Of each term. */
    amount: p.type(MinorUnitsType),
    currency: p.text(),
    startInMillis: p.type(MillisType),
    endInMillis: p.type(MillisType),
    /** Account time: a person ended it, or the customer left. */
    endedTime: p.type(MillisType).nullable(),
    /** From then on nothing that is missing is billed. */
    isTrueUpWaived: p.boolean(),
    /** The invoice of one that is paid in advance. */
    purchaseInvoiceId: p.text().nullable(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Commitment = InferEntity<typeof Commitment>;
