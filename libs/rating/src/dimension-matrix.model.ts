import { Fraction } from '@tollkeeper/kernel';
import type { FieldReader } from './field-reader.js';
import { CUSTOMER_FIELD, readFreeUnits, type PriceTerms } from './price-terms.js';
import type { RatedTier, UnitSpan } from './rated-amount.js';
import { rateUnits, UNIT_PRICE_NAMES, UNIT_PRICE_READERS, type UnitPrice } from './unit-price.js';

export const COUNTED_OTHERS = ['together', 'apart'] as const;
export type CountedOthers = (typeof COUNTED_OTHERS)[number];

/** A price for each combination of values of some dimensions, counted by itself: tiers and free units of a row are those of its combination alone. */
export interface DimensionMatrixPrice extends Omit<PriceTerms, 'freeUnits'> {
  readonly model: 'dimension_matrix';
  readonly dimensions: readonly string[];
  readonly rows: readonly MatrixRow[];
  /** For all other combinations, taken together; null: they cost nothing. */
  readonly otherwise: UnitPrice | null;
  /** Whether all other combinations are counted as one, or each by itself; together where it is left out. */
  readonly others?: CountedOthers;
}

export interface MatrixRow {
  /** One for each dimension, in their order. */
  readonly values: readonly string[];
  readonly price: UnitPrice;
}

/** What was used of one combination; of a price without a matrix the only one, without values. */
export interface DimensionSpan extends UnitSpan {
  readonly values: readonly string[];
}

export function readDimensionMatrix(fields: FieldReader): DimensionMatrixPrice {
  const dimensions = fields.texts('dimensions');
  if (new Set(dimensions).size < dimensions.length) fields.refuse('dimensions', 'dimension_twice', 'must not name a dimension twice');
  if (dimensions.includes(CUSTOMER_FIELD)) fields.refuse('dimensions', 'not_a_dimension', 'must not name customerId: a price is rated for one customer');
  // Whose units would be free first? Every answer is wrong for somebody.
  if (fields.has('freeUnits')) fields.refuse('freeUnits', 'free_units_in_rows', 'belongs to the rows of a matrix, each of which counts its own units');
  const others = fields.optionalChoice('others', COUNTED_OTHERS);
  // Without rows it is one price for each combination there is.
  const rows = (others === 'apart' ? fields.optionalList('rows') : fields.objects('rows')).map((row) => ({ row, values: row.texts('values'), price: readRowPrice(row.object('price')) }));
  const known = new Set<string>();
  for (const { row, values } of rows) {
    row.refuseOthers();
    const key = keyOf(values);
    if (values.length !== dimensions.length) row.refuse('values', 'values_do_not_fit', `must name one value for each of ${dimensions.join(', ')}`);
    else if (known.has(key)) row.refuse('values', 'row_twice', `has a row already: ${values.join(', ')}`);
    known.add(key);
  }
  const otherwise = fields.objectOrNull('otherwise');
  return { model: 'dimension_matrix', dimensions, rows: rows.map(({ values, price }) => ({ values, price })), otherwise: otherwise ? readRowPrice(otherwise) : null, ...(others === undefined ? {} : { others }) };
}

export function rateMatrix(price: DimensionMatrixPrice, spans: readonly DimensionSpan[]): RatedTier[] {
  return combinationsOf(price, spans).flatMap(({ label, rowPrice, span }) =>
    rateUnits(rowPrice ?? NOTHING, span).map((tier) => ({ ...tier, label: tier.label === null ? label : `${label}: ${tier.label}` })),
  );
}

interface Combination {
  readonly label: string;
  readonly rowPrice: UnitPrice | null;
  readonly span: UnitSpan;
}

const NOTHING: UnitPrice = { model: 'per_unit', unitPrice: '0' };

function combinationsOf({ rows, otherwise, others: counted }: DimensionMatrixPrice, spans: readonly DimensionSpan[]): Combination[] {
  const byValues = new Map(spans.map((span) => [keyOf(span.values), span]));
  const combinations: Combination[] = [];
  for (const { values, price } of rows) {
    const span = byValues.get(keyOf(values));
    byValues.delete(keyOf(values));
    if (span) combinations.push({ label: values.join(', '), rowPrice: price, span });
  }
  const others = [...byValues.values()];
  if (counted === 'apart') return [...combinations, ...others.map((span) => ({ label: span.values.join(', '), rowPrice: otherwise, span }))];
  return others.length === 0 ? combinations : [...combinations, { label: 'all others', rowPrice: otherwise, span: together(others) }];
}

function together(spans: readonly UnitSpan[]): UnitSpan {
  const sum = (field: keyof UnitSpan): Fraction => Fraction.sum(spans.map((span) => span[field]));
  return { from: sum('from'), to: sum('to'), total: sum('total'), events: sum('events') };
}

function readRowPrice(fields: FieldReader): UnitPrice {
  const name = fields.choice('model', UNIT_PRICE_NAMES);
  const price = { ...UNIT_PRICE_READERS[name](fields), ...readFreeUnits(fields) };
  fields.refuseOthers();
  return price;
}

function keyOf(values: readonly string[]): string {
  return JSON.stringify(values);
}
