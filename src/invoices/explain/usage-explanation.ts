import { Decimal } from '@tollkeeper/kernel';
import { isLevel, type UsageNeed } from '@tollkeeper/rating';
import { CUSTOMER_FIELD, type UsageAggregate, type UsageFilter, type UsageQuery, type UsageStore } from '@tollkeeper/usage-store';

/** How the values of the days make the quantity. */
export const COMBINATIONS = ['sum', 'maximum', 'minimum', 'latest', 'average'] as const;
export type Combination = (typeof COMBINATIONS)[number];

/** What a line counts: whose usage, of which meter, when, and up to which position of the store. */
export interface ExplainedScope {
  readonly accountId: string;
  readonly customerId: string;
  readonly meterApiName: string;
  readonly need: UsageNeed;
  readonly startInMillis: number;
  readonly endInMillis: number;
  readonly watermark: string | null;
  /** What holds is counted up to then. */
  readonly heldUntilInMillis: number;
}

export interface UsageExplanation {
  readonly combination: Combination;
  readonly quantities: readonly GroupQuantity[];
  readonly buckets: readonly UsageBucket[];
}

/** What was metered in the whole span, by the dimensions the price asks for; one without dimensions where it asks for none. */
export interface GroupQuantity {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly quantity: string;
  readonly eventCount: string;
  /** The quantity less the sum of its buckets: what rounding to 12 places has left, where hours are counted; zero elsewhere, and null where they do not add up. */
  readonly remainder: string | null;
}

export interface UsageBucket {
  readonly startInMillis: number;
  readonly endInMillis: number;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Of an average the sum of the events' values, to be divided by how many there are. */
  readonly value: string;
  readonly eventCount: string;
}

const COMBINATION_OF: Readonly<Record<UsageNeed['aggregation'], Combination>> = {
  sum: 'sum',
  count: 'sum',
  unique: 'sum',
  time_weighted: 'sum',
  max: 'maximum',
  min: 'minimum',
  latest: 'latest',
  average: 'average',
};

/** Reads what a line counts, whole and by day. The whole is asked for itself and not added up here, so that a reader can hold one against the other. */
export async function explainUsage(store: UsageStore, scope: ExplainedScope, cutsInMillis: readonly number[]): Promise<UsageExplanation> {
  const { need } = scope;
  const whole = [scope.startInMillis, scope.endInMillis];
  const [totals, counts, values, countsByDay] = await Promise.all([
    store.aggregate(queryOf(scope, whole)),
    store.aggregate({ ...queryOf(scope, whole), ...COUNT }),
    need.aggregation === 'unique' ? newByDay(store, scope, cutsInMillis) : store.aggregate({ ...queryOf(scope, cutsInMillis), ...(need.aggregation === 'average' ? { aggregation: 'sum' as const } : {}) }),
    store.aggregate({ ...queryOf(scope, cutsInMillis), ...COUNT }),
  ]);
  const countOf = new Map([...counts.map((row) => [keyOf(row, 'whole'), row.value] as const), ...countsByDay.map((row) => [keyOf(row), row.value] as const)]);
  const combination = COMBINATION_OF[need.aggregation];
  return {
    combination,
    quantities: totals.map((row) => {
      const added = values.filter(({ group }) => sameGroup(group, row.group)).reduce((sum, { value }) => sum.plus(Decimal.parse(value)), Decimal.ZERO);
      const remainder = combination === 'sum' ? Decimal.parse(row.value).minus(added).toString() : null;
      return { dimensions: dimensionsOf(need, row.group), quantity: row.value, eventCount: countOf.get(keyOf(row, 'whole')) ?? '0', remainder };
    }),
    buckets: values.map((row) => ({
      startInMillis: row.bucketStartInMillis,
      endInMillis: cutsInMillis[cutsInMillis.indexOf(row.bucketStartInMillis) + 1]!,
      dimensions: dimensionsOf(need, row.group),
      value: row.value,
      eventCount: countOf.get(keyOf(row)) ?? '0',
    })),
  };
}

export function filtersOf({ customerId, need }: ExplainedScope): UsageFilter[] {
  return [{ field: CUSTOMER_FIELD, values: [customerId] }, ...need.filters.map(({ dimension, values }) => ({ field: dimension, values }))];
}

/** A level is the whole period's, whatever part of it a line is for. */
export function isOfWholePeriod({ aggregation }: UsageNeed): boolean {
  return isLevel(aggregation);
}

const COUNT = { aggregation: 'count' as const, uniqueDimension: null };

function queryOf(scope: ExplainedScope, boundariesInMillis: readonly number[]): UsageQuery {
  const { accountId, meterApiName, need, watermark, heldUntilInMillis } = scope;
  return { accountId, meterApiName, aggregation: need.aggregation, uniqueDimension: need.uniqueDimension, groupBy: need.groupBy, filters: filtersOf(scope), boundariesInMillis, watermark, heldUntilInMillis };
}

/** Each value counts on the day on which it was first seen: how many had been seen by the end of each day, less those of the day before. */
async function newByDay(store: UsageStore, scope: ExplainedScope, cuts: readonly number[]): Promise<UsageAggregate[]> {
  const found: UsageAggregate[] = [];
  const before = new Map<string, Decimal>();
  for (const [index, end] of cuts.slice(1).entries()) {
    for (const row of await store.aggregate(queryOf(scope, [cuts[0]!, end]))) {
      const key = JSON.stringify(row.group);
      const seen = Decimal.parse(row.value);
      const fresh = seen.minus(before.get(key) ?? Decimal.ZERO);
      before.set(key, seen);
      if (!fresh.isZero()) found.push({ ...row, bucketStartInMillis: cuts[index]!, value: fresh.toString() });
    }
  }
  return found;
}

function dimensionsOf({ groupBy }: UsageNeed, group: readonly string[]): Record<string, string> {
  return Object.fromEntries(groupBy.map((name, index) => [name, group[index] ?? '']));
}

function keyOf({ bucketStartInMillis, group }: UsageAggregate, span: string = String(bucketStartInMillis)): string {
  return JSON.stringify([span, group]);
}

function sameGroup(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}
