const DAY_IN_MILLIS = 86_400_000;

export interface NextRetry {
  /** By the account's clock. */
  readonly atInMillis: number;
  /** Nothing is tried then: by that time it is decided that the retries have come to nothing. */
  readonly isEnd: boolean;
}

/**
 * What follows a declined attempt. Pure.
 * @param retryDays days from each attempt to the next
 * @param retryCount how many retries were made before, or counted as made
 * @param attemptedAtInMillis of the declined attempt, by the account's clock
 * @param isPointless the same method will not work: the customer has until the end of the schedule to bring another, and nothing is tried meanwhile
 * @returns null when the last retry is over
 */
export function nextRetry(retryDays: readonly number[], retryCount: number, attemptedAtInMillis: number, isPointless: boolean): NextRetry | null {
  const left = retryDays.slice(retryCount);
  const [next] = left;
  if (next === undefined) return null;
  if (isPointless) return { atInMillis: attemptedAtInMillis + left.reduce((sum, days) => sum + days, 0) * DAY_IN_MILLIS, isEnd: true };
  return { atInMillis: attemptedAtInMillis + next * DAY_IN_MILLIS, isEnd: false };
}
