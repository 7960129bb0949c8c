import { invalid, type DomainError } from './domain-error.js';
import { magnitude } from './rounding.js';

/** Places after the point that a `Decimal` keeps; the database column is numeric(38,12). */
export const DECIMAL_PLACES = 12;
/** Digits before the point that a `Decimal` keeps: 38 in all, less the places after it. */
export const WHOLE_DIGITS = 26;

// A binary double carries 15 decimal digits faithfully; with more, the number that arrives may differ from the one that was written.
const MAXIMUM_NUMBER_DIGITS = 15;
// Longer than any value in range can be written sensibly; keeps hostile input from costing work.
const MAXIMUM_TEXT_LENGTH = 100;
const DECIMAL_TEXT = /^([+-]?)(?:(\d+)(?:\.(\d+))?|\.(\d+))(?:[eE]([+-]?\d+))?$/;

/**
 * The value of decimal text, or of a number or integer, × 10^12.
 * @throws DomainError `invalid_decimal` naming what is wrong with the input and what to send instead
 */
export function readScaled(input: string | number | bigint): bigint {
  if (typeof input === 'bigint') {
    return scaledFrom(input < 0n, magnitude(input).toString(), 0, String(input));
  }
  const text = typeof input === 'number' ? textOfNumber(input) : input;
  if (typeof text !== 'string') {
    throw refusal(`A decimal is a string or a number, not ${text === null ? 'null' : typeof text}`);
  }
  if (text.length > MAXIMUM_TEXT_LENGTH) {
    throw refusal(`A decimal may be at most ${MAXIMUM_TEXT_LENGTH} characters long, this one has ${text.length}`);
  }
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) {
    throw refusal(`'${text}' is not a decimal number; write digits with an optional point, such as '12.50'`);
  }
  const [, sign, whole = '', fraction = match[4] ?? '', , exponent = '0'] = match;
  return scaledFrom(sign === '-', whole + fraction, Number(exponent) - fraction.length, text);
}

/** `scaled ÷ 10^places` as canonical text: no exponent, no trailing zeros, no minus before zero. */
export function writeScaled(scaled: bigint, places: number): string {
  const digits = magnitude(scaled).toString().padStart(places + 1, '0');
  const point = digits.length - places;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
}

function textOfNumber(input: number): string {
  if (!Number.isFinite(input)) {
    throw refusal(`${input} is not a finite number`);
  }
  const text = String(input);
  const digits = text.replace(/e.*$/, '').replace(/\D/g, '').replace(/^0+/, '').replace(/0+$/, '');
  if (digits.length > MAXIMUM_NUMBER_DIGITS) {
    throw refusal(
      `The number ${text} has ${digits.length} significant digits, of which JSON numbers keep only ${MAXIMUM_NUMBER_DIGITS} safely; send it as a string`,
    );
  }
  return text;
}

/** `digits × 10^exponent × 10^12`; lengths are compared before any power is computed, so that '1e999999999' costs nothing. */
function scaledFrom(negative: boolean, digits: string, exponent: number, text: string): bigint {
  const significant = digits.replace(/^0+/, '');
  const shortest = significant.replace(/0+$/, '');
  if (shortest === '') {
    return 0n;
  }
  const shift = exponent + (significant.length - shortest.length);
  if (shortest.length + shift > WHOLE_DIGITS) {
    throw refusal(`${text} is out of range: at most ${WHOLE_DIGITS} digits may stand before the point`);
  }
  if (shift < -DECIMAL_PLACES) {
    throw refusal(`${text} has more than ${DECIMAL_PLACES} decimal places; round it before sending it`);
  }
  const scaled = BigInt(shortest) * 10n ** BigInt(shift + DECIMAL_PLACES);
  return negative ? -scaled : scaled;
}

function refusal(message: string): DomainError {
  return invalid('invalid_decimal', `${message}.`);
}
