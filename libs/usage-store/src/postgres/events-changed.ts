import type { CorrectedEvents, EventAmendment, EventsChange } from '../usage-correction.js';
import { filtersOf, inRange, type AddParameter } from './statement-parts.js';

const COLUMNS = ['account_id', 'customer_id', 'meter_api_name', 'event_time', 'sequence', 'unique_id', 'meter_value', 'dimensions', 'ingest_time', 'transaction_id'] as const;
type Column = (typeof COLUMNS)[number];

/** What makes an event one of those that a correction is about. */
export function conditionsOf(events: CorrectedEvents, parameter: AddParameter): string[] {
  return [
    `account_id = ${parameter(events.accountId, 'text')}`,
    ...(events.meterApiNames === null ? [] : [`meter_api_name = any(${parameter([...events.meterApiNames], 'text[]')})`]),
    ...inRange('event_time', events, parameter),
    ...(events.ingested === null ? [] : inRange('ingest_time', events.ingested, parameter)),
    `transaction_id < ${parameter(events.upTo, 'bigint')}`,
    ...(events.uniqueIds === null ? [] : [`unique_id = any(${parameter([...events.uniqueIds], 'text[]')})`]),
    ...filtersOf(events, parameter),
  ];
}

/** What an event's columns say instead; those that are not here stay. */
export function amendedColumns(amendment: EventAmendment, parameter: AddParameter): Partial<Record<Column, string>> {
  const { customerId, meterApiName, shiftInMillis, dimensions } = amendment;
  return {
    ...(customerId === undefined ? {} : { customer_id: parameter(customerId, 'text') }),
    ...(meterApiName === undefined ? {} : { meter_api_name: parameter(meterApiName, 'text') }),
    ...(shiftInMillis === undefined ? {} : { event_time: `(event_time + ${parameter(shiftInMillis, 'bigint')})` }),
    ...(dimensions === undefined ? {} : { dimensions: dimensionsOf(dimensions, parameter) }),
    ...(amendment.meterValue === undefined && amendment.factor === undefined ? {} : { meter_value: valueOf(amendment, parameter) }),
  };
}

/** As exact as numbers are in PostgreSQL, before it is stored. */
export function valueOf({ meterValue, factor }: EventAmendment, parameter: AddParameter): string {
  const value = meterValue === undefined ? 'meter_value' : parameter(meterValue, 'numeric');
  return factor === undefined ? value : `(${value} * ${parameter(factor, 'numeric')})`;
}

/** The relation of events as they would count once a correction had been applied. */
export function eventsAsIf({ events, amendment }: EventsChange, parameter: AddParameter): string {
  const isMeant = conditionsOf(events, parameter).join(' and ');
  // An event without a unique id is in none of a list of them, and not unknown to be.
  const others = `select ${COLUMNS.join(', ')} from usage_event where (${isMeant}) is not true`;
  if (amendment === null) return `(${others})`;
  const changed: Partial<Record<Column, string>> = amendedColumns(amendment, parameter);
  return `(${others} union all select ${COLUMNS.map((column) => (changed[column] === undefined ? column : `${changed[column]} as ${column}`)).join(', ')} from usage_event where ${isMeant})`;
}

function dimensionsOf(dimensions: Readonly<Record<string, string | null>>, parameter: AddParameter): string {
  const set = Object.fromEntries(Object.entries(dimensions).filter(([, value]) => value !== null));
  const gone = Object.keys(dimensions).filter((name) => dimensions[name] === null);
  return `((dimensions || ${parameter(JSON.stringify(set), 'jsonb')}) - ${parameter(gone, 'text[]')})`;
}
