import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../platform/database/column-types.js';
import type { Seller } from './seller.js';

export const LATE_USAGE_POLICIES = ['adjustment_invoice', 'next_invoice'] as const;
export type LateUsagePolicy = (typeof LATE_USAGE_POLICIES)[number];
export type AccountMode = 'test' | 'live';

/** One seller's isolated world. */
export const Account = defineEntity({
  name: 'Account',
  tableName: 'account',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    mode: p.text().$type<AccountMode>(),
    timeZone: p.text(),
    /** Language tag whose formats the documents use. */
    locale: p.text(),
    /** Who sends the invoices; null: the account's name is all there is. */
    seller: p.json<Seller>().nullable(),
    defaultPaymentProviderName: p.text().nullable(),
    gracePeriodInHours: p.integer(),
    /** Two payments for one object: the second is refunded without asking. */
    refundDuplicatesAutomatically: p.boolean(),
    /** Null: for ever. */
    usageRetentionInMonths: p.integer().nullable(),
    /** What bills usage that comes, or is corrected, after the lock of its period. */
    lateUsagePolicy: p.text().$type<LateUsagePolicy>(),
    clockOffsetInMillis: p.type(MillisType),
    clockTargetInMillis: p.type(MillisType).nullable(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Account = InferEntity<typeof Account>;
