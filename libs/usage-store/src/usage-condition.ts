/** An opaque position in the store: events stored at or below it are complete and will never become more. Kept as text. */
export type UsageWatermark = string;

/** The customer itself as a field of `groupBy` and `filters`; every other name is a dimension. */
export const CUSTOMER_FIELD = 'customerId';

export interface UsageFilter {
  readonly field: string;
  readonly values: readonly string[];
}
