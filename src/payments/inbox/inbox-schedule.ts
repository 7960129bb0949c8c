const FIRST_PAUSE_IN_MILLIS = 1_000;
const LONGEST_PAUSE_IN_MILLIS = 300_000;

/** After so many attempts that failed an event is shown as dead and waits for a person; the object itself is still followed by the event list. */
export const MAXIMUM_FAILURES = 15;

/** Pauses while an event matches nothing of ours: a webhook can arrive before the answer to the call that caused it. */
export const UNMATCHED_PAUSES_IN_MILLIS: readonly number[] = [1_000, 3_000, 10_000, 30_000];

export function pauseAfterFailure(failures: number): number {
  return Math.min(FIRST_PAUSE_IN_MILLIS * 2 ** (failures - 1), LONGEST_PAUSE_IN_MILLIS);
}
