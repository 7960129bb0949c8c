import { currencyExponent, Fraction } from '@tollkeeper/kernel';
import { LINE_ROUNDING } from '@tollkeeper/rating';
import type { ChargeLine, Exchange, RatedCharges } from './rated-charges.js';

/**
 * The same in another currency: each line's exact amount at the rate, rounded once. What its prices and exact amounts say stays in the plan's currency, so that it can still be
 * followed from there.
 */
export function exchanged(charges: RatedCharges, exchange: Exchange): RatedCharges {
  const rate = Fraction.parse(exchange.rate);
  const exponent = currencyExponent(exchange.toCurrency);
  const lines = charges.lines.map((line): ChargeLine => ({ ...line, amount: Fraction.parse(line.exactAmount).times(rate).toMinorUnits(exponent, LINE_ROUNDING) }));
  const subtotal = lines.reduce((sum, { amount }) => sum + amount, 0n);
  return { ...charges, currency: exchange.toCurrency, exchange, lines, subtotal, total: subtotal };
}

/** What an exact amount of the plan's currency comes to, before it is rounded. */
export function exchangedExactly(exactAmount: string, exchange: Exchange | null): Fraction {
  return exchange === null ? Fraction.parse(exactAmount) : Fraction.parse(exactAmount).times(Fraction.parse(exchange.rate));
}
