import { Decimal } from '@tollkeeper/kernel';
import type { Aggregation, UsageAggregate } from '@tollkeeper/usage-store';

/** One group's series, in the order of the intervals. */
export interface UsageSeries {
  readonly group: readonly string[];
  /** One for each interval; zero where nothing was counted. */
  readonly values: readonly Decimal[];
  /** The whole range brought to one number in the meter's way, not the sum of the values. */
  readonly total: Decimal;
}

/**
 * Fills the gaps of an aggregation's rows.
 * @param totals the range's own aggregation by group, where it cannot be told from the intervals' values (unique, average)
 */
export function seriesOf(rows: readonly UsageAggregate[], starts: readonly number[], aggregation: Aggregation, totals: readonly UsageAggregate[]): UsageSeries[] {
  const totalByGroup = new Map(totals.map((row) => [keyOf(row.group), Decimal.parse(row.value)]));
  const position = new Map(starts.map((start, index) => [start, index]));
  const groups = new Map<string, { group: readonly string[]; found: Map<number, Decimal> }>();
  for (const row of rows) {
    const key = keyOf(row.group);
    const entry = groups.get(key) ?? { group: row.group, found: new Map<number, Decimal>() };
    entry.found.set(position.get(row.bucketStartInMillis)!, Decimal.parse(row.value));
    groups.set(key, entry);
  }
  return [...groups.entries()].map(([key, { group, found }]) => ({
    group,
    values: starts.map((_, index) => found.get(index) ?? Decimal.ZERO),
    total: totalByGroup.get(key) ?? totalOf(aggregation, [...found.values()]),
  }));
}

/** Of the intervals that hold anything, in their order. */
function totalOf(aggregation: Aggregation, values: readonly Decimal[]): Decimal {
  const [first = Decimal.ZERO, ...others] = values;
  switch (aggregation) {
    case 'min':
      return Decimal.min(first, ...others);
    case 'max':
      return Decimal.max(first, ...others);
    case 'latest':
      return values.at(-1) ?? Decimal.ZERO;
    default:
      return others.reduce((sum, value) => sum.plus(value), first);
  }
}

function keyOf(group: readonly string[]): string {
  return JSON.stringify(group);
}
