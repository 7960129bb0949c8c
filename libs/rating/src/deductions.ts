import { Fraction } from '@tollkeeper/kernel';
import { allocateByLargestRemainder } from './allocation.js';
import { LINE_ROUNDING } from './rated-line.js';

/** What is taken off lines that are rounded already: a share of each, or an amount that is divided over them. */
export interface LineDeduction {
  /** Its part of each line, from zero to one; null: all of a line, as far as `most` goes. */
  readonly share: Fraction | null;
  /** The most it takes off all lines together, minor units; null: without bound. */
  readonly most: bigint | null;
  /** Whether it holds for the line of this index. */
  readonly holdsFor: (index: number) => boolean;
}

/**
 * Takes deductions off lines one after the other, each off what those before it have left. A share is rounded once for each line; where its sum is more than the
 * most it may be, and for an amount, that most is divided over the lines by largest remainder. No line falls below zero.
 * @param bases what may be taken off each line, minor units; below zero counts as nothing
 * @returns for each deduction, in their order, what it takes off each line
 */
export function deduct(bases: readonly bigint[], deductions: readonly LineDeduction[]): bigint[][] {
  let left = bases.map((base) => (base > 0n ? base : 0n));
  return deductions.map((deduction) => {
    const taken = takenOff(left, deduction);
    left = left.map((amount, index) => amount - taken[index]!);
    return taken;
  });
}

function takenOff(left: readonly bigint[], { share, most, holdsFor }: LineDeduction): bigint[] {
  const eligible = left.map((amount, index) => (holdsFor(index) ? amount : 0n));
  const wanted = share === null ? eligible : eligible.map((amount) => Fraction.of(amount).times(share).toMinorUnits(0, LINE_ROUNDING));
  const bound = most !== null && most < 0n ? 0n : most;
  return bound === null || sum(wanted) <= bound ? wanted : allocateByLargestRemainder(bound, wanted);
}

/**
 * What may be taken off each line of an invoice that has negative ones, such as what is free: those are spread first, over the lines they belong to, so that nothing is
 * taken off twice.
 * @param belongsTo whether a negative line, by its index, belongs to the line of the other index
 */
export function deductible(amounts: readonly bigint[], belongsTo: (negative: number, line: number) => boolean): bigint[] {
  let bases = amounts.map((amount) => (amount > 0n ? amount : 0n));
  for (const [negative, amount] of amounts.entries()) {
    if (amount >= 0n) continue;
    const weights = bases.map((base, line) => (belongsTo(negative, line) ? base : 0n));
    const [covered, there] = [-amount, sum(weights)];
    const parts = allocateByLargestRemainder(covered < there ? covered : there, weights);
    bases = bases.map((base, line) => base - parts[line]!);
  }
  return bases;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
