import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Decimal, majorUnits } from '@tollkeeper/kernel';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { taxLine, type TaxTerms } from './tax.js';

interface TaxRow {
  readonly currency: string;
  readonly line: string;
  readonly rates: string;
  readonly taxable: string;
  readonly taxes: string;
  readonly toPay: string;
}

const ROWS = parse(readFileSync(new URL('../cases/taxes.csv', import.meta.url), 'utf8'), { columns: true, skip_empty_lines: true }) as TaxRow[];

/** `19`, `7 in price`, or several apart by `;` */
function ratesOf(text: string): TaxTerms[] {
  return text.split(';').filter((part) => part.trim() !== '').map((part) => ({ percentage: Decimal.parse(part.replace('in price', '').trim()), isInclusive: part.includes('in price') }));
}

describe('the cases of taxes.csv', () => {
  it.each(ROWS)('$line $currency at $rates: $taxes', ({ currency, line, rates, ...expected }) => {
    const minor = BigInt(line.replace('.', ''));
    const terms = ratesOf(rates);
    const { taxable, amounts } = taxLine(minor, terms);
    const onTop = amounts.reduce((sum, tax, index) => (terms[index]!.isInclusive ? sum : sum + tax), 0n);
    const text = (amountInMinorUnits: bigint): string => majorUnits({ amountInMinorUnits, currency });
    expect({ taxable: text(taxable), taxes: amounts.map(text).join('; '), toPay: text(minor + onTop) }).toEqual(expected);
    // As written, with all places of the currency: else the digits above are another amount.
    expect(text(minor)).toBe(line);
  });
});

const amount = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n });
const rate = fc.record({ percentage: fc.bigInt({ min: 0n, max: 1_000_000n }).map((whole) => Decimal.parse(`${whole}e-4`)), isInclusive: fc.boolean() });
const rates = fc.array(rate, { maxLength: 5 });
const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, one) => sum + one, 0n);

describe('taxLine', () => {
  it('splits a price that holds its taxes without losing a minor unit', () => {
    fc.assert(
      fc.property(amount, rates, (line, given) => {
        const { taxable, amounts } = taxLine(line, given);
        expect(taxable + sumOf(amounts.filter((_, index) => given[index]!.isInclusive))).toBe(line);
      }),
    );
  });

  it('is nowhere off by more than half a minor unit, where one rate stands alone', () => {
    fc.assert(
      fc.property(amount, rate, (line, given) => {
        const [tax] = taxLine(line, [given]).amounts;
        const share = BigInt(given.percentage.toFraction().toMinorUnits(4, 'down'));
        const base = given.isInclusive ? 1_000_000n + share : 1_000_000n;
        const error = 2n * (tax! * base - line * share);
        expect(error <= base && error >= -base).toBe(true);
      }),
    );
  });

  it('mirrors below zero what it does above', () => {
    fc.assert(
      fc.property(amount, rates, (line, given) => {
        const [above, below] = [taxLine(line, given), taxLine(-line, given)];
        expect({ taxable: -below.taxable, amounts: below.amounts.map((tax) => -tax) }).toEqual(above);
      }),
    );
  });

  it('grows with the line, and takes nothing at no rate', () => {
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 0n, max: 10n ** 9n }), rate, (line, more, given) => {
        expect(taxLine(line + more, [given]).amounts[0]! >= taxLine(line, [given]).amounts[0]!).toBe(true);
        expect(taxLine(line, [])).toEqual({ taxable: line, amounts: [] });
      }),
    );
  });
});
