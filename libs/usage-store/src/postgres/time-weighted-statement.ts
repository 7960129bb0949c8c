import type { UsageQuery } from '../usage-query.js';
import { belowWatermark, sourceOf } from './event-source.js';
import { assertBoundaries, fieldOf, filtersOf, ofMeter, Parameters } from './statement-parts.js';

const HOUR_IN_MILLIS = 3_600_000;

/**
 * A value holds from its event until the next one of the same customer and dimensions, and counts by the hour. What held when the range began is the last event
 * before it, however long ago.
 */
export function timeWeightedStatement(query: UsageQuery): { text: string; values: unknown[] } {
  assertBoundaries(query.boundariesInMillis);
  const parameters = new Parameters();
  const parameter = parameters.add;
  const { boundariesInMillis, groupBy = [] } = query;
  const start = parameter(boundariesInMillis[0], 'bigint');
  const last = boundariesInMillis.at(-1)!;
  const end = parameter(query.heldUntilInMillis == null ? last : Math.min(last, query.heldUntilInMillis), 'bigint');
  const conditions = [...ofMeter(query, parameter), ...belowWatermark(query, parameter), ...filtersOf(query, parameter)].join(' and ');
  const source = sourceOf(query, parameter);
  const groups = groupBy.map((field) => fieldOf(field, parameter));
  const groupKeys = groups.map((_, index) => `key_${index + 1}`);
  const text = `
    with level as (
      select customer_id, dimensions, event_time, sequence, meter_value from ${source} where ${conditions} and event_time >= ${start} and event_time < ${end}
      union all
      select * from (
        select distinct on (customer_id, dimensions) customer_id, dimensions, ${start} as event_time, -1::bigint as sequence, meter_value
        from ${source} where ${conditions} and event_time < ${start} order by customer_id, dimensions, usage_event.event_time desc, usage_event.sequence desc
      ) as before
    ),
    held as (
      select customer_id, dimensions, meter_value, event_time as held_from,
             coalesce(lead(event_time) over (partition by customer_id, dimensions order by event_time, sequence), ${end}) as held_to
      from level
    )
    select bucket::integer, array[${groupKeys.join(', ')}]::text[] as group_values, trim_scale(round(sum(share) / ${HOUR_IN_MILLIS}, 12))::text as value
    from (
      select bucket, ${groups.map((group, index) => `${group} as key_${index + 1}, `).join('')} meter_value * (least(held_to, bucket_end) - greatest(held_from, bucket_start)) as share
      from held
      join unnest(${parameter(boundariesInMillis.slice(0, -1), 'bigint[]')}, ${parameter(boundariesInMillis.slice(1), 'bigint[]')}) with ordinality as buckets (bucket_start, bucket_end, bucket)
        on held_from < bucket_end and held_to > bucket_start and held_from < held_to
    ) as shares
    group by ${['bucket', ...groupKeys].join(', ')}
    order by ${['bucket', ...groupKeys.map((key) => `${key} collate "C"`)].join(', ')}`;
  return { text, values: parameters.values };
}
