import { currencyExponent, Decimal } from '@tollkeeper/kernel';

const MOST_PLACES = 12;
/** Latin, Greek and Cyrillic: what the fonts of the documents draw, and what every mail program and spreadsheet shows. */
const PRINTED = /^[\p{ASCII}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\u00a0-\u00ff\u2009\u202f\u2019\u2212–₣₤₦₧₨₩₪₫€₱₹₺₼₽]*$/u;

/** Amounts, quantities and dates in a language's formats. Digits are European and the calendar is Gregorian everywhere. */
export interface DocumentFormats {
  /** With the currency's sign, or its code where the sign is not of a European script. */
  money(amountInMinorUnits: bigint): string;
  /** A price: at least the currency's decimal places, and all it has beyond them. @param majorUnits exact decimal text */
  price(majorUnits: string): string;
  quantity(decimal: string): string;
  date(timeInMillis: number): string;
  /** Both days are part of it. */
  days(firstInMillis: number, lastInMillis: number): string;
  /** Its name, or what was given where it is no code of a country. */
  country(code: string): string;
}

/** @param locale a language tag that `parseLocale` has taken */
export function formatsOf({ locale, currency, timeZone }: { readonly locale: string; readonly currency: string; readonly timeZone: string }): DocumentFormats {
  const exponent = currencyExponent(currency);
  const money = moneyFormat(locale, currency, exponent, exponent);
  const price = moneyFormat(locale, currency, exponent, MOST_PLACES);
  const quantity = new Intl.NumberFormat(locale, { numberingSystem: 'latn', maximumFractionDigits: MOST_PLACES });
  const dates = new Intl.DateTimeFormat(locale, { numberingSystem: 'latn', calendar: 'gregory', dateStyle: 'medium', timeZone });
  const isoDates = new Intl.DateTimeFormat('en-CA', { numberingSystem: 'latn', calendar: 'gregory', year: 'numeric', month: '2-digit', day: '2-digit', timeZone });
  return {
    money: (amount) => money.format(exact(Decimal.fromMinorUnits(amount, exponent).toString())),
    price: (majorUnits) => price.format(exact(majorUnits)),
    quantity: (decimal) => quantity.format(exact(decimal)),
    date: (timeInMillis) => printed(dates.format(timeInMillis), () => isoDates.format(timeInMillis)),
    days: (first, last) => printed(dates.formatRange(first, last), () => `${isoDates.format(first)} – ${isoDates.format(last)}`),
    country: (code) => (/^[A-Za-z]{2}$/.test(code) ? countryName(locale, code.toUpperCase()) : code),
  };
}

/** The places of the kernel's table, not of the formatter's own: they differ in some currencies. */
function moneyFormat(locale: string, currency: string, fewest: number, most: number): Intl.NumberFormat {
  const options = { style: 'currency', currency, numberingSystem: 'latn', minimumFractionDigits: fewest, maximumFractionDigits: most } as const;
  const withSign = new Intl.NumberFormat(locale, options);
  return PRINTED.test(withSign.format(-1)) ? withSign : new Intl.NumberFormat(locale, { ...options, currencyDisplay: 'code' });
}

/** Text is formatted digit by digit, however long; a number would be rounded to a float first. */
function exact(decimal: string): Intl.StringNumericLiteral {
  return decimal as Intl.StringNumericLiteral;
}

function printed(text: string, otherwise: () => string): string {
  return PRINTED.test(text) ? text : otherwise();
}

function countryName(locale: string, code: string): string {
  const name = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' }).of(code) ?? code;
  return printed(name, () => new Intl.DisplayNames('en', { type: 'region', fallback: 'code' }).of(code) ?? code);
}
