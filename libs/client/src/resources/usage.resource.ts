import { readPage, type Page, type PageQuery } from '../page.js';
import type { CallOptions, Transport } from '../transport.js';
import type { Aggregation } from './meters.resource.js';

export type TimeGroupingInterval = 'hour' | 'day' | 'week' | 'month';

export interface UsageTimeRange {
  readonly startTimeInSeconds: number;
  /** Not part of the range; absent: now. */
  readonly endTimeInSeconds?: number;
}

export interface UsageQuery {
  readonly meterApiName: string;
  /** Default: the meter's own. */
  readonly aggregation?: Aggregation;
  /** In the account's time zone, weeks from Monday. */
  readonly timeGroupingInterval: TimeGroupingInterval;
  /** Widened to whole intervals. */
  readonly timeRange: UsageTimeRange;
  /** `customerId` or dimensions of the meter. */
  readonly groupBy?: readonly string[];
  /** Field to the values that count. */
  readonly filter?: Readonly<Record<string, readonly string[]>>;
  /** Only the largest groups, or the smallest. */
  readonly take?: { readonly limit: number; readonly isAscending?: boolean };
}

export interface UsageOfAllQuery extends UsageTimeRange {
  readonly timeGroupingInterval: TimeGroupingInterval;
  readonly groupBy?: 'customerId';
  readonly customerId?: string;
}

/** Values are plain numbers, which keep about 15 digits; invoices are computed from the exact ones. */
export interface UsageReport {
  /** The request. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Starts of the intervals. */
  readonly secondsSinceEpochIntervals: readonly number[];
  readonly clientMeters: readonly {
    readonly group: { readonly groupInfo: Readonly<Record<string, string>> };
    /** The whole range, aggregated in the meter's way. */
    readonly groupValue: number;
    readonly percentageFromPrevious: number | null;
    readonly values: readonly { readonly value: number; readonly secondsSinceEpochUtc: number; readonly percentageFromPrevious: number | null }[];
  }[];
}

export interface UnmatchedUsageQuery {
  readonly kind?: 'customer' | 'meter';
  /** Those whose customer or meter exists by now, instead of those that wait. */
  readonly matched?: boolean;
}

export interface UnmatchedUsage {
  readonly kind: 'customer' | 'meter';
  /** The customerId or meterApiName that events carry. */
  readonly name: string;
  readonly eventCount: number;
  readonly firstIngestTimeInMillis: number;
  readonly lastIngestTimeInMillis: number;
  readonly matchTimeInMillis?: number;
}

export interface UsageConflict {
  readonly customerId: string;
  readonly meterApiName: string;
  readonly uniqueId?: string;
  readonly meterTimeInMillis: number;
  /** Exact decimal. */
  readonly meterValue: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly ingestTimeInMillis: number;
}

export type SparseUsageReport = Omit<UsageReport, 'secondsSinceEpochIntervals'>;

export interface UsageEventsQuery extends UsageTimeRange {
  readonly meterApiName: string;
  readonly customerId?: string;
  /** Only events with these. */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** Oldest first; default true. */
  readonly isAscending?: boolean;
  /** At most 1,000; default 100. */
  readonly pageSize?: number;
  readonly nextPageToken?: string;
}

export interface UsageEventsPage {
  readonly query: Readonly<Record<string, unknown>>;
  readonly columns: readonly string[];
  /** The values of the columns. */
  readonly rows: readonly (readonly unknown[])[];
  readonly nextPageToken: string | null;
}

export interface UsageAmendmentsQuery extends PageQuery {
  /** Days that begin at or after it. */
  readonly startTimeInSeconds?: number;
  /** Days that begin before it. */
  readonly endTimeInSeconds?: number;
  readonly meterApiName?: string;
  readonly customerId?: string;
}

/** A day whose usage changed after it had ended. Sums are exact decimals. */
export interface UsageAmendment {
  readonly meterApiName: string;
  readonly customerId: string;
  /** In the account's time zone. */
  readonly dayStartInMillis: number;
  readonly eventCount: number;
  readonly valueSum: string;
  /** What of it came after the day's end. */
  readonly lateEventCount: number;
  readonly lateValueSum: string;
  readonly updateTimeInMillis: number;
}

export interface UsageExportQuery extends PageQuery {
  /** Default: from the beginning. */
  readonly startTimeInSeconds?: number;
  /** Not part of the range; default: without end. */
  readonly endTimeInSeconds?: number;
  readonly meterApiName?: string;
  readonly customerId?: string;
}

/** As `ingest` takes it. */
export interface ExportedUsage {
  readonly customerId: string;
  readonly meterApiName: string;
  /** Exact decimal. */
  readonly meterValue: string;
  readonly meterTimeInMillis: number;
  /** Absent where the sender gave none. */
  readonly uniqueId?: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export class UsageResource {
  constructor(private readonly transport: Transport) {}

  /** Usage of one meter over time, without gaps. */
  query(query: UsageQuery, options?: CallOptions): Promise<UsageReport> {
    return this.transport.json({ ...options, method: 'POST', path: '/usage', body: query, isRepeatable: true });
  }

  /** Several reports, at most 100, in the order of the queries. */
  batch(queries: readonly UsageQuery[], options?: CallOptions): Promise<UsageReport[]> {
    return this.transport.json({ ...options, method: 'POST', path: '/usage/batch', body: queries, isRepeatable: true });
  }

  /** As `query`, without the intervals whose value is 0. */
  sparse(query: UsageQuery, options?: CallOptions): Promise<SparseUsageReport> {
    return this.transport.json({ ...options, method: 'POST', path: '/usage/sparse', body: query, isRepeatable: true });
  }

  /** Single events of a meter, a page at a time. */
  events({ dimensions, ...query }: UsageEventsQuery, options?: CallOptions): Promise<UsageEventsPage> {
    return this.transport.json({ ...options, method: 'GET', path: '/usage/events', query: { ...query, dimensions: dimensions && JSON.stringify(dimensions) } });
  }

  /** Days whose usage changed after they had ended, by day, meter and customer. */
  amendments(query: UsageAmendmentsQuery = {}, options?: CallOptions): Promise<Page<UsageAmendment>> {
    return readPage(this.transport, '/usage/amendments', { ...query }, options);
  }

  /** Everything that was counted before the first page, at most 10,000 records a page. */
  export(query: UsageExportQuery = {}, options?: CallOptions): Promise<Page<ExportedUsage>> {
    return readPage(this.transport, '/usage/export', { ...query }, options);
  }

  /** Usage of customers and meters that do not exist; it counts once they are there. */
  unmatched(query: UnmatchedUsageQuery & PageQuery = {}, options?: CallOptions): Promise<Page<UnmatchedUsage>> {
    return readPage(this.transport, '/ingest/unmatched', { ...query }, options);
  }

  /** Usage that was not counted because its id is known with other content. */
  conflicts(query: PageQuery = {}, options?: CallOptions): Promise<Page<UsageConflict>> {
    return readPage(this.transport, '/ingest/conflicts', { ...query }, options);
  }

  /** Usage of every meter over time, a report for each. */
  all(query: UsageOfAllQuery, options?: CallOptions): Promise<UsageReport[]> {
    return this.transport.json({ ...options, method: 'GET', path: '/usage/all', query: { ...query } });
  }
}
