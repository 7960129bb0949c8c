import { LINE_COLUMNS, TEXT_COLUMNS, type LineColumn, type LineRecord } from './line-record.js';

/** What a spreadsheet would run instead of showing. */
const FORMULA = /^[=+\-@\t\r]/;

/** RFC 4180, with a line break of two characters and a head; UTF-8 without a mark. */
export const CSV_HEAD = `${LINE_COLUMNS.join(',')}\r\n`;

export function csvRow(record: LineRecord): string {
  return `${LINE_COLUMNS.map((column) => cell(column, record[column])).join(',')}\r\n`;
}

/** Text that begins like a formula is marked as text, as spreadsheets write it themselves. */
function cell(column: LineColumn, value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const shown = TEXT_COLUMNS.has(column) && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
