import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType, MinorUnitsType } from '../../platform/database/column-types.js';

/** `pending` and `unknown` until the provider has answered, or where the answer was lost; `issued` and `void` are the provider's. */
export const CREDIT_NOTE_STATUSES = ['pending', 'unknown', 'issued', 'void', 'failed'] as const;
export type CreditNoteStatus = (typeof CREDIT_NOTE_STATUSES)[number];

/** A tax that a note returns, in the words of the invoice. Amounts as text. */
export interface CreditNoteTax {
  /** Position of the invoice's tax. */
  readonly rate: number;
  readonly name: string;
  readonly jurisdiction: string;
  readonly percentage: string;
  readonly isInclusive: boolean;
  readonly taxable: string;
  readonly tax: string;
}

/** What a note takes back of the lines that have the same taxes. */
export interface CreditNoteLine {
  /** With the taxes that the price holds, and without those on top of it. */
  readonly amount: string;
  readonly taxes: readonly CreditNoteTax[];
}

/** Takes some of a locked invoice back, ours or made at the provider. The four parts make up its amount. */
export const CreditNote = defineEntity({
  name: 'CreditNote',
  tableName: 'credit_note',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    customerId: p.text(),
    invoiceId: p.text(),
    connectionId: p.text(),
    providerInvoiceId: p.text(),
    /** Null until the provider has answered. */
    providerCreditNoteId: p.text().nullable(),
    origin: p.text().$type<'here' | 'provider'>(),
    status: p.text().$type<CreditNoteStatus>(),
    providerStatus: p.text().nullable(),
    number: p.text().nullable(),
    amount: p.type(MinorUnitsType),
    /** The part of it that is tax, where that is known: by its lines, or as the provider's document states it. */
    tax: p.type(MinorUnitsType).nullable(),
    /** How it is divided over the invoice's taxes; null where these are not ours, or the document states another tax. */
    lines: p.json<readonly CreditNoteLine[]>().nullable(),
    /** Off what was due. */
    amountBeforePayment: p.type(MinorUnitsType),
    amountRefunded: p.type(MinorUnitsType),
    amountToBalance: p.type(MinorUnitsType),
    amountOutside: p.type(MinorUnitsType),
    currency: p.text(),
    reason: p.text().nullable(),
    memo: p.text().nullable(),
    documentUrl: p.text().nullable(),
    failure: p.text().nullable(),
    observedAt: p.type(MillisType),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type CreditNote = InferEntity<typeof CreditNote>;
