const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;

/** What does not end by then is refused here, so that memory stays bounded; no record that the server takes is so long. */
const LONGEST_RECORD_IN_BYTES = 1024 * 1024;

const UNCLOSED_QUOTE = { code: 'unclosed_quote', message: 'opens a quote that is not closed within 1 MiB or before the end of the file; reading goes on at the next line' };
const TOO_LONG = { code: 'record_too_long', message: 'is longer than 1 MiB' };

export type LineFormat = 'ndjson' | 'csv';

/** Where a record begins in its file. */
export interface Position {
  /** Of the unpacked file. */
  readonly byte: number;
  /** From 1. */
  readonly line: number;
}

/** One record as its bytes, without the end of its line; nothing of it is judged. */
export interface RawRecord {
  readonly bytes: Buffer;
  /** Its first; a quoted cell of a CSV may hold line breaks. */
  readonly line: number;
  /** Where the next one begins. */
  readonly next: Position;
  /** Why it is refused without asking the server. */
  readonly problem: { readonly code: string; readonly message: string } | null;
}

/**
 * Cuts a file into records, a block of bytes at a time. It only looks for where they end; what they say is for the server to read, whose
 * reader it agrees with: empty lines are no records, and a quoted cell of a CSV goes on over line breaks.
 */
export class RecordSplitter {
  readonly #format: LineFormat;
  #rest: Buffer = Buffer.alloc(0);
  #position: Position;
  /** Within a line that is too long. */
  #isSkipping = false;

  constructor(format: LineFormat, start: Position) {
    this.#format = format;
    this.#position = start;
  }

  push(block: Buffer): RawRecord[] {
    return this.#cut(this.#rest.length === 0 ? block : Buffer.concat([this.#rest, block]), false);
  }

  /** What is left when the file is at its end: its last line needs no end of its own. */
  end(): RawRecord[] {
    return this.#cut(this.#rest, true);
  }

  #cut(bytes: Buffer, isLast: boolean): RawRecord[] {
    const records: RawRecord[] = [];
    let from = 0;
    for (let cut = this.#next(bytes, from, isLast); cut !== null; cut = this.#next(bytes, from, isLast)) {
      const record = this.#take(bytes.subarray(from, cut.to), cut.problem);
      if (record) records.push(record);
      from = cut.to;
    }
    this.#rest = bytes.subarray(from);
    return records;
  }

  /** The next record's end and what is wrong with it; null when that takes more bytes. */
  #next(bytes: Buffer, from: number, isLast: boolean): { to: number; problem: RawRecord['problem'] | 'skipped' } | null {
    if (from === bytes.length) return null;
    const line = endOfLine(bytes, from);
    if (this.#isSkipping) {
      this.#isSkipping = line === -1;
      return { to: line === -1 ? bytes.length : line, problem: 'skipped' };
    }
    const to = this.#format === 'csv' ? endOfRow(bytes, from) : line;
    const length = (to === -1 ? bytes.length : to) - from;
    if (length <= LONGEST_RECORD_IN_BYTES) {
      if (to !== -1) return { to, problem: null };
      if (!isLast) return null;
      if (line === -1) return { to: bytes.length, problem: null };
    }
    if (line !== -1 && line - from <= LONGEST_RECORD_IN_BYTES) return { to: line, problem: UNCLOSED_QUOTE };
    this.#isSkipping = line === -1;
    return { to: line === -1 ? bytes.length : line, problem: TOO_LONG };
  }

  #take(bytes: Buffer, problem: RawRecord['problem'] | 'skipped'): RawRecord | null {
    const { byte, line } = this.#position;
    this.#position = { byte: byte + bytes.length, line: line + lineFeedsOf(bytes) };
    const content = withoutLineEnd(bytes);
    if (problem === 'skipped' || (problem === null && this.#isEmpty(content))) return null;
    return { bytes: content, line, next: this.#position, problem };
  }

  #isEmpty(content: Buffer): boolean {
    const [first = 0] = content;
    if (first > 0x20 && first < 0x80) return false;
    return this.#format === 'csv' ? content.length === 0 : content.toString('utf8').trim() === '';
  }
}

/** The index behind the line feed, or -1. */
function endOfLine(bytes: Buffer, from: number): number {
  return bytes.indexOf(LINE_FEED, from) + 1 || -1;
}

/** As `endOfLine`, of the line with which a row of a CSV ends. */
function endOfRow(bytes: Buffer, from: number): number {
  for (let at = from; ; ) {
    const end = endOfLine(bytes, at);
    // Within the line alone: where a file has no quotes, looking further would read all of it for each row.
    const inLine = bytes.subarray(at, end === -1 ? bytes.length : end).indexOf(QUOTE);
    if (inLine === -1) return end;
    const quote = at + inLine;
    // A quote within an unquoted cell is a fault of that row alone.
    if (quote !== from && bytes[quote - 1] !== COMMA) at = quote + 1;
    else {
      const closed = endOfQuotes(bytes, quote + 1);
      if (closed === -1) return -1;
      at = closed;
    }
  }
}

/** The index behind the closing quote, or -1. Two quotes are one that is meant. */
function endOfQuotes(bytes: Buffer, from: number): number {
  for (let quote = bytes.indexOf(QUOTE, from); quote !== -1; quote = bytes.indexOf(QUOTE, quote + 2)) {
    if (bytes[quote + 1] !== QUOTE) return quote + 1;
  }
  return -1;
}

function lineFeedsOf(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}

function withoutLineEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  if (bytes[end - 1] === LINE_FEED) end -= 1;
  if (bytes[end - 1] === CARRIAGE_RETURN) end -= 1;
  return bytes.subarray(0, end);
}
