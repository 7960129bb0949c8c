import { CUSTOMER_FIELD, type Aggregation, type UsageQuery } from '../usage-query.js';

const AGGREGATES: Readonly<Record<Exclude<Aggregation, 'unique'>, string>> = {
  sum: 'trim_scale(sum(meter_value))',
  count: 'count(*)',
  min: 'trim_scale(min(meter_value))',
  max: 'trim_scale(max(meter_value))',
  latest: 'trim_scale((array_agg(meter_value order by event_time desc, sequence desc))[1])',
};

/**
 * The query as one statement. Every name and value of it is a parameter.
 * @throws RangeError when the boundaries are fewer than two or do not rise
 */
export function aggregateStatement(query: UsageQuery): { text: string; values: unknown[] } {
  assertBoundaries(query.boundariesInMillis);
  const values: unknown[] = [];
  const parameter = (value: unknown, type: string): string => `$${values.push(value)}::${type}`;
  const field = (name: string): string => (name === CUSTOMER_FIELD ? 'customer_id' : `coalesce(dimensions ->> ${parameter(name, 'text')}, '')`);

  const conditions = [
    `account_id = ${parameter(query.accountId, 'text')}`,
    `meter_api_name = ${parameter(query.meterApiName, 'text')}`,
    `event_time >= ${parameter(query.boundariesInMillis[0], 'bigint')}`,
    `event_time < ${parameter(query.boundariesInMillis.at(-1), 'bigint')}`,
    ...(query.watermark == null ? [] : [`transaction_id < ${parameter(query.watermark, 'xid8')}`]),
    ...(query.filters ?? []).map((filter) => `${field(filter.field)} = any(${parameter([...filter.values], 'text[]')})`),
  ];
  const bucket = query.boundariesInMillis.length === 2 ? '1' : `width_bucket(event_time, ${parameter([...query.boundariesInMillis], 'bigint[]')})`;
  const groups = (query.groupBy ?? []).map(field);
  const keys = [bucket, ...groups].map((expression, index) => `${expression} as key_${index}`);
  const groupKeys = groups.map((_, index) => `key_${index + 1}`);
  const text = `
    select key_0 as bucket, array[${groupKeys.join(', ')}]::text[] as group_values, ${aggregateOf(query, parameter)}::text as value
    from (
      select ${keys.join(', ')}, customer_id, event_time, sequence, meter_value, dimensions
      from usage_event where ${conditions.join(' and ')}
    ) as event
    group by ${['key_0', ...groupKeys].join(', ')}
    order by ${['key_0', ...groupKeys.map((key) => `${key} collate "C"`)].join(', ')}`;
  return { text, values };
}

function aggregateOf(query: UsageQuery, parameter: (value: unknown, type: string) => string): string {
  if (query.aggregation !== 'unique') return AGGREGATES[query.aggregation];
  const dimension = query.uniqueDimension ?? CUSTOMER_FIELD;
  return `count(distinct ${dimension === CUSTOMER_FIELD ? 'customer_id' : `dimensions ->> ${parameter(dimension, 'text')}`})`;
}

function assertBoundaries(boundaries: readonly number[]): void {
  const rising = boundaries.every((boundary, index) => index === 0 || boundary > boundaries[index - 1]!);
  if (boundaries.length < 2 || !rising) throw new RangeError('A usage query needs at least two boundaries, each later than the one before.');
}
