import { DECIMAL_PLACES, WHOLE_DIGITS, readScaled, writeScaled } from './decimal-text.js';
import { DomainError } from './domain-error.js';
import { Fraction } from './fraction.js';
import { divideRounded, type RoundingMode } from './rounding.js';

const UNIT = 10n ** BigInt(DECIMAL_PLACES);
// '0.', twelve places: neither more digits than a number carries nor more places than are kept.
const LONGEST_PLAIN_NUMBER = 2 + DECIMAL_PLACES;
const LIMIT = 10n ** BigInt(DECIMAL_PLACES + WHOLE_DIGITS);

/**
 * An immutable decimal with 12 places and 26 digits before the point, the range of numeric(38,12): what columns and the API hold. Sums are exact,
 * and one out of range is a DomainError `decimal_out_of_range`, never a wrapped or shortened value; products and quotients are `Fraction`s.
 */
export class Decimal {
  static readonly ZERO = new Decimal(0n);
  static readonly ONE = new Decimal(UNIT);

  // A readable field instead of a #private one: a deep comparison in a test has to see that two values differ.
  private constructor(private readonly scaled: bigint) {}

  /**
   * Reads up to 12 decimal places, exponent notation included. A JSON number is taken only with up to 15 significant digits, because beyond
   * that it may not be the number that was written; what a JSON reader has already rounded away cannot be seen here.
   * @throws DomainError `invalid_decimal`
   */
  static parse(input: string | number | bigint): Decimal {
    return new Decimal(readScaled(input));
  }

  /**
   * `parse(input).toString()`, without making the decimal of a number that is written so already, which nearly all are.
   * @throws DomainError `invalid_decimal`
   */
  static textOf(input: string | number | bigint): string {
    if (typeof input === 'number') {
      const text = String(input);
      if (text.length <= LONGEST_PLAIN_NUMBER && Number.isFinite(input) && !text.includes('e')) return text;
    }
    return Decimal.parse(input).toString();
  }

  /** Whether `parse` would take the value; for input whose type is not known yet. */
  static isParsable(input: unknown): input is string | number | bigint {
    try {
      readScaled(input as string);
      return true;
    } catch {
      return false;
    }
  }

  /** An amount of minor units in major units: 1250 with exponent 2 is 12.5. */
  static fromMinorUnits(amount: bigint, exponent: number): Decimal {
    assertPlaces(exponent);
    return Decimal.inRange(amount * 10n ** BigInt(DECIMAL_PLACES - exponent));
  }

  /** A fraction to 12 places. */
  static fromFraction(value: Fraction, mode: RoundingMode): Decimal {
    return Decimal.inRange(value.toMinorUnits(DECIMAL_PLACES, mode));
  }

  static min(first: Decimal, ...others: Decimal[]): Decimal {
    return others.reduce((least, other) => (other.scaled < least.scaled ? other : least), first);
  }

  static max(first: Decimal, ...others: Decimal[]): Decimal {
    return others.reduce((most, other) => (other.scaled > most.scaled ? other : most), first);
  }

  plus(other: Decimal): Decimal {
    return Decimal.inRange(this.scaled + other.scaled);
  }

  minus(other: Decimal): Decimal {
    return Decimal.inRange(this.scaled - other.scaled);
  }

  negate(): Decimal {
    return new Decimal(-this.scaled);
  }

  abs(): Decimal {
    return this.scaled < 0n ? this.negate() : this;
  }

  /** -1, 0 or 1, as a sort callback wants it. */
  compare(other: Decimal): -1 | 0 | 1 {
    return this.scaled < other.scaled ? -1 : this.scaled > other.scaled ? 1 : 0;
  }

  equals(other: Decimal): boolean {
    return this.scaled === other.scaled;
  }

  isZero(): boolean {
    return this.scaled === 0n;
  }

  isNegative(): boolean {
    return this.scaled < 0n;
  }

  /** Major units to integer minor units, rounded once: 12.345 with exponent 2 is 1235 when rounded half up. */
  toMinorUnits(exponent: number, mode: RoundingMode): bigint {
    assertPlaces(exponent);
    return divideRounded(this.scaled, 10n ** BigInt(DECIMAL_PLACES - exponent), mode);
  }

  /** The same value, for sums, products and divisions that are rounded once, at their end. */
  toFraction(): Fraction {
    return Fraction.of(this.scaled, UNIT);
  }

  /** Canonical text: no exponent, no trailing zeros, no minus before zero. */
  toString(): string {
    return writeScaled(this.scaled, DECIMAL_PLACES);
  }

  toJSON(): string {
    return this.toString();
  }

  /** `a < b` and `a + b` would compare and join text without an error; they throw instead. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint !== 'string') {
      throw new TypeError('A Decimal is not a JavaScript number: use compare, plus, minus, times or toString.');
    }
    return this.toString();
  }

  private static inRange(scaled: bigint): Decimal {
    if (scaled >= LIMIT || scaled <= -LIMIT) {
      throw new DomainError('unprocessable', 'decimal_out_of_range', `A result has more than ${WHOLE_DIGITS} digits before the point.`);
    }
    return new Decimal(scaled);
  }
}

function assertPlaces(places: number): void {
  if (!Number.isInteger(places) || places < 0 || places > DECIMAL_PLACES) {
    throw new RangeError(`Decimal places are an integer from 0 to ${DECIMAL_PLACES}, not ${places}.`);
  }
}
