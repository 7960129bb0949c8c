import { Fraction } from './fraction.js';
import { divideRounded, type RoundingMode } from './rounding.js';

/**
 * An exact decimal of any number of places: `coefficient ÷ 10^scale`. It carries products and sums of `Decimal`s without
 * losing a digit, so that a line is rounded once, at its end. It is never stored; `Decimal` is what columns and the API hold.
 */
export class ExactDecimal {
  static readonly ZERO = new ExactDecimal(0n, 0);

  // Readable fields instead of #private ones: a deep comparison in a test has to see that two values differ.
  private constructor(
    private readonly coefficient: bigint,
    private readonly scale: number,
  ) {}

  /** The value `coefficient ÷ 10^scale`, kept without trailing zeros so that equal values look equal. */
  static of(coefficient: bigint, scale: number): ExactDecimal {
    let shortest = coefficient;
    let places = scale;
    while (places > 0 && shortest % 10n === 0n) {
      shortest /= 10n;
      places -= 1;
    }
    return new ExactDecimal(shortest, places);
  }

  plus(other: ExactDecimal): ExactDecimal {
    const scale = Math.max(this.scale, other.scale);
    return ExactDecimal.of(this.coefficientAt(scale) + other.coefficientAt(scale), scale);
  }

  minus(other: ExactDecimal): ExactDecimal {
    return this.plus(other.negate());
  }

  times(other: ExactDecimal): ExactDecimal {
    return ExactDecimal.of(this.coefficient * other.coefficient, this.scale + other.scale);
  }

  negate(): ExactDecimal {
    return new ExactDecimal(-this.coefficient, this.scale);
  }

  /** -1, 0 or 1, as a sort callback wants it. */
  compare(other: ExactDecimal): -1 | 0 | 1 {
    const scale = Math.max(this.scale, other.scale);
    const mine = this.coefficientAt(scale);
    const theirs = other.coefficientAt(scale);
    return mine < theirs ? -1 : mine > theirs ? 1 : 0;
  }

  equals(other: ExactDecimal): boolean {
    return this.compare(other) === 0;
  }

  isZero(): boolean {
    return this.coefficient === 0n;
  }

  isNegative(): boolean {
    return this.coefficient < 0n;
  }

  /** The value × 10^exponent as an integer, rounded once: with a currency's exponent, its minor units. */
  toMinorUnits(exponent: number, mode: RoundingMode): bigint {
    if (exponent >= this.scale) {
      return this.coefficientAt(exponent);
    }
    return divideRounded(this.coefficient, 10n ** BigInt(this.scale - exponent), mode);
  }

  /** The same value, for divisions. */
  toFraction(): Fraction {
    return Fraction.of(this.coefficient, 10n ** BigInt(this.scale));
  }

  /** Canonical text: no exponent, no trailing zeros, no minus before zero. */
  toString(): string {
    const digits = (this.coefficient < 0n ? -this.coefficient : this.coefficient).toString().padStart(this.scale + 1, '0');
    const whole = digits.slice(0, digits.length - this.scale);
    const fraction = digits.slice(digits.length - this.scale);
    return `${this.coefficient < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
  }

  toJSON(): string {
    return this.toString();
  }

  private coefficientAt(scale: number): bigint {
    return this.coefficient * 10n ** BigInt(scale - this.scale);
  }
}
