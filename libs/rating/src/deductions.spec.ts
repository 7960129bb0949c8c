import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Decimal, Fraction } from '@tollkeeper/kernel';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { deduct, deductible, type LineDeduction } from './deductions.js';

interface CaseRow {
  readonly what: string;
  readonly lines: string;
  readonly deductions: string;
  readonly taken: string;
  readonly left: string;
}

const ROWS = parse(readFileSync(new URL('../cases/deductions.csv', import.meta.url), 'utf8'), { columns: true, skip_empty_lines: true }) as CaseRow[];

const cents = (text: string): bigint => Decimal.parse(text.trim()).toFraction().toMinorUnits(2, 'half_up');
const centsList = (text: string): bigint[] => text.split(';').map(cents);

/** `10%`, `12.00`, `50% up to 10.00`, `10% of 2`, where 2 is the second line. */
function deductionOf(text: string): LineDeduction {
  const [, percentage, amount, most, line] = /^(?:([\d.]+)%|([\d.]+))(?: up to ([\d.]+))?(?: of (\d+))?$/.exec(text.trim())!;
  return {
    share: percentage === undefined ? null : Decimal.parse(percentage).toFraction().dividedBy(Fraction.of(100n)),
    most: amount === undefined ? (most === undefined ? null : cents(most)) : cents(amount),
    holdsFor: (index) => line === undefined || index === Number(line) - 1,
  };
}

describe('the cases of deductions.csv', () => {
  it.each(ROWS)('$what', ({ lines, deductions, taken, left }) => {
    const amounts = centsList(lines);
    const found = deduct(deductible(amounts, () => true), deductions.split(' + ').map(deductionOf));
    expect(found).toEqual(taken.split(' + ').map(centsList));
    expect(amounts.map((amount, index) => found.reduce((rest, parts) => rest - parts[index]!, amount))).toEqual(centsList(left));
  });
});

const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 });
const share = fc.bigInt({ min: 0n, max: 10_000n }).map((parts) => Fraction.of(parts, 10_000n));
const most = fc.bigInt({ min: 0n, max: 10n ** 12n });
const deduction = fc
  .record({ share: fc.option(share, { nil: null }), most: fc.option(most, { nil: null }), lines: fc.option(fc.bigInt({ min: 1n, max: 2n ** 20n }), { nil: null }) })
  .map(({ lines, ...terms }): LineDeduction => ({ ...terms, holdsFor: (index) => lines === null || ((lines >> BigInt(index)) & 1n) === 1n }));

const sum = (list: readonly bigint[]): bigint => list.reduce((total, amount) => total + amount, 0n);

describe('deduct', () => {
  it('never takes a line below zero, and never takes off what is not there', () => {
    fc.assert(
      fc.property(amounts, fc.array(deduction, { maxLength: 6 }), (bases, deductions) => {
        const taken = deduct(bases, deductions);
        taken.flat().forEach((amount) => expect(amount >= 0n).toBe(true));
        bases.forEach((base, index) => expect(base - sum(taken.map((parts) => parts[index]!)) >= 0n).toBe(true));
      }),
    );
  });

  it('takes a bounded one off whole, as far as the lines it holds for go', () => {
    fc.assert(
      fc.property(amounts, most, (bases, amount) => {
        const [taken] = deduct(bases, [{ share: null, most: amount, holdsFor: () => true }]);
        const there = sum(bases);
        expect(sum(taken!)).toBe(amount < there ? amount : there);
      }),
    );
  });

  it('rounds a share once for each line: nowhere off by more than half a unit', () => {
    fc.assert(
      fc.property(amounts, share, (bases, part) => {
        const [taken] = deduct(bases, [{ share: part, most: null, holdsFor: () => true }]);
        bases.forEach((base, index) => {
          const error = Fraction.of(taken![index]!).minus(Fraction.of(base).times(part)).times(Fraction.of(2n));
          expect(error.compare(Fraction.ONE) <= 0 && error.compare(Fraction.ONE.negate()) >= 0).toBe(true);
        });
      }),
    );
  });

  it('leaves alone what it does not hold for', () => {
    fc.assert(
      fc.property(amounts, deduction, (bases, one) => {
        deduct(bases, [one])[0]!.forEach((amount, index) => expect(one.holdsFor(index) || amount === 0n).toBe(true));
      }),
    );
  });
});

describe('deductible', () => {
  it('leaves as much as the invoice comes to, and no line more than it is', () => {
    const signed = fc.array(fc.bigInt({ min: -(10n ** 6n), max: 10n ** 9n }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(signed, (lines) => {
        const bases = deductible(lines, () => true);
        const total = sum(lines);
        expect(sum(bases)).toBe(total > 0n ? total : 0n);
        bases.forEach((base, index) => expect(base >= 0n && (base === 0n || base <= lines[index]!)).toBe(true));
      }),
    );
  });
});
