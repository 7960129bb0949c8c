import { describe, expect, it } from '@jest/globals';
import { decimalText, lineAmount } from './decimal-amount.js';

describe('line amounts', () => {
  it.each([
    ['250', '3', 750],
    ['0.0125', '1000', 13],
    ['0.5', '1', 1],
    ['0.4999', '1', 0],
    ['-0.5', '1', -1],
    ['1.005', '100', 101],
    ['0.000000000001', '999999999999', 1],
    ['99999999', '1', 99_999_999],
  ])('%s × %s = %d', (unit, quantity, amount) => {
    expect(lineAmount(unit, quantity)).toBe(amount);
  });

  it.each([['1.50', '1.5'], ['2.00', '2'], ['10', '10'], ['0.0', '0']])('writes %s as %s', (given, text) => {
    expect(decimalText(given, 'unit_amount_decimal')).toBe(text);
  });

  it.each([['1e3'], ['abc'], ['0.0000000000001']])('refuses %s', (given) => {
    expect(() => decimalText(given, 'unit_amount_decimal')).toThrow(/Invalid decimal/);
  });
});
