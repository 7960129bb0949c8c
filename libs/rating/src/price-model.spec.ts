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

  it.each<[string, unknown, string[]]>([
    ['nothing', undefined, ['- not_an_object']],
    ['null', null, ['- not_an_object']],
    ['a list', [], ['- not_an_object']],
    ['text', 'per_unit', ['- not_an_object']],
    ['no model', { unitPrice: '1' }, ['model missing']],
    ['a model that is no text', { model: 1 }, ['model not_text']],
    ['an unknown model', { model: 'volume' }, ['model unknown_model']],
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
    expect(refusalOf({ model: 'free' }).message).toBe("The price model is invalid. model: 'free' is not a price model; known are per_unit, graduated.");
    expect(refusalOf({ model: 'graduated', tiers: [{}, {}] }).message).toMatch(/tiers\[0\]\.upTo: is required; write null.*; and 1 more\.$/);
    expect(PRICE_MODEL_NAMES).toEqual(['per_unit', 'graduated']);
  });

  it('does not take a field from the prototype of its input', () => {
    const input: unknown = Object.assign(Object.create({ unitPrice: '1' }), { model: 'per_unit' });
    expect(findingsOf(input)).toEqual(['unitPrice missing']);
  });
});
