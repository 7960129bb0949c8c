import { invalid } from '@tollkeeper/kernel';
import { monthAfter, monthOf, startOfMonth, type Month } from '../ledger/service-months.js';

const LONGEST_RANGE_IN_MONTHS = 36;

export interface MonthRange {
  readonly months: readonly { readonly month: Month; readonly startInMillis: number; readonly endInMillis: number }[];
  readonly startInMillis: number;
  readonly endInMillis: number;
}

/** @throws DomainError `invalid_month` unless it is one such as 2026-11 */
export function parseMonth(text: string): Month {
  if (/^(19[7-9]\d|[2-9]\d{3})-(0[1-9]|1[0-2])$/.test(text) && text < '9998') return text;
  throw invalid('invalid_month', `Invalid request: '${text.slice(0, 20)}' is not a month such as 2026-11.`);
}

/**
 * Months of the account's calendar, both ends included; by default the twelve up to the present one.
 * @throws DomainError `invalid_month`, `invalid_time_range`
 */
export function monthRange(from: string | null, to: string | null, nowInMillis: number, timeZone: string): MonthRange {
  const last = to === null ? monthOf(nowInMillis, timeZone) : parseMonth(to);
  const first = from === null ? monthAfter(last, -11) : parseMonth(from);
  if (first > last) throw invalid('invalid_time_range', 'fromMonth must not be later than toMonth.');
  const months: Month[] = [];
  for (let month = first; month <= last; month = monthAfter(month)) {
    months.push(month);
    if (months.length > LONGEST_RANGE_IN_MONTHS) throw invalid('invalid_time_range', `A report covers at most ${LONGEST_RANGE_IN_MONTHS} months.`);
  }
  const bounds = months.map((month) => ({ month, startInMillis: startOfMonth(month, timeZone), endInMillis: startOfMonth(monthAfter(month), timeZone) }));
  return { months: bounds, startInMillis: bounds[0]!.startInMillis, endInMillis: bounds.at(-1)!.endInMillis };
}
