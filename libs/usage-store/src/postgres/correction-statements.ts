import type { EventsChange, UsageCorrection } from '../usage-correction.js';
import { amendedColumns, conditionsOf, valueOf } from './events-changed.js';
import { Parameters, type AddParameter } from './statement-parts.js';

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** Where a walk over events has come to. */
export interface StepPlace {
  readonly event_time: string;
  readonly sequence: string;
}

const COLUMNS = 'account_id, customer_id, meter_api_name, event_time, sequence, unique_id, meter_value, dimensions, ingest_time';
const LAST = 'select count(*)::integer as count, max(array[event_time, sequence])::text[] as last from chosen';
/** As the column of values has it: so many digits before and after the point. */
const [WHOLE_DIGITS, DECIMAL_PLACES] = [26, 12];

export function previewStatement({ events, amendment }: EventsChange): Statement {
  const parameters = new Parameters();
  const parameter = parameters.add;
  const after = amendment === null ? '0' : valueOf(amendment, parameter);
  const text = `
    select meter_api_name as "meterApiName", customer_id as "customerId", min(event_time)::double precision as "firstInMillis", max(event_time)::double precision as "lastInMillis",
           count(*)::double precision as "eventCount", trim_scale(sum(meter_value))::text as units, trim_scale(sum(${after}))::text as "unitsAfter",
           count(*) filter (where scale(trim_scale(${after})) > ${DECIMAL_PLACES} or abs(${after}) >= 1e${WHOLE_DIGITS})::double precision as "inexactCount"
    from usage_event where ${conditionsOf(events, parameter).join(' and ')} group by meter_api_name, customer_id order by meter_api_name, customer_id`;
  return { text, values: parameters.values };
}

/** Moves some events aside, in the order of their time, and adds what they say instead. Answers how many and the last one. */
export function applyStatement({ correctionId, events, amendment }: UsageCorrection, place: StepPlace, limit: number): Statement {
  const parameters = new Parameters();
  const parameter = parameters.add;
  const conditions = [...conditionsOf(events, parameter), after(place, parameter), `event_time >= ${parameter(place.event_time, 'bigint')}`];
  const next = amendment === null ? null : { customer_id: 'customer_id', meter_api_name: 'meter_api_name', event_time: 'event_time', meter_value: 'meter_value', dimensions: 'dimensions', ...amendedColumns(amendment, parameter) };
  const added = next && `, added as (
      insert into usage_event (${COLUMNS})
      select account_id, ${next.customer_id}, ${next.meter_api_name}, ${next.event_time}, sequence, unique_id, ${next.meter_value}, ${next.dimensions}, ingest_time from chosen
    )`;
  const text = `
    with chosen as materialized (
      select ${COLUMNS}, transaction_id from usage_event where ${conditions.join(' and ')} order by event_time, sequence limit ${parameter(limit, 'integer')}
    ),
    gone as (
      delete from usage_event as event using chosen where ${isSame('event', 'chosen')}
    ),
    kept as (
      insert into usage_event_removed (${COLUMNS}, transaction_id, removed_by, version, next_customer_id, next_meter_api_name, next_event_time)
      select ${COLUMNS}, transaction_id, ${parameter(correctionId, 'text')}, ${NEXT_VERSION}, ${next ? `${next.customer_id}, ${next.meter_api_name}, ${next.event_time}` : 'null, null, null'} from chosen
    )
    ${added ?? ''}
    ${LAST}`;
  return { text, values: parameters.values };
}

/** The months of what a correction adds, as the time of one of the events in each. */
export function addedMonthsStatement({ events, amendment }: UsageCorrection): Statement {
  const parameters = new Parameters();
  const parameter = parameters.add;
  const time = `(event_time + ${parameter(amendment?.shiftInMillis ?? 0, 'bigint')})`;
  const text = `select min(${time})::double precision as time from usage_event
    where ${conditionsOf(events, parameter).join(' and ')} group by to_char(to_timestamp(${time} / 1000.0) at time zone 'UTC', 'YYYY-MM')`;
  return { text, values: parameters.values };
}

/** As above of what a revert brings back. `$1` account, `$2` correction. */
export const RESTORED_MONTHS = `
  select min(event_time)::double precision as time from usage_event_removed
  where account_id = $1 and removed_by = $2 and not is_revert and not is_restored and not is_final group by to_char(to_timestamp(event_time / 1000.0) at time zone 'UTC', 'YYYY-MM')`;

/**
 * Brings some of a correction's events back as they were, but those that their sender has cancelled since. `$1` account, `$2` correction, `$3`, `$4` place, `$5` how many.
 */
export const REVERT = `
  with chosen as materialized (
    select * from usage_event_removed
    where account_id = $1 and removed_by = $2 and not is_revert and not is_restored and not is_final and (event_time, sequence) > ($3::bigint, $4::bigint)
    order by event_time, sequence limit $5
  ),
  gone as (
    delete from usage_event as event using chosen
    where event.account_id = chosen.account_id and event.meter_api_name = chosen.next_meter_api_name and event.customer_id = chosen.next_customer_id
      and event.event_time = chosen.next_event_time and event.sequence = chosen.sequence
    returning event.*, chosen.customer_id as back_customer_id, chosen.meter_api_name as back_meter_api_name, chosen.event_time as back_event_time
  ),
  kept as (
    insert into usage_event_removed (${COLUMNS}, transaction_id, removed_by, version, next_customer_id, next_meter_api_name, next_event_time, is_revert)
    select ${COLUMNS}, transaction_id, $2, (select max(version) + 1 from usage_event_removed as removed where removed.account_id = gone.account_id and removed.sequence = gone.sequence),
           back_customer_id, back_meter_api_name, back_event_time, true
    from gone
  ),
  marked as (
    update usage_event_removed as removed
    set is_restored = true, next_customer_id = coalesce(removed.next_customer_id, removed.customer_id), next_meter_api_name = coalesce(removed.next_meter_api_name, removed.meter_api_name),
        next_event_time = coalesce(removed.next_event_time, removed.event_time)
    from chosen where removed.account_id = chosen.account_id and removed.sequence = chosen.sequence and removed.version = chosen.version
  ),
  restored as (
    insert into usage_event (${COLUMNS}) select ${COLUMNS} from chosen
  )
  ${LAST}`;

/** A later correction that still holds events of this one. `$1` account, `$2` correction. */
export const LATER_CORRECTION = `
  select later.removed_by
  from usage_event_removed as own
  join usage_event_removed as later on later.account_id = own.account_id and later.sequence = own.sequence and later.version > own.version
  where own.account_id = $1 and own.removed_by = $2 and later.removed_by <> $2 and not later.is_revert and not later.is_restored and not later.is_final
  limit 1`;

const NEXT_VERSION = `coalesce((select max(version) from usage_event_removed as removed where removed.account_id = chosen.account_id and removed.sequence = chosen.sequence), 0) + 1`;

function after({ event_time, sequence }: StepPlace, parameter: AddParameter): string {
  return `(event_time, sequence) > (${parameter(event_time, 'bigint')}, ${parameter(sequence, 'bigint')})`;
}

function isSame(one: string, other: string): string {
  return ['account_id', 'meter_api_name', 'customer_id', 'event_time', 'sequence'].map((column) => `${one}.${column} = ${other}.${column}`).join(' and ');
}
