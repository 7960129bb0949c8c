const HOUR_IN_MILLIS = 3_600_000;

/** Keys are kept for at least 24 h at the provider; one hour of margin for clocks and slow requests (docs.stripe.com/api/idempotent_requests). */
export const KEY_TRUSTED_FOR_IN_MILLIS = 23 * HOUR_IN_MILLIS;

const FIRST_PAUSE_IN_MILLIS = 1_000;
const LONGEST_PAUSE_IN_MILLIS = 15_000;

/** The longest a call of ours is waited for, and some more: a request that was cut off may still be carried out for so long. */
const ON_ITS_WAY_FOR_IN_MILLIS = 30_000;

/**
 * Pause before an unfinished intent is looked at again. Capped low, because the promise is that status converges within a
 * minute of the provider being reachable.
 * @param sendCount how often it was sent so far
 * @param retryAfterInMillis what the provider asked for, obeyed when longer
 */
export function pauseBeforeRecheck(sendCount: number, retryAfterInMillis = 0, random: () => number = Math.random): number {
  const backoff = Math.min(FIRST_PAUSE_IN_MILLIS * 2 ** Math.max(0, sendCount - 1), LONGEST_PAUSE_IN_MILLIS);
  return Math.max(retryAfterInMillis, Math.round(backoff * (0.75 + random() / 2)));
}

/** Whether sending again under the same key still means the same effect. */
export function keyIsTrusted(firstSentTime: number | null, now: number): boolean {
  return firstSentTime === null || now - firstSentTime < KEY_TRUSTED_FOR_IN_MILLIS;
}

/** Whether what the provider does not show now was not done and will not be: nothing sent earlier can be on its way any more. */
export function absenceIsProven(lastSentTime: number | null, now: number): boolean {
  return lastSentTime === null || now - lastSentTime >= ON_ITS_WAY_FOR_IN_MILLIS;
}
