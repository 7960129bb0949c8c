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
