import type { UsageAmendmentsQuery } from '../usage-amendment.js';
import { inRange, Parameters } from './statement-parts.js';

/** By day, meter and customer, in the order of the index that holds such days alone. */
export function amendmentsStatement(query: UsageAmendmentsQuery): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const parameter = parameters.add;
  const { after, meterApiName, customerId, limit } = query;
  const conditions = [
    `account_id = ${parameter(query.accountId, 'text')}`,
    `late_count > 0 and customer_id <> ''`,
    ...inRange('day_start', query, parameter),
    ...(meterApiName === null ? [] : [`meter_api_name = ${parameter(meterApiName, 'text')}`]),
    ...(customerId === null ? [] : [`customer_id = ${parameter(customerId, 'text')}`]),
    ...(after === null ? [] : [`(day_start, meter_api_name, customer_id) > (${parameter(after.dayStartInMillis, 'bigint')}, ${parameter(after.meterApiName, 'text')}, ${parameter(after.customerId, 'text')})`]),
  ];
  const text = `
    select meter_api_name as "meterApiName", customer_id as "customerId", day_start::double precision as "dayStartInMillis",
           event_count::double precision as "eventCount", trim_scale(value_sum)::text as "valueSum",
           late_count::double precision as "lateEventCount", trim_scale(late_sum)::text as "lateValueSum", update_time::double precision as "updateTimeInMillis"
    from usage_rollup where ${conditions.join(' and ')} order by day_start, meter_api_name, customer_id limit ${parameter(limit, 'integer')}`;
  return { text, values: parameters.values };
}
