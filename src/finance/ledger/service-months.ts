import { calendarDayOf, startOfCalendarDay } from '@tollkeeper/kernel';
import { allocateByLargestRemainder } from '@tollkeeper/rating';

const DAY_IN_MILLIS = 86_400_000;

/** A month of the account's calendar, `2026-11`. */
export type Month = string;

/** An amount and the time it is for. */
export interface ServiceSpan {
  readonly amount: bigint;
  readonly startInMillis: number;
  readonly endInMillis: number;
}

/** The day of an account's calendar, `2026-11-30`. */
export function dateOf(atInMillis: number, timeZone: string): string {
  return new Date(calendarDayOf(atInMillis, timeZone) * DAY_IN_MILLIS).toISOString().slice(0, 10);
}

export function monthOf(atInMillis: number, timeZone: string): Month {
  return dateOf(atInMillis, timeZone).slice(0, 7);
}

export function startOfMonth(month: Month, timeZone: string): number {
  return startOfCalendarDay(dayOf(month), timeZone);
}

export function monthAfter(month: Month, count = 1): Month {
  const months = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + count;
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}`;
}

/**
 * What of a total is earned in which month: by days of the account's calendar, the parts adding up to the total.
 * @param total what the spans come to after discounts; the difference is spread over them by their amounts
 */
export function earnedByMonth(total: bigint, spans: readonly ServiceSpan[], timeZone: string): Map<Month, bigint> {
  const earned = new Map<Month, bigint>();
  const amounts = spread(total, spans);
  let [days, before]: [MonthDays[], ServiceSpan | null] = [[], null];
  spans.forEach((span, index) => {
    // Most lines of an invoice are for one period, and its months cost more than all else here.
    if (span.startInMillis !== before?.startInMillis || span.endInMillis !== before.endInMillis) days = daysByMonth(span.startInMillis, span.endInMillis, timeZone);
    before = span;
    const parts = allocateByLargestRemainder(amounts[index]!, days.map(({ count }) => BigInt(count)));
    days.forEach(({ month }, place) => earned.set(month, (earned.get(month) ?? 0n) + parts[place]!));
  });
  return earned;
}

function spread(total: bigint, spans: readonly ServiceSpan[]): bigint[] {
  const difference = total - spans.reduce((sum, { amount }) => sum + amount, 0n);
  const weights = spans.map(({ amount }) => (amount < 0n ? -amount : amount));
  const shares = allocateByLargestRemainder(difference, weights.some((weight) => weight > 0n) ? weights : spans.map(() => 1n));
  return spans.map(({ amount }, index) => amount + shares[index]!);
}

interface MonthDays {
  readonly month: Month;
  readonly count: number;
}

/** The day of the start counts, that of the end does not; a span within one day is that day. */
function daysByMonth(startInMillis: number, endInMillis: number, timeZone: string): MonthDays[] {
  const first = calendarDayOf(startInMillis, timeZone);
  const end = Math.max(calendarDayOf(endInMillis, timeZone), first + 1);
  const months: MonthDays[] = [];
  for (let month = monthOf(startInMillis, timeZone), from = first; from < end; month = monthAfter(month)) {
    const to = Math.min(dayOf(monthAfter(month)), end);
    months.push({ month, count: to - from });
    from = to;
  }
  return months;
}

function dayOf(month: Month): number {
  return Date.parse(`${month}-01T00:00:00Z`) / DAY_IN_MILLIS;
}
