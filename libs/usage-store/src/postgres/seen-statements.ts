/** Of the transactions from `$1` up to but without `$2`. */
export const SEEN_USAGE = `
  select account_id as "accountId", customer_id as "customerId", meter_api_name as "meterApiName", count(*)::double precision as "eventCount",
         min(ingest_time)::double precision as "firstIngestTimeInMillis", max(ingest_time)::double precision as "lastIngestTimeInMillis"
  from usage_event where transaction_id >= $1::bigint and transaction_id < $2::bigint
  group by account_id, customer_id, meter_api_name order by account_id, customer_id, meter_api_name`;

export const SEEN_CONFLICTS = `
  select account_id as "accountId", count(*)::double precision as "eventCount"
  from usage_conflict where transaction_id >= $1::bigint and transaction_id < $2::bigint group by account_id order by account_id`;

/** `$1` account, `$2` after this sequence, `$3` at most so many. */
export const CONFLICTS_OF_ACCOUNT = `
  select sequence::text, customer_id as "customerId", meter_api_name as "meterApiName", unique_id as "uniqueId",
         (payload ->> 'meterTimeInMillis')::double precision as "eventTimeInMillis", trim_scale((payload ->> 'meterValue')::numeric)::text as "meterValue",
         payload -> 'dimensions' as dimensions, ingest_time::double precision as "ingestTimeInMillis"
  from usage_conflict where account_id = $1 and sequence > $2::bigint order by usage_conflict.sequence limit $3`;
