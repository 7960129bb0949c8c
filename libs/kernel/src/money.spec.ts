import { describe, expect, it } from '@jest/globals';
import { moneyToJson } from './money.js';

describe('moneyToJson', () => {
  it('keeps amounts beyond what a JSON number holds', () => {
    expect(JSON.stringify(moneyToJson({ amountInMinorUnits: 9_007_199_254_740_993n, currency: 'IDR' }))).toBe(
      '{"amountInMinorUnits":"9007199254740993","currency":"IDR"}',
    );
  });
});
