import type { FieldReader } from '../field-reader.js';
import type { PriceUsage } from '../price-terms.js';
import { isLeaf, readLeaf, readVolumes, typeOf } from './tiers.js';
import type { UnitPrice } from '../unit-price.js';

/** A translated price; what it is translated to is checked once more as if it had been sent. */
export type TranslatedPrice = Readonly<Record<string, unknown>>;

/** Reducers that say how usage becomes units before it is priced. */
const REDUCERS: Readonly<Record<string, PriceUsage['aggregation']>> = {
  maxreducer: 'max',
  averagereducer: 'average',
  distinctresourcereducer: 'unique',
  volumedistinctresourcereducer: 'unique',
};

/**
 * A price tree: leaves and matrices price units, a reducer says before how usage becomes units and what prices them (`nextNode`).
 * Combinations that a matrix does not name cost nothing.
 */
export function readTree(fields: FieldReader): TranslatedPrice {
  const text = fields.optionalText('type') ?? 'LeafNode';
  const type = typeOf(text);
  const price = readNode(fields, type);
  if (price === null) fields.refuse('type', 'unknown_node', `'${text.slice(0, 40)}' is not a node that can be translated`);
  else fields.refuseOthers();
  return price ?? {};
}

function readNode(fields: FieldReader, type: string): TranslatedPrice | null {
  if (isLeaf(type)) return { ...readLeaf(fields, type, 'tiers') };
  if (type === 'volumebasedleafnode') return { ...readVolumes(fields) };
  if (type === 'dimensionmatrixnode') return readMatrix(fields);
  if (type === 'resourcegroupsreducer') return readGroups(fields);
  const aggregation = REDUCERS[type];
  return aggregation === undefined ? null : readReducer(fields, aggregation);
}

function readMatrix(fields: FieldReader): TranslatedPrice {
  const dimensions = fields.texts('dimensionKeys');
  const rows = fields.objects('dimensionsPrices').map((row) => {
    const [values, price] = [row.texts('dimensionValues'), readUnitNode(row.object('leafNode'))];
    row.refuseOthers();
    return { values, price };
  });
  return { model: 'dimension_matrix', dimensions, rows, otherwise: null };
}

/** Each group of resources has tiers of its own. */
function readGroups(fields: FieldReader): TranslatedPrice {
  return { model: 'dimension_matrix', dimensions: fields.texts('groupDimensions'), otherwise: readUnitNode(fields.object('nextNode')), others: 'apart' };
}

function readReducer(fields: FieldReader, aggregation: PriceUsage['aggregation']): TranslatedPrice {
  const usage = aggregation === 'unique' ? { aggregation, uniqueDimension: readDistinct(fields) } : { aggregation };
  const next = readTree(fields.object('nextNode'));
  if (next['usage'] !== undefined) fields.refuse('nextNode', 'two_reducers', 'must not reduce the usage once more');
  return { ...next, usage };
}

/** One dimension names a resource: several of them together are not counted here. */
export function readDistinct(fields: FieldReader): string {
  const [dimension = '', ...others] = fields.texts('distinctDimensions');
  if (others.length > 0) fields.refuse('distinctDimensions', 'several_dimensions', 'must name one dimension: send one that names the resource as a whole');
  return dimension;
}

function readUnitNode(fields: FieldReader): UnitPrice {
  const price = readTree(fields);
  if (price['model'] === 'dimension_matrix' || price['usage'] !== undefined) fields.refuse('type', 'not_a_leaf', 'must be a leaf here');
  return price as unknown as UnitPrice;
}
