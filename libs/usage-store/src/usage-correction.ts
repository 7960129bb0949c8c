import type { UsageFilter, UsageWatermark } from './usage-condition.js';

/** Which events a correction is about; every condition that is given must hold. */
export interface CorrectedEvents {
  readonly accountId: string;
  /** Null: of whatever meter. */
  readonly meterApiNames: readonly string[] | null;
  readonly fromInMillis: number;
  /** Not part of the range. */
  readonly toInMillis: number;
  /** When they came, which does not depend on what they say; null: at any time. */
  readonly ingested: { readonly fromInMillis: number; readonly toInMillis: number } | null;
  /** Customers and dimensions. */
  readonly filters: readonly UsageFilter[];
  /** Null: whatever their unique ids. */
  readonly uniqueIds: readonly string[] | null;
  /** Only events below it, so that what comes while the correction is under way is left as it is. */
  readonly upTo: UsageWatermark;
}

/** What an event says instead; what is not given stays. */
export interface EventAmendment {
  readonly customerId?: string;
  readonly meterApiName?: string;
  /** Canonical decimal text. */
  readonly meterValue?: string;
  /** A decimal that the value is multiplied by; every product must be a value that can be stored as it is. */
  readonly factor?: string;
  /** Set beside those that the event has; null takes one away. */
  readonly dimensions?: Readonly<Record<string, string | null>>;
  /** Whole milliseconds by which it is later, or earlier where they are negative. */
  readonly shiftInMillis?: number;
}

/** What becomes of some events. */
export interface EventsChange {
  readonly events: CorrectedEvents;
  /** Null: they are taken back. */
  readonly amendment: EventAmendment | null;
}

/** Many events taken back, or saying something else from now on. */
export interface UsageCorrection extends EventsChange {
  /** The caller's own, one for each correction. */
  readonly correctionId: string;
}

/** How far a correction, or its revert, has come. */
export interface CorrectionProgress {
  /** Events corrected so far. */
  readonly eventCount: number;
  readonly isDone: boolean;
}

/** What a correction is about of a customer's usage of a meter. */
export interface CorrectionPreview {
  readonly meterApiName: string;
  readonly customerId: string;
  /** Of the first event. */
  readonly firstInMillis: number;
  readonly lastInMillis: number;
  readonly eventCount: number;
  /** Sum of their values, exact decimal text. */
  readonly units: string;
  /** What these sum up to instead, be it of another customer or meter. */
  readonly unitsAfter: string;
  /** Events whose value times the factor has more digits than can be stored. */
  readonly inexactCount: number;
}
