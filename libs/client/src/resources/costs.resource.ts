import type { CallOptions, Transport } from '../transport.js';

export type CostField = 'customerId' | 'product_item_key' | 'product_item_name' | 'meterApiName';
export type CostInterval = 'hour' | 'day' | 'week' | 'month';

export interface UsageCostQuery {
  /** Epoch seconds, widened to whole intervals; no end: now. */
  readonly timeRange: { readonly startTimeInSeconds: number; readonly endTimeInSeconds?: number };
  readonly timeGroupingInterval: CostInterval;
  readonly groupBy?: readonly CostField[];
  readonly filters?: Partial<Record<CostField, readonly string[]>>;
  /** The dearest groups, or the cheapest. */
  readonly take?: { readonly limit: number; readonly isAscending?: boolean };
  readonly page?: { readonly number?: number; readonly size?: number };
}

export interface UsageCost {
  /** The request. */
  readonly key: Readonly<Record<string, unknown>>;
  readonly secondsSinceEpochIntervals: readonly number[];
  readonly costList: readonly GroupCost[];
  readonly pageInfo: { readonly pageNumber: number; readonly pageSize: number; readonly pageToken: string | null; readonly totalPages: number; readonly totalResults: number };
  readonly problems: readonly CostProblem[];
}

export interface GroupCost {
  /** With the currency of the prices. */
  readonly groupInfos: Readonly<Record<string, string>>;
  readonly meteredUnits: number;
  /** Major units, not rounded. */
  readonly price: number;
  readonly priceBeforeDiscounts: number;
  readonly costs: readonly { readonly startTimeInSeconds: number; readonly meteredUnits: number; readonly price: number; readonly pricePercentageDiff: number | null; readonly meterUnitsPercentageDiff: number | null }[];
}

/** A customer whose usage cannot be rated and is counted nowhere. */
export interface CostProblem {
  readonly customerId: string;
  readonly code: string;
  readonly message: string;
}

export interface MarginsQuery {
  /** Epoch milliseconds; widened to whole intervals. */
  readonly startTimeInMillis: number;
  /** Default now. */
  readonly endTimeInMillis?: number;
  /** Default `month`. */
  readonly interval?: CostInterval;
  /** Default by product item. */
  readonly groupBy?: readonly ('customer' | 'product_item' | 'meter')[];
  readonly customerId?: string;
}

/** Amounts are exact decimal text in major units. */
export interface Margin {
  readonly customerId: string | null;
  readonly productItemId: string | null;
  readonly productItemName: string | null;
  readonly meterApiName: string | null;
  /** Epoch milliseconds. */
  readonly startTimeInMillis: number;
  readonly endTimeInMillis: number;
  readonly currency: string;
  readonly units: string;
  /** What usage is charged with, before the plan's free amount and minimum, and discounts. */
  readonly revenue: string;
  /** What its units cost the seller, as far as it is known. */
  readonly cost: string;
  readonly unitsWithoutCost: string;
  /** Null where there are units without a cost. */
  readonly margin: string | null;
  readonly marginPercent: number | null;
}

export class CostsResource {
  constructor(private readonly transport: Transport) {}

  /** What usage is charged with, by interval. */
  usage(query: UsageCostQuery, options?: CallOptions): Promise<UsageCost> {
    return this.transport.json({ ...options, method: 'POST', path: '/payments/cost/usage-cost', body: query, isRepeatable: true });
  }

  /** What usage is charged with, less what its units cost the seller. */
  margins({ groupBy, ...query }: MarginsQuery, options?: CallOptions): Promise<{ readonly rows: readonly Margin[]; readonly problems: readonly CostProblem[] }> {
    return this.transport.json({ ...options, method: 'GET', path: '/finance/margins', query: { ...query, ...(groupBy === undefined ? {} : { groupBy: groupBy.join(',') }) } });
  }
}
