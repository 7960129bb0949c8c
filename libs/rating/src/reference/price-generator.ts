import { Decimal } from '@tollkeeper/kernel';
import type { FieldReader } from '../field-reader.js';
import { readDistinct, type TranslatedPrice } from './price-tree.js';
import type { UnitPrice } from '../unit-price.js';
import { readLeaf, readVolumes, typeOf } from './tiers.js';

type Generator = (fields: FieldReader) => TranslatedPrice;

/** What a generator makes, by its type. Those that are missing have bodies that are nowhere published: they are refused by name, and not guessed. */
const GENERATORS: Readonly<Record<string, Generator>> = {
  flat_rate: (fields) => ({ model: 'flat_fee', amount: fields.amount('flatRate') }),
  flat_rate_with_overages: withOverages,
  subscription_with_overage: withOverages,
  ultra_frequency_subscription_with_overage: withOverages,
  tiered_seat_based: (fields) => ({ ...leaf(fields), ...distinct(fields) }),
  tiered_seat_based_dimension: (fields) => ({ ...matrix(fields), ...distinct(fields) }),
  ultra_frequency: leaf,
  ultra_frequency_dimension: matrix,
  usage_based_dimension: matrix,
  usage_based_dimension_with_max: (fields) => ({ ...matrix(fields), usage: { aggregation: 'max' } }),
  usage_based_no_dimension: leaf,
  usage_based_no_dimension_with_max: (fields) => ({ ...leaf(fields), usage: { aggregation: 'max' } }),
  usage_based_no_dimension_with_sum: (fields) => ({ ...leaf(fields), usage: { aggregation: 'sum' } }),
  usage_based_volume: (fields) => (fields.has('volumeToUnitPriceMap') ? { ...readVolumes(fields) } : volume(fields)),
};

/** What the body around it says, which is no part of the price. */
const AROUND = ['id', 'productItemId', 'productItemPriceName', 'productItemInvoiceLabel', 'lockingStatus', 'lastUpdateTimeInMillis'];

export function readGenerator(fields: FieldReader): TranslatedPrice {
  const name = fields.text('type') ?? '';
  const generator = Object.hasOwn(GENERATORS, name) ? GENERATORS[name] : undefined;
  if (!generator) {
    if (name !== '') fields.refuse('type', 'unknown_generator', `'${name.slice(0, 60)}' is not a generator that can be translated; known are ${Object.keys(GENERATORS).join(', ')}`);
    return {};
  }
  for (const around of AROUND) fields.has(around);
  const price = generator(fields);
  const scalar = fields.has('scalar') ? fields.decimal('scalar') : null;
  if (scalar && !scalar.equals(Decimal.ONE)) fields.refuse('scalar', 'scalar_not_one', 'must be 1: multiply the prices instead');
  fields.refuseOthers();
  return price;
}

function leaf(fields: FieldReader): TranslatedPrice {
  return { ...readLeaf(fields, leafTypeOf(fields), 'priceTiers') };
}

function volume(fields: FieldReader): TranslatedPrice {
  const price = readLeaf(fields, leafTypeOf(fields), 'priceTiers');
  return price.model === 'graduated' ? { ...price, model: 'volume' } : { ...price };
}

/** A flat rate, and tiers that may begin after the units it includes. */
function withOverages(fields: FieldReader): TranslatedPrice {
  const usage = fields.optionalFlag('useAverageReducer') === true ? { usage: { aggregation: 'average' } } : {};
  return { baseAmount: fields.amount('flatRate'), ...grouped(fields, readLeaf(fields, leafTypeOf(fields), 'priceTiers', true)), ...usage };
}

/** Each group of resources by itself, where there are groups. */
function grouped(fields: FieldReader, price: UnitPrice): TranslatedPrice {
  return fields.has('groupDimensions') && !fields.isEmpty('groupDimensions')
    ? { model: 'dimension_matrix', dimensions: fields.texts('groupDimensions'), otherwise: price, others: 'apart' }
    : { ...price };
}

/** Price tiers by combination of dimensions, each with tiers of its own. */
function matrix(fields: FieldReader): TranslatedPrice {
  const [dimensions, type] = [fields.texts('dimensionKeys'), leafTypeOf(fields)];
  const rows = fields.objects('priceTiers').map((row) => {
    const values = row.texts('dimensionValues');
    const price = readLeaf(row, row.has('leafNodeType') ? leafTypeOf(row) : type, row.has('priceTiers') ? 'priceTiers' : 'tiers');
    row.refuseOthers();
    return { values, price };
  });
  return { model: 'dimension_matrix', dimensions, rows, otherwise: null };
}

/** Seats are what is distinct in the billing period. */
function distinct(fields: FieldReader): TranslatedPrice {
  fields.optionalChoice('usageGranularity', ['billing_period', 'month']);
  if (fields.has('groupDimensions') && !fields.isEmpty('groupDimensions')) fields.refuse('groupDimensions', 'groups_of_seats', 'cannot be translated: send a price tree or a dimension matrix');
  return { usage: { aggregation: 'unique', uniqueDimension: readDistinct(fields) } };
}

function leafTypeOf(fields: FieldReader): string {
  const type = typeOf(fields.optionalText('leafNodeType') ?? 'LeafNode');
  return type.endsWith('leafnode') ? type : `${type}leafnode`;
}
