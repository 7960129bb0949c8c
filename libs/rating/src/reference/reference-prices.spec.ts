import { describe, expect, it } from '@jest/globals';
import { Decimal, DomainError, Fraction } from '@tollkeeper/kernel';
import fc from 'fast-check';
import { rate } from '../rate.js';
import { parsePriceGenerator, parsePriceTree } from './index.js';

const tier = (startAfterUnit: number, pricePerBatch: number, batchSize = 1): object => ({ startAfterUnit, batchSize, pricePerBatch });
const perUnit = (type = 'PricePerUnitLeafNode'): object => ({ type, tiers: [tier(0, 0.25)], allowPartialBatch: true });

function findingsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof DomainError) return error.details.map(({ field, code }) => `${field ?? '-'} ${code}`);
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('a price tree', () => {
  it.each<[string, object, object]>([
    ['a price for each unit', perUnit(), { model: 'per_unit', unitPrice: '0.25' }],
    ['the same in another spelling', perUnit('price_per_unit_leaf_node'), { model: 'per_unit', unitPrice: '0.25' }],
    ['a leaf without a type', { tiers: [tier(0, 1)] }, { model: 'per_unit', unitPrice: '1' }],
    ['blocks, begun ones whole', { type: 'PricePerBlockLeafNode', tiers: [tier(0, 5, 1_000)] }, { model: 'package', packageSize: '1000', packagePrice: '5' }],
    ['batches by their part', { type: 'LeafNode', tiers: [tier(0, 5, 1_000)], allowPartialBatch: true }, { model: 'package', packageSize: '1000', packagePrice: '5', partialPackages: 'prorated' }],
    ['whole units', { type: 'DiscreteLeafNode', tiers: [tier(0, 5)] }, { model: 'package', packageSize: '1', packagePrice: '5' }],
    [
      'tiers',
      { type: 'LeafNode', tiers: [tier(0, 0.12), tier(100, 0.09)], allowPartialBatch: true },
      { model: 'graduated', tiers: [{ upTo: '100', unitPrice: '0.12' }, { upTo: null, unitPrice: '0.09' }] },
    ],
    [
      'tiers of blocks, the first ones free',
      { type: 'LeafNode', tiers: [tier(0, 0, 1), tier(3_000, 10, 1_000)], allowPartialBatch: false },
      { model: 'graduated', tiers: [{ upTo: '3000', packageSize: '1', packagePrice: '0' }, { upTo: null, packageSize: '1000', packagePrice: '10' }] },
    ],
    ['volumes, in any order', { type: 'volume_based_leaf_node', volumeToUnitPriceMap: { '1000': 0.08, '0': 0.1 } }, { model: 'volume', tiers: [{ upTo: '1000', unitPrice: '0.1' }, { upTo: null, unitPrice: '0.08' }] }],
    [
      'a matrix',
      { type: 'DimensionMatrixNode', dimensionKeys: ['model', 'way'], dimensionsPrices: [{ dimensionValues: ['opus', 'in'], leafNode: perUnit() }] },
      { model: 'dimension_matrix', dimensions: ['model', 'way'], rows: [{ values: ['opus', 'in'], price: { model: 'per_unit', unitPrice: '0.25' } }], otherwise: null },
    ],
    ['the highest', { type: 'max_reducer', nextNode: perUnit() }, { model: 'per_unit', unitPrice: '0.25', usage: { aggregation: 'max' } }],
    ['the mean', { type: 'average_reducer', nextNode: perUnit() }, { model: 'per_unit', unitPrice: '0.25', usage: { aggregation: 'average' } }],
    ['distinct resources', { type: 'distinct_resource_reducer', distinctDimensions: ['user'], nextNode: perUnit() }, { model: 'per_unit', unitPrice: '0.25', usage: { aggregation: 'unique', uniqueDimension: 'user' } }],
    [
      'distinct resources by volume',
      { type: 'volume_distinct_resource_reducer', distinctDimensions: ['user'], nextNode: { type: 'volume_based_leaf_node', volumeToUnitPriceMap: { '0': 1 } } },
      { model: 'volume', tiers: [{ upTo: null, unitPrice: '1' }], usage: { aggregation: 'unique', uniqueDimension: 'user' } },
    ],
    [
      'groups of resources, each with its tiers',
      { type: 'resource_groups_reducer', groupDimensions: ['project'], nextNode: perUnit() },
      { model: 'dimension_matrix', dimensions: ['project'], rows: [], otherwise: { model: 'per_unit', unitPrice: '0.25' }, others: 'apart' },
    ],
  ])('translates %s', (_what, tree, model) => {
    expect(parsePriceTree(tree)).toEqual(model);
  });

  it.each<[string, unknown, string[]]>([
    ['no object', 5, ['- not_an_object']],
    ['an unknown node', { type: 'FancyNode' }, ['type unknown_node']],
    ['a leaf without tiers', { type: 'LeafNode' }, ['tiers missing']],
    ['tiers that begin late', { tiers: [tier(10, 1)] }, ['tiers[0].startAfterUnit tier_gap']],
    ['overlapping tiers', { tiers: [tier(0, 1), tier(10, 1), tier(10, 2)] }, ['tiers[2].startAfterUnit tiers_overlap']],
    ['a batch of nothing', { tiers: [tier(0, 1, 0)] }, ['tiers[0].batchSize empty_package']],
    ['a negative price', { tiers: [tier(0, -1)] }, ['tiers[0].pricePerBatch negative']],
    ['a tier without a batch size', { tiers: [{ startAfterUnit: 0, pricePerBatch: 1 }] }, ['tiers[0].batchSize missing']],
    ['volumes that begin late', { type: 'volume_based_leaf_node', volumeToUnitPriceMap: { '5': 1 } }, ['volumeToUnitPriceMap tier_gap']],
    ['volumes that are none', { type: 'volume_based_leaf_node', volumeToUnitPriceMap: { '0': 1, many: 1 } }, ['volumeToUnitPriceMap invalid_decimal']],
    ['a matrix in a matrix', { type: 'DimensionMatrixNode', dimensionKeys: ['a'], dimensionsPrices: [{ dimensionValues: ['x'], leafNode: { type: 'DimensionMatrixNode', dimensionKeys: ['b'], dimensionsPrices: [{ dimensionValues: ['y'], leafNode: perUnit() }] } }] }, ['dimensionsPrices[0].leafNode.type not_a_leaf']],
    ['a row twice', { type: 'DimensionMatrixNode', dimensionKeys: ['a'], dimensionsPrices: [{ dimensionValues: ['x'], leafNode: perUnit() }, { dimensionValues: ['x'], leafNode: perUnit() }] }, ['rows[1].values row_twice']],
    ['two reducers', { type: 'max_reducer', nextNode: { type: 'average_reducer', nextNode: perUnit() } }, ['nextNode two_reducers']],
    ['a reducer of nothing', { type: 'max_reducer' }, ['nextNode not_an_object']],
    ['several distinct dimensions', { type: 'distinct_resource_reducer', distinctDimensions: ['a', 'b'], nextNode: perUnit() }, ['distinctDimensions several_dimensions']],
    ['a field that nobody knows', { ...perUnit(), rebate: 5 }, ['rebate unknown_field']],
  ])('refuses %s', (_what, tree, findings) => {
    expect(findingsOf(() => parsePriceTree(tree))).toEqual(findings);
  });

  it('costs what its tiers say, counted unit by unit', () => {
    const tiers = fc.array(fc.record({ length: fc.integer({ min: 1, max: 40 }), batchSize: fc.integer({ min: 1, max: 9 }), price: fc.integer({ min: 0, max: 500 }) }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(tiers, fc.integer({ min: 0, max: 200 }), fc.boolean(), (parts, units, allowPartialBatch) => {
        let start = 0;
        const tree = { type: 'LeafNode', allowPartialBatch, tiers: parts.map(({ length, batchSize, price }) => [tier(start, price / 100, batchSize), (start += length)][0]) };
        let expected = Fraction.ZERO;
        let from = 0;
        parts.forEach(({ length, batchSize, price }, index) => {
          const inTier = Math.max(0, Math.min(units - from, index === parts.length - 1 ? Number.MAX_SAFE_INTEGER : length));
          const batches = allowPartialBatch ? Fraction.of(BigInt(inTier), BigInt(batchSize)) : Fraction.of(BigInt(Math.ceil(inTier / batchSize)));
          expected = expected.plus(batches.times(Fraction.of(BigInt(price), 100n)));
          from += length;
        });
        expect(rate(parsePriceTree(tree), Decimal.parse(units)).amount).toEqual(expected);
      }),
    );
  });
});

describe('a price generator', () => {
  const around = { id: 'p1', productItemId: 'i1', productItemPriceName: 'x', lockingStatus: 'open', scalar: 1 };

  it.each<[string, object, object]>([
    ['flat_rate', { flatRate: 50 }, { model: 'flat_fee', amount: '50' }],
    [
      'flat_rate_with_overages',
      { flatRate: 50, leafNodeType: 'PricePerUnit', priceTiers: [tier(1_000, 0.01)] },
      { model: 'graduated', baseAmount: '50', tiers: [{ upTo: '1000', unitPrice: '0' }, { upTo: null, unitPrice: '0.01' }] },
    ],
    ['subscription_with_overage', { flatRate: 9, priceTiers: [tier(0, 1)], groupDimensions: ['team'] }, { model: 'dimension_matrix', baseAmount: '9', dimensions: ['team'], rows: [], otherwise: { model: 'per_unit', unitPrice: '1' }, others: 'apart' }],
    ['tiered_seat_based', { distinctDimensions: ['user'], leafNodeType: 'PricePerUnitLeafNode', priceTiers: [tier(0, 12)], usageGranularity: 'month' }, { model: 'per_unit', unitPrice: '12', usage: { aggregation: 'unique', uniqueDimension: 'user' } }],
    ['usage_based_no_dimension', { leafNodeType: 'PricePerBlockLeafNode', priceTiers: [tier(0, 5, 1_000)] }, { model: 'package', packageSize: '1000', packagePrice: '5' }],
    ['usage_based_no_dimension_with_max', { priceTiers: [tier(0, 1)] }, { model: 'per_unit', unitPrice: '1', usage: { aggregation: 'max' } }],
    ['usage_based_volume', { priceTiers: [tier(0, 2), tier(10, 1)] }, { model: 'volume', tiers: [{ upTo: '10', unitPrice: '2' }, { upTo: null, unitPrice: '1' }] }],
    [
      'usage_based_dimension',
      { dimensionKeys: ['model'], leafNodeType: 'PricePerUnitLeafNode', priceTiers: [{ dimensionValues: ['opus'], tiers: [tier(0, 0.000015)] }] },
      { model: 'dimension_matrix', dimensions: ['model'], rows: [{ values: ['opus'], price: { model: 'per_unit', unitPrice: '0.000015' } }], otherwise: null },
    ],
    ['ultra_frequency', { priceTiers: [tier(0, 1)] }, { model: 'per_unit', unitPrice: '1' }],
  ])('%s is translated', (type, body, model) => {
    expect(parsePriceGenerator({ type, ...around, ...body })).toEqual(model);
  });

  it.each<[string, object, string[]]>([
    ['one whose body is not published', { type: 'interchange_plus', plusFees: {} }, ['type unknown_generator']],
    ['none', {}, ['type missing']],
    ['a scalar', { type: 'flat_rate', flatRate: 5, scalar: 2 }, ['scalar scalar_not_one']],
    ['what it does not translate', { type: 'flat_rate', flatRate: 5, dimensionalScalars: [] }, ['dimensionalScalars unknown_field']],
    ['seats of an hour', { type: 'tiered_seat_based', distinctDimensions: ['user'], priceTiers: [tier(0, 1)], usageGranularity: 'hour' }, ['usageGranularity unknown_choice']],
  ])('refuses %s', (_what, body, findings) => {
    expect(findingsOf(() => parsePriceGenerator(body))).toEqual(findings);
  });
});
