import { describe, expect, it } from '@jest/globals';
import { bigintColumn, textColumn, uuidColumn } from './binary-columns.js';

describe('binary columns', () => {
  it('hold texts of any characters, and nulls', () => {
    const texts = ['', 'acme', 'Größe', '€ 😀', null, '"quoted, {braced}\\'];
    expect(elementsOf(textColumn(texts)).map((element) => element && element.toString('utf8'))).toEqual(texts);
  });

  it('hold keys', () => {
    const keys = ['00ff10aa00ff10aa00ff10aa00ff10ab', 'f'.repeat(32), '0'.repeat(32)];
    expect(elementsOf(uuidColumn(keys)).map((element) => element && element.toString('hex'))).toEqual(keys);
  });

  it('hold whole numbers up to 2^53, negative ones too', () => {
    const numbers = [0, 1, -1, 1_767_225_600_000, 2 ** 32, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    expect(elementsOf(bigintColumn(numbers)).map((element) => element && Number(element.readBigInt64BE()))).toEqual(numbers);
  });

  it('may be empty', () => {
    for (const column of [textColumn([]), uuidColumn([]), bigintColumn([])]) expect(elementsOf(column)).toEqual([]);
  });
});

/** Taken apart by what the protocol says of an array: dimensions, nulls, type, length, first index, elements. */
function elementsOf(column: Buffer): (Buffer | null)[] {
  expect([column.readInt32BE(0), column.readInt32BE(4), column.readInt32BE(16)]).toEqual([1, 1, 1]);
  const elements: (Buffer | null)[] = [];
  let at = 20;
  for (let left = column.readInt32BE(12); left > 0; left -= 1) {
    const length = column.readInt32BE(at);
    elements.push(length < 0 ? null : column.subarray(at + 4, at + 4 + length));
    at += 4 + Math.max(length, 0);
  }
  expect(at).toBe(column.length);
  return elements;
}
