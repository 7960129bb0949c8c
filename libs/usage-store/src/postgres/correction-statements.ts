import type { CorrectedEvents, EventAmendment, UsageCorrection } from '../usage-correction.js';
import { filtersOf, inRange, ofMeter, Parameters, type AddParameter } from './statement-parts.js';

interface Statement {
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

export function previewStatement(events: CorrectedEvents): Statement {
  const parameters = new Parameters();
  const text = `
    select customer_id as "customerId", count(*)::double precision as "eventCount", trim_scale(sum(meter_value))::text as units
    from usage_event where ${conditionsOf(events, parameters.add).join(' and ')} group by customer_id order by customer_id`;
  return { text, values: parameters.values };
}

/** Moves some events aside, in the order of their time, and adds what they say instead. Answers how many and the last one. */
export function applyStatement({ correctionId, events, amendment }: UsageCorrection, place: StepPlace, limit: number): Statement {
  const parameters = new Parameters();
  const parameter = parameters.add;
  const conditions = [...conditionsOf(events, parameter), after(place, parameter), `event_time >= ${parameter(place.event_time, 'bigint')}`];
  const next = amendment === null ? 'null, null' : `${customerOf(amendment, parameter)}, event_time`;
  const text = `
    with chosen as materialized (
      select ${COLUMNS}, transaction_id from usage_event where ${conditions.join(' and ')} order by event_time, sequence limit ${parameter(limit, 'integer')}
    ),
    gone as (
      delete from usage_event as event using chosen where ${isSame('event', 'chosen')}
    ),
    kept as (
      insert into usage_event_removed (${COLUMNS}, transaction_id, removed_by, version, next_customer_id, next_event_time)
      select ${COLUMNS}, transaction_id, ${parameter(correctionId, 'text')}, ${NEXT_VERSION}, ${next} from chosen
    )
    ${amendment === null ? '' : `, added as (insert into usage_event (${COLUMNS}) ${amended(amendment, parameter)})`}
    ${LAST}`;
  return { text, values: parameters.values };
}

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
    where event.account_id = chosen.account_id and event.meter_api_name = chosen.meter_api_name and event.customer_id = chosen.next_customer_id
      and event.event_time = chosen.next_event_time and event.sequence = chosen.sequence
    returning event.*, chosen.customer_id as back_customer_id, chosen.event_time as back_event_time
  ),
  kept as (
    insert into usage_event_removed (${COLUMNS}, transaction_id, removed_by, version, next_customer_id, next_event_time, is_revert)
    select ${COLUMNS}, transaction_id, $2, (select max(version) + 1 from usage_event_removed as removed where removed.account_id = gone.account_id and removed.sequence = gone.sequence),
           back_customer_id, back_event_time, true
    from gone
  ),
  marked as (
    update usage_event_removed as removed
    set is_restored = true, next_customer_id = coalesce(removed.next_customer_id, removed.customer_id), next_event_time = coalesce(removed.next_event_time, removed.event_time)
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

function conditionsOf(events: CorrectedEvents, parameter: AddParameter): string[] {
  return [
    ...ofMeter(events, parameter),
    ...inRange('event_time', events, parameter),
    `transaction_id < ${parameter(events.upTo, 'bigint')}`,
    ...(events.uniqueIds === null ? [] : [`unique_id = any(${parameter([...events.uniqueIds], 'text[]')})`]),
    ...filtersOf(events, parameter),
  ];
}

function after({ event_time, sequence }: StepPlace, parameter: AddParameter): string {
  return `(event_time, sequence) > (${parameter(event_time, 'bigint')}, ${parameter(sequence, 'bigint')})`;
}

function amended(amendment: EventAmendment, parameter: AddParameter): string {
  const value = amendment.meterValue === undefined ? 'meter_value' : parameter(amendment.meterValue, 'numeric');
  const dimensions = amendment.dimensions === undefined ? 'dimensions' : `dimensions || ${parameter(JSON.stringify(amendment.dimensions), 'jsonb')}`;
  return `select account_id, ${customerOf(amendment, parameter)}, meter_api_name, event_time, sequence, unique_id, ${value}, ${dimensions}, ingest_time from chosen`;
}

function customerOf({ customerId }: EventAmendment, parameter: AddParameter): string {
  return customerId === undefined ? 'customer_id' : parameter(customerId, 'text');
}

function isSame(one: string, other: string): string {
  return ['account_id', 'meter_api_name', 'customer_id', 'event_time', 'sequence'].map((column) => `${one}.${column} = ${other}.${column}`).join(' and ');
}
