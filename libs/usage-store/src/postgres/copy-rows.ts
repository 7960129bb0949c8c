/**
 * Rows as COPY takes them in its binary form, in the messages in which they travel: PostgreSQL has nothing to parse, and neither side makes a copy.
 */

/** Of the message, and of what it holds: signature, flags, length of an extension. */
const MESSAGE_BYTES = 5;
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** The end of the rows, and the message that nothing more comes. */
const END = Buffer.from([0xff, 0xff, 'c'.charCodeAt(0), 0, 0, 0, 4]);
const DATA = 'd'.charCodeAt(0);

const LENGTH_BYTES = 4;
const COUNT_BYTES = 2;
const UUID_BYTES = 16;
const BIGINT_BYTES = 8;
const TWO_TO_32 = 2 ** 32;
/** What a UTF-16 unit takes at most. */
const UTF8_BYTES = 3;
const JSONB_VERSION = 1;

/** Digits, weight, sign and scale, before the digits, of which one holds four. */
const DECIMAL_HEAD_BYTES = 8;
const DIGIT_BYTES = 2;
const DECIMAL_DIGITS = 4;
const NEGATIVE = 0x4000;
const MINUS = '-';
const POINT = '.';
const DECIMAL = /^-?\d{1,40}(?:\.\d{1,40})?$/;
const INVALID_TEXT_REPRESENTATION = '22P02';

export const BYTES_OF_A_UUID = LENGTH_BYTES + UUID_BYTES;
export const BYTES_OF_A_BIGINT = LENGTH_BYTES + BIGINT_BYTES;
export const MOST_BYTES_OF_A_DECIMAL = LENGTH_BYTES + DECIMAL_HEAD_BYTES + 22 * DIGIT_BYTES;

export function mostBytesOfText(text: string | null): number {
  return LENGTH_BYTES + (text === null ? 0 : text.length * UTF8_BYTES);
}

export class CopyRows {
  readonly #columns: number;
  readonly #bytes: Buffer;
  #at = MESSAGE_BYTES + SIGNATURE.length;

  /** @param mostBytes what the values of all rows take at most */
  constructor(columns: number, rows: number, mostBytes: number) {
    this.#columns = columns;
    this.#bytes = Buffer.allocUnsafe(this.#at + rows * COUNT_BYTES + mostBytes + END.length);
    SIGNATURE.copy(this.#bytes, MESSAGE_BYTES);
  }

  /** Its values follow. */
  row(): this {
    this.#at = this.#bytes.writeInt16BE(this.#columns, this.#at);
    return this;
  }

  /** @param digits 32 hexadecimal ones */
  uuid(digits: string): this {
    this.#at = this.#bytes.writeInt32BE(UUID_BYTES, this.#at);
    this.#at += this.#bytes.write(digits, this.#at, UUID_BYTES, 'hex');
    return this;
  }

  text(value: string | null): this {
    const written = value === null ? 0 : this.#bytes.write(value, this.#at + LENGTH_BYTES, 'utf8');
    this.#at = this.#bytes.writeInt32BE(value === null ? -1 : written, this.#at) + written;
    return this;
  }

  json(text: string): this {
    const written = this.#bytes.write(text, this.#at + LENGTH_BYTES + 1, 'utf8');
    this.#at = this.#bytes.writeInt32BE(written + 1, this.#at);
    this.#at = this.#bytes.writeUInt8(JSONB_VERSION, this.#at) + written;
    return this;
  }

  /** @param value whole and exact, as numbers are up to 2^53 */
  bigint(value: number | bigint): this {
    this.#at = this.#bytes.writeInt32BE(BIGINT_BYTES, this.#at);
    if (typeof value === 'bigint') {
      this.#at = this.#bytes.writeBigInt64BE(value, this.#at);
      return this;
    }
    // Without making a bigint of it.
    const high = Math.floor(value / TWO_TO_32);
    this.#at = this.#bytes.writeInt32BE(high, this.#at);
    this.#at = this.#bytes.writeUInt32BE(value - high * TWO_TO_32, this.#at);
    return this;
  }

  /** @throws Error as PostgreSQL's own, where it is no decimal */
  decimal(text: string): this {
    if (!DECIMAL.test(text)) throw Object.assign(new Error('A value is no decimal number.'), { code: INVALID_TEXT_REPRESENTATION });
    const isNegative = text.startsWith(MINUS);
    const point = text.indexOf(POINT);
    const end = point === -1 ? text.length : point;
    const start = isNegative ? 1 : 0;
    const digitsAt = this.#at + LENGTH_BYTES + DECIMAL_HEAD_BYTES;
    let at = this.#digits(text, start, end, digitsAt, (end - start) % DECIMAL_DIGITS || DECIMAL_DIGITS);
    const weight = (at - digitsAt) / DIGIT_BYTES - 1;
    if (point !== -1) at = this.#digits(text, point + 1, text.length, at, DECIMAL_DIGITS);
    this.#at = this.#bytes.writeInt32BE(at - this.#at - LENGTH_BYTES, this.#at);
    this.#at = this.#bytes.writeInt16BE((at - digitsAt) / DIGIT_BYTES, this.#at);
    this.#at = this.#bytes.writeInt16BE(weight, this.#at);
    this.#at = this.#bytes.writeInt16BE(isNegative ? NEGATIVE : 0, this.#at);
    this.#bytes.writeInt16BE(point === -1 ? 0 : text.length - point - 1, this.#at);
    this.#at = at;
    return this;
  }

  /** All of it, to be sent as it is. */
  finish(): Buffer {
    this.#bytes.writeUInt8(DATA, 0);
    // The rows' end belongs to the message, whose kind its length leaves out.
    this.#bytes.writeInt32BE(this.#at + COUNT_BYTES - 1, 1);
    return this.#bytes.subarray(0, this.#at + END.copy(this.#bytes, this.#at));
  }

  /** Four at a time, of which the first may be fewer; the last ones are filled up with zeros. @returns where they end */
  #digits(text: string, from: number, to: number, at: number, first: number): number {
    let left = first;
    let value = 0;
    for (let index = from; index < to; index += 1) {
      value = value * 10 + (text.charCodeAt(index) - 48);
      left -= 1;
      if (left > 0) continue;
      at = this.#bytes.writeInt16BE(value, at);
      value = 0;
      left = DECIMAL_DIGITS;
    }
    return left === DECIMAL_DIGITS ? at : this.#bytes.writeInt16BE(value * 10 ** left, at);
  }
}
