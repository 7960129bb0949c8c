import type { PriceAggregation, PriceFilter } from './price-terms.js';
import type { PriceModel } from './price-model.js';

/** What has to be read of a meter's usage so that a price can be rated. */
export interface UsageNeed {
  readonly aggregation: PriceAggregation;
  readonly uniqueDimension: string | null;
  readonly filters: readonly PriceFilter[];
  readonly groupBy: readonly string[];
  /** Whether the number of events is needed too. */
  readonly countsEvents: boolean;
}

/** How a meter makes units of events, where its prices do not say otherwise. */
export interface MeterAggregation {
  readonly aggregation: PriceAggregation;
  readonly uniqueDimension: string | null;
}

/** Aggregations that say how much there was at once, not how much came: they cannot be added over time. */
const LEVELS: readonly PriceAggregation[] = ['min', 'max', 'latest', 'average'];

export function usageNeedOf(model: PriceModel, meter: MeterAggregation): UsageNeed {
  const rows = model.model === 'dimension_matrix' ? [...model.rows.map((row) => row.price), ...(model.otherwise === null ? [] : [model.otherwise])] : [];
  return {
    ...aggregationOf(model, meter),
    filters: model.filters ?? [],
    groupBy: model.model === 'dimension_matrix' ? model.dimensions : [],
    countsEvents: [model, ...rows].some((price) => 'feePerEvent' in price && price.feePerEvent !== undefined),
  };
}

export function isLevel(aggregation: PriceAggregation): boolean {
  return LEVELS.includes(aggregation);
}

/** Seats that are prorated by time are read as what each of them held, whatever the meter makes of its events. */
function aggregationOf(model: PriceModel, meter: MeterAggregation): MeterAggregation {
  if (model.model === 'per_seat' && model.proration === 'time') return { aggregation: 'time_weighted', uniqueDimension: null };
  return model.usage === undefined ? meter : { aggregation: model.usage.aggregation, uniqueDimension: model.usage.uniqueDimension ?? null };
}
