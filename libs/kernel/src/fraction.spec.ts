import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Decimal } from './decimal.js';
import { Fraction } from './fraction.js';

const whole = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const aboveZero = fc.bigInt({ min: 1n, max: 10n ** 12n });
const fraction = fc.tuple(whole, aboveZero).map(([numerator, denominator]) => Fraction.of(numerator, denominator));

describe('Fraction', () => {
  it.each([
    [Fraction.of(1n, 3n), '0.333333333333333333333333', '1/3'],
    [Fraction.of(-2n, 3n), '-0.666666666666666666666667', '-2/3'],
    [Fraction.of(10n, 4n), '2.5', '5/2'],
    [Fraction.of(3n, -4n), '-0.75', '-3/4'],
    [Fraction.of(0n, 7n), '0', '0'],
    [Fraction.of(7n), '7', '7'],
    [Fraction.of(1n, 10n ** 30n), '0.000000000000000000000000000001', `1/${10n ** 30n}`],
  ])('is shown as decimal and as ratio', (value, text, ratio) => {
    expect(value.toString()).toBe(text);
    expect(value.toRatioText()).toBe(ratio);
  });

  it('loses nothing by division', () => {
    fc.assert(
      fc.property(fraction, aboveZero, (value, parts) => {
        const part = value.dividedBy(Fraction.of(parts));
        expect(part.times(Fraction.of(parts))).toEqual(value);
      }),
    );
  });

  it('adds and subtracts exactly, and orders by value', () => {
    fc.assert(
      fc.property(fraction, fraction, (one, other) => {
        expect(one.plus(other).minus(other)).toEqual(one);
        expect(one.compare(other)).toBe(one.minus(other).compare(Fraction.ZERO));
        expect([Fraction.min(one, other), Fraction.max(one, other)].map(String).sort()).toEqual([one, other].map(String).sort());
      }),
    );
  });

  it.each([
    [Fraction.of(5n, 2n), '3'],
    [Fraction.of(-5n, 2n), '-2'],
    [Fraction.of(4n, 2n), '2'],
    [Fraction.ZERO, '0'],
  ])('%s rises to the whole number %s', (value, expected) => {
    expect(value.ceiling().toString()).toBe(expected);
  });

  it('reads decimals unchanged, and rounds as they do', () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: 0, max: 6 }), (scaled, exponent) => {
        const decimal = Decimal.parse(`${scaled}e-12`);
        expect(decimal.toFraction().toString()).toBe(decimal.toString());
        expect(decimal.toFraction().toMinorUnits(exponent, 'half_up')).toBe(decimal.toMinorUnits(exponent, 'half_up'));
      }),
    );
  });

  it('reads what it shows, whatever its number of places', () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: 0, max: 40 }), (numerator, places) => {
        const value = Fraction.of(numerator, 10n ** BigInt(places));
        expect(Fraction.parse(value.toString())).toEqual(value);
      }),
    );
  });

  it.each(['', '.', '1.', '.5', '+1', '-', '1e3', '1,5', ' 1', '1\n', '0x10', '1.-5'])("refuses to read '%s'", (text) => {
    expect(() => Fraction.parse(text)).toThrow(RangeError);
  });

  it('refuses to divide by nothing', () => {
    expect(() => Fraction.of(1n, 0n)).toThrow(RangeError);
    expect(() => Fraction.ONE.dividedBy(Fraction.ZERO)).toThrow(RangeError);
  });
});
