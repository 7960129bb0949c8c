import { calendarDayOf, startOfCalendarDay } from '@tollkeeper/kernel';
import type { TimeRange } from './day-cover.js';

const DAY_IN_MILLIS = 86_400_000;

/** The zone's month that holds an instant. */
export function monthOf(atInMillis: number, timeZone: string): TimeRange {
  const date = new Date(calendarDayOf(atInMillis, timeZone) * DAY_IN_MILLIS);
  const startOf = (months: number): number => startOfCalendarDay(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / DAY_IN_MILLIS, timeZone);
  // Clocks set back over midnight show the last day of a month that has ended again.
  const offset = startOf(1) <= atInMillis ? 1 : 0;
  return { fromInMillis: startOf(offset), toInMillis: startOf(offset + 1) };
}

/** How whole days are read: whole months from what is stored by month, the rest by day. */
export interface MonthCover {
  /** Starts of the months. */
  readonly months: readonly number[];
  /** What is read by day, rising and apart. */
  readonly dayRanges: readonly TimeRange[];
}

/**
 * @param days from the first to the end of the last one
 * @param cuts within months that are to be read by day: boundaries of a query, starts of days that are read event by event
 */
export function coverByMonths(days: TimeRange, cuts: readonly number[], timeZone: string): MonthCover {
  const months: number[] = [];
  const dayRanges: { fromInMillis: number; toInMillis: number }[] = [];
  for (let at = days.fromInMillis; at < days.toInMillis; ) {
    const month = monthOf(at, timeZone);
    const end = Math.min(month.toInMillis, days.toInMillis);
    const isWhole = month.fromInMillis === at && month.toInMillis === end && !cuts.some((cut) => cut > at && cut < end);
    const last = dayRanges.at(-1);
    if (isWhole) months.push(at);
    else if (last?.toInMillis === at) last.toInMillis = end;
    else dayRanges.push({ fromInMillis: at, toInMillis: end });
    at = end;
  }
  return { months, dayRanges };
}
