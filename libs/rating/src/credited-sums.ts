import { divideRounded } from '@tollkeeper/kernel';
import { allocateByLargestRemainder } from './allocation.js';
import { taxableAmounts } from './taxable-amounts.js';

/** What the lines of a document that have the same taxes come to together, minor units. */
export interface TaxedSum {
  /** Without taxes, be they on top of the price or within it. */
  readonly net: bigint;
  /** What the taxes are a share of: `net`, unless something untaxed has been taken off that. */
  readonly taxable: bigint;
  /** For each rate, in their order. */
  readonly taxes: readonly bigint[];
}

/**
 * The sums that credits can be divided over: what is below zero without being taxed is taken off the others by largest remainder.
 * @returns null where something stays below zero, so that no share of it can be credited
 */
export function creditableSums(sums: readonly TaxedSum[]): TaxedSum[] | null {
  const reductions = sums.flatMap(({ net, taxes }, index) => (net < 0n && taxes.length === 0 ? [{ index, lowers: () => true }] : []));
  const nets = taxableAmounts(sums.map(({ net }) => net), reductions);
  const creditable = sums.map(({ taxable, taxes }, index) => ({ net: nets[index]!, taxable: taxes.length === 0 ? nets[index]! : taxable, taxes }));
  return creditable.some(isBelowZero) ? null : creditable;
}

/**
 * Divides a credit over what is left of a document by largest remainder, net amounts and taxes alike: never more of any than is left, and all of each when all is
 * credited. Credits one after the other so return the taxes of the document to the last minor unit, however it is cut.
 * @param amount with the taxes, at most all that is left
 * @param step what the provider sends amounts in multiples of; all that is left is one
 */
export function creditedSums(amount: bigint, left: readonly TaxedSum[], step = 1n): TaxedSum[] {
  const whole = left.reduce((sum, one) => sum + wholeOf(one), 0n);
  const parts = allocateByLargestRemainder(amount / step, left.flatMap(({ net, taxes }) => [net, ...taxes].map((part) => part / step))).map((part) => part * step);
  let next = 0;
  return left.map(({ net, taxable, taxes }) => {
    const ownNet = parts[next++]!;
    const lowered = whole === 0n ? 0n : divideRounded((taxable - net) * amount, whole, 'half_up');
    return { net: ownNet, taxable: ownNet + lowered, taxes: taxes.map(() => parts[next++]!) };
  });
}

/** @returns null where more was credited of something than there was */
export function sumsLeft(sums: readonly TaxedSum[], credited: readonly TaxedSum[]): TaxedSum[] | null {
  const left = sums.map(({ net, taxable, taxes }, index) => {
    const gone = credited[index]!;
    return { net: net - gone.net, taxable: taxable - gone.taxable, taxes: taxes.map((tax, rate) => tax - gone.taxes[rate]!) };
  });
  return left.some(isBelowZero) ? null : left;
}

export function wholeOf({ net, taxes }: TaxedSum): bigint {
  return taxes.reduce((sum, tax) => sum + tax, net);
}

function isBelowZero({ net, taxes }: TaxedSum): boolean {
  return [net, ...taxes].some((part) => part < 0n);
}
