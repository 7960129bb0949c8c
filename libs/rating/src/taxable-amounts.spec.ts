import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { taxableAmounts } from './taxable-amounts.js';

const all = (): boolean => true;

describe('taxableAmounts', () => {
  it.each<[string, bigint[], Parameters<typeof taxableAmounts>[1], bigint[]]>([
    ['divides what is free over the lines that it lowers', [100n, 200n, -30n], [{ index: 2, lowers: all }], [90n, 180n, 0n]],
    ['by largest remainder', [100n, 100n, 100n, -100n], [{ index: 3, lowers: all }], [66n, 67n, 67n, 0n]],
    ['and over no others', [100n, 200n, -30n], [{ index: 2, lowers: (line) => line === 1 }], [100n, 170n, 0n]],
    ['one after the other', [100n, -50n, -50n], [{ index: 1, lowers: all }, { index: 2, lowers: all }], [0n, 0n, 0n]],
    ['leaves the rest with the reduction', [100n, -130n], [{ index: 1, lowers: all }], [0n, -30n]],
    ['leaves it all there where it lowers nothing', [100n, -30n], [{ index: 1, lowers: () => false }], [100n, -30n]],
    ['lowers no line below zero that is one already', [-20n, 100n, -30n], [{ index: 2, lowers: all }], [-20n, 70n, 0n]],
    ['takes a reduction that is none as a line', [100n, 30n], [{ index: 1, lowers: all }], [100n, 30n]],
  ])('%s', (_case, amounts, reductions, taxable) => {
    expect(taxableAmounts(amounts, reductions)).toEqual(taxable);
  });

  it('adds up to the lines, and turns no sign', () => {
    const line = fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), fc.array(fc.nat(19), { maxLength: 4 }), (amounts, chosen) => {
        const indexes = [...new Set(chosen)].filter((index) => index < amounts.length && amounts[index]! < 0n);
        const taxable = taxableAmounts(amounts, indexes.map((index) => ({ index, lowers: (other) => other % 2 === index % 2 })));
        const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
        expect(sum(taxable)).toBe(sum(amounts));
        taxable.forEach((value, index) => expect(amounts[index]! >= 0n ? value >= 0n : value <= 0n).toBe(true));
      }),
    );
  });
});
