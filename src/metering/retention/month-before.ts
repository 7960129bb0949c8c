import { calendarDayOf, startOfCalendarDay } from '@tollkeeper/kernel';

const DAY_IN_MILLIS = 86_400_000;

/** Where the calendar month began that lies so many months before the present one of a zone. */
export function startOfMonthBefore(nowInMillis: number, months: number, timeZone: string): number {
  const today = new Date(calendarDayOf(nowInMillis, timeZone) * DAY_IN_MILLIS);
  return startOfCalendarDay(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - months, 1) / DAY_IN_MILLIS, timeZone);
}
