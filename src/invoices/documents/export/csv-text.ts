import { csvLine } from '../../../platform/http/csv-line.js';
import { LINE_COLUMNS, type LineRecord } from './line-record.js';

/** UTF-8 without a mark. */
export const CSV_HEAD = csvLine(LINE_COLUMNS);

export function csvRow(record: LineRecord): string {
  return csvLine(LINE_COLUMNS.map((column) => record[column]));
}
