import { currencyExponent, Decimal } from '@tollkeeper/kernel';
import type { ChargeDeduction, ChargeLine, RatedCharges } from '../../charges/rated-charges.js';

/**
 * What a period's usage comes to now less what it came to before, line by line. Each line's amount is the difference of two rounded amounts, so what was billed before and this
 * together are the period rated whole: no cent more or less, whatever the tiers.
 */
export function chargeDifference(now: RatedCharges, before: RatedCharges): RatedCharges {
  const earlier = new Map(before.lines.map((line) => [keyOf(line), line]));
  const later = new Set(now.lines.map(keyOf));
  const gone = before.lines.filter((line) => !later.has(keyOf(line))).map((line) => ({ ...line, quantity: Decimal.ZERO, amount: 0n, deductions: [] }));
  const lines = [...now.lines, ...gone].map((line) => difference(line, earlier.get(keyOf(line)), now.currency)).filter(({ isEmpty }) => !isEmpty);
  const subtotal = lines.reduce((sum, { amount }) => sum + amount, 0n);
  return { currency: now.currency, ...(now.exchange && { exchange: now.exchange }), lines, subtotal, total: subtotal };
}

function difference(line: ChargeLine, earlier: ChargeLine | undefined, currency: string): ChargeLine {
  const quantity = line.quantity.minus(earlier?.quantity ?? Decimal.ZERO);
  const amount = line.amount - (earlier?.amount ?? 0n);
  const deductions = deductionDifference(line.deductions, earlier?.deductions ?? []);
  const undeducted = deductions.reduce((sum, deduction) => sum + deduction.amount, amount);
  const exactAmount = Decimal.fromMinorUnits(undeducted, currencyExponent(currency)).toString();
  return { ...line, quantity, amount, deductions, exactAmount, tiers: [], isEmpty: quantity.isZero() && amount === 0n && deductions.length === 0 };
}

/** What is taken off now less what was before, by what took it off. */
export function deductionDifference(now: readonly ChargeDeduction[], before: readonly ChargeDeduction[]): ChargeDeduction[] {
  const byId = new Map([...before, ...now].map((deduction) => [deduction.id, { ...deduction, amount: 0n }]));
  const amountOf = (deductions: readonly ChargeDeduction[], id: string): bigint => deductions.find((deduction) => deduction.id === id)?.amount ?? 0n;
  return [...byId.values()].map((deduction) => ({ ...deduction, amount: amountOf(now, deduction.id) - amountOf(before, deduction.id) })).filter(({ amount }) => amount !== 0n);
}

/** Of what has no price, its name: a plan has several fees. */
function keyOf({ kind, productItemId, priceId, priceVersion, periodStartInMillis, periodEndInMillis, description }: ChargeLine): string {
  return [kind, productItemId, priceId, priceVersion, periodStartInMillis, periodEndInMillis, priceId === null ? description : ''].join(' ');
}
