import type { UsageWatermark } from './usage-query.js';

/** That usage of a customer came or was removed, at times from one to another. */
export interface UsageChange {
  readonly accountId: string;
  readonly customerId: string;
  readonly meterApiNames: readonly string[];
  readonly fromInMillis: number;
  /** Not part of the range. */
  readonly toInMillis: number;
}

/** What has changed since a position, and the position to go on from. Nothing is missed. Of a lot it is some. */
export interface UsageChanges {
  readonly upTo: UsageWatermark;
  /** False where more is waiting behind it. */
  readonly isAll: boolean;
  readonly changes: readonly UsageChange[];
}

export interface LateUsageQuery {
  readonly accountId: string;
  readonly customerId: string;
  readonly fromInMillis: number;
  /** Not part of the range. */
  readonly toInMillis: number;
  readonly since: UsageWatermark;
}

/** Of one meter, what counts now and did not at a position, and the other way round. */
export interface LateUsage {
  readonly meterApiName: string;
  readonly addedEvents: number;
  /** Sum of their values, exact decimal text. */
  readonly addedUnits: string;
  readonly removedEvents: number;
  readonly removedUnits: string;
}
