import { invalid } from '@tollkeeper/kernel';
import type { EventAmendment } from '@tollkeeper/usage-store';
import { textWithoutCardNumber } from '../../customers/card-number.js';
import { rangeInMillis } from '../../metering/dto/usage.request.js';
import type { CorrectionFilter, CorrectionRequest } from '../correction-request.js';
import type { CorrectionFilterRequest, CreateCorrectionRequest, EventAmendmentRequest } from './correction.request.js';

const MOST_DIMENSIONS = 50;
const MOST_VALUES = 1_000;
const LONGEST_DIMENSION_NAME = 256;
const LONGEST_DIMENSION_VALUE = 1_024;

/** @throws DomainError `invalid_request`, `time_in_milliseconds`, `invalid_time_range`, `card_number_refused` */
export function correctionInput({ name, reason, action, filter, amend, everything }: CreateCorrectionRequest): CorrectionRequest {
  if (action === 'cancel' && amend != null) throw invalidField('amend', 'is for the action “amend” alone');
  const said = { name: textWithoutCardNumber('name', name)!, reason: textWithoutCardNumber('reason', reason)! };
  return { ...said, filter: filterOf(filter), everything: everything ?? false, amendment: action === 'cancel' ? null : amendmentOf(amend ?? {}) };
}

function filterOf({ meterApiNames, customerIds, timeRange, ingestionTimeRange, dimensions, uniqueIds }: CorrectionFilterRequest): CorrectionFilter {
  const times = rangeOf('filter.timeRange', timeRange);
  const ingested = rangeOf('filter.ingestionTimeRange', ingestionTimeRange);
  return {
    meterApiNames: unique(meterApiNames),
    customerIds: unique(customerIds),
    uniqueIds: unique(uniqueIds),
    dimensions: Object.fromEntries(namedDimensions('filter.dimensions', dimensions).map(([name, values]) => [name, valuesOf(`filter.dimensions.${name}`, values)])),
    startTimeInMillis: times.from,
    endTimeInMillis: times.to,
    ingestedFromInMillis: ingested.from,
    ingestedToInMillis: ingested.to,
  };
}

function amendmentOf({ customerId, meterApiName, meterValue, multiplyMeterValueBy, dimensions, shiftTimeInMillis }: EventAmendmentRequest): EventAmendment {
  const set = namedDimensions('amend.dimensions', dimensions).map(([name, value]) => [name, value === null ? null : textOf(`amend.dimensions.${name}`, value)] as const);
  return {
    ...(customerId == null ? {} : { customerId }),
    ...(meterApiName == null ? {} : { meterApiName }),
    ...(meterValue == null ? {} : { meterValue }),
    ...(multiplyMeterValueBy == null ? {} : { factor: multiplyMeterValueBy }),
    ...(set.length === 0 ? {} : { dimensions: Object.fromEntries(set) }),
    ...(shiftTimeInMillis == null ? {} : { shiftInMillis: shiftTimeInMillis }),
  };
}

function rangeOf(field: string, range: CorrectionFilterRequest['timeRange']): { from: number | null; to: number | null } {
  const { startTimeInSeconds, endTimeInSeconds } = range ?? {};
  const { fromInMillis, toInMillis } = rangeInMillis({ startTimeInSeconds: startTimeInSeconds ?? 0, endTimeInSeconds: endTimeInSeconds ?? null });
  if (toInMillis !== null && toInMillis <= fromInMillis) throw invalid('invalid_time_range', `Invalid request: ${field} ends before it starts; endTimeInSeconds is not part of it and lies after startTimeInSeconds.`);
  return { from: fromInMillis === 0 ? null : fromInMillis, to: toInMillis };
}

function namedDimensions(field: string, dimensions: Readonly<Record<string, unknown>> | null | undefined): [string, unknown][] {
  const entries = Object.entries(dimensions ?? {});
  if (entries.length > MOST_DIMENSIONS) throw invalidField(field, `must not name more than ${MOST_DIMENSIONS} dimensions`);
  if (entries.some(([name]) => name.length > LONGEST_DIMENSION_NAME)) throw invalidField(field, `must not have names longer than ${LONGEST_DIMENSION_NAME} characters`);
  return entries;
}

/** A single value may stand without its array. */
function valuesOf(field: string, value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0 || values.length > MOST_VALUES) throw invalidField(field, `must have 1 to ${MOST_VALUES} values`);
  return values.map((one) => textOf(field, one));
}

function textOf(field: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > LONGEST_DIMENSION_VALUE) throw invalidField(field, `must be text of up to ${LONGEST_DIMENSION_VALUE} characters`);
  return value;
}

function unique(values: readonly string[] | null | undefined): string[] | null {
  return values == null ? null : [...new Set(values)];
}

function invalidField(path: string, rule: string): Error {
  const field = path.slice(0, 60);
  return invalid('invalid_request', `Invalid request: ${field} ${rule}.`, [{ field, code: 'invalid_field', message: `${field} ${rule}` }]);
}
