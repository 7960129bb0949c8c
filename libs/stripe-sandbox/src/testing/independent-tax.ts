/**
 * What the taxes of a line come to by Stripe's words for tax rates: each is rounded for itself and for the line, half away from zero. In whole numbers alone, and knowing
 * nothing of whoever else computes it: to be compared with.
 */
export interface TaxRateWords {
  /** Decimal text with up to four places. */
  readonly percentage: string;
  readonly inclusive: boolean;
}

/** Ten-thousandths of a percent in the whole. */
const WHOLE = 1_000_000n;

/** Minor units, in the order of the rates. @param amount minor units, below zero too */
export function lineTaxes(amount: bigint, rates: readonly TaxRateWords[]): bigint[] {
  const sign = amount < 0n ? -1n : 1n;
  const size = amount * sign;
  const parts = rates.map(({ percentage }) => millionths(percentage));
  const within = sumOf(parts.filter((_, index) => rates[index]!.inclusive));
  const heldByPrice = nearest(size * within, WHOLE + within);
  const held = handedOut(heldByPrice, parts.map((part, index) => (rates[index]!.inclusive ? part : 0n)));
  const base = size - heldByPrice;
  return rates.map(({ inclusive }, index) => sign * (inclusive ? held[index]! : nearest(base * parts[index]!, WHOLE)));
}

/** One unit after the other, each to whoever is furthest behind his due; of those equally far the first. */
function handedOut(total: bigint, dues: readonly bigint[]): bigint[] {
  const all = sumOf(dues);
  const given = dues.map((due) => (all === 0n ? 0n : (total * due) / all));
  for (let left = total - sumOf(given); left > 0n && all > 0n; left -= 1n) {
    let furthest = 0;
    for (const [index, due] of dues.entries()) if (total * due - given[index]! * all > total * dues[furthest]! - given[furthest]! * all) furthest = index;
    given[furthest] = given[furthest]! + 1n;
  }
  return given;
}

function nearest(numerator: bigint, denominator: bigint): bigint {
  const doubled = 2n * numerator + denominator;
  return doubled / (2n * denominator);
}

function millionths(percentage: string): bigint {
  const [whole = '0', fraction = ''] = percentage.split('.');
  return BigInt(whole + fraction.padEnd(4, '0'));
}

function sumOf(values: readonly bigint[]): bigint {
  let sum = 0n;
  for (const value of values) sum += value;
  return sum;
}
