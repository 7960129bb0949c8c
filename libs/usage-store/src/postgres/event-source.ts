import type { EventsChange } from '../usage-correction.js';
import { eventsAsOf } from './events-as-of.js';
import { eventsAsIf } from './events-changed.js';
import type { AddParameter } from './statement-parts.js';

/** What holds the events of a query, under the name of their table. */
export function sourceOf({ watermark, asIf }: { watermark?: string | null | undefined; asIf?: EventsChange | null | undefined }, parameter: AddParameter): string {
  if (asIf != null) return `${eventsAsIf(asIf, parameter)} as usage_event`;
  return watermark == null ? 'usage_event' : `${eventsAsOf(parameter(watermark, 'bigint'))} as usage_event`;
}

/** Of what stands in `sourceOf`, what counted at the query's watermark. */
export function belowWatermark({ watermark }: { watermark?: string | null | undefined }, parameter: AddParameter): string[] {
  return watermark == null ? [] : [`transaction_id < ${parameter(watermark, 'bigint')}`];
}
