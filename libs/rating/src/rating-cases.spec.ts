import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { currencyExponent, Decimal, Fraction } from '@tollkeeper/kernel';
import { parse } from 'csv-parse/sync';
import { parsePriceModel } from './price-model.js';
import { rateSegments, type UsageSpan } from './rate.js';
import { lineOf } from './rated-line.js';

interface CaseRow {
  readonly price: string;
  readonly used: string;
  readonly events: string;
  readonly days: string;
  readonly exact: string;
  readonly invoiced: string;
  readonly shown: string;
}

const HOURS_OF_A_MONTH = Fraction.of(720n);
const read = (name: string): string => readFileSync(new URL(`../cases/${name}`, import.meta.url), 'utf8');
const PRICES = JSON.parse(read('prices.json')) as Record<string, { currency: string; model: unknown }>;
const ROWS = parse(read('cases.csv'), { columns: true, skip_empty_lines: true }) as CaseRow[];

/** `1500`, or `eu, large: 10; us, large: 5` */
function usageOf({ used, events }: CaseRow): UsageSpan[] {
  return used.split(';').map((part) => {
    const [values, units] = part.includes(':') ? part.split(':') : ['', part];
    const quantity = Decimal.parse(units!.trim());
    return {
      values: values === '' ? [] : values!.split(',').map((value) => value.trim()),
      before: Decimal.ZERO,
      within: quantity,
      total: quantity,
      ...(events === '' ? {} : { events: Decimal.parse(events) }),
    };
  });
}

function shareOf(days: string): Fraction {
  const [part, whole] = days.split('/').map(BigInt);
  return days === '' ? Fraction.ONE : Fraction.of(part!, whole);
}

describe('the cases of cases.csv', () => {
  it.each(ROWS)('$price: $used units ($days) cost $exact, invoiced as $invoiced', (row) => {
    const price = PRICES[row.price];
    if (!price) throw new Error(`prices.json has no price '${row.price}'`);
    const model = parsePriceModel(price.model);
    const share = shareOf(row.days);
    const [rated] = rateSegments([{ model, usage: usageOf(row), weight: Fraction.ONE, isLevel: false }], { share, hours: HOURS_OF_A_MONTH.times(share) });
    const line = lineOf(model, rated!, price.currency);
    const invoiced = Decimal.fromMinorUnits(line.amountInMinorUnits, currencyExponent(price.currency));
    expect({ exact: line.exactAmount, invoiced: invoiced.toString(), shown: line.unitPriceText }).toEqual({ exact: row.exact, invoiced: Decimal.parse(row.invoiced).toString(), shown: row.shown });
    expect(Fraction.sum(rated!.tiers.map((tier) => tier.amount)).toString()).toBe(line.exactAmount);
  });

  it('leave no price of prices.json without a row', () => {
    const used = new Set(ROWS.map((row) => row.price));
    expect(Object.keys(PRICES).filter((name) => !used.has(name))).toEqual([]);
  });
});
