import { INCOMING } from './append-statements.js';

/** Corrections of an account come one after another: none meets a half of another one, and none deadlocks. */
export const LOCK_CORRECTIONS = 'select pg_advisory_xact_lock(7302114, hashtext(account_id)) from (select distinct unnest($1::text[]) as account_id order by 1) as accounts';

/** Answers the positions of cancels that are the first of their event. */
export const CLAIM_CANCELS = `
  with ${INCOMING},
  claimed as (
    insert into usage_cancel (account_id, event_key, customer_id, meter_api_name, unique_id, event_time, ingest_time)
    select account_id, event_key, customer_id, meter_api_name, unique_id, event_time, ingest_time from incoming order by event_key
    on conflict do nothing
    returning event_key
  )
  select position::integer from incoming join claimed using (event_key)`;

/**
 * Claims the keys of events that are not there yet, without content, so that the events find them taken; answers their positions. A writer of the event that is under way is waited
 * for.
 */
export const CLAIM_AHEAD = `
  with ${INCOMING},
  claimed as (
    insert into usage_event_key (event_key) select event_key from incoming order by event_key
    on conflict do nothing
    returning event_key
  )
  select position::integer from incoming join claimed using (event_key)`;

/**
 * Removes events for good, whatever corrections have made of them. An event is known by its first version: the only one there is, or the one that was removed
 * first. Answers the positions of those found.
 */
export const REMOVE_CANCELLED = {
  /** Where the cancel carries the event's time, which leads to the event at once. */
  atItsTime: removeStatement('and event.event_time = incoming.event_time'),
  /** A cancel that names the event by its id and carries another time: all events of the customer are looked through. */
  atAnyTime: removeStatement(''),
};

function removeStatement(atTime: string): string {
  const named = `event.account_id = incoming.account_id and event.meter_api_name = incoming.meter_api_name and event.customer_id = incoming.customer_id ${atTime}
      and (event.unique_id = incoming.unique_id or (event.unique_id is null and incoming.unique_id is null and event.event_time = incoming.event_time
                                                    and event.meter_value = incoming.meter_value and event.dimensions = incoming.dimensions))`;
  return `
  with ${INCOMING},
  untouched as (
    select incoming.position, event.account_id, event.meter_api_name, event.customer_id, event.event_time, event.sequence
    from incoming join usage_event as event on ${named}
    where not exists (select 1 from usage_event_removed as removed where removed.account_id = event.account_id and removed.sequence = event.sequence)
  ),
  corrected as (
    select incoming.position, event.account_id, event.meter_api_name, event.sequence
    from incoming join usage_event_removed as event on event.version = 1 and ${named}
  ),
  counting as (
    select account_id, meter_api_name, customer_id, event_time, sequence, 1 as version from untouched
    union all
    select corrected.account_id, latest.next_meter_api_name, latest.next_customer_id, latest.next_event_time, corrected.sequence, latest.version + 1
    from corrected cross join lateral (
      select version, next_customer_id, next_meter_api_name, next_event_time from usage_event_removed as removed
      where removed.account_id = corrected.account_id and removed.sequence = corrected.sequence order by version desc limit 1
    ) as latest
    where latest.next_event_time is not null
  ),
  moved as (
    delete from usage_event as event using counting
    where event.account_id = counting.account_id and event.meter_api_name = counting.meter_api_name and event.customer_id = counting.customer_id
      and event.event_time = counting.event_time and event.sequence = counting.sequence
    returning event.*, counting.version
  ),
  kept as (
    insert into usage_event_removed (account_id, customer_id, meter_api_name, event_time, sequence, unique_id, meter_value, dimensions, ingest_time, transaction_id, version, is_final)
    select account_id, customer_id, meter_api_name, event_time, sequence, unique_id, meter_value, dimensions, ingest_time, transaction_id, version, true from moved
  ),
  ended as (
    update usage_event_removed as removed set is_final = true from corrected where removed.account_id = corrected.account_id and removed.sequence = corrected.sequence
  )
  select position::integer from untouched union select position::integer from corrected`;
}
