import { Decimal, DomainError, type ErrorDetail } from '@tollkeeper/kernel';
import type { UsageEvent } from '@tollkeeper/usage-store';
import { isStorable } from '../platform/http/storable-input.js';
import { readEventTime } from './event-time.js';
import { MAXIMUM_DEPTH, MAXIMUM_DIMENSION_LENGTH, MAXIMUM_DIMENSIONS, MAXIMUM_NAME_LENGTH, MAXIMUM_VALUES_OF_RECORD } from './ingestion-limits.js';

/** An event is cancelled by sending it again with this dimension. */
const CANCEL_DIMENSION = 'aflo.cancel_previous_resource_event';

/** What every event of a request shares. */
export interface RequestFacts {
  readonly accountId: string;
  readonly ingestTimeInMillis: number;
}

/**
 * Reads one record of a request: an event, or several where it has `values`. Hand-written because it runs for every event: class
 * validation is about five times slower here. Fields it does not know are ignored.
 * @param findings takes what is wrong with the record; then the answer is not to be used
 */
export function readRecord(record: unknown, index: number, facts: RequestFacts, findings: ErrorDetail[]): UsageEvent[] {
  const refuse = (field: string | undefined, code: string, message: string): void => void findings.push({ index, ...(field === undefined ? {} : { field }), code, message });
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    refuse(undefined, 'not_an_object', 'must be an object with customerId, meterApiName, meterValue and meterTimeInMillis');
    return [];
  }
  if (isDeeperThan(record, MAXIMUM_DEPTH)) {
    refuse(undefined, 'nested_too_deep', `is nested more than ${MAXIMUM_DEPTH} levels deep`);
    return [];
  }
  const fields = record as Readonly<Record<string, unknown>>;
  const { accountId, ingestTimeInMillis } = facts;
  const customerId = readName(fields['customerId'], 'customerId', refuse);
  const values = readValues(fields, refuse);
  const uniqueId = isAbsent(fields['uniqueId']) ? null : readName(fields['uniqueId'], 'uniqueId', refuse);
  const eventTimeInMillis = readTime(fields['meterTimeInMillis'], refuse);
  const sent = readDimensions(fields['dimensions'], refuse);
  const cancel = sent[CANCEL_DIMENSION];
  if (cancel === undefined) {
    return values.map(([meterApiName, meterValue]) => ({ accountId, customerId, meterApiName, eventTimeInMillis, uniqueId, meterValue, dimensions: sent, ingestTimeInMillis }));
  }
  // What is cancelled was sent without it.
  const { [CANCEL_DIMENSION]: _cancel, ...dimensions } = sent;
  const isCancel = readCancel(cancel, refuse);
  return values.map(([meterApiName, meterValue]) => ({ ...facts, customerId, meterApiName, eventTimeInMillis, uniqueId, meterValue, dimensions, ...(isCancel ? { isCancel } : {}) }));
}

type Refuse = (field: string, code: string, message: string) => void;

/** Some clients send every optional field, empty. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function readName(value: unknown, field: string, refuse: Refuse): string {
  if (isAbsent(value)) refuse(field, 'missing', 'is required');
  else if (typeof value !== 'string') refuse(field, 'not_text', 'must be text');
  else if (value.length > MAXIMUM_NAME_LENGTH) refuse(field, 'too_long', `has ${value.length} characters; at most ${MAXIMUM_NAME_LENGTH} are taken`);
  else if (!isStorable(value)) refuse(field, 'invalid_text', 'holds a NUL or half of a surrogate pair');
  else return value;
  return '';
}

function readTime(value: unknown, refuse: Refuse): number {
  if (isAbsent(value)) {
    refuse('meterTimeInMillis', 'missing', 'is required');
    return 0;
  }
  const time = readEventTime(value);
  if ('timeInMillis' in time) return time.timeInMillis;
  refuse('meterTimeInMillis', time.code, time.message);
  return 0;
}

/** The record's meters with their values: one, or the entries of `values`. */
function readValues(fields: Readonly<Record<string, unknown>>, refuse: Refuse): [meterApiName: string, value: string][] {
  const { values } = fields;
  if (values === undefined || values === null || (isPlainObject(values) && Object.keys(values).length === 0)) {
    return [[readName(fields['meterApiName'], 'meterApiName', refuse), readValue(fields['meterValue'], 'meterValue', refuse)]];
  }
  if (!isPlainObject(values)) {
    refuse('values', 'not_an_object', 'must map meter API names to numbers');
    return [];
  }
  if (!isAbsent(fields['meterApiName'])) refuse('values', 'meter_given_twice', 'cannot stand beside meterApiName: send one of them');
  const entries = Object.entries(values);
  if (entries.length > MAXIMUM_VALUES_OF_RECORD) {
    refuse('values', 'too_many_values', `has ${entries.length} entries; at most ${MAXIMUM_VALUES_OF_RECORD} are taken`);
    return [];
  }
  return entries.map(([name, value]) => [readName(name, 'values', refuse), readValue(value, `values.${name.slice(0, 60)}`, refuse)]);
}

function readValue(value: unknown, field: string, refuse: Refuse): string {
  if (isAbsent(value)) {
    refuse(field, 'missing', 'is required');
    return '0';
  }
  try {
    return Decimal.textOf(value as string | number);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    refuse(field, error.code, error.message);
    return '0';
  }
}

function readDimensions(value: unknown, refuse: Refuse): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isPlainObject(value)) {
    refuse('dimensions', 'not_an_object', 'must map names to text');
    return {};
  }
  let count = 0;
  let someAreNull = false;
  for (const name in value) {
    const text = value[name];
    if (text === null) someAreNull = true;
    else if (++count <= MAXIMUM_DIMENSIONS) checkDimension(name, text, refuse);
  }
  if (count > MAXIMUM_DIMENSIONS) {
    refuse('dimensions', 'too_many_dimensions', `has ${count} entries; at most ${MAXIMUM_DIMENSIONS} are taken`);
    return {};
  }
  // What came in is of nobody else, and copying it would cost as much as reading it.
  return (someAreNull ? Object.fromEntries(Object.entries(value).filter(([, text]) => text !== null)) : value) as Record<string, string>;
}

function checkDimension(name: string, text: unknown, refuse: Refuse): void {
  const field = `dimensions.${name.slice(0, 60)}`;
  if (name === '' || name.length > MAXIMUM_NAME_LENGTH || !isStorable(name)) {
    refuse(field, 'invalid_name', `a dimension's name has 1 to ${MAXIMUM_NAME_LENGTH} characters, without NUL`);
  } else if (typeof text !== 'string') {
    refuse(field, 'not_text', 'must be text');
  } else if (text.length > MAXIMUM_DIMENSION_LENGTH) {
    refuse(field, 'too_long', `has ${text.length} characters; at most ${MAXIMUM_DIMENSION_LENGTH} are taken`);
  } else if (!isStorable(text)) {
    refuse(field, 'invalid_text', 'holds a NUL or half of a surrogate pair');
  }
}

function readCancel(text: string, refuse: Refuse): boolean {
  const word = String(text).toLowerCase();
  if (word !== 'true' && word !== 'false') refuse(`dimensions.${CANCEL_DIMENSION}`, 'invalid_cancel', "must be 'true', which cancels the event, or 'false'");
  return word === 'true';
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDeeperThan(value: object, levels: number): boolean {
  if (levels === 0) return true;
  for (const name in value) {
    const child: unknown = value[name as never];
    if (typeof child === 'object' && child !== null && isDeeperThan(child, levels - 1)) return true;
  }
  return false;
}
