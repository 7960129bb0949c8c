const FIRST_PAUSE_IN_MILLIS = 60_000;
const LONGEST_PAUSE_IN_MILLIS = 3_600_000;
/** As mail servers do among each other. */
const GIVEN_UP_AFTER_IN_MILLIS = 5 * 86_400_000;

/** @param attempts made so far @returns when it is tried next; null: no more */
export function nextAttemptTime({ queueTime, attempts }: { readonly queueTime: number; readonly attempts: number }, now: number): number | null {
  const next = now + Math.min(FIRST_PAUSE_IN_MILLIS * 2 ** (attempts - 1), LONGEST_PAUSE_IN_MILLIS);
  return next - queueTime > GIVEN_UP_AFTER_IN_MILLIS ? null : next;
}
