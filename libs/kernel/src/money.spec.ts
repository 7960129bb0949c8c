import { describe, expect, it } from '@jest/globals';
import { majorUnits, moneyToJson } from './money.js';

describe('moneyToJson', () => {
  it('keeps amounts beyond what a JSON number holds', () => {
    expect(JSON.stringify(moneyToJson({ amountInMinorUnits: 9_007_199_254_740_993n, currency: 'IDR' }))).toBe(
      '{"amountInMinorUnits":"9007199254740993","currency":"IDR"}',
    );
  });
});

describe('majorUnits', () => {
  it.each([
    [1_250n, 'USD', '12.50'],
    [-5n, 'USD', '-0.05'],
    [0n, 'EUR', '0.00'],
    [-1_234n, 'JPY', '-1234'],
    [1n, 'KWD', '0.001'],
    [123_456_789_012_345_678_901n, 'USD', '1234567890123456789.01'],
  ])('%d of %s are %s', (amountInMinorUnits, currency, text) => {
    expect(majorUnits({ amountInMinorUnits, currency })).toBe(text);
  });
});
