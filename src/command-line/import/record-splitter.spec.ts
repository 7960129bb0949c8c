import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { RecordSplitter, type LineFormat, type RawRecord } from './record-splitter.js';

const MEBIBYTE = 1024 * 1024;

function split(format: LineFormat, text: string | Buffer, blockSize = Number.POSITIVE_INFINITY): RawRecord[] {
  const bytes = Buffer.from(text);
  const splitter = new RecordSplitter(format, { byte: 0, line: 1 });
  const records: RawRecord[] = [];
  for (let at = 0; at < bytes.length; at += Math.min(blockSize, bytes.length)) records.push(...splitter.push(bytes.subarray(at, Math.min(at + blockSize, bytes.length))));
  return [...records, ...splitter.end()];
}

const told = (records: readonly RawRecord[]): [number, string, string | null][] => records.map(({ line, bytes, problem }) => [line, bytes.toString(), problem?.code ?? null]);

describe('RecordSplitter', () => {
  it('finds the records of NDJSON, with their lines, whatever ends them', () => {
    expect(told(split('ndjson', '{"a":1}\n\n  \r\n{"a":2}\r\nnonsense\n{"a":3}'))).toEqual([
      [1, '{"a":1}', null],
      [4, '{"a":2}', null],
      [5, 'nonsense', null],
      [6, '{"a":3}', null],
    ]);
  });

  it('keeps line breaks in quoted cells, and takes a quote within a cell for a fault of its row alone', () => {
    expect(told(split('csv', 'a,b\n1,"x\ny ""z"""\n\n2,fi"ne\n3,"u"\n'))).toEqual([
      [1, 'a,b', null],
      [2, '1,"x\ny ""z"""', null],
      [5, '2,fi"ne', null],
      [6, '3,"u"', null],
    ]);
  });

  it('refuses the line of a quote that nobody closes, and goes on at the next one', () => {
    expect(told(split('csv', 'a,b\n1,"open\n2,x\n3,y\n'))).toEqual([
      [1, 'a,b', null],
      [2, '1,"open', 'unclosed_quote'],
      [3, '2,x', null],
      [4, '3,y', null],
    ]);
    const rows = Array.from({ length: 30_000 }, (_, index) => `${index},${'x'.repeat(50)}`);
    const records = split('csv', `1,"open\n${rows.join('\n')}\n`, 64 * 1024);
    expect(records.map(({ problem }) => problem?.code ?? null).filter((code) => code !== null)).toEqual(['unclosed_quote']);
    expect(records).toHaveLength(30_001);
  });

  it('passes over a line that is too long, and knows where the next one begins', () => {
    for (const format of ['ndjson', 'csv'] as const) {
      const records = split(format, `first\n${'x'.repeat(5 * MEBIBYTE)}\nlast\n`, 100_000);
      expect(records.map(({ line, problem }) => [line, problem?.code ?? null])).toEqual([
        [1, null],
        [2, 'record_too_long'],
        [3, null],
      ]);
      expect(records.at(-1)?.next).toEqual({ byte: 5 * MEBIBYTE + 12, line: 4 });
    }
  });

  it('agrees with the reader of CSV on every file, however it is cut into blocks', () => {
    const cell = fc.stringMatching(/^[ab ",\n\r]{0,6}$/).map((text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
    const file = fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }).map((cells) => cells.join(',')), { minLength: 1, maxLength: 8 }).map((rows) => `h,i\n${rows.join('\n')}\n`);
    fc.assert(
      fc.property(file, fc.integer({ min: 1, max: 9 }), (text, blockSize) => {
        const options = { skip_empty_lines: true, relax_column_count: true, record_delimiter: '\n' };
        const records = split('csv', text, blockSize);
        expect(records.map(({ bytes }) => parse(bytes, options)[0])).toEqual(parse(text, options));
        // From the start of any record on, the rest is the same.
        for (const { next } of records) {
          const rest = new RecordSplitter('csv', next);
          const records2 = [...rest.push(Buffer.from(text).subarray(next.byte)), ...rest.end()];
          expect(told(records2)).toEqual(told(records.filter(({ next: { byte } }) => byte > next.byte)));
        }
      }),
      { numRuns: 500 },
    );
  });
});
