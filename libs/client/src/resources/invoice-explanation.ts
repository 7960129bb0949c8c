import type { Money } from '../money.js';
import type { InvoiceExchange, InvoiceTax, TaxTreatment } from './invoice-tax.js';
import type { InvoiceDeduction, InvoiceLine, InvoiceTier } from './invoice-line.js';

/** Why an invoice is what it is. Decimals are text; sums and remainders add up to the last digit. */
export interface ExplainedInvoice {
  readonly invoiceId: string;
  /** True: as of now, and changing. */
  readonly isPreview: boolean;
  /** Epoch milliseconds: of the lock, else now. */
  readonly asOfTimeInMillis: number;
  /** Zone of the days. */
  readonly timeZone: string;
  readonly subtotal: Money;
  readonly adjustment: Money;
  readonly tax: Money;
  readonly total: Money;
  /** Epoch milliseconds; usage before it is kept no longer, and lines that count some of it have none here. */
  readonly usageKeptFromTimeInMillis: number | null;
  readonly lines: readonly ExplainedLine[];
}

export interface ExplainedLine {
  /** Counted from 1. */
  readonly position: number;
  readonly kind: string;
  readonly description: string;
  readonly quantity: string;
  readonly price: { readonly priceId: string; readonly priceName: string; readonly version: number; readonly effectiveFromTimeInMillis: number; readonly model: Readonly<Record<string, unknown>> } | null;
  /** What is agreed with the customer, where the line was rated by it. */
  readonly priceOverrideId: string | null;
  /** They and `tierRemainder` add up to `exactAmount`. */
  readonly tiers: readonly InvoiceTier[];
  readonly tierRemainder: string;
  /** It and `rounding`, less the deductions, add up to the amount, in major units. */
  readonly exactAmount: string;
  /** At the invoice's rate of exchange, in its currency. */
  readonly exchangedAmount: string;
  readonly rounding: string;
  readonly deductions: readonly InvoiceDeduction[];
  readonly amount: Money;
  /** Null on what counts nothing. */
  readonly usage: ExplainedUsage | null;
}

export interface ExplainedUsage {
  readonly meterApiName: string;
  readonly aggregation: string;
  readonly uniqueDimension: string | null;
  readonly filters: readonly { readonly dimension: string; readonly values: readonly string[] }[];
  /** How the buckets make the quantity. */
  readonly combination: 'sum' | 'maximum' | 'minimum' | 'latest' | 'average';
  readonly startTimeInSeconds: number;
  readonly endTimeInSeconds: number;
  /** One for each combination of the dimensions the price asks for. */
  readonly quantities: readonly { readonly dimensions: Readonly<Record<string, string>>; readonly quantity: string; readonly eventCount: string; readonly remainder: string | null }[];
  /** Days of the account's zone. */
  readonly buckets: readonly { readonly startTimeInSeconds: number; readonly endTimeInSeconds: number; readonly dimensions: Readonly<Record<string, string>>; readonly value: string; readonly eventCount: string }[];
  readonly eventsPath: string;
}

export interface ExplainedEventsQuery {
  /** The line, counted from 1. */
  readonly position: number;
  /** Epoch seconds, e.g. of a bucket. */
  readonly startTimeInSeconds?: number;
  readonly endTimeInSeconds?: number;
  readonly pageSize?: number;
  readonly nextPageToken?: string;
}

export interface ExplainedEvents {
  readonly events: readonly {
    readonly uniqueId: string | null;
    readonly meterValue: string;
    readonly meterTimeInMillis: number;
    readonly dimensions: Readonly<Record<string, string>>;
    readonly ingestTimeInMillis: number;
  }[];
  readonly nextPageToken: string | null;
}

/** What a locked invoice would be if it were computed now. */
export interface InvoiceDifferences {
  readonly invoiceId: string;
  readonly lockTimeInMillis: number | null;
  readonly lockedTotal: Money;
  readonly presentTotal: Money;
  readonly difference: Money;
  readonly lines: readonly {
    readonly kind: string;
    readonly description: string;
    readonly productItemId: string | null;
    readonly priceId: string | null;
    readonly meterApiName: string | null;
    readonly locked: ComparedLine | null;
    /** Computed now with the events of the lock. */
    readonly asOfLock: ComparedLine | null;
    readonly present: ComparedLine | null;
    readonly difference: Money;
    readonly causes: readonly { readonly cause: 'late_events' | 'removed_events' | 'pricing' | 'other_lines'; readonly eventCount: string | null }[];
  }[];
}

export interface ComparedLine {
  readonly priceVersion: number | null;
  readonly quantity: string;
  readonly exactAmount: string;
  readonly amount: Money;
}

export interface PreviewRequest {
  readonly customerId: string;
  /** Epoch seconds; default the running period. */
  readonly startTimeInSeconds?: number;
  readonly endTimeInSeconds?: number;
  /** Another plan; default the customer's. */
  readonly planId?: string;
  /** Prices that are only asked about: in the place of the plan's price of the same item, or beside the others. */
  readonly prices?: readonly { readonly productItemId: string; readonly model: Readonly<Record<string, unknown>> | object }[];
}

export interface PreviewCharges {
  readonly planId: string;
  readonly lines: readonly InvoiceLine[];
  /** In the plan's currency, before tax. */
  readonly total: Money;
  /** Null where `problem` says why it cannot be told. */
  readonly billed: BilledTotal | null;
  readonly problem: string | null;
}

/** As an invoice would say it, before discounts: in the customer's currency and with tax. */
export interface BilledTotal {
  readonly exchange: InvoiceExchange | null;
  readonly taxTreatment: TaxTreatment | null;
  readonly taxes: readonly InvoiceTax[];
  readonly subtotal: Money;
  readonly tax: Money;
  readonly total: Money;
}

/** What a customer's running period comes to so far, as it is and as it would be. */
export interface ComparedPeriod {
  readonly customerId: string;
  readonly invoiceId: string;
  readonly planId: string;
  readonly present: Money | null;
  readonly proposed: Money | null;
  /** Null without one of them, or where they are in different currencies. */
  readonly difference: Money | null;
  readonly presentBilled: BilledTotal | null;
  readonly proposedBilled: BilledTotal | null;
  readonly billedDifference: Money | null;
  /** Why it cannot be rated, exchanged or taxed. */
  readonly problem: string | null;
}

export interface WhatIfForAllRequest extends Pick<PreviewRequest, 'planId' | 'prices'> {
  /** Only customers on one of these plans. */
  readonly ofPlanIds?: readonly string[];
  /** Customers per page, at most 500. */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface InvoicePreview extends PreviewCharges {
  readonly customerId: string;
  readonly startTimeInSeconds: number;
  readonly endTimeInSeconds: number;
  /** The same period by the plan the customer is on. */
  readonly present: PreviewCharges | null;
  readonly difference: Money | null;
  /** `billed.total` less the present one. */
  readonly billedDifference: Money | null;
}
