import { invalid, periodContaining, startOfDay } from '@tollkeeper/kernel';

export const TIME_GROUPING_INTERVALS = ['hour', 'day', 'week', 'month'] as const;
export type TimeGroupingInterval = (typeof TIME_GROUPING_INTERVALS)[number];

/** A year of hours and some more; beyond it the answer would pass the size that clients of usage reports take. */
const MAXIMUM_INTERVALS = 10_000;
const HOUR_IN_MILLIS = 3_600_000;
const DAY_IN_MILLIS = 86_400_000;
// Lies inside the next local day, whether this one has 23, 24 or 25 hours.
const MIDDLE_OF_NEXT_DAY_IN_MILLIS = 1.5 * DAY_IN_MILLIS;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
// Before any event; months turn on the 1st from the second one on.
const MONTHS_ANCHOR_IN_MILLIS = 0;

/**
 * The bounds of all intervals that the range touches, in the account's zone: it is widened to whole intervals at both ends.
 * Weeks start on Monday; an hour is cut short where the clock changes by less than an hour at midnight.
 * @returns rising instants; each one and the next bound an interval
 * @throws DomainError `too_many_intervals`
 */
export function intervalBoundaries(interval: TimeGroupingInterval, fromInMillis: number, toInMillis: number, timeZone: string): number[] {
  const boundaries = [intervalStart(interval, fromInMillis, timeZone)];
  while (boundaries.at(-1)! < toInMillis) {
    if (boundaries.length > MAXIMUM_INTERVALS) {
      throw invalid('too_many_intervals', `The range holds more than ${MAXIMUM_INTERVALS} intervals of one ${interval}. Ask for a shorter range or longer intervals.`);
    }
    boundaries.push(nextStart(interval, boundaries.at(-1)!, timeZone));
  }
  return boundaries;
}

function intervalStart(interval: TimeGroupingInterval, at: number, timeZone: string): number {
  const day = startOfDay(at, timeZone);
  switch (interval) {
    case 'hour':
      return day + Math.floor((at - day) / HOUR_IN_MILLIS) * HOUR_IN_MILLIS;
    case 'day':
      return day;
    case 'week':
      return daysLater(day, -daysSinceMonday(day, timeZone), timeZone);
    case 'month':
      return periodContaining({ interval: 'calendar_month', intervalsCount: 1 }, MONTHS_ANCHOR_IN_MILLIS, at, timeZone).startInMillis;
  }
}

function nextStart(interval: TimeGroupingInterval, start: number, timeZone: string): number {
  switch (interval) {
    case 'hour':
      return Math.min(start + HOUR_IN_MILLIS, daysLater(startOfDay(start, timeZone), 1, timeZone));
    case 'day':
      return daysLater(start, 1, timeZone);
    case 'week':
      return daysLater(start, 7, timeZone);
    case 'month':
      return periodContaining({ interval: 'calendar_month', intervalsCount: 1 }, MONTHS_ANCHOR_IN_MILLIS, start, timeZone).endInMillis;
  }
}

function daysLater(dayStart: number, days: number, timeZone: string): number {
  return startOfDay(dayStart + (days - 1) * DAY_IN_MILLIS + MIDDLE_OF_NEXT_DAY_IN_MILLIS, timeZone);
}

function daysSinceMonday(dayStart: number, timeZone: string): number {
  return WEEKDAYS.indexOf(new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short' }).format(dayStart));
}
