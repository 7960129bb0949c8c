import type { UsageEventsQuery } from '../usage-query.js';
import { belowWatermark, sourceOf } from './event-source.js';
import { filtersOf, inRange, ofMeter, Parameters } from './statement-parts.js';

/** The columns of an event as it is given out. Its sequence is text: to order by it, the table has to be named. */
export const STORED_USAGE = `sequence::text, customer_id as "customerId", meter_api_name as "meterApiName", unique_id as "uniqueId", event_time::double precision as "eventTimeInMillis",
           trim_scale(meter_value)::text as "meterValue", dimensions, ingest_time::double precision as "ingestTimeInMillis"`;

/** Events themselves, by time and then in the order of storing. */
export function eventsStatement(query: UsageEventsQuery): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const parameter = parameters.add;
  const { after, isAscending, limit } = query;
  const direction = isAscending ? 'asc' : 'desc';
  const conditions = [
    ...ofMeter(query, parameter),
    ...inRange('event_time', query, parameter),
    ...filtersOf(query, parameter),
    ...belowWatermark(query, parameter),
    ...(after === null ? [] : [`(event_time, sequence) ${isAscending ? '>' : '<'} (${parameter(after.eventTimeInMillis, 'bigint')}, ${parameter(after.sequence, 'bigint')})`]),
  ];
  const text = `
    select ${STORED_USAGE}
    from ${sourceOf(query, parameter)} where ${conditions.join(' and ')} order by event_time ${direction}, usage_event.sequence ${direction} limit ${parameter(limit, 'integer')}`;
  return { text, values: parameters.values };
}
