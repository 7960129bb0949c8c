import type { UsageFilter, UsageWatermark } from './usage-query.js';

/** Which events of one meter a correction is about; every condition that is given must hold. */
export interface CorrectedEvents {
  readonly accountId: string;
  readonly meterApiName: string;
  readonly fromInMillis: number;
  /** Not part of the range. */
  readonly toInMillis: number;
  /** Customers and dimensions. */
  readonly filters: readonly UsageFilter[];
  /** Null: whatever their unique ids. */
  readonly uniqueIds: readonly string[] | null;
  /** Only events at or below it, so that what comes while the correction is under way is left as it is. */
  readonly upTo: UsageWatermark;
}

/** What an event says instead; what is not given stays. */
export interface EventAmendment {
  readonly customerId?: string;
  /** Canonical decimal text. */
  readonly meterValue?: string;
  /** Set beside those that the event has. */
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** Many events taken back, or saying something else from now on. */
export interface UsageCorrection {
  /** The caller's own, one for each correction. */
  readonly correctionId: string;
  readonly events: CorrectedEvents;
  /** Null: they are taken back. */
  readonly amendment: EventAmendment | null;
}

/** How far a correction, or its revert, has come. */
export interface CorrectionProgress {
  /** Events corrected so far. */
  readonly eventCount: number;
  readonly isDone: boolean;
}

/** What a correction would do to a customer's usage of its meter. */
export interface CorrectionPreview {
  readonly customerId: string;
  readonly eventCount: number;
  /** Sum of their values, exact decimal text. */
  readonly units: string;
}
