import { calendarDayOf, startOfCalendarDay } from '@tollkeeper/kernel';

/** More buckets than this say nothing to a reader: each is made of several days then. */
const MOST_BUCKETS = 400;
const DAY_IN_MILLIS = 86_400_000;

/** The start of a span, the midnights within it, and its end. */
export function dayCuts(startInMillis: number, endInMillis: number, timeZone: string): number[] {
  const step = Math.ceil((endInMillis - startInMillis) / DAY_IN_MILLIS / MOST_BUCKETS);
  const cuts = [startInMillis];
  for (let day = calendarDayOf(startInMillis, timeZone) + step; ; day += step) {
    const midnight = startOfCalendarDay(day, timeZone);
    if (midnight >= endInMillis) return [...cuts, endInMillis];
    // A zone that skipped a day begins two of them at once.
    if (midnight > cuts.at(-1)!) cuts.push(midnight);
  }
}
