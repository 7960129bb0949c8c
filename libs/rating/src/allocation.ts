/**
 * Splits a whole number of minor units over weights so that the parts add up to the total exactly: each gets its share rounded
 * down, and the units left over go to the largest remainders, the earlier one at a tie. Used where rounded parts must add up,
 * e.g. one discount over several lines.
 * @param total may be negative, which mirrors the positive split
 * @param weights at least zero each
 * @throws RangeError when a weight is negative, or when there is something to split and no weight to split it by
 */
export function allocateByLargestRemainder(total: bigint, weights: readonly bigint[]): bigint[] {
  if (weights.some((weight) => weight < 0n)) {
    throw new RangeError('A share cannot have a negative weight.');
  }
  if (total < 0n) {
    return allocateByLargestRemainder(-total, weights).map((part) => -part);
  }
  const sum = weights.reduce((left, right) => left + right, 0n);
  if (sum === 0n) {
    if (total !== 0n) {
      throw new RangeError(`${total} cannot be split over weights that are all zero.`);
    }
    return weights.map(() => 0n);
  }
  const parts = weights.map((weight) => (total * weight) / sum);
  const left = Number(total - parts.reduce((before, part) => before + part, 0n));
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  const raised = new Set(byRemainder.slice(0, left).map(({ index }) => index));
  return parts.map((part, index) => (raised.has(index) ? part + 1n : part));
}
