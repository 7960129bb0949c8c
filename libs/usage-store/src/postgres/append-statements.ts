/** Events as arrays, one for each column. */
export const INCOMING = `
  incoming as (
    select account_id, event_key, payload_hash, customer_id, meter_api_name, event_time, unique_id, meter_value::numeric as meter_value,
           dimensions::jsonb as dimensions, ingest_time, position
    from unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::bigint[])
      with ordinality as event (account_id, event_key, payload_hash, customer_id, meter_api_name, event_time, unique_id, meter_value, dimensions, ingest_time, position)
  )`;

/**
 * Claims keys, and stores the events of those that nobody had claimed. Each key may appear once. Answers the positions of those stored. Keys are inserted in their own
 * order: two writers of the same keys then meet at the same one first, and wait instead of deadlocking.
 */
export const APPEND_NEW = `
  with ${INCOMING},
  claimed as (
    insert into usage_event_key (event_key, payload_hash) select event_key, payload_hash from incoming order by event_key
    on conflict do nothing
    returning event_key
  ),
  stored as (
    insert into usage_event (account_id, customer_id, meter_api_name, event_time, unique_id, meter_value, dimensions, ingest_time, transaction_id)
    select account_id, customer_id, meter_api_name, event_time, unique_id, meter_value, dimensions, ingest_time,
           -- Once for the statement, not for each row.
           (select pg_current_xact_id()::text::bigint)
    from incoming join claimed using (event_key) order by position
  )
  select position::integer from incoming join claimed using (event_key)`;

/** Answers of those keys that are known (`$1`) whether they are known with this content (`$2`). */
export const FIND_KNOWN = `
  select position::integer, coalesce(known.payload_hash = incoming.payload_hash, false) as same
  from unnest($1::uuid[], $2::uuid[]) with ordinality as incoming (event_key, payload_hash, position)
  cross join lateral (select payload_hash from usage_event_key where event_key = incoming.event_key limit 1) as known`;

/**
 * Compares events with what is known under their keys, and keeps those that say something else, once each. Nothing is answered for a key that is not known. Each key is looked up by
 * itself (a lateral with a limit is never turned into a join): a join may read the whole key table for a large batch.
 */
export const CLASSIFY_KNOWN = `
  with ${INCOMING},
  judged as materialized (
    select incoming.*, known.payload_hash is not distinct from incoming.payload_hash as same, known.payload_hash is null as awaited
    from incoming cross join lateral (
      select payload_hash from usage_event_key where event_key = incoming.event_key limit 1
    ) as known
  ),
  kept as (
    insert into usage_conflict (account_id, customer_id, meter_api_name, unique_id, event_key, payload_hash, payload, ingest_time)
    select account_id, customer_id, meter_api_name, unique_id, event_key, payload_hash,
           jsonb_build_object('meterTimeInMillis', event_time, 'meterValue', meter_value::text, 'dimensions', dimensions), ingest_time
    from judged where not same and not awaited order by account_id, event_key, payload_hash
    on conflict do nothing
  )
  select position::integer, same, awaited from judged`;

/**
 * Takes events whose cancel came first, each key once: they are kept where removed ones are, and never count. The cancel has claimed their keys without content. Answers
 * the positions of those taken; of two writers of one key one takes it.
 */
export const TAKE_CANCELLED = `
  with ${INCOMING},
  taken as (
    update usage_event_key as known set payload_hash = incoming.payload_hash from incoming
    where known.event_key = incoming.event_key and known.payload_hash is null
    returning incoming.*
  ),
  kept as (
    insert into usage_event_removed (account_id, customer_id, meter_api_name, event_time, sequence, unique_id, meter_value, dimensions, ingest_time, transaction_id, version, is_final)
    select account_id, customer_id, meter_api_name, event_time, nextval('usage_event_order'), unique_id, meter_value, dimensions, ingest_time, pg_current_xact_id()::text::bigint, 1, true
    from taken
  )
  select position::integer from taken`;
