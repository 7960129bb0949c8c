import { invalid } from './domain-error.js';
import { assertInstant, calendarDayOf, startOfCalendarDay, startOfDay, type CalendarDay } from './time-zone.js';

/**
 * How often a plan bills. `day`, `month` and `year` count from the anchor's day; `calendar_month` turns on the 1st, so its first
 * period may be a partial one that starts at the anchor's day.
 */
export interface BillingPeriod {
  readonly interval: BillingInterval;
  readonly intervalsCount: number;
}

export const BILLING_INTERVALS = ['day', 'month', 'calendar_month', 'year'] as const;
export type BillingInterval = (typeof BILLING_INTERVALS)[number];

/** One period: from its start up to, but not including, its end; `index` 0 is the first one of its anchor. */
export interface PeriodBounds {
  readonly startInMillis: number;
  readonly endInMillis: number;
  readonly index: number;
}

// A century of days; with the time range of `assertInstant` it keeps every date calculation far inside exact integers.
const MAXIMUM_INTERVALS_COUNT = 36_600;
const DAY_IN_MILLIS = 86_400_000;

/**
 * Checks a billing period that came from outside.
 * @throws DomainError `invalid_billing_period`
 */
export function parseBillingPeriod(input: { interval?: unknown; intervalsCount?: unknown }): BillingPeriod {
  const text = String(input.interval).toLowerCase();
  const interval = BILLING_INTERVALS.find((known) => known === text);
  if (interval === undefined) {
    throw invalid('invalid_billing_period', `'${text.slice(0, 40)}' is not a billing interval; known are ${BILLING_INTERVALS.join(', ')}.`);
  }
  const intervalsCount = input.intervalsCount ?? 1;
  if (typeof intervalsCount !== 'number' || !Number.isInteger(intervalsCount) || intervalsCount < 1 || intervalsCount > MAXIMUM_INTERVALS_COUNT) {
    throw invalid('invalid_billing_period', `intervalsCount is a whole number from 1 to ${MAXIMUM_INTERVALS_COUNT}, not ${String(intervalsCount).slice(0, 40)}.`);
  }
  return { interval, intervalsCount };
}

/**
 * The period with this index, counted from the anchor's local day, never from the previous period: a month anchored on 31 January
 * ends on 28 or 29 February and the one after it on 31 March.
 * @param anchorInMillis any instant of the first day
 * @throws DomainError `invalid_time`, `unknown_time_zone`
 */
export function periodAt(period: BillingPeriod, anchorInMillis: number, index: number, timeZone = 'UTC'): PeriodBounds {
  if (!Number.isInteger(index) || index < 0) {
    throw new RangeError(`A period's index is an integer from 0, not ${index}.`);
  }
  const anchor = calendarDayOf(anchorInMillis, timeZone);
  return {
    startInMillis: startOfCalendarDay(firstDayOf(period, anchor, index), timeZone),
    endInMillis: startOfCalendarDay(firstDayOf(period, anchor, index + 1), timeZone),
    index,
  };
}

/**
 * The period an instant falls into.
 * @throws DomainError `time_before_anchor` for an instant before the anchor's local day, `invalid_time`, `unknown_time_zone`
 */
export function periodContaining(period: BillingPeriod, anchorInMillis: number, atInMillis: number, timeZone = 'UTC'): PeriodBounds {
  assertInstant(atInMillis);
  if (atInMillis < startOfDay(anchorInMillis, timeZone)) {
    throw invalid('time_before_anchor', `${new Date(atInMillis).toISOString()} lies before the first billing period, which starts on the anchor's day.`);
  }
  const anchor = calendarDayOf(anchorInMillis, timeZone);
  let index = Math.max(0, estimatedIndex(period, anchor, calendarDayOf(atInMillis, timeZone)));
  let bounds = periodAt(period, anchorInMillis, index, timeZone);
  // The estimate errs by one at a short month or a clock change; the bounds decide.
  while (atInMillis < bounds.startInMillis) {
    index -= 1;
    bounds = periodAt(period, anchorInMillis, index, timeZone);
  }
  while (atInMillis >= bounds.endInMillis) {
    index += 1;
    bounds = periodAt(period, anchorInMillis, index, timeZone);
  }
  return bounds;
}

/**
 * The whole period of which an instant's period is all or, as a first `calendar_month` that does not begin on the 1st, a part. What is owed for a part is a
 * share of what is owed for the whole. Throws what `periodContaining` throws.
 */
export function wholePeriodContaining(period: BillingPeriod, anchorInMillis: number, atInMillis: number, timeZone = 'UTC'): PeriodBounds {
  const bounds = periodContaining(period, anchorInMillis, atInMillis, timeZone);
  if (period.interval !== 'calendar_month' || bounds.index > 0) return bounds;
  const anchor = calendarDayOf(anchorInMillis, timeZone);
  return { ...bounds, startInMillis: startOfCalendarDay(anchor - dateOf(anchor).dayOfMonth + 1, timeZone) };
}

/**
 * How many days of the zone's calendar lie between two starts of days, each of which may be off by hours where the zone has changed since it was noted. A day
 * with a clock change counts as one.
 */
export function daysBetween(startInMillis: number, endInMillis: number, timeZone = 'UTC'): number {
  const half = DAY_IN_MILLIS / 2;
  return calendarDayOf(endInMillis + half, timeZone) - calendarDayOf(startInMillis + half, timeZone);
}

function firstDayOf(period: BillingPeriod, anchor: CalendarDay, index: number): CalendarDay {
  const steps = index * period.intervalsCount;
  switch (period.interval) {
    case 'day':
      return anchor + steps;
    case 'month':
      return monthsLater(anchor, steps);
    case 'year':
      return monthsLater(anchor, 12 * steps);
    case 'calendar_month':
      return index === 0 ? anchor : monthsLater(anchor - dateOf(anchor).dayOfMonth + 1, steps);
  }
}

function estimatedIndex(period: BillingPeriod, anchor: CalendarDay, day: CalendarDay): number {
  if (period.interval === 'day') {
    return Math.floor((day - anchor) / period.intervalsCount);
  }
  const months = dateOf(day).month - dateOf(anchor).month;
  return Math.floor(months / (period.interval === 'year' ? 12 * period.intervalsCount : period.intervalsCount));
}

/** The same day of a later month, or that month's last day where it is shorter. */
function monthsLater(day: CalendarDay, months: number): CalendarDay {
  const { month, dayOfMonth } = dateOf(day);
  const first = firstDayOfMonth(month + months);
  const length = firstDayOfMonth(month + months + 1) - first;
  return first + Math.min(dayOfMonth, length) - 1;
}

/** Months counted from January of the year 0, days of the month from 1. */
function dateOf(day: CalendarDay): { month: number; dayOfMonth: number } {
  const date = new Date(day * DAY_IN_MILLIS);
  return { month: date.getUTCFullYear() * 12 + date.getUTCMonth(), dayOfMonth: date.getUTCDate() };
}

function firstDayOfMonth(month: number): CalendarDay {
  return Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_IN_MILLIS;
}
