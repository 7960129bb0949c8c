import type { Money } from '../money.js';
import type { InvoiceLine, InvoiceTier } from './invoice-line.js';

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
  /** They and `tierRemainder` add up to `exactAmount`. */
  readonly tiers: readonly InvoiceTier[];
  readonly tierRemainder: string;
  /** It and `rounding` add up to the amount, in major units. */
  readonly exactAmount: string;
  readonly rounding: string;
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
  readonly total: Money;
}

export interface InvoicePreview extends PreviewCharges {
  readonly customerId: string;
  readonly startTimeInSeconds: number;
  readonly endTimeInSeconds: number;
  /** The same period by the plan the customer is on. */
  readonly present: PreviewCharges | null;
  readonly difference: Money | null;
}
