import { CUSTOMER_FIELD, type CorrectedEvents, type EventAmendment, type UsageWatermark } from '@tollkeeper/usage-store';

/** Which events a correction is about; what is null or empty says nothing. */
export interface CorrectionFilter {
  readonly meterApiNames: readonly string[] | null;
  readonly customerIds: readonly string[] | null;
  /** For each of these dimensions the values that are meant. */
  readonly dimensions: Readonly<Record<string, readonly string[]>>;
  readonly uniqueIds: readonly string[] | null;
  readonly startTimeInMillis: number | null;
  /** Not part of the range, as below. */
  readonly endTimeInMillis: number | null;
  readonly ingestedFromInMillis: number | null;
  readonly ingestedToInMillis: number | null;
}

export interface CorrectionRequest {
  readonly name: string;
  readonly reason: string;
  readonly filter: CorrectionFilter;
  /** Consent to a filter that says nothing but the meter. */
  readonly everything: boolean;
  /** Null: the events are taken back. */
  readonly amendment: EventAmendment | null;
}

/** Later than any event. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER;

/** Nothing but the meter is said: that may be everything there is. */
export function isEmptyFilter({ customerIds, dimensions, uniqueIds, startTimeInMillis, endTimeInMillis, ingestedFromInMillis, ingestedToInMillis }: CorrectionFilter): boolean {
  const isSaid = [customerIds, uniqueIds, startTimeInMillis, endTimeInMillis, ingestedFromInMillis, ingestedToInMillis].some((condition) => condition !== null);
  return !isSaid && Object.keys(dimensions).length === 0;
}

/** @param fromInMillis where the filter names no start: from when on usage is there */
export function eventsOf(accountId: string, filter: CorrectionFilter, fromInMillis: number, upTo: UsageWatermark): CorrectedEvents {
  const { meterApiNames, customerIds, dimensions, uniqueIds, ingestedFromInMillis, ingestedToInMillis } = filter;
  const isIngestionMeant = ingestedFromInMillis !== null || ingestedToInMillis !== null;
  return {
    accountId,
    meterApiNames,
    fromInMillis: Math.max(filter.startTimeInMillis ?? 0, fromInMillis),
    toInMillis: filter.endTimeInMillis ?? END_OF_TIME,
    ingested: isIngestionMeant ? { fromInMillis: ingestedFromInMillis ?? 0, toInMillis: ingestedToInMillis ?? END_OF_TIME } : null,
    filters: [
      ...(customerIds === null ? [] : [{ field: CUSTOMER_FIELD, values: customerIds }]),
      ...Object.entries(dimensions).map(([field, values]) => ({ field, values })),
    ],
    uniqueIds,
    upTo,
  };
}
