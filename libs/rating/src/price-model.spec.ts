import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@tollkeeper/kernel';
import { PRICE_MODEL_NAMES, parsePriceModel } from './price-model.js';

function refusalOf(input: unknown): DomainError {
  try {
    parsePriceModel(input);
  } catch (error) {
    if (error instanceof DomainError) {
      return error;
    }
    throw error;
  }
  throw new Error('The price model was accepted.');
}

/** Findings as `field code`, in the order in which they are told. */
function findingsOf(input: unknown): string[] {
  return refusalOf(input).details.map(({ field, code }) => `${field ?? '-'} ${code}`);
}

describe('parsePriceModel', () => {
  it('writes decimals canonically, whatever way they came', () => {
    expect(parsePriceModel({ model: 'per_unit', unitPrice: '0.10', freeUnits: 1e3 })).toEqual({ model: 'per_unit', unitPrice: '0.1', freeUnits: '1000' });
    expect(parsePriceModel({ model: 'graduated', tiers: [{ upTo: '1e2', unitPrice: 0.5, flatFee: null }, { upTo: null, unitPrice: '0' }] })).toEqual({
      model: 'graduated',
      tiers: [{ upTo: '100', unitPrice: '0.5' }, { upTo: null, unitPrice: '0' }],
    });
  });

  it('reads its own output unchanged', () => {
    const once = parsePriceModel({ model: 'graduated', tiers: [{ upTo: 1, unitPrice: 2, flatFee: '3.50' }, { upTo: null, unitPrice: 1 }] });
    expect(parsePriceModel(once)).toEqual(once);
    expect(parsePriceModel(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  it('reads every price of the cases, and its own output of it unchanged', () => {
    const prices = JSON.parse(readFileSync(new URL('../cases/prices.json', import.meta.url), 'utf8')) as Record<string, { model: unknown }>;
    const models = Object.values(prices).map(({ model }) => parsePriceModel(model));
    expect(models.map((model) => parsePriceModel(JSON.parse(JSON.stringify(model))))).toEqual(models);
    expect(new Set(models.map(({ model }) => model))).toEqual(new Set(PRICE_MODEL_NAMES));
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', undefined, ['- not_an_object']],
    ['null', null, ['- not_an_object']],
    ['a list', [], ['- not_an_object']],
    ['text', 'per_unit', ['- not_an_object']],
    ['no model', { unitPrice: '1' }, ['model missing']],
    ['a model that is no text', { model: 1 }, ['model not_text']],
    ['an unknown model', { model: 'stairs' }, ['model unknown_model']],
    ['a name every object has', { model: 'toString' }, ['model unknown_model']],
    ['no unit price', { model: 'per_unit' }, ['unitPrice missing']],
    ['a unit price of null', { model: 'per_unit', unitPrice: null }, ['unitPrice missing']],
    ['a negative price', { model: 'per_unit', unitPrice: '-0.01' }, ['unitPrice negative']],
    ['13 decimal places', { model: 'per_unit', unitPrice: '0.0000000000001' }, ['unitPrice invalid_decimal']],
    ['a number of 17 digits', { model: 'per_unit', unitPrice: 0.1 + 0.2 }, ['unitPrice invalid_decimal']],
    ['a price that is no decimal', { model: 'per_unit', unitPrice: {} }, ['unitPrice invalid_decimal']],
    ['a negative free amount', { model: 'per_unit', unitPrice: '1', freeUnits: -1 }, ['freeUnits negative']],
    ['a mistyped field', { model: 'per_unit', unitPrice: '1', freeunits: 5 }, ['freeunits unknown_field']],
    ['no tiers', { model: 'graduated' }, ['tiers missing']],
    ['an empty list of tiers', { model: 'graduated', tiers: [] }, ['tiers not_a_list']],
    ['tiers as an object', { model: 'graduated', tiers: {} }, ['tiers not_a_list']],
    ['a tier that is no object', { model: 'graduated', tiers: [7, { upTo: null, unitPrice: 1 }] }, ['tiers[0] not_an_object']],
    ['a closed last tier', { model: 'graduated', tiers: [{ upTo: '10', unitPrice: 1 }] }, ['tiers[0].upTo last_tier_not_open']],
    ['an open tier in the middle', { model: 'graduated', tiers: [{ upTo: null, unitPrice: 1 }, { upTo: null, unitPrice: 1 }] }, ['tiers[0].upTo open_tier_not_last']],
    ['a tier without a bound', { model: 'graduated', tiers: [{ unitPrice: 1 }] }, ['tiers[0].upTo missing']],
    ['a first tier of no units', { model: 'graduated', tiers: [{ upTo: 0, unitPrice: 1 }, { upTo: null, unitPrice: 1 }] }, ['tiers[0].upTo tiers_not_rising']],
    [
      'the same bound twice',
      { model: 'graduated', tiers: [{ upTo: '10', unitPrice: 1 }, { upTo: '10.0', unitPrice: 1 }, { upTo: null, unitPrice: 1 }] },
      ['tiers[1].upTo tiers_not_rising'],
    ],
    [
      'falling bounds',
      { model: 'graduated', tiers: [{ upTo: '10', unitPrice: 1 }, { upTo: '9', unitPrice: 1 }, { upTo: null, unitPrice: 1 }] },
      ['tiers[1].upTo tiers_not_rising'],
    ],
    [
      'a gap between tiers',
      { model: 'graduated', tiers: [{ from: 0, upTo: '10', unitPrice: 1 }, { from: '12', upTo: null, unitPrice: 1 }] },
      ['tiers[1].from tier_gap'],
    ],
    ['tiers that do not begin with the first unit', { model: 'volume', tiers: [{ from: 1, upTo: null, unitPrice: 1 }] }, ['tiers[0].from tier_gap']],
    [
      'overlapping tiers',
      { model: 'volume', tiers: [{ from: 0, upTo: '10', unitPrice: 1 }, { from: '9', upTo: null, unitPrice: 1 }] },
      ['tiers[1].from tiers_overlap'],
    ],
    ['an empty package', { model: 'package', packageSize: 0, packagePrice: 1 }, ['packageSize empty_package']],
    ['a package without a price', { model: 'package', packageSize: 10 }, ['packagePrice missing']],
    ['a tier with a package size alone', { model: 'graduated', tiers: [{ upTo: null, packageSize: 5, unitPrice: 1 }] }, ['tiers[0].packagePrice missing', 'tiers[0].unitPrice unknown_field']],
    ['an unknown way with begun packages', { model: 'package', packageSize: 1, packagePrice: 1, partialPackages: 'half' }, ['partialPackages unknown_choice']],
    ['a minimum above the maximum', { model: 'per_unit', unitPrice: 1, minimumAmount: 5, maximumAmount: '4.99' }, ['minimumAmount minimum_above_maximum']],
    ['a negative minimum', { model: 'flat_fee', amount: 1, minimumAmount: -5 }, ['minimumAmount negative']],
    ['a negative percentage', { model: 'percentage', percent: -1 }, ['percent negative']],
    ['a markup that is none', { model: 'cost_plus' }, ['markupPercent missing']],
    ['a filter without values', { model: 'per_unit', unitPrice: 1, filters: [{ dimension: 'region', values: [] }] }, ['filters[0].values not_a_list']],
    [
      'two filters of one dimension',
      { model: 'per_unit', unitPrice: 1, filters: [{ dimension: 'region', values: ['eu'] }, { dimension: 'region', values: ['us'] }] },
      ['filters[1].dimension dimension_twice'],
    ],
    ['a filter by customer', { model: 'per_unit', unitPrice: 1, filters: [{ dimension: 'customerId', values: ['acme'] }] }, ['filters[0].dimension not_a_dimension']],
    ['usage that is counted in an unknown way', { model: 'per_unit', unitPrice: 1, usage: { aggregation: 'median' } }, ['usage.aggregation unknown_choice']],
    ['free units of a fee that is always due', { model: 'flat_fee', amount: 1, freeUnits: 5 }, ['freeUnits fee_without_usage']],
    ['a flag that is text', { model: 'flat_fee', amount: 1, isProrated: 'yes' }, ['isProrated not_a_boolean']],
    ['seats with two prices', { model: 'per_seat', seatPrice: 1, tiers: [{ upTo: null, unitPrice: 1 }] }, ['seatPrice two_prices']],
    ['a matrix without rows', { model: 'dimension_matrix', dimensions: ['region'], otherwise: null }, ['rows missing']],
    [
      'a matrix that does not say what all others cost',
      { model: 'dimension_matrix', dimensions: ['region'], rows: [{ values: ['eu'], price: { model: 'per_unit', unitPrice: 1 } }] },
      ['otherwise missing'],
    ],
    [
      'rows that do not fit, twice, and of a model with terms of its own',
      {
        model: 'dimension_matrix',
        dimensions: ['region'],
        rows: [
          { values: ['eu', 'large'], price: { model: 'per_unit', unitPrice: 1 } },
          { values: ['us'], price: { model: 'per_unit', unitPrice: 1, minimumAmount: 1 } },
          { values: ['us'], price: { model: 'flat_fee', amount: 1 } },
        ],
        otherwise: null,
      },
      ['rows[1].price.minimumAmount unknown_field', 'rows[2].price.model unknown_choice', 'rows[2].price.unitPrice missing', 'rows[2].price.amount unknown_field', 'rows[0].values values_do_not_fit', 'rows[2].values row_twice'],
    ],
    [
      'free units of a whole matrix',
      { model: 'dimension_matrix', dimensions: ['region'], rows: [{ values: ['eu'], price: { model: 'per_unit', unitPrice: 1 } }], otherwise: null, freeUnits: 5 },
      ['freeUnits free_units_in_rows'],
    ],
  ])('refuses %s', (_name, input, expected) => {
    expect(findingsOf(input)).toEqual(expected);
    expect(refusalOf(input)).toMatchObject({ kind: 'invalid', code: 'invalid_price_model' });
  });

  it('tells all mistakes at once, with the path of each', () => {
    const input = { model: 'graduated', currency: 'USD', tiers: [{ upTo: '-5', unitPrice: '-1' }, { upTo: '3', flatFee: 'free', rebate: 1 }] };
    expect(findingsOf(input).sort()).toEqual([
      'currency unknown_field',
      'tiers[0].unitPrice negative',
      'tiers[0].upTo negative',
      'tiers[1].flatFee invalid_decimal',
      'tiers[1].rebate unknown_field',
      'tiers[1].unitPrice missing',
      'tiers[1].upTo last_tier_not_open',
    ]);
  });

  it('says in one sentence what is wrong and what would be right', () => {
    expect(refusalOf({ model: 'free' }).message).toBe("The price model is invalid. model: 'free' is not a price model; known are per_unit, graduated, volume, package, percentage, cost_plus, flat_fee, dimension_matrix, per_seat.");
    expect(refusalOf({ model: 'graduated', tiers: [{}, {}] }).message).toMatch(/tiers\[0\]\.upTo: is required; write null.*; and 1 more\.$/);
    expect(PRICE_MODEL_NAMES).toHaveLength(9);
  });

  it('does not take a field from the prototype of its input', () => {
    const input: unknown = Object.assign(Object.create({ unitPrice: '1' }), { model: 'per_unit' });
    expect(findingsOf(input)).toEqual(['unitPrice missing']);
  });
});
