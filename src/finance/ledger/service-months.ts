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
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + count);
  return date.toISOString().slice(0, 7);
}

/**
 * What of a total is earned in which month: by days of the account's calendar, the parts adding up to the total.
 * @param total what the spans come to after discounts; the difference is spread over them by their amounts
 */
export function earnedByMonth(total: bigint, spans: readonly ServiceSpan[], timeZone: string): Map<Month, bigint> {
  const earned = new Map<Month, bigint>();
  const amounts = spread(total, spans);
  spans.forEach(({ startInMillis, endInMillis }, index) => {
    const days = daysByMonth(startInMillis, endInMillis, timeZone);
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

/** The day of the start counts, that of the end does not; a span within one day is that day. */
function daysByMonth(startInMillis: number, endInMillis: number, timeZone: string): { month: Month; count: number }[] {
  const first = calendarDayOf(startInMillis, timeZone);
  const end = Math.max(calendarDayOf(endInMillis, timeZone), first + 1);
  const months: { month: Month; count: number }[] = [];
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
