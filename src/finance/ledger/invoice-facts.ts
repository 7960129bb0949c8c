import type { LedgerAccount } from './ledger-accounts.js';

export const ENTRY_KINDS = ['invoice', 'revenue', 'balance', 'payment', 'surplus', 'refund', 'credit_note', 'dispute', 'write_off', 'fee', 'payout', 'adjustment', 'commitment'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export type Postings = Partial<Record<LedgerAccount, bigint>>;

/** Something that happened to an invoice, as it stands now: what the ledger should show of it. */
export interface InvoiceFact {
  /** Known by it within its invoice. */
  readonly key: string;
  readonly kind: EntryKind;
  /** When it happened, account time; of a later change of it not before this. */
  readonly timeInMillis: number;
  /** Debits positive; they add up to zero. */
  readonly postings: Postings;
}

interface MoneyFact {
  readonly id: string;
  readonly amount: bigint;
  readonly timeInMillis: number;
}

/** The rows of one locked invoice, as far as money is concerned. Times are the account's. */
export interface InvoiceRows {
  readonly id: string;
  readonly accountId: string;
  readonly customerId: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly accountNowInMillis: number;
  readonly lockTimeInMillis: number;
  readonly updateTimeInMillis: number;
  readonly periodStartInMillis: number;
  readonly periodEndInMillis: number;
  readonly paymentStatus: string;
  readonly paymentStatusReason: string | null;
  readonly providerStatus: string | null;
  readonly total: bigint;
  readonly tax: bigint;
  readonly amountSurplus: bigint;
  readonly amountReversed: bigint;
  readonly amountOverpaid: bigint;
  readonly startingBalance: bigint | null;
  readonly endingBalance: bigint | null;
  /** Amounts are before what was paid in advance is taken off. */
  readonly lines: readonly { readonly amount: bigint; readonly isCarried: boolean; readonly startInMillis: number; readonly endInMillis: number }[];
  /** What its lines cost more than they are billed, because it was paid in advance; without tax, and without what was voided. */
  readonly drawn: bigint;
  /** Of the invoice of a commitment that is paid in advance; null of any other. */
  readonly prepaid: {
    /** As `drawn`, of all invoices that it was taken off. */
    readonly drawn: bigint;
    /** Null: more of it can be drawn. */
    readonly settledTimeInMillis: number | null;
  } | null;
  /** Those that went through, of the invoice's own document. */
  readonly payments: readonly MoneyFact[];
  /** Reversals are negative. */
  readonly recorded: readonly MoneyFact[];
  readonly refunds: readonly (MoneyFact & { readonly isOfCreditNote: boolean })[];
  readonly creditNotes: readonly (MoneyFact & { readonly beforePayment: bigint; readonly toBalance: bigint; readonly tax: bigint | null })[];
  readonly disputes: readonly (MoneyFact & { readonly isLost: boolean })[];
  readonly duplicates: readonly (MoneyFact & { readonly paymentId: string; readonly toBalance: bigint; readonly refunded: bigint })[];
}
