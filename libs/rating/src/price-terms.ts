import { Decimal } from '@tollkeeper/kernel';
import type { FieldReader } from './field-reader.js';

/** What every price model may have beside: what of the usage is priced, what is free, and between which amounts a period's charge lies. */
export interface PriceTerms {
  /** Due for each billing period beside what is used, whole for a shorter one too. */
  readonly baseAmount?: string;
  /** Units of each billing period that cost nothing, taken off before anything else: tiers count the units after them. */
  readonly freeUnits?: string;
  /** The least that is charged for a whole billing period; a shorter one owes its share by days. */
  readonly minimumAmount?: string;
  /** The most that is charged for a whole billing period; in a shorter one its share by days. */
  readonly maximumAmount?: string;
  /** Only usage for which every filter holds is priced. */
  readonly filters?: readonly PriceFilter[];
  /** How events become units, where it is not the meter's own way. */
  readonly usage?: PriceUsage;
}

export interface PriceFilter {
  readonly dimension: string;
  /** The filter holds where the dimension is one of them. */
  readonly values: readonly string[];
}

export const PRICE_AGGREGATIONS = ['sum', 'count', 'min', 'max', 'unique', 'latest', 'average', 'time_weighted'] as const;
export type PriceAggregation = (typeof PRICE_AGGREGATIONS)[number];

export interface PriceUsage {
  readonly aggregation: PriceAggregation;
  /** What `unique` counts. */
  readonly uniqueDimension?: string;
}

/** The customer is no dimension: a price is rated for one customer. */
export const CUSTOMER_FIELD = 'customerId';

export function readTerms(fields: FieldReader): PriceTerms {
  const [freeUnits, baseAmount] = [readFreeUnits(fields), fields.optionalAmount('baseAmount')];
  const [minimumAmount, maximumAmount] = [fields.optionalAmount('minimumAmount'), fields.optionalAmount('maximumAmount')];
  if (minimumAmount !== undefined && maximumAmount !== undefined && Decimal.parse(minimumAmount).compare(Decimal.parse(maximumAmount)) > 0) {
    fields.refuse('minimumAmount', 'minimum_above_maximum', `must not be above maximumAmount, ${maximumAmount}, but is ${minimumAmount}`);
  }
  const filters = readFilters(fields);
  const usage = readUsage(fields);
  return {
    ...freeUnits,
    ...(baseAmount === undefined ? {} : { baseAmount }),
    ...(minimumAmount === undefined ? {} : { minimumAmount }),
    ...(maximumAmount === undefined ? {} : { maximumAmount }),
    ...(filters === undefined ? {} : { filters }),
    ...(usage === undefined ? {} : { usage }),
  };
}

export function readFreeUnits(fields: FieldReader): Pick<PriceTerms, 'freeUnits'> {
  const freeUnits = fields.optionalAmount('freeUnits');
  return freeUnits === undefined ? {} : { freeUnits };
}

/** A name of a dimension that usage can be asked for by. */
export function readDimension(fields: FieldReader, name: string): string {
  const dimension = fields.text(name) ?? '';
  if (dimension === CUSTOMER_FIELD) fields.refuse(name, 'not_a_dimension', 'must not be customerId: a price is rated for one customer');
  return dimension;
}

function readFilters(fields: FieldReader): PriceFilter[] | undefined {
  const filters = fields.optionalObjects('filters')?.map((filter) => ({ filter, dimension: readDimension(filter, 'dimension'), values: filter.texts('values') }));
  filters?.forEach(({ filter, dimension }, index) => {
    filter.refuseOthers();
    if (filters.findIndex((other) => other.dimension === dimension) < index) filter.refuse('dimension', 'dimension_twice', `has a filter already: '${dimension}'`);
  });
  return filters?.map(({ dimension, values }) => ({ dimension, values }));
}

function readUsage(fields: FieldReader): PriceUsage | undefined {
  const usage = fields.optionalObject('usage');
  if (usage === undefined) return undefined;
  const aggregation = usage.choice('aggregation', PRICE_AGGREGATIONS);
  const uniqueDimension = usage.optionalText('uniqueDimension');
  if (uniqueDimension !== undefined && aggregation !== 'unique') usage.refuse('uniqueDimension', 'not_unique', `goes with the aggregation unique, not with ${aggregation}`);
  usage.refuseOthers();
  return uniqueDimension === undefined ? { aggregation } : { aggregation, uniqueDimension };
}
