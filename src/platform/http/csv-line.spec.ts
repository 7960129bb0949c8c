import { describe, expect, it } from '@jest/globals';
import { csvLine } from './csv-line.js';

describe('A line of CSV', () => {
  it.each([
    [['a', null, 5, true, ''], 'a,,5,true,'],
    [['a, b', 'say "so"', 'two\nlines'], '"a, b","say ""so""","two\nlines"'],
    [['=1+1', '+1', '@SUM(A1)', '\t=1'], `'=1+1,'+1,'@SUM(A1),'\t=1`],
    [['-2+3', '-A1', '-'], `'-2+3,'-A1,'-`],
    [['-12.50', '-5', -5], '-12.50,-5,-5'],
    [['=A1,"x"'], `"'=A1,""x"""`],
  ])('%j', (cells, line) => {
    expect(csvLine(cells)).toBe(`${line}\r\n`);
  });
});
