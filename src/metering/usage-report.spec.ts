import { describe, expect, it } from '@jest/globals';
import type { Aggregation } from '@tollkeeper/usage-store';
import { seriesOf } from './usage-report.js';

const ROWS = [
  { bucketStartInMillis: 20, group: ['eu'], value: '2' },
  { bucketStartInMillis: 30, group: ['eu'], value: '-1.5' },
  { bucketStartInMillis: 10, group: ['us'], value: '7' },
];

describe('seriesOf', () => {
  it.each<[Aggregation, string]>([
    ['sum', '0.5'],
    ['count', '0.5'],
    ['min', '-1.5'],
    ['max', '2'],
    ['latest', '-1.5'],
    ['unique', '9'],
  ])('fills gaps with zero, which is no value of the total of %s', (aggregation, total) => {
    const totals = aggregation === 'unique' ? [{ bucketStartInMillis: 10, group: ['eu'], value: '9' }] : [];
    const series = seriesOf(ROWS, [10, 20, 30], aggregation, totals);
    expect(series.map(({ group, values }) => [group, values.map(String)])).toEqual([
      [['eu'], ['0', '2', '-1.5']],
      [['us'], ['7', '0', '0']],
    ]);
    expect(String(series[0]?.total)).toBe(total);
  });
});
