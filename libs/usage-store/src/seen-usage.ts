import type { UsageWatermark } from './usage-query.js';

/** That a customer used something, since a position. */
export interface SeenUsage {
  readonly accountId: string;
  readonly customerId: string;
  readonly meterApiName: string;
  readonly eventCount: number;
  readonly firstIngestTimeInMillis: number;
  readonly lastIngestTimeInMillis: number;
}

/** What has come since a position, and the position to go on from. Nothing is seen twice or missed. Of a lot it is some. */
export interface SeenSince {
  readonly upTo: UsageWatermark;
  /** False where more is waiting behind it. */
  readonly isAll: boolean;
  readonly usage: readonly SeenUsage[];
  /** By account, how many events were kept aside because their id was known with other content. */
  readonly conflicts: readonly { readonly accountId: string; readonly eventCount: number }[];
}

/** An event as it was stored, or kept aside. */
export interface StoredUsage {
  /** Rising, roughly in the order of storing. */
  readonly sequence: string;
  readonly customerId: string;
  readonly meterApiName: string;
  readonly uniqueId: string | null;
  readonly eventTimeInMillis: number;
  readonly meterValue: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly ingestTimeInMillis: number;
}

/** An event that was not counted, because its id is known with other content. */
export type UsageConflict = StoredUsage;
