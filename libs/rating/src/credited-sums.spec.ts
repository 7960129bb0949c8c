import { describe, expect, it } from '@jest/globals';
import { Decimal } from '@tollkeeper/kernel';
import fc from 'fast-check';
import { creditableSums, creditedSums, sumsLeft, wholeOf, type TaxedSum } from './credited-sums.js';
import { taxLine } from './tax.js';

const sum = (net: bigint, ...taxes: bigint[]): TaxedSum => ({ net, taxable: net, taxes });
const total = (sums: readonly TaxedSum[]): bigint => sums.reduce((all, one) => all + wholeOf(one), 0n);

describe('creditedSums', () => {
  it.each<[string, bigint, TaxedSum[], TaxedSum[]]>([
    ['half of one rate', 595n, [sum(1000n, 190n)], [sum(500n, 95n)]],
    ['over two rates and what is not taxed', 500n, [sum(1000n, 190n), sum(200n, 14n), sum(100n)], [sum(332n, 63n), sum(67n, 5n), sum(33n)]],
    ['over rates beside each other', 100n, [sum(1000n, 50n, 41n)], [sum(92n, 4n, 4n)]],
    ['the smallest', 1n, [sum(1000n, 190n)], [sum(1n, 0n)]],
    ['all of it', 1190n, [sum(1000n, 190n)], [sum(1000n, 190n)]],
  ])('%s', (_case, amount, left, credited) => {
    expect(creditedSums(amount, left)).toEqual(credited);
  });

  it('keeps to the step that the provider sends amounts in', () => {
    expect(creditedSums(1000n, [sum(12_340n, 2_340n)], 10n)).toEqual([sum(840n, 160n)]);
  });

  it('takes what is below zero and not taxed off the rest, whose taxes stay whole', () => {
    const [taxed, carried] = creditableSums([sum(1000n, 190n), sum(-100n)])!;
    expect([taxed, carried]).toEqual([{ net: 900n, taxable: 1000n, taxes: [190n] }, sum(0n)]);
    expect(creditedSums(545n, [taxed!, carried!])[0]).toEqual({ net: 450n, taxable: 500n, taxes: [95n] });
    expect(creditableSums([sum(100n, 19n), sum(-200n)])).toBeNull();
    expect(creditableSums([sum(100n, 19n), sum(-20n, -4n)])).toBeNull();
    expect(sumsLeft([sum(100n, 19n)], [sum(50n, 20n)])).toBeNull();
  });

  const rate = fc.record({ percentage: fc.bigInt({ min: 0n, max: 300_000n }).map((whole) => Decimal.parse(`${whole}e-4`)), isInclusive: fc.boolean() });
  const line = fc.record({ amount: fc.bigInt({ min: 0n, max: 10n ** 7n }), rates: fc.array(rate, { maxLength: 3 }) });

  it('returns, in however many parts, of each rate exactly the tax of the whole, and never more than is left', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(1_000_000), { maxLength: 6 }), (lines, cuts) => {
        const whole = lines.map(({ amount, rates }): TaxedSum => {
          const { taxable, amounts } = taxLine(amount, rates);
          return { net: taxable, taxable, taxes: amounts };
        });
        let left = whole;
        const returned: TaxedSum[][] = [];
        for (const cut of [...cuts, 1_000_000]) {
          const part = (total(left) * BigInt(cut)) / 1_000_000n;
          const credited = creditedSums(part, left);
          expect(total(credited)).toBe(part);
          left = sumsLeft(left, credited)!;
          returned.push(credited);
        }
        whole.forEach(({ net, taxable, taxes }, index) => {
          const together = (of: (one: TaxedSum) => bigint): bigint => returned.reduce((all, part) => all + of(part[index]!), 0n);
          expect([together((one) => one.net), together((one) => one.taxable)]).toEqual([net, taxable]);
          taxes.forEach((tax, at) => expect(together((one) => one.taxes[at]!)).toBe(tax));
        });
      }),
    );
  });

  it('is off by less than a minor unit, for each part', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 7n }), fc.bigInt({ min: 0n, max: 10n ** 7n }), fc.nat(1_000_000), (net, tax, cut) => {
        const whole = net + tax;
        const amount = (whole * BigInt(cut)) / 1_000_000n;
        const [credited] = creditedSums(amount, [sum(net, tax)]);
        const error = credited!.taxes[0]! * whole - tax * amount;
        expect(error < whole && error > -whole).toBe(true);
      }),
    );
  });
});
