import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allocateByLargestRemainder } from './allocation.js';

describe('allocateByLargestRemainder', () => {
  it.each<[bigint, bigint[], bigint[]]>([
    [100n, [1n, 1n, 1n], [34n, 33n, 33n]],
    [-100n, [1n, 1n, 1n], [-34n, -33n, -33n]],
    [10n, [1n, 2n, 4n], [1n, 3n, 6n]],
    [5n, [0n, 3n], [0n, 5n]],
    [1n, [1n, 2n], [0n, 1n]],
    [0n, [0n, 0n], [0n, 0n]],
    [0n, [], []],
  ])('splits %s over %s into %s', (total, weights, parts) => {
    expect(allocateByLargestRemainder(total, weights)).toEqual(parts);
  });

  it('adds up, and is nowhere off by a whole unit', () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 20n }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), weights, (total, shares) => {
        const sum = shares.reduce((a, b) => a + b, 0n);
        fc.pre(sum > 0n);
        const parts = allocateByLargestRemainder(total, shares);
        expect(parts.reduce((a, b) => a + b, 0n)).toBe(total);
        parts.forEach((part, index) => {
          const error = part * sum - total * (shares[index] ?? 0n);
          expect(error < sum && error > -sum).toBe(true);
        });
      }),
    );
  });

  it('gives a share without weight nothing', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -1_000n, max: 1_000n }), fc.array(fc.bigInt({ min: 0n, max: 9n }), { minLength: 1 }), (total, shares) => {
        const parts = allocateByLargestRemainder(total, [0n, ...shares, 1n]);
        expect(parts[0]).toBe(0n);
      }),
    );
  });

  it('refuses what cannot be split', () => {
    expect(() => allocateByLargestRemainder(1n, [])).toThrow(RangeError);
    expect(() => allocateByLargestRemainder(1n, [0n])).toThrow(RangeError);
    expect(() => allocateByLargestRemainder(1n, [2n, -1n])).toThrow(RangeError);
  });
});
