import { describe, expect, it } from '@jest/globals';
import { Decimal as Oracle } from 'decimal.js';
import fc from 'fast-check';
import { Decimal } from './decimal.js';
import { DomainError } from './domain-error.js';
import { Fraction } from './fraction.js';
import type { RoundingMode } from './rounding.js';

const oracle = Oracle.clone({ precision: 200, toExpNeg: -1_000, toExpPos: 1_000 });
const ORACLE_ROUNDING: Record<RoundingMode, Oracle.Rounding> = {
  half_up: Oracle.ROUND_HALF_UP,
  half_even: Oracle.ROUND_HALF_EVEN,
  down: Oracle.ROUND_DOWN,
};

/** Decimals of every size in range, dense around small values and around ties. */
const decimalText = fc.oneof(
  fc.tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.integer({ min: 0, max: 12 })).map(([coefficient, places]) => `${coefficient}e-${places}`),
  fc.tuple(fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }), fc.integer({ min: 0, max: 12 })).map(([coefficient, places]) => `${coefficient}e-${places}`),
  fc.tuple(fc.bigInt({ min: -1_000n, max: 1_000n }), fc.integer({ min: 0, max: 3 })).map(([coefficient, places]) => `${coefficient}5e-${places + 1}`),
);
const roundingMode = fc.constantFrom<RoundingMode>('half_up', 'half_even', 'down');

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof DomainError ? error.code : String(error);
  }
  return 'no error';
}

describe('Decimal.parse', () => {
  it.each<[string | number | bigint, string]>([
    ['0', '0'],
    ['-0.000', '0'],
    [-0, '0'],
    ['+1.50', '1.5'],
    ['.5', '0.5'],
    ['007', '7'],
    ['0.000000000001', '0.000000000001'],
    ['1.0000000000000000', '1'],
    ['1e3', '1000'],
    ['1.5E-3', '0.0015'],
    ['1200e-14', '0.000000000012'],
    ['99999999999999999999999999.999999999999', '99999999999999999999999999.999999999999'],
    [0.1, '0.1'],
    [1e21, '1000000000000000000000'],
    [1e-7, '0.0000001'],
    [123456789012345, '123456789012345'],
    [123456789012345000, '123456789012345000'],
    [-12n, '-12'],
  ])('reads %p as %s', (input, expected) => {
    expect(Decimal.parse(input).toString()).toBe(expected);
  });

  it.each([[''], [' 1'], ['1 '], ['1,5'], ['1.'], ['.'], ['-'], ['1e'], ['0x10'], ['NaN'], ['Infinity'], ['1_000'], ['１'], [Number.NaN], [Number.POSITIVE_INFINITY]])(
    'refuses %p',
    (input) => {
      expect(codeOf(() => Decimal.parse(input))).toBe('invalid_decimal');
    },
  );

  it.each([[null], [undefined], [{}], [[]], [true]])('refuses %p, which is no decimal type at all', (input) => {
    expect(codeOf(() => Decimal.parse(input as unknown as string))).toBe('invalid_decimal');
    expect(Decimal.isParsable(input)).toBe(false);
  });

  it('tells to send a number with more than 15 digits as a string', () => {
    expect(() => Decimal.parse(0.1 + 0.2)).toThrow(/0\.30000000000000004 has 17 significant digits.*send it as a string/);
  });

  it('names the limit when there are too many places or digits', () => {
    expect(() => Decimal.parse('0.0000000000001')).toThrow(/more than 12 decimal places/);
    expect(() => Decimal.parse('100000000000000000000000000')).toThrow(/at most 26 digits/);
  });

  it('refuses hostile exponents and lengths without computing them', () => {
    expect(() => Decimal.parse('1e999999999999')).toThrow(/at most 26 digits/);
    expect(() => Decimal.parse('1e-999999999999')).toThrow(/more than 12 decimal places/);
    expect(Decimal.parse('0e999999999999').isZero()).toBe(true);
    expect(() => Decimal.parse('0'.repeat(101))).toThrow(/at most 100 characters/);
  });

  it('reads back what it wrote, and what decimal.js reads', () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        const value = Decimal.parse(text);
        expect(value.toString()).toBe(new oracle(text).toString().replace(/^-0$/, '0'));
        expect(Decimal.parse(value.toString())).toEqual(value);
      }),
    );
  });
});

describe('Decimal.textOf', () => {
  const endOf = (work: () => string): string => {
    try {
      return work();
    } catch (error) {
      return (error as DomainError).message;
    }
  };
  const decimalNumber = fc.tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.integer({ min: -15, max: 6 })).map(([digits, exponent]) => Number(`${digits}e${exponent}`));

  it('is the text of the decimal, or the same refusal, whatever number or text it is', () => {
    const input = fc.oneof(fc.double(), decimalNumber, fc.integer(), decimalText, fc.constantFrom(-0, 1e21, 1e-7, 123456789012345, 99999999999999, Infinity, NaN));
    fc.assert(
      fc.property(input, (value) => {
        expect(endOf(() => Decimal.textOf(value))).toBe(endOf(() => Decimal.parse(value).toString()));
      }),
    );
  });
});

describe('Decimal arithmetic', () => {
  it('agrees with decimal.js', () => {
    fc.assert(
      fc.property(decimalText, decimalText, (a, b) => {
        const [left, right] = [Decimal.parse(a), Decimal.parse(b)];
        const [x, y] = [new oracle(a), new oracle(b)];
        expect(left.plus(right).toString()).toBe(plain(x.plus(y)));
        expect(left.minus(right).toString()).toBe(plain(x.minus(y)));
        expect(left.toFraction().times(right.toFraction()).toString()).toBe(plain(x.times(y)));
        expect(left.compare(right)).toBe(x.comparedTo(y));
        expect(left.equals(right)).toBe(x.equals(y));
        expect(left.negate().toString()).toBe(plain(x.negated()));
        expect(left.abs().toString()).toBe(plain(x.abs()));
        expect(left.isNegative()).toBe(x.lessThan(0));
        expect(Decimal.max(left, right).toString()).toBe(plain(Oracle.max(x, y)));
        expect(Decimal.min(left, right).toString()).toBe(plain(Oracle.min(x, y)));
      }),
    );
  });

  it('rounds like decimal.js', () => {
    fc.assert(
      fc.property(decimalText, fc.integer({ min: 0, max: 12 }), roundingMode, (text, places, mode) => {
        const value = Decimal.parse(text);
        const expected = new oracle(text).toDecimalPlaces(places, ORACLE_ROUNDING[mode]);
        expect(value.toMinorUnits(places, mode).toString()).toBe(plain(expected.times(new oracle(10).pow(places))));
        expect(value.toFraction().toMinorUnits(places, mode)).toBe(value.toMinorUnits(places, mode));
      }),
    );
  });

  it.each<[string, RoundingMode, bigint]>([
    ['2.5', 'half_up', 3n],
    ['-2.5', 'half_up', -3n],
    ['2.5', 'half_even', 2n],
    ['3.5', 'half_even', 4n],
    ['-2.5', 'half_even', -2n],
    ['0.5', 'half_even', 0n],
    ['2.500000000001', 'half_even', 3n],
    ['2.999999999999', 'down', 2n],
    ['-2.999999999999', 'down', -2n],
  ])('rounds %s %s to %s', (text, mode, expected) => {
    expect(Decimal.parse(text).toMinorUnits(0, mode)).toBe(expected);
  });

  it('refuses a result out of range instead of storing a wrong one', () => {
    const largest = Decimal.parse('99999999999999999999999999.999999999999');
    expect(codeOf(() => largest.plus(Decimal.parse('0.000000000001')))).toBe('decimal_out_of_range');
    expect(codeOf(() => largest.negate().minus(Decimal.ONE))).toBe('decimal_out_of_range');
    expect(codeOf(() => Decimal.fromMinorUnits(10n ** 26n, 0))).toBe('decimal_out_of_range');
    expect(codeOf(() => Decimal.fromFraction(largest.toFraction().times(Fraction.of(10n)), 'down'))).toBe('decimal_out_of_range');
    expect(codeOf(() => Decimal.fromFraction(largest.toFraction().plus(Fraction.of(1n, 10n ** 13n)), 'half_up'))).toBe('no error');
    expect(codeOf(() => Decimal.fromFraction(largest.toFraction().plus(Fraction.of(1n, 10n ** 12n)), 'half_up'))).toBe('decimal_out_of_range');
  });

  it('turns minor units into major ones and back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 0, max: 4 }), (amount, exponent) => {
        expect(Decimal.fromMinorUnits(amount, exponent).toMinorUnits(exponent, 'down')).toBe(amount);
      }),
    );
    expect(Decimal.fromMinorUnits(1250n, 2).toString()).toBe('12.5');
    expect(() => Decimal.fromMinorUnits(1n, 13)).toThrow(RangeError);
  });
});

describe('Decimals as fractions', () => {
  it('keep sums of products exact and round them once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(decimalText, decimalText), { maxLength: 8 }), roundingMode, (pairs, mode) => {
        const products = pairs.map(([a, b]) => Decimal.parse(a).toFraction().times(Decimal.parse(b).toFraction()));
        const sum = Fraction.sum(products);
        const expected = pairs.reduce((total, [a, b]) => total.plus(new oracle(a).times(b)), new oracle(0));
        expect(sum.toString()).toBe(plain(expected));
        expect(sum.toMinorUnits(2, mode).toString()).toBe(plain(expected.times(100).toDecimalPlaces(0, ORACLE_ROUNDING[mode])));
        expect(sum.minus(sum).isZero()).toBe(true);
      }),
    );
  });

  it('round products and quotients like decimal.js', () => {
    const small = fc.tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 8, max: 12 })).map(([c, places]) => `${c}e-${places}`);
    const rounded = (value: Oracle, mode: RoundingMode): string => plain(value.toDecimalPlaces(12, ORACLE_ROUNDING[mode]));
    fc.assert(
      fc.property(small, small, roundingMode, (a, b, mode) => {
        const [left, right] = [Decimal.parse(a), Decimal.parse(b)];
        const [x, y] = [new oracle(a), new oracle(b)];
        expect(Decimal.fromFraction(left.toFraction().times(right.toFraction()), mode).toString()).toBe(rounded(x.times(y), mode));
        fc.pre(!right.isZero() && x.dividedBy(y).abs().lessThan('1e26'));
        expect(Decimal.fromFraction(left.toFraction().dividedBy(right.toFraction()), mode).toString()).toBe(rounded(x.dividedBy(y), mode));
      }),
    );
  });

  it('multiply on without losing places', () => {
    const tiny = Decimal.parse('0.000000000001').toFraction();
    expect(tiny.times(tiny).times(tiny).toString()).toBe(`0.${'0'.repeat(35)}1`);
    expect(tiny.times(tiny).negate().isNegative()).toBe(true);
  });

  it('are equal whatever way they came about', () => {
    expect(Decimal.parse('0.5').toFraction().times(Decimal.parse('2').toFraction())).toEqual(Fraction.ONE);
    expect(JSON.stringify([Decimal.parse('1.25').toFraction()])).toBe('["1.25"]');
  });
});

describe('a Decimal among other values', () => {
  it('is told apart by a deep comparison', () => {
    expect(Decimal.parse('1')).not.toEqual(Decimal.parse('2'));
  });

  it('prints and serialises as text', () => {
    expect(`${Decimal.parse('1.50')}`).toBe('1.5');
    expect(JSON.stringify({ unitPrice: Decimal.parse('0.10') })).toBe('{"unitPrice":"0.1"}');
  });

  it('does not let itself be compared or added as if it were a number', () => {
    const [nine, ten] = [Decimal.parse(9), Decimal.parse(10)];
    expect(() => nine < ten).toThrow(TypeError);
    expect(() => `${nine as unknown as string}` + (ten as unknown as string)).toThrow(TypeError);
  });
});

/** decimal.js knows a negative zero, which money does not. */
function plain(value: Oracle): string {
  return value.isZero() ? '0' : value.toFixed();
}
