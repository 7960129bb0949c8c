import { CUSTOMER_FIELD, type Aggregation, type UsageQuery } from '../usage-query.js';
import type { TimeRange } from './day-cover.js';
import { belowWatermark, sourceOf } from './event-source.js';
import type { RollupPlan } from './rollup-plan.js';
import { assertBoundaries, fieldOf, filtersOf, inRange, ofMeter, Parameters, type AddParameter } from './statement-parts.js';

/** Of parts, each of which is an event or what many of them came to. */
const AGGREGATES: Readonly<Record<Exclude<Aggregation, 'time_weighted'>, string>> = {
  sum: 'trim_scale(sum(value_sum))',
  count: 'sum(event_count)',
  min: 'trim_scale(min(value_min))',
  max: 'trim_scale(max(value_max))',
  latest: 'trim_scale((array_agg(latest_value order by latest_time desc, latest_sequence desc))[1])',
  unique: 'count(distinct counted)',
  average: 'trim_scale(round(sum(value_sum) / sum(event_count), 12))',
};

const OF_EVENT = 'meter_value as value_sum, 1::bigint as event_count, meter_value as value_min, meter_value as value_max, event_time as latest_time, sequence as latest_sequence, meter_value as latest_value';
const OF_ROLLUP = 'value_sum, event_count, value_min, value_max, latest_time, latest_sequence, latest_value';

/**
 * The query as one statement, and so one moment of the store. Every name and value of it is a parameter. With rollups each row says how far they reached
 * at that moment (`folded_to`).
 * @throws RangeError when the boundaries are fewer than two or do not rise
 */
export function aggregateStatement(query: UsageQuery & { aggregation: Exclude<Aggregation, 'time_weighted'> }, rollups: RollupPlan | null): { text: string; values: unknown[] } {
  assertBoundaries(query.boundariesInMillis);
  const parameters = new Parameters();
  const parameter = parameters.add;
  const parts = rollups === null ? [eventsOf(query, parameter, [rangeOf(query)])] : [...rollupsOf(query, rollups, parameter), freshOf(query, rollups, parameter), ...partialDaysOf(query, rollups, parameter)];
  const groupKeys = (query.groupBy ?? []).map((_, index) => `key_${index + 1}`);
  const text = `
    select key_0 as bucket, array[${groupKeys.join(', ')}]::text[] as group_values, ${AGGREGATES[query.aggregation]}::text as value
           ${rollups === null ? '' : `, (select folded_to::text from usage_rollup_state) as folded_to, exists (${amendedSince(query, rollups, parameter)}) as is_amended`}
    from (${parts.join('\n union all ')}) as part
    group by ${['key_0', ...groupKeys].join(', ')}
    order by ${['key_0', ...groupKeys.map((key) => `${key} collate "C"`)].join(', ')}`;
  return { text, values: parameters.values };
}

function rangeOf({ boundariesInMillis }: UsageQuery): TimeRange {
  return { fromInMillis: boundariesInMillis[0]!, toInMillis: boundariesInMillis.at(-1)! };
}

/** Whole months and days, as far as they are added up. */
function rollupsOf(query: UsageQuery, { months, dayRanges, cutDays, grain }: RollupPlan, parameter: AddParameter): string[] {
  const addedUp = (table: string, start: string, times: readonly string[]): string => {
    const conditions = [...ofMeter(query, parameter), grain === 'customer' ? `customer_id <> ''` : `customer_id = ''`, ...times, ...filtersOf(query, parameter)];
    return `select ${keysOf(query, start, parameter)}, ${OF_ROLLUP}, ${countedBy(query, parameter)} as counted from ${table} where ${conditions.join(' and ')}`;
  };
  const byMonth = months.length === 0 ? [] : [addedUp('usage_rollup_month', 'month_start', [`month_start = any(${parameter([...months], 'bigint[]')})`])];
  // A parameter that nothing refers to would have no type.
  if (dayRanges.length === 0) return byMonth;
  const within = dayRanges.map((range) => `(${inRange('day_start', range, parameter).join(' and ')})`);
  const uncut = cutDays.length === 0 ? [] : [`day_start <> all(${parameter([...cutDays], 'bigint[]')})`];
  return [...byMonth, addedUp('usage_rollup', 'day_start', [`(${within.join(' or ')})`, ...uncut])];
}

/** Events that the rollups hold and that were removed since, of days that are not read event by event. */
function amendedSince(query: UsageQuery, { days, ranges }: RollupPlan, parameter: AddParameter): string {
  const position = '(select folded_to from usage_rollup_state)';
  const conditions = [...ofMeter(query, parameter), ...inRange('event_time', days, parameter), ...outside(ranges, parameter), `removed_at >= ${position}`, `transaction_id < ${position}`];
  return `select 1 from usage_event_removed where ${conditions.join(' and ')}`;
}

/** Events of whole days that are not added up yet. The known lower bound says nothing more than the subselect does, but to the planner: there are few of them. */
function freshOf(query: UsageQuery, { days, ranges, foldedTo }: RollupPlan, parameter: AddParameter): string {
  return eventsOf(query, parameter, [days], [`transaction_id >= ${parameter(foldedTo, 'bigint')}`, 'transaction_id >= (select folded_to from usage_rollup_state)', ...outside(ranges, parameter)]);
}

/** Of days that are not read event by event. */
function outside(ranges: readonly TimeRange[], parameter: AddParameter): string[] {
  return ranges.map((range) => `not (${inRange('event_time', range, parameter).join(' and ')})`);
}

/** Events of days that a boundary cuts, whether they are added up or not. */
function partialDaysOf(query: UsageQuery, { ranges }: RollupPlan, parameter: AddParameter): string[] {
  return ranges.length === 0 ? [] : [eventsOf(query, parameter, ranges)];
}

function eventsOf(query: UsageQuery, parameter: AddParameter, ranges: readonly TimeRange[], more: readonly string[] = []): string {
  const within = ranges.map((range) => `(${inRange('event_time', range, parameter).join(' and ')})`);
  const conditions = [
    ...ofMeter(query, parameter),
    `(${within.join(' or ')})`,
    ...belowWatermark(query, parameter),
    ...(query.since == null ? [] : [`transaction_id >= ${parameter(query.since, 'bigint')}`]),
    ...more,
    ...filtersOf(query, parameter),
  ];
  return `select ${keysOf(query, 'event_time', parameter)}, ${OF_EVENT}, ${countedBy(query, parameter)} as counted from ${sourceOf(query, parameter)} where ${conditions.join(' and ')}`;
}

function keysOf(query: UsageQuery, time: string, parameter: AddParameter): string {
  const bucket = query.boundariesInMillis.length === 2 ? '1' : `width_bucket(${time}, ${parameter([...query.boundariesInMillis], 'bigint[]')})`;
  return [bucket, ...(query.groupBy ?? []).map((field) => fieldOf(field, parameter))].map((expression, index) => `${expression} as key_${index}`).join(', ');
}

/** What `unique` counts of a part; events without the dimension are not counted. */
function countedBy(query: UsageQuery, parameter: AddParameter): string {
  if (query.aggregation !== 'unique') return 'null::text';
  const dimension = query.uniqueDimension ?? CUSTOMER_FIELD;
  return dimension === CUSTOMER_FIELD ? 'customer_id' : `dimensions ->> ${parameter(dimension, 'text')}`;
}
