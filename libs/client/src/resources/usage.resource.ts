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

  /** Usage of every meter over time, a report for each. */
  all(query: UsageOfAllQuery, options?: CallOptions): Promise<UsageReport[]> {
    return this.transport.json({ ...options, method: 'GET', path: '/usage/all', query: { ...query } });
  }
}
