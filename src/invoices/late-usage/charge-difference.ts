import { currencyExponent, Decimal } from '@tollkeeper/kernel';
import type { ChargeLine, RatedCharges } from '../../charges/rated-charges.js';

/**
 * What a period's usage comes to now less what it came to before, line by line. Each line's amount is the difference of two rounded amounts, so what was billed before and this
 * together are the period rated whole: no cent more or less, whatever the tiers.
 */
export function chargeDifference(now: RatedCharges, before: RatedCharges): RatedCharges {
  const earlier = new Map(before.lines.map((line) => [keyOf(line), line]));
  const later = new Set(now.lines.map(keyOf));
  const gone = before.lines.filter((line) => !later.has(keyOf(line))).map((line) => ({ ...line, quantity: Decimal.ZERO, amount: 0n }));
  const lines = [...now.lines, ...gone].map((line) => difference(line, earlier.get(keyOf(line)), now.currency)).filter(({ isEmpty }) => !isEmpty);
  const subtotal = lines.reduce((sum, { amount }) => sum + amount, 0n);
  return { currency: now.currency, lines, subtotal, total: subtotal };
}

function difference(line: ChargeLine, earlier: ChargeLine | undefined, currency: string): ChargeLine {
  const quantity = line.quantity.minus(earlier?.quantity ?? Decimal.ZERO);
  const amount = line.amount - (earlier?.amount ?? 0n);
  return { ...line, quantity, amount, exactAmount: Decimal.fromMinorUnits(amount, currencyExponent(currency)).toString(), tiers: [], isEmpty: quantity.isZero() && amount === 0n };
}

function keyOf({ kind, productItemId, priceId, priceVersion, periodStartInMillis, periodEndInMillis }: ChargeLine): string {
  return [kind, productItemId, priceId, priceVersion, periodStartInMillis, periodEndInMillis].join(' ');
}
