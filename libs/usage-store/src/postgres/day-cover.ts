import { calendarDayOf, startOfCalendarDay } from '@tollkeeper/kernel';

/** Beyond it a series is finer than days, and what is stored by day is of no use to it. */
const MOST_CUT_DAYS = 400;
const MOST_DAYS = 12_000;
const QUARTER_IN_MILLIS = 900_000;

export interface TimeRange {
  readonly fromInMillis: number;
  /** Not part of it. */
  readonly toInMillis: number;
}

/** How a range is read: whole days from what is stored by day, the rest event by event. */
export interface DayCover {
  /** From the first whole day to the end of the last one; null where there is none. */
  readonly days: TimeRange | null;
  /** Starts of the days among them that a boundary cuts. */
  readonly cutDays: readonly number[];
  /** What is read event by event, rising and apart. */
  readonly ranges: readonly TimeRange[];
}

/**
 * @param boundariesInMillis rising, at least two
 * @param amended days that are to be read event by event as well, rising
 * @returns null where days are of no use
 */
export function coverByDays(boundariesInMillis: readonly number[], timeZone: string, amended: readonly TimeRange[] = []): DayCover | null {
  const from = boundariesInMillis[0]!;
  const to = boundariesInMillis.at(-1)!;
  if ((to - from) / 86_400_000 > MOST_DAYS) return null;
  const ofBoundaries = cutsOf(boundariesInMillis, timeZone);
  if (ofBoundaries === null) return null;
  const cuts = together(ofBoundaries, amended.filter((day) => day.fromInMillis < to && day.toInMillis > from));
  const ranges: { fromInMillis: number; toInMillis: number }[] = [];
  for (const day of cuts) {
    const range = { fromInMillis: Math.max(day.fromInMillis, from), toInMillis: Math.min(day.toInMillis, to) };
    const last = ranges.at(-1);
    if (last && last.toInMillis >= range.fromInMillis) last.toInMillis = Math.max(last.toInMillis, range.toInMillis);
    else ranges.push(range);
  }
  const firstDay = cuts[0] && cuts[0].fromInMillis < from ? cuts[0].toInMillis : from;
  const lastDay = cuts.at(-1);
  const lastEnd = lastDay && lastDay.toInMillis > to ? lastDay.fromInMillis : to;
  if (firstDay >= lastEnd) return null;
  return { days: { fromInMillis: firstDay, toInMillis: lastEnd }, cutDays: cuts.map(({ fromInMillis }) => fromInMillis), ranges };
}

/** The days that a boundary lies within, rising; null when there are too many. */
function cutsOf(boundariesInMillis: readonly number[], timeZone: string): TimeRange[] | null {
  const cuts: TimeRange[] = [];
  let day: TimeRange = { fromInMillis: 0, toInMillis: 0 };
  for (const boundary of boundariesInMillis) {
    if (boundary >= day.toInMillis) day = dayOf(boundary, timeZone);
    if (boundary !== day.fromInMillis && cuts.at(-1) !== day) cuts.push(day);
    if (cuts.length > MOST_CUT_DAYS) return null;
  }
  return cuts;
}

function together(cuts: readonly TimeRange[], amended: readonly TimeRange[]): TimeRange[] {
  if (amended.length === 0) return [...cuts];
  const byStart = new Map([...cuts, ...amended].map((day) => [day.fromInMillis, day]));
  return [...byStart.values()].sort((one, other) => one.fromInMillis - other.fromInMillis);
}

/** The zone's days that hold quarters of an hour, rising. @param starts of the quarters, as decimal text */
export function daysOf(starts: readonly string[], timeZone: string): TimeRange[] {
  const days = new Map<number, TimeRange>();
  let day: TimeRange = { fromInMillis: 0, toInMillis: 0 };
  for (const start of starts.map(Number).sort((one, other) => one - other)) {
    // Both ends, for zones whose days began within a quarter a long time ago.
    for (const instant of [start, start + QUARTER_IN_MILLIS - 1]) {
      if (instant < day.fromInMillis || instant >= day.toInMillis) day = dayOf(instant, timeZone);
      days.set(day.fromInMillis, day);
    }
  }
  return [...days.values()];
}

/** The zone's day that holds an instant. */
export function dayOf(atInMillis: number, timeZone: string): TimeRange {
  let day = calendarDayOf(atInMillis, timeZone);
  let fromInMillis = startOfCalendarDay(day, timeZone);
  for (;;) {
    day += 1;
    const toInMillis = startOfCalendarDay(day, timeZone);
    // Clocks set back over midnight show a day that has ended again; and where a zone skipped a day, two begin at once.
    if (toInMillis > atInMillis) return { fromInMillis, toInMillis };
    fromInMillis = toInMillis;
  }
}
