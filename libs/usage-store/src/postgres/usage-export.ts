import type pg from 'pg';
import type { StoredUsage } from '../seen-usage.js';
import type { UsageExportQuery } from '../usage-export.js';
import { belowWatermark, sourceOf } from './event-source.js';
import { STORED_USAGE } from './events-statement.js';
import { inRange, Parameters } from './statement-parts.js';
import { monthsOf } from './usage-partitions.js';

/**
 * Month by month, and within a month in the order of the index that events are read by, so that a piece costs what it holds however much lies before and
 * behind it.
 */
export async function exportUsage(pool: pg.Pool, query: UsageExportQuery): Promise<StoredUsage[]> {
  const events: StoredUsage[] = [];
  const from = query.after?.eventTimeInMillis ?? query.fromInMillis;
  for (const month of monthsOf({ fromInMillis: from, toInMillis: query.toInMillis })) {
    const range = { fromInMillis: Math.max(month.fromInMillis, query.fromInMillis), toInMillis: Math.min(month.toInMillis, query.toInMillis) };
    const isUnderWay = query.after !== null && month.fromInMillis <= from && from < month.toInMillis;
    const { text, values } = exportStatement({ ...query, ...range, after: isUnderWay ? query.after : null, limit: query.limit - events.length });
    events.push(...(await pool.query<StoredUsage>(text, values)).rows);
    if (events.length >= query.limit) break;
  }
  return events;
}

function exportStatement(query: UsageExportQuery): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const parameter = parameters.add;
  const { after } = query;
  const conditions = [
    `account_id = ${parameter(query.accountId, 'text')}`,
    ...inRange('event_time', query, parameter),
    ...belowWatermark(query, parameter),
    ...(query.meterApiName === null ? [] : [`meter_api_name = ${parameter(query.meterApiName, 'text')}`]),
    ...(query.customerId === null ? [] : [`customer_id = ${parameter(query.customerId, 'text')}`]),
    ...(after === null
      ? []
      : [
          `(meter_api_name, customer_id, event_time, sequence) >
           (${parameter(after.meterApiName, 'text')}, ${parameter(after.customerId, 'text')}, ${parameter(after.eventTimeInMillis, 'bigint')}, ${parameter(after.sequence, 'bigint')})`,
        ]),
  ];
  const text = `select ${STORED_USAGE} from ${sourceOf(query, parameter)} where ${conditions.join(' and ')} order by meter_api_name, customer_id, event_time, usage_event.sequence limit ${parameter(query.limit, 'integer')}`;
  return { text, values: parameters.values };
}
