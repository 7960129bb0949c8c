import { eventsAsOf } from './events-as-of.js';

/**
 * Adds up events and merges them into what is there. `$1` boundaries of the days, `$2` time zone, `$3` its rules, `$4` now. The scope says which
 * events: those of some transactions, or all of one meter. With `months`, which are the starts of the months that the days begin in, these are added to as well.
 *
 * Events are brought to their dimensions first and stripped of undeclared ones after: there are far fewer combinations than events.
 */
function mergeStatement(scope: string, upTo: string, months: string | null): string {
  return `
  with fresh as (
    select event.account_id, event.meter_api_name, event.customer_id, event.dimensions, meter.dimensions as declared,
           ($1::bigint[])[width_bucket(event.event_time, $1::bigint[])] as day_start, ($1::bigint[])[width_bucket(event.event_time, $1::bigint[]) + 1] as day_end,
           event.event_time, event.sequence, event.meter_value, event.ingest_time
    from ${eventsAsOf(upTo)} as event
    join usage_rollup_meter as meter on meter.account_id = event.account_id and meter.meter_api_name = event.meter_api_name
    where meter.time_zone = $2 and meter.zone_rules = $3 and ${scope}
  ),
  by_customer as (
    select account_id, meter_api_name, customer_id, day_start, '{}'::jsonb as dimensions, ${MEASURES}
    from fresh group by account_id, meter_api_name, customer_id, day_start
  ),
  by_all_dimensions as (
    select account_id, meter_api_name, day_start, dimensions as sent, declared, ${MEASURES}
    from fresh group by account_id, meter_api_name, day_start, dimensions, declared
  ),
  by_dimensions as (
    select account_id, meter_api_name, '' as customer_id, day_start,
           coalesce((select jsonb_object_agg(name, sent -> name) from unnest(declared) as name where sent ? name), '{}'::jsonb) as dimensions,
           event_count, value_sum, value_min, value_max, latest, late_count, late_sum
    from by_all_dimensions
  ),
  stripped as (
    select account_id, meter_api_name, customer_id, day_start, dimensions, sum(event_count)::bigint as event_count, sum(value_sum) as value_sum, min(value_min) as value_min,
           max(value_max) as value_max, max(latest) as latest, sum(late_count)::bigint as late_count, sum(late_sum) as late_sum
    from by_dimensions group by account_id, meter_api_name, customer_id, day_start, dimensions
  ),
  parts as (
    select account_id, meter_api_name, customer_id, day_start, dimensions, ''::bytea as dimension_key, event_count, value_sum, value_min, value_max, latest, late_count, late_sum from by_customer
    union all
    select account_id, meter_api_name, customer_id, day_start, dimensions, sha256(convert_to(dimensions::text, 'UTF8')), event_count, value_sum, value_min, value_max, latest, late_count, late_sum from stripped
  )${months === null ? '' : `,\n${mergedByMonth(months)}`}
  insert into usage_rollup as known (account_id, meter_api_name, customer_id, day_start, dimensions, dimension_key, event_count, value_sum, value_min, value_max,
                                     latest_time, latest_sequence, latest_value, late_count, late_sum, update_time)
  select account_id, meter_api_name, customer_id, day_start, dimensions, dimension_key, event_count, value_sum, value_min, value_max,
         latest[1]::bigint, latest[2]::bigint, latest[3], late_count, late_sum, $4::bigint
  from parts
  on conflict (account_id, meter_api_name, customer_id, day_start, dimension_key) do update set
    event_count = known.event_count + excluded.event_count,
    value_sum = known.value_sum + excluded.value_sum,
    value_min = least(known.value_min, excluded.value_min),
    value_max = greatest(known.value_max, excluded.value_max),
    latest_time = case when ${IS_LATER} then excluded.latest_time else known.latest_time end,
    latest_sequence = case when ${IS_LATER} then excluded.latest_sequence else known.latest_sequence end,
    latest_value = case when ${IS_LATER} then excluded.latest_value else known.latest_value end,
    late_count = known.late_count + excluded.late_count,
    late_sum = known.late_sum + excluded.late_sum,
    update_time = excluded.update_time`;
}

function mergedByMonth(months: string): string {
  return `
  by_month as (
    insert into usage_rollup_month as known (${MONTH_COLUMNS})
    select ${OF_DAYS}
    from (select *, (${months})[width_bucket(day_start, $1::bigint[])] as month_start from parts) as day group by ${MONTH_KEY}
    on conflict (account_id, meter_api_name, month_start, customer_id, dimension_key) do update set
      event_count = known.event_count + excluded.event_count,
      value_sum = known.value_sum + excluded.value_sum,
      value_min = least(known.value_min, excluded.value_min),
      value_max = greatest(known.value_max, excluded.value_max),
      latest_time = case when ${IS_LATER} then excluded.latest_time else known.latest_time end,
      latest_sequence = case when ${IS_LATER} then excluded.latest_sequence else known.latest_sequence end,
      latest_value = case when ${IS_LATER} then excluded.latest_value else known.latest_value end
  )`;
}

/** An array compares element by element: the largest is that of the latest event. */
const MEASURES = `
  count(*) as event_count, sum(meter_value) as value_sum, min(meter_value) as value_min, max(meter_value) as value_max,
  max(array[event_time, sequence, meter_value]) as latest,
  count(*) filter (where ingest_time >= day_end) as late_count, coalesce(sum(meter_value) filter (where ingest_time >= day_end), 0) as late_sum`;

const IS_LATER = '(excluded.latest_time, excluded.latest_sequence) > (known.latest_time, known.latest_sequence)';

const MONTH_KEY = 'account_id, meter_api_name, month_start, customer_id, dimensions, dimension_key';
const MONTH_COLUMNS = `${MONTH_KEY}, event_count, value_sum, value_min, value_max, latest_time, latest_sequence, latest_value`;
const OF_DAYS = `${MONTH_KEY}, sum(event_count)::bigint, sum(value_sum), min(value_min), max(value_max), (max(latest))[1]::bigint, (max(latest))[2]::bigint, (max(latest))[3]`;

/** A month anew from its days: `$1`, `$2` account and meter; `$3`, `$4` from its start up to but without its end. */
export const ADD_UP_MONTH = `
  insert into usage_rollup_month (${MONTH_COLUMNS})
  select ${OF_DAYS}
  from (select *, $3::bigint as month_start, array[latest_time, latest_sequence, latest_value] as latest from usage_rollup
        where account_id = $1 and meter_api_name = $2 and day_start >= $3::bigint and day_start < $4::bigint) as day
  group by ${MONTH_KEY}`;

/** `$5`, `$6`: transactions from, and up to but without; of meters whose rollups exist; `$7`: months. */
export const MERGE_FRESH = mergeStatement('meter.ready and event.transaction_id >= $5::bigint and event.transaction_id < $6::bigint', '$6::bigint', '$7::bigint[]');
/** `$5`, `$6`: account and meter; `$7`: transactions up to but without; `$8`: months. */
export const MERGE_METER = mergeStatement('event.account_id = $5 and event.meter_api_name = $6 and event.transaction_id < $7::bigint', '$7::bigint', '$8::bigint[]');
/** `$5`, `$6`: account and meter; `$7`: transactions up to but without; `$8`, `$9`: a day. Months are added up from days after it. */
export const MERGE_DAY = mergeStatement('event.account_id = $5 and event.meter_api_name = $6 and event.transaction_id < $7::bigint and event.event_time >= $8::bigint and event.event_time < $9::bigint', '$7::bigint', null);

/** Time zones among the events of the transactions from `$1` up to but without `$2`, with the times they span. */
export const SPANS_OF_FRESH = `
  select meter.time_zone, meter.zone_rules, min(event.event_time) as first, max(event.event_time) as last
  from ${eventsAsOf('$2::bigint')} as event
  join usage_rollup_meter as meter on meter.account_id = event.account_id and meter.meter_api_name = event.meter_api_name
  where meter.ready and event.transaction_id >= $1::bigint and event.transaction_id < $2::bigint
  group by meter.time_zone, meter.zone_rules`;

/**
 * Quarters of an hour from which events were removed by the transactions from `$1` up to but without `$2`, of events that had been added up before. Days begin with a quarter in all
 * zones of today.
 */
export const AMENDED_QUARTERS = `
  select meter.account_id, meter.meter_api_name, meter.time_zone, meter.zone_rules, array_agg(distinct removed.event_time / 900000 * 900000)::text[] as starts
  from usage_event_removed as removed
  join usage_rollup_meter as meter on meter.account_id = removed.account_id and meter.meter_api_name = removed.meter_api_name
  where meter.ready and removed.removed_at >= $1::bigint and removed.removed_at < $2::bigint and removed.transaction_id < $1::bigint
  group by meter.account_id, meter.meter_api_name, meter.time_zone, meter.zone_rules order by meter.account_id, meter.meter_api_name`;
