/**
 * Usage that came or was removed by the transactions from `$1` up to but without `$2`, by customer: from the first to the last instant of each 31 days, so that a
 * month of events is a row or two, and one from long ago does not stand for all time since.
 */
export const CHANGES = `
  select account_id as "accountId", customer_id as "customerId", array_agg(distinct meter_api_name)::text[] as "meterApiNames", min(event_time)::double precision as "fromInMillis", (max(event_time) + 1)::double precision as "toInMillis"
  from (
    select account_id, customer_id, meter_api_name, event_time from usage_event where transaction_id >= $1::bigint and transaction_id < $2::bigint
    union all
    select account_id, customer_id, meter_api_name, event_time from usage_event_removed where removed_at >= $1::bigint and removed_at < $2::bigint
  ) as change
  group by account_id, customer_id, event_time / 2678400000
  order by account_id, customer_id, min(event_time)`;

/** Two versions of an event that say the same: it was taken back, and brought back since. */
const SAYS_THE_SAME = `removed.account_id = event.account_id and removed.sequence = event.sequence and removed.meter_api_name = event.meter_api_name and removed.customer_id = event.customer_id
      and removed.event_time = event.event_time and removed.meter_value = event.meter_value and removed.dimensions = event.dimensions`;

/** `$1` account, `$2` customer, `$3` to `$4` time, `$5` position. An event that came and went since is in neither, nor is one that went and came back. */
export const LATE_USAGE = `
  select meter_api_name as "meterApiName", coalesce(sum(added), 0)::double precision as "addedEvents", trim_scale(coalesce(sum(added_value), 0))::text as "addedUnits",
         coalesce(sum(removed), 0)::double precision as "removedEvents", trim_scale(coalesce(sum(removed_value), 0))::text as "removedUnits"
  from (
    select meter_api_name, 1 as added, meter_value as added_value, 0 as removed, 0::numeric as removed_value from usage_event as event
    where account_id = $1 and customer_id = $2 and event_time >= $3::bigint and event_time < $4::bigint and transaction_id >= $5::bigint
      and not exists (select from usage_event_removed as removed where ${SAYS_THE_SAME} and removed.transaction_id < $5::bigint and removed.removed_at >= $5::bigint)
    union all
    select meter_api_name, 0, 0, 1, meter_value from usage_event_removed as removed
    where account_id = $1 and customer_id = $2 and event_time >= $3::bigint and event_time < $4::bigint and transaction_id < $5::bigint and removed_at >= $5::bigint
      and not exists (select from usage_event as event where ${SAYS_THE_SAME} and event.transaction_id >= $5::bigint)
  ) as late
  group by meter_api_name order by meter_api_name`;
