import type { RequestLimits } from '@tollkeeper/payment-provider';
import type { ConnectionSettings } from '../../payment-connections/connection-settings.js';

/** How a bucket of requests fills. */
export interface BucketLimits {
  /** What it holds when nothing was taken for a while. */
  readonly capacity: number;
  readonly refillPerSecond: number;
  /** What background work leaves in it for people. */
  readonly reserve: number;
}

/** A fifth of a second's requests may come at once, the rest as they refill: in no second more than the limit, whenever it begins. */
const BURST_SHARE = 0.2;

/** @param perSecond at least 1 */
export function bucketLimits(perSecond: number): BucketLimits {
  const capacity = Math.max(1, perSecond * BURST_SHARE);
  // Never all of it: with a reserve that leaves less than one request, nothing would run in the background.
  return { capacity, refillPerSecond: Math.max(perSecond - capacity, perSecond / 2), reserve: Math.min(capacity / 2, capacity - 1) };
}

/** The provider's limits with those the connection sets instead; null where neither sets one. */
export function requestLimits(providers: RequestLimits | null, settings: Partial<ConnectionSettings>): { perSecond: number | null; perSecondPerEndpoint: number | null } | null {
  const perSecond = settings.requestsPerSecond ?? providers?.perSecond ?? null;
  const perSecondPerEndpoint = settings.requestsPerSecondPerEndpoint ?? providers?.perSecondPerEndpoint ?? null;
  return perSecond === null && perSecondPerEndpoint === null ? null : { perSecond, perSecondPerEndpoint };
}
