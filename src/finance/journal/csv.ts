import { currencyExponent } from '@tollkeeper/kernel';

/** What a spreadsheet would run as a formula when a customer's id or a name begins with it. */
const FORMULA = /^[=+@\t\r]|^-(?!\d)/;

/** One line of RFC 4180. */
export function csvLine(fields: readonly (string | number | boolean | null)[]): string {
  return `${fields.map(csvField).join(',')}\r\n`;
}

function csvField(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Minor units as a decimal number with the currency's places: `-12.50`. */
export function majorUnits(amount: bigint, currency: string): string {
  const places = currencyExponent(currency);
  const digits = (amount < 0n ? -amount : amount).toString().padStart(places + 1, '0');
  const sign = amount < 0n ? '-' : '';
  return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** The day of an account's calendar, `2026-11-30`. */
export function dateText(atInMillis: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(atInMillis);
}
