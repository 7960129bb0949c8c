/**
 * How a value between two representable ones is settled.
 * - `half_up`: to the nearest, a tie away from zero (2.5 → 3, -2.5 → -3), as invoices are rounded
 * - `half_even`: to the nearest, a tie to the even neighbour (2.5 → 2, 3.5 → 4)
 * - `down`: towards zero (2.9 → 2, -2.9 → -2)
 */
export type RoundingMode = 'half_up' | 'half_even' | 'down';

/**
 * Integer quotient of two integers, rounded once.
 * @throws RangeError when the denominator is zero
 */
export function divideRounded(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  if (remainder === 0n || mode === 'down') {
    return quotient;
  }
  const twice = magnitude(remainder) * 2n;
  const whole = magnitude(denominator);
  const awayFromZero = twice > whole || (twice === whole && (mode === 'half_up' || quotient % 2n !== 0n));
  if (!awayFromZero) {
    return quotient;
  }
  return numerator < 0n === denominator < 0n ? quotient + 1n : quotient - 1n;
}

/** Without its sign. */
export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
