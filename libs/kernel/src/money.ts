import { currencyExponent } from './currency.js';

/** Integer minor units (cents, yen, …) of one ISO 4217 currency, written in upper case. */
export interface Money {
  readonly amountInMinorUnits: bigint;
  readonly currency: string;
}

/** Of two amounts in one currency. */
export function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

export function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

/** Money as the native routes write it: the integer as a string, so that no JSON reader rounds it. */
export interface MoneyJson {
  readonly amountInMinorUnits: string;
  readonly currency: string;
}

export function moneyToJson(money: Money): MoneyJson {
  return { amountInMinorUnits: money.amountInMinorUnits.toString(), currency: money.currency };
}

/**
 * A decimal number with all places of the currency, and no sign of it: `-12.50`.
 * @throws DomainError `unknown_currency`
 */
export function majorUnits({ amountInMinorUnits, currency }: Money): string {
  const places = currencyExponent(currency);
  const digits = (amountInMinorUnits < 0n ? -amountInMinorUnits : amountInMinorUnits).toString().padStart(places + 1, '0');
  const sign = amountInMinorUnits < 0n ? '-' : '';
  return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
