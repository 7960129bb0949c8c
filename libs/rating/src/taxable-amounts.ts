import { allocateByLargestRemainder } from './allocation.js';

/** An amount below zero that is no supply of its own but lowers others: what is free, or a discount. */
export interface Reduction {
  /** Its line. */
  readonly index: number;
  /** Whether it lowers the line of an index. */
  readonly lowers: (index: number) => boolean;
}

/**
 * What of each line is taxed: its amount less its part of every reduction, which are divided over the lines that they lower by largest remainder. What is
 * left of a reduction that is larger than these lines stays with its own line. Together they are the sum of the lines.
 */
export function taxableAmounts(amounts: readonly bigint[], reductions: readonly Reduction[]): bigint[] {
  const reducing = new Set(reductions.map(({ index }) => index));
  let left = [...amounts];
  for (const { index, lowers } of reductions) {
    const weights = left.map((amount, line) => (amount > 0n && !reducing.has(line) && lowers(line) ? amount : 0n));
    const there = weights.reduce((sum, weight) => sum + weight, 0n);
    const wanted = -left[index]!;
    if (wanted <= 0n || there === 0n) continue;
    const spread = wanted < there ? wanted : there;
    const parts = allocateByLargestRemainder(spread, weights);
    left = left.map((amount, line) => (line === index ? amount + spread : amount - parts[line]!));
  }
  return left;
}
