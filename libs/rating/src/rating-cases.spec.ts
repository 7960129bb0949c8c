import { describe, expect, it } from '@jest/globals';
import { Decimal } from '@tollkeeper/kernel';
import { parsePriceModel } from './price-model.js';
import { rateToLine } from './rated-line.js';
import { RATING_CASES } from './rating-cases.data.js';

describe.each(RATING_CASES)('$title', ({ price, currency, rows }) => {
  it.each(rows)('%s units cost %s, invoiced as %s', (units, exact, minorUnits, shown) => {
    const line = rateToLine({ model: parsePriceModel(price), quantity: Decimal.parse(units), currency });
    expect(line).toMatchObject({ exactAmount: exact, amountInMinorUnits: minorUnits, unitPriceText: shown });
  });
});
