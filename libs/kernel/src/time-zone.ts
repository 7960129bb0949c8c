import { invalid, type DomainError } from './domain-error.js';

const DAY_IN_MILLIS = 86_400_000;
// No zone was ever further than 16 hours from UTC, so a local midnight and the clock change next to it lie inside this window.
const WINDOW_IN_MILLIS = 16 * 3_600_000;
// The year 10000: beyond it dates no longer print with four digits, and nobody bills there.
const LAST_INSTANT_IN_MILLIS = 253_402_300_800_000;
// Far above the number of zones there are; the names come from requests, and their spellings in other case must not fill the memory.
const FORMATTER_LIMIT = 1_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** A day of the calendar as a count of days from 1970-01-01, free of any zone. */
export type CalendarDay = number;

/**
 * The zone's name in its registered spelling (`europe/berlin` → `Europe/Berlin`).
 * @throws DomainError `unknown_time_zone`
 */
export function parseTimeZone(input: string): string {
  return formatterOf(input).resolvedOptions().timeZone;
}

/**
 * The first instant of the local day that `atInMillis` falls into. A day with a clock change has 23 or 25 hours.
 * @throws DomainError `unknown_time_zone`, `invalid_time`
 */
export function startOfDay(atInMillis: number, timeZone = 'UTC'): number {
  return startOfCalendarDay(calendarDayOf(atInMillis, timeZone), timeZone);
}

/** The local date at an instant. */
export function calendarDayOf(atInMillis: number, timeZone: string): CalendarDay {
  assertInstant(atInMillis);
  return Math.floor((atInMillis + offsetInMillis(atInMillis, timeZone)) / DAY_IN_MILLIS);
}

/**
 * The first instant at which the zone's calendar shows this day or a later one: after midnight where the clocks skip midnight,
 * the next day's start where a zone skipped the whole day.
 */
export function startOfCalendarDay(day: CalendarDay, timeZone: string): number {
  const midnight = day * DAY_IN_MILLIS;
  // Only the upper end is checked: the first local day of 1970 began in 1969 by the clock of UTC.
  if (midnight >= LAST_INSTANT_IN_MILLIS) {
    throw timeOutOfRange(midnight);
  }
  if (isUtc(timeZone)) {
    return midnight;
  }
  const offsetBefore = offsetInMillis(midnight - WINDOW_IN_MILLIS, timeZone);
  const offsetAfter = offsetInMillis(midnight + WINDOW_IN_MILLIS, timeZone);
  if (offsetBefore === offsetAfter) {
    return midnight - offsetBefore;
  }
  const change = clockChangeWithin(midnight - WINDOW_IN_MILLIS, midnight + WINDOW_IN_MILLIS, timeZone);
  return midnight - offsetBefore < change ? midnight - offsetBefore : Math.max(change, midnight - offsetAfter);
}

/** @throws DomainError `invalid_time` unless the value is whole milliseconds from 1970 up to the year 9999 */
export function assertInstant(atInMillis: number): void {
  if (!Number.isInteger(atInMillis) || atInMillis < 0 || atInMillis >= LAST_INSTANT_IN_MILLIS) {
    throw timeOutOfRange(atInMillis);
  }
}

function timeOutOfRange(atInMillis: number): DomainError {
  return invalid('invalid_time', `${atInMillis} is not a time in whole milliseconds since 1970-01-01T00:00:00Z, before the year 10000.`);
}

/** The first instant with the later of the two offsets in force at the ends. */
function clockChangeWithin(fromInMillis: number, toInMillis: number, timeZone: string): number {
  const offsetBefore = offsetInMillis(fromInMillis, timeZone);
  let before = fromInMillis;
  let after = toInMillis;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetInMillis(middle, timeZone) === offsetBefore) {
      before = middle;
    } else {
      after = middle;
    }
  }
  return after;
}

function offsetInMillis(atInMillis: number, timeZone: string): number {
  if (isUtc(timeZone)) {
    return 0;
  }
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(atInMillis)) {
    part[type] = Number(value);
  }
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atInMillis / 1_000) * 1_000;
}

function isUtc(timeZone: string): boolean {
  return timeZone === 'UTC' || timeZone === 'Etc/UTC';
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) {
    return known;
  }
  const made = makeFormatter(timeZone);
  if (formatters.size >= FORMATTER_LIMIT) {
    formatters.clear();
  }
  formatters.set(timeZone, made);
  return made;
}

function makeFormatter(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw invalid('unknown_time_zone', `'${String(timeZone).slice(0, 60)}' is not a time zone; send an IANA name such as 'UTC' or 'Europe/Berlin'.`);
    }
    throw cause;
  }
}
