/**
 * Columns of rows as PostgreSQL's binary arrays. The driver's own text form quotes every element with a regular expression and is taken apart again character
 * by character; this one costs about a third on either side.
 */

const BIGINT = 20;
const TEXT = 25;
const UUID = 2950;

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const BIGINT_BYTES = 8;
const UUID_BYTES = 16;
/** What a UTF-16 unit takes at most. */
const UTF8_BYTES = 3;
const NULL_LENGTH = -1;
const TWO_TO_32 = 2 ** 32;

export function textColumn(values: readonly (string | null)[]): Buffer {
  let atMost = 0;
  for (const value of values) atMost += LENGTH_BYTES + (value === null ? 0 : value.length * UTF8_BYTES);
  const column = newColumn(TEXT, values.length, atMost);
  let at = HEADER_BYTES;
  for (const value of values) {
    const written = value === null ? NULL_LENGTH : column.write(value, at + LENGTH_BYTES, 'utf8');
    column.writeInt32BE(written, at);
    at += LENGTH_BYTES + Math.max(written, 0);
  }
  return column.subarray(0, at);
}

/** @param values 32 hexadecimal digits each */
export function uuidColumn(values: readonly string[]): Buffer {
  const column = newColumn(UUID, values.length, values.length * (LENGTH_BYTES + UUID_BYTES));
  let at = HEADER_BYTES;
  for (const value of values) {
    column.writeInt32BE(UUID_BYTES, at);
    column.write(value, at + LENGTH_BYTES, UUID_BYTES, 'hex');
    at += LENGTH_BYTES + UUID_BYTES;
  }
  return column;
}

/** @param values whole and exact, as numbers are up to 2^53 */
export function bigintColumn(values: readonly number[]): Buffer {
  const column = newColumn(BIGINT, values.length, values.length * (LENGTH_BYTES + BIGINT_BYTES));
  let at = HEADER_BYTES;
  for (const value of values) {
    const high = Math.floor(value / TWO_TO_32);
    column.writeInt32BE(BIGINT_BYTES, at);
    column.writeInt32BE(high, at + LENGTH_BYTES);
    column.writeUInt32BE(value - high * TWO_TO_32, at + 2 * LENGTH_BYTES);
    at += LENGTH_BYTES + BIGINT_BYTES;
  }
  return column;
}

/** One dimension, elements counted from 1, which may be null. */
function newColumn(type: number, elements: number, bytes: number): Buffer {
  const column = Buffer.allocUnsafe(HEADER_BYTES + bytes);
  column.writeInt32BE(1, 0);
  column.writeInt32BE(1, 4);
  column.writeInt32BE(type, 8);
  column.writeInt32BE(elements, 12);
  column.writeInt32BE(1, 16);
  return column;
}
