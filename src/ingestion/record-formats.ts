import { CsvError, parse } from 'csv-parse/sync';
import { invalid } from '@tollkeeper/kernel';
import { TypedBody } from '../platform/http/typed-body.js';
import { UnreadableRecord } from './unreadable-record.js';
import { MAXIMUM_RECORDS } from './ingestion-limits.js';
import { tooManyRecords } from './ingestion.errors.js';

/** Media types of records that come one to a line; JSON is read by the HTTP shell already. */
export const NDJSON_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];
export const CSV_TYPES = ['text/csv'];

/** Columns of a CSV file that are fields of a record; every other one is a dimension. */
const FIELDS = ['customerId', 'meterApiName', 'meterValue', 'meterTimeInMillis', 'uniqueId'];
/** Without them no line could be a record, so the file is refused whole. */
const REQUIRED_FIELDS = ['customerId', 'meterApiName', 'meterValue', 'meterTimeInMillis'];

const LINE_FEED = 0x0a;

/**
 * The records of a request, in the format it came in; nothing of a single record is judged yet.
 * @throws DomainError `too_many_records` as soon as there is one too many; `invalid_body`, `invalid_csv`
 */
export function recordsOf(body: unknown): unknown[] {
  if (body instanceof TypedBody) return CSV_TYPES.includes(body.type) ? csvRecords(body.bytes) : ndjsonRecords(body.bytes);
  if (typeof body !== 'object' || body === null) throw invalid('invalid_body', 'Invalid request: the body must be one usage record or an array of them, as JSON, NDJSON or CSV.');
  return Array.isArray(body) ? body : [body];
}

function ndjsonRecords(bytes: Buffer): unknown[] {
  const records: unknown[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, start);
    const line = bytes.toString('utf8', start, end === -1 ? bytes.length : end).trim();
    start = end === -1 ? bytes.length : end + 1;
    if (line === '') continue;
    if (records.length === MAXIMUM_RECORDS) throw tooManyRecords('records', MAXIMUM_RECORDS);
    records.push(parsedLine(line));
  }
  return records;
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    // The parser's own message quotes the line.
    return new UnreadableRecord('invalid_json', 'is not valid JSON; each line holds one record');
  }
}

function csvRecords(bytes: Buffer): unknown[] {
  const [header, ...rows] = csvRows(bytes);
  if (header === undefined) return [];
  const columns = header.map((name) => name.trim());
  assertColumns(columns);
  if (rows.length > MAXIMUM_RECORDS) throw tooManyRecords('records', MAXIMUM_RECORDS);
  return rows.map((row) => recordOfRow(columns, row));
}

function csvRows(bytes: Buffer): string[][] {
  try {
    return parse(bytes, { bom: true, skip_empty_lines: true, relax_column_count: true, to: MAXIMUM_RECORDS + 2 });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // Of the library's error only the code and the line: its message quotes the body.
    throw invalid('invalid_csv', `Invalid request: the body is no CSV (${error.code}, near line ${String(error['lines'] ?? '?')}). Quote fields that hold commas, quotes or line breaks.`);
  }
}

function assertColumns(columns: readonly string[]): void {
  const missing = REQUIRED_FIELDS.filter((name) => !columns.includes(name));
  if (missing.length > 0) throw invalid('invalid_csv', `Invalid request: the first line of a CSV names its columns, and ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing there.`);
  const repeated = columns.find((name, index) => columns.indexOf(name) !== index);
  if (repeated !== undefined) throw invalid('invalid_csv', `Invalid request: two columns of the CSV are called '${repeated.slice(0, 60)}'.`);
}

/** An empty cell is an absent field, or a dimension that this record lacks. */
function recordOfRow(columns: readonly string[], row: readonly string[]): unknown {
  if (row.length > columns.length) return new UnreadableRecord('too_many_cells', `has ${row.length} cells; the first line names ${columns.length} columns`);
  const record: Record<string, unknown> = {};
  const dimensions: [string, string][] = [];
  columns.forEach((name, index) => {
    const cell = row[index] ?? '';
    if (FIELDS.includes(name)) record[name] = cell;
    else if (cell !== '') dimensions.push([name, cell]);
  });
  return { ...record, dimensions: Object.fromEntries(dimensions) };
}
