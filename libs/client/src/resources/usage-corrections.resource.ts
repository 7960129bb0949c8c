import type { Money } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import type { CallOptions, Transport } from '../transport.js';

export type UsageCorrectionState = 'draft' | 'discarded' | 'applying' | 'applied' | 'reverting' | 'reverted';

export interface CorrectionTimeRange {
  /** Absent: from the beginning. */
  readonly startTimeInSeconds?: number;
  /** Not part of the range; absent: without end. */
  readonly endTimeInSeconds?: number;
}

/** Events that meet everything that is said. */
export interface UsageCorrectionFilter {
  /** Absent: of all meters. */
  readonly meterApiNames?: readonly string[];
  readonly customerIds?: readonly string[];
  /** When it was used. */
  readonly timeRange?: CorrectionTimeRange;
  /** When it came. */
  readonly ingestionTimeRange?: CorrectionTimeRange;
  readonly dimensions?: Readonly<Record<string, readonly string[]>>;
  readonly uniqueIds?: readonly string[];
}

/** What the events say instead; what is absent stays. */
export interface UsageAmendmentOfEvents {
  readonly customerId?: string;
  readonly meterApiName?: string;
  /** A decimal; text is exact. */
  readonly meterValue?: string | number;
  /** Nothing is rounded: a product with more than 12 digits after the point is refused. */
  readonly multiplyMeterValueBy?: string | number;
  /** Set beside the others; null takes one away. */
  readonly dimensions?: Readonly<Record<string, string | null>>;
  /** Later, or earlier where it is negative. */
  readonly shiftTimeInMillis?: number;
}

export interface UsageCorrectionInput {
  readonly name: string;
  readonly reason: string;
  readonly action: 'cancel' | 'amend';
  readonly filter: UsageCorrectionFilter;
  readonly amend?: UsageAmendmentOfEvents;
  /** Consent to a filter that names no customer, dimension, unique id or time. */
  readonly everything?: boolean;
}

export interface UsageCorrectionEntry {
  readonly action: 'created' | 'discarded' | 'apply_requested' | 'applied' | 'revert_requested' | 'reverted';
  /** Null: the worker came to its end. */
  readonly apiKeyId: string | null;
  readonly note: string | null;
  readonly eventCount: number | null;
  readonly timeInMillis: number;
}

export interface UsageCorrection {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
  readonly state: UsageCorrectionState;
  readonly action: 'cancel' | 'amend';
  readonly filter: UsageCorrectionFilter;
  readonly amend?: UsageAmendmentOfEvents;
  readonly progress: {
    /** What it was about when it was applied; null before. */
    readonly eventCount: number | null;
    readonly doneCount: number;
    readonly revertedCount: number;
  };
  /** Oldest first. */
  readonly history: readonly UsageCorrectionEntry[];
  readonly createTime: number;
  readonly updateTime: number;
}

export interface UsageCorrectionPreview {
  readonly eventCount: number;
  readonly customerCount: number;
  /** Sums are exact decimals. */
  readonly meters: readonly { readonly meterApiName: string; readonly eventCount: number; readonly units: string; readonly unitsAfter: string }[];
  /** By currency; null where more than 1,000 invoices are affected. */
  readonly money: readonly { readonly invoiceCount: number; readonly lockedCount: number; readonly total: Money; readonly totalAfter: Money; readonly difference: Money }[] | null;
  /** Not in the sums: invoices that cannot be computed. */
  readonly unratedInvoiceCount: number;
}

export interface InvoiceOfCorrection {
  readonly invoiceId: string;
  readonly customerId: string;
  readonly invoicePriceStatus: 'open' | 'grace_period' | 'price_locked';
  readonly invoiceStartTimeInSeconds: number;
  readonly invoiceEndTimeInSeconds: number;
  /** What the totals are of: where the invoice is locked, the adjustment that bills or gives back the difference. */
  readonly billedBy: 'invoice' | 'adjustment';
  readonly adjustmentId: string | null;
  /** Null where it cannot be computed. */
  readonly total: Money | null;
  readonly totalAfter: Money | null;
  readonly difference: Money | null;
  readonly problem: { readonly code: string; readonly message: string } | null;
}

export interface UsageCorrectionsQuery extends PageQuery {
  readonly state?: UsageCorrectionState;
}

const PATH = '/usage-corrections';

/** Many events taken back, or saying something else, for one reason. */
export class UsageCorrectionsResource {
  constructor(private readonly transport: Transport) {}

  /** A draft about what is stored by now; nothing changes before it is applied. */
  create(correction: UsageCorrectionInput, options?: CallOptions): Promise<UsageCorrection> {
    return this.transport.json({ ...options, method: 'POST', path: PATH, body: correction });
  }

  get(id: string, options?: CallOptions): Promise<UsageCorrection> {
    return this.transport.json({ ...options, method: 'GET', path: pathOf(id) });
  }

  list(query: UsageCorrectionsQuery = {}, options?: CallOptions): Promise<Page<UsageCorrection>> {
    return readPage(this.transport, PATH, { ...query }, options);
  }

  all(query: UsageCorrectionsQuery = {}, options?: CallOptions): AsyncGenerator<UsageCorrection, void, void> {
    return readAll(this.transport, PATH, { ...query }, options);
  }

  /** What a draft would do to usage and money. */
  preview(id: string, options?: CallOptions): Promise<UsageCorrectionPreview> {
    return this.transport.json({ ...options, method: 'GET', path: `${pathOf(id)}/preview` });
  }

  /** What each invoice comes to now, and would come to. */
  previewInvoices(id: string, query: PageQuery = {}, options?: CallOptions): Promise<Page<InvoiceOfCorrection>> {
    return readPage(this.transport, `${pathOf(id)}/preview/invoices`, { ...query }, options);
  }

  /** The worker does it; `get` says how far it is. */
  apply(id: string, { note }: { readonly note?: string } = {}, options?: CallOptions): Promise<UsageCorrection> {
    return this.transport.json({ ...options, method: 'POST', path: `${pathOf(id)}/apply`, body: { note } });
  }

  /** Brings the events back as they were. */
  revert(id: string, reason: string, options?: CallOptions): Promise<UsageCorrection> {
    return this.transport.json({ ...options, method: 'POST', path: `${pathOf(id)}/revert`, body: { reason } });
  }

  /** A draft alone. */
  discard(id: string, options?: CallOptions): Promise<UsageCorrection> {
    return this.transport.json({ ...options, method: 'DELETE', path: pathOf(id) });
  }
}

function pathOf(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`;
}
