import { Decimal, Fraction, invalid } from '@tollkeeper/kernel';
import type { CostStep } from './cost-steps.js';

/** What steps can be put together by. */
export const COST_FIELDS = ['customerId', 'product_item_key', 'product_item_name', 'meterApiName'] as const;
export type CostField = (typeof COST_FIELDS)[number];

/** As many values as an answer may hold. */
const MOST_VALUES = 60_000;

/** @param names of the product items by their ids */
export function fieldOf(step: Pick<CostStep, 'customerId' | 'productItemId' | 'meterApiName'>, field: CostField, names: ReadonlyMap<string, string>): string {
  if (field === 'product_item_key') return step.productItemId;
  if (field === 'product_item_name') return names.get(step.productItemId) ?? step.productItemId;
  return step[field];
}

/** Sums of one group, by interval. */
export interface CostGroup {
  readonly key: Readonly<Record<string, string>>;
  readonly currency: string;
  readonly cells: CostCell[];
}

export interface CostCell {
  units: Decimal;
  /** What customers are charged. */
  price: Fraction;
  /** What the seller pays for them, as far as it is known. */
  cost: Fraction;
  unitsWithoutCost: Decimal;
}

export interface SellersCost {
  /** Null: not known. */
  readonly cost: Fraction | null;
}

/** Adds steps up. What is sold in several currencies is a group for each. */
export class CostGroups {
  readonly #groups = new Map<string, CostGroup>();

  /** @param boundariesInMillis of the intervals, rising */
  constructor(
    private readonly boundariesInMillis: readonly number[],
    private readonly groupBy: readonly CostField[],
    private readonly names: ReadonlyMap<string, string>,
  ) {}

  /** @throws DomainError `too_many_values` */
  add(step: CostStep, { cost }: SellersCost): void {
    const cell = this.#groupOf(step).cells[this.#intervalOf(step)]!;
    cell.units = cell.units.plus(step.units);
    cell.price = cell.price.plus(step.price);
    if (cost === null) cell.unitsWithoutCost = cell.unitsWithoutCost.plus(step.units);
    else cell.cost = cell.cost.plus(cost);
  }

  /** In the order of what they are grouped by. */
  all(): CostGroup[] {
    return [...this.#groups].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
  }

  #groupOf(step: CostStep): CostGroup {
    const key = Object.fromEntries(this.groupBy.map((field) => [field, fieldOf(step, field, this.names)]));
    const name = JSON.stringify([...Object.values(key), step.currency]);
    const known = this.#groups.get(name);
    if (known) return known;
    const intervals = this.boundariesInMillis.length - 1;
    if ((this.#groups.size + 1) * intervals > MOST_VALUES) {
      throw invalid('too_many_values', `More than ${this.#groups.size} groups in ${intervals} intervals are more than the ${MOST_VALUES} values an answer may hold. Narrow the range, filter, or group by less.`);
    }
    const group = { key, currency: step.currency, cells: Array.from({ length: intervals }, () => ({ units: Decimal.ZERO, price: Fraction.ZERO, cost: Fraction.ZERO, unitsWithoutCost: Decimal.ZERO })) };
    this.#groups.set(name, group);
    return group;
  }

  /** A step lies within one interval. */
  #intervalOf({ toInMillis }: CostStep): number {
    let [low, high] = [0, this.boundariesInMillis.length - 2];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (toInMillis <= this.boundariesInMillis[middle + 1]!) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
