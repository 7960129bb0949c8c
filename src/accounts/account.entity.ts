import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../platform/database/column-types.js';
import type { MailSenders } from './mail-senders.js';
import type { Seller } from './seller.js';

export const LATE_USAGE_POLICIES = ['adjustment_invoice', 'next_invoice'] as const;
export type LateUsagePolicy = (typeof LATE_USAGE_POLICIES)[number];
export const PERIOD_CLOSES = ['automatic', 'on_request'] as const;
export type PeriodClose = (typeof PERIOD_CLOSES)[number];
/** What becomes of fees in advance for days on which the plan is not held any more. */
export const UNUSED_FEE_POLICIES = ['give_back', 'keep'] as const;
export type UnusedFeePolicy = (typeof UNUSED_FEE_POLICIES)[number];
export const NEGATIVE_TOTALS = ['carry_forward', 'credit_note_to_balance', 'credit_note_refunded'] as const;
export type NegativeTotals = (typeof NEGATIVE_TOTALS)[number];
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
    /** Whether invoices are locked when their grace is over, or wait for a person to run them. */
    periodClose: p.text().$type<PeriodClose>(),
    /** Of an assignment that ends or changes within a period that was billed in advance. */
    unusedFeePolicy: p.text().$type<UnusedFeePolicy>(),
    /** What becomes of an invoice that comes to less than nothing: a line of the next one, or a credit note. */
    negativeTotals: p.text().$type<NegativeTotals>(),
    /** Who mails customers about what, as far as somebody has chosen. */
    mails: p.json<Partial<MailSenders>>(),
    clockOffsetInMillis: p.type(MillisType),
    clockTargetInMillis: p.type(MillisType).nullable(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Account = InferEntity<typeof Account>;
