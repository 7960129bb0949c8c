import type { Seller } from '../../accounts/seller.js';
import type { ChargeDeduction, Exchange } from '../../charges/rated-charges.js';
import type { InvoiceTaxShare, LineTaxShare, TaxTreatment } from '../../taxes/invoice-taxes.js';
import type { Buyer } from '../parties/parties.js';

/** How a document stands. Everything but `preview` and `draft` is a document that counts. */
export const DOCUMENT_STATES = ['preview', 'draft', 'open', 'overdue', 'paid', 'credited', 'void', 'written_off', 'carried_forward', 'nothing_due'] as const;
export type DocumentState = (typeof DOCUMENT_STATES)[number];

/** Of the total: what has been settled already, and how. Amounts are taken off the total one after the other. The last four are ways in which a credit note gives back. */
export const SETTLEMENT_KINDS = ['paid', 'credited', 'balance', 'carried_forward', 'off_due', 'refunded', 'to_balance', 'outside'] as const;
export type SettlementKind = (typeof SETTLEMENT_KINDS)[number];

/**
 * What a document says, without a word of how it looks: amounts are minor units, quantities and exact amounts decimal text, times
 * epoch milliseconds. Every format is made from it and from nothing else, so that no two of them can differ.
 */
export interface InvoiceDocument {
  readonly kind: 'invoice' | 'credit_note';
  readonly state: DocumentState;
  readonly id: string;
  /** Null until it has been given one. */
  readonly number: string | null;
  /** Of a credit note: the invoice it takes back. */
  readonly corrects: { readonly id: string; readonly number: string | null } | null;
  readonly currency: string;
  /** When its price was locked; of a preview the time as of which it is computed. */
  readonly issueTimeInMillis: number;
  readonly dueTimeInMillis: number | null;
  /** The end is not part of it. */
  readonly period: { readonly startInMillis: number; readonly endInMillis: number } | null;
  readonly seller: Seller & { readonly legalName: string };
  readonly buyer: Buyer;
  readonly locale: string;
  readonly timeZone: string;
  readonly lines: readonly DocumentLine[];
  /** Sum of the lines. */
  readonly subtotal: bigint;
  /** What people changed of the document at the payment provider; mostly zero. */
  readonly adjustment: bigint;
  /** On top of the lines and within them. */
  readonly tax: bigint;
  /** The part of it that the lines hold. */
  readonly taxIncluded: bigint;
  readonly taxTreatment: TaxTreatment | null;
  /** By rate; none where that is not known, or where people changed it at the provider. */
  readonly taxes: readonly InvoiceTaxShare[];
  /** Where prices are in another currency. */
  readonly exchange: Exchange | null;
  /** Subtotal, adjustment and the tax on top. */
  readonly total: bigint;
  readonly settlements: readonly DocumentSettlement[];
  /** The total less the settlements. */
  readonly amountDue: bigint;
  /** What went back after it was settled. */
  readonly refunded: bigint;
  readonly creditedLater: bigint;
  readonly reason: string | null;
  readonly payment: DocumentPayment;
}

export interface DocumentPayment {
  /** Where it is paid, where the provider has a page for it. */
  readonly url: string | null;
  readonly instructions: string | null;
  readonly reference: string | null;
}

export interface DocumentSettlement {
  readonly kind: SettlementKind;
  readonly amount: bigint;
}

export interface DocumentLine {
  /** Counted from 1. */
  readonly position: number;
  readonly kind: string;
  readonly productItemId: string | null;
  readonly priceId: string | null;
  readonly priceVersion: number | null;
  readonly feeId: string | null;
  /** The part of the period that it is for; null: all of it. */
  readonly part: { readonly startInMillis: number; readonly endInMillis: number } | null;
  readonly meterApiName: string | null;
  readonly description: string;
  readonly quantity: string;
  readonly unitPriceText: string;
  /** Major units before the line's one rounding and before deductions. */
  readonly exactAmount: string;
  /** Less the deductions. */
  readonly amount: bigint;
  readonly deductions: readonly ChargeDeduction[];
  /** By the taxes of the whole. */
  readonly taxes: readonly LineTaxShare[];
  /** How the price was made up; none for what is not priced by units. */
  readonly tiers: readonly DocumentTier[];
}

/** As the rating has written it; what an older invoice does not have is absent. */
export interface DocumentTier {
  /** `units` is a price of units; others are due for themselves and have a label. */
  readonly kind?: string;
  readonly label?: string | null;
  readonly fromUnit: string;
  readonly toUnit: string | null;
  readonly units: string;
  /** Of a unit, or of a package where there is a package size. */
  readonly unitPrice: string;
  readonly packageSize?: string | null;
  readonly packages?: string | null;
  readonly flatFee: string;
  /** The part that is charged, such as `10/31`; null where it is all of it. */
  readonly share?: string | null;
  readonly amount: string;
}
