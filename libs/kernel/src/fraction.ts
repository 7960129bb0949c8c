import { writeScaled } from './decimal-text.js';
import { divideRounded, magnitude, type RoundingMode } from './rounding.js';

// Shown where a value has no finite decimal, such as a third: far beyond what decides a rounding, and still readable.
const SHOWN_PLACES = 24;
const PLAIN_DECIMAL = /^(-?\d+)(?:\.(\d+))?$/;

/**
 * An exact rational number. It carries what has been divided, such as 10 days of 31 or a price for each three units, without losing
 * anything before the one rounding at the end. It is never stored.
 */
export class Fraction {
  static readonly ZERO = new Fraction(0n, 1n);
  static readonly ONE = new Fraction(1n, 1n);

  // Readable fields instead of #private ones: a deep comparison in a test has to see that two values differ.
  private constructor(
    private readonly numerator: bigint,
    /** Above zero, and without a common divisor with the numerator, so that equal values look equal. */
    private readonly denominator: bigint,
  ) {}

  /** @throws RangeError when the denominator is zero */
  static of(numerator: bigint, denominator = 1n): Fraction {
    if (denominator === 0n) throw new RangeError('A fraction cannot have the denominator zero.');
    if (denominator === 1n) return new Fraction(numerator, 1n);
    const divisor = greatestCommonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
    return new Fraction(numerator / divisor, denominator / divisor);
  }

  /**
   * Canonical decimal text of any number of places, also of more than a `Decimal` holds.
   * @throws RangeError when it is anything else: what people send is read by `Decimal.parse`
   */
  static parse(text: string): Fraction {
    const match = PLAIN_DECIMAL.exec(text);
    if (match === null) throw new RangeError(`'${text.slice(0, 100)}' is no plain decimal.`);
    const [, whole = '', places = ''] = match;
    return Fraction.of(BigInt(whole + places), 10n ** BigInt(places.length));
  }

  static min(first: Fraction, ...others: Fraction[]): Fraction {
    return others.reduce((least, other) => (other.compare(least) < 0 ? other : least), first);
  }

  static max(first: Fraction, ...others: Fraction[]): Fraction {
    return others.reduce((most, other) => (other.compare(most) > 0 ? other : most), first);
  }

  static sum(values: readonly Fraction[]): Fraction {
    return values.reduce((total, value) => total.plus(value), Fraction.ZERO);
  }

  plus(other: Fraction): Fraction {
    return Fraction.of(this.numerator * other.denominator + other.numerator * this.denominator, this.denominator * other.denominator);
  }

  minus(other: Fraction): Fraction {
    return this.plus(other.negate());
  }

  times(other: Fraction): Fraction {
    return Fraction.of(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  /** @throws RangeError when the divisor is zero */
  dividedBy(divisor: Fraction): Fraction {
    return Fraction.of(this.numerator * divisor.denominator, this.denominator * divisor.numerator);
  }

  negate(): Fraction {
    return new Fraction(-this.numerator, this.denominator);
  }

  /** The least whole number that is not below the value. */
  ceiling(): Fraction {
    const quotient = this.numerator / this.denominator;
    return Fraction.of(this.numerator > quotient * this.denominator ? quotient + 1n : quotient);
  }

  /** -1, 0 or 1, as a sort callback wants it. */
  compare(other: Fraction): -1 | 0 | 1 {
    const mine = this.numerator * other.denominator;
    const theirs = other.numerator * this.denominator;
    return mine < theirs ? -1 : mine > theirs ? 1 : 0;
  }

  equals(other: Fraction): boolean {
    return this.numerator === other.numerator && this.denominator === other.denominator;
  }

  isZero(): boolean {
    return this.numerator === 0n;
  }

  isNegative(): boolean {
    return this.numerator < 0n;
  }

  /** The value × 10^exponent as an integer, rounded once: with a currency's exponent, its minor units. */
  toMinorUnits(exponent: number, mode: RoundingMode): bigint {
    return divideRounded(this.numerator * 10n ** BigInt(exponent), this.denominator, mode);
  }

  /** Canonical decimal text; a value without a finite decimal is shown with 24 places. */
  toString(): string {
    // Most of what a line shows is whole, and an invoice shows hundreds of numbers.
    if (this.denominator === 1n) return this.numerator.toString();
    const places = placesOf(this.denominator) ?? SHOWN_PLACES;
    return writeScaled(this.toMinorUnits(places, 'half_up'), places);
  }

  /** As people write a share: `10/31`, or `1`. */
  toRatioText(): string {
    return this.denominator === 1n ? this.numerator.toString() : `${this.numerator}/${this.denominator}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** How many decimal places a value with this denominator needs; null where no number of them is enough. */
function placesOf(denominator: bigint): number | null {
  const [twos, withoutTwos] = factorOut(denominator, 2n);
  const [fives, rest] = factorOut(withoutTwos, 5n);
  return rest === 1n ? Math.max(twos, fives) : null;
}

function factorOut(value: bigint, factor: bigint): [count: number, rest: bigint] {
  let count = 0;
  let rest = value;
  while (rest % factor === 0n) {
    rest /= factor;
    count += 1;
  }
  return [count, rest];
}

function greatestCommonDivisor(first: bigint, second: bigint): bigint {
  let larger = magnitude(first);
  let smaller = magnitude(second);
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
