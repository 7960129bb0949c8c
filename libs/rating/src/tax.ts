import { Fraction, type Decimal } from '@tollkeeper/kernel';
import { allocateByLargestRemainder } from './allocation.js';
import { LINE_ROUNDING } from './rated-line.js';

/** What a tax takes: a share of what is taxable, on top of the price or within it. */
export interface TaxTerms {
  /** Of a hundred: 19, or 9.975. */
  readonly percentage: Decimal;
  /** Whether the price holds it already. */
  readonly isInclusive: boolean;
}

/** The taxes of one line, minor units. */
export interface LineTax {
  /** What the taxes are a share of: the line without what it holds of them. */
  readonly taxable: bigint;
  /** For each rate, in their order. */
  readonly amounts: readonly bigint[];
}

/** What payment providers and documents carry of a percentage. */
export const PERCENTAGE_PLACES = 4;

const HUNDRED = Fraction.of(100n);

/**
 * The taxes of one line, each rounded once, ties away from zero. Those that the price holds are taken out of it together and divided among them by largest remainder, so
 * that taxable amount and inclusive taxes are the line to the last minor unit; those on top are a share of that same taxable amount. No tax is a part of another's base.
 * @param amount what the line comes to after its discounts; below zero mirrors above
 */
export function taxLine(amount: bigint, rates: readonly TaxTerms[]): LineTax {
  const included = includedTaxes(amount, rates);
  const taxable = amount - included.reduce((sum, tax) => sum + tax, 0n);
  const onTop = (percentage: Decimal): bigint => Fraction.of(taxable).times(percentage.toFraction()).dividedBy(HUNDRED).toMinorUnits(0, LINE_ROUNDING);
  return { taxable, amounts: rates.map(({ percentage, isInclusive }, index) => (isInclusive ? included[index]! : onTop(percentage))) };
}

/** For each rate; zero for those on top. */
function includedTaxes(amount: bigint, rates: readonly TaxTerms[]): bigint[] {
  const shares = rates.map(({ percentage, isInclusive }) => (isInclusive ? percentage.toFraction() : Fraction.ZERO));
  const sum = Fraction.sum(shares);
  if (sum.isZero()) return rates.map(() => 0n);
  const together = Fraction.of(amount).times(sum).dividedBy(HUNDRED.plus(sum)).toMinorUnits(0, LINE_ROUNDING);
  return allocateByLargestRemainder(together, shares.map((share) => share.toMinorUnits(PERCENTAGE_PLACES, LINE_ROUNDING)));
}
