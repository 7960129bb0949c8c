import type { EventsChange } from './usage-correction.js';
import type { UsageFilter, UsageWatermark } from './usage-condition.js';

export * from './usage-condition.js';

export const AGGREGATIONS = ['sum', 'count', 'min', 'max', 'unique', 'latest', 'average', 'time_weighted'] as const;
/**
 * How a meter's events become one number. `unique` counts distinct values of one dimension, or distinct customers; `latest` is
 * the value with the latest event time, the one stored last where several share it; `average` is the mean of the events, rounded to 12
 * places; `time_weighted` lets a value hold until the next event of the same customer and dimensions, and adds value × hours.
 */
export type Aggregation = (typeof AGGREGATIONS)[number];

export interface UsageQuery {
  readonly accountId: string;
  readonly meterApiName: string;
  readonly aggregation: Aggregation;
  /** The dimension that `unique` counts; null counts customers. */
  readonly uniqueDimension?: string | null;
  /**
   * Rising instants; each one and the next bound a bucket that holds its start but not its end. Two of them ask for one total.
   * Given as instants so that a store needs to know nothing of time zones.
   */
  readonly boundariesInMillis: readonly number[];
  /** Fields that split the result: dimensions, or `customerId`. A dimension that an event lacks reads as empty text. */
  readonly groupBy?: readonly string[];
  /** Every filter must hold; a filter holds for an event whose field is one of the values. */
  readonly filters?: readonly UsageFilter[];
  /** For `time_weighted`: what holds is counted up to then; null or absent up to the last boundary. */
  readonly heldUntilInMillis?: number | null;
  /** Counts only events at or below it; null or absent counts everything stored. */
  readonly watermark?: UsageWatermark | null;
  /** Counts only what was stored above it and counts now; not for `time_weighted`. */
  readonly since?: UsageWatermark | null;
  /** Counts what would be there once this had been done; with everything that is stored now. */
  readonly asIf?: EventsChange | null;
}

/** A page of events themselves. */
export interface UsageEventsQuery {
  readonly accountId: string;
  readonly meterApiName: string;
  readonly fromInMillis: number;
  /** Not part of the range. */
  readonly toInMillis: number;
  readonly filters: readonly UsageFilter[];
  readonly isAscending: boolean;
  /** The last event of the page before. */
  readonly after: { readonly eventTimeInMillis: number; readonly sequence: string } | null;
  readonly limit: number;
  /** The events that counted at it; null or absent those that count now. */
  readonly watermark?: UsageWatermark | null;
}

/** One group in one bucket. Buckets and groups without an event have no row. */
export interface UsageAggregate {
  readonly bucketStartInMillis: number;
  /** A value for each field of `groupBy`, in its order. */
  readonly group: readonly string[];
  /** Exact decimal text. */
  readonly value: string;
}
