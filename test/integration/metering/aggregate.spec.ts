import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from '@tollkeeper/kernel';
import { AGGREGATIONS, type Aggregation, type UsageEvent, type UsageQuery } from '@tollkeeper/usage-store';
import fc from 'fast-check';
import { TestUsageStore } from '../../support/test-usage-store.js';
import { recomputed } from './plain-recomputation.js';

const START = Date.UTC(2027, 0, 10);
const HOUR = 3_600_000;

describe('Aggregating usage', () => {
  let store: TestUsageStore;

  beforeAll(async () => {
    store = await TestUsageStore.open({ connections: 4 });
    await store.append([
      eventOf({ uniqueId: '1', meterValue: '0.1', dimensions: { region: 'eu', user: 'ann' } }),
      eventOf({ uniqueId: '2', meterValue: '0.2', dimensions: { region: 'eu', user: 'ben' }, eventTimeInMillis: START + HOUR - 1 }),
      eventOf({ uniqueId: '3', meterValue: '7', dimensions: { region: 'us', user: 'ann' }, eventTimeInMillis: START + HOUR }),
      eventOf({ uniqueId: '4', meterValue: '-3', dimensions: { user: 'cleo' }, eventTimeInMillis: START + HOUR, customerId: 'beta' }),
      eventOf({ uniqueId: '5', meterValue: '100', dimensions: { region: 'eu', user: 'zoe' }, eventTimeInMillis: START + 2 * HOUR }),
      eventOf({ uniqueId: '6', meterValue: '100', eventTimeInMillis: START - 1 }),
      eventOf({ uniqueId: '7', meterValue: '100', meterApiName: 'other' }),
      eventOf({ uniqueId: '8', meterValue: '100', accountId: 'other' }),
    ]);
  });

  afterAll(() => store.close());

  const ask = (query: Partial<UsageQuery>): Promise<unknown> =>
    store.aggregate({ accountId: 'acc', meterApiName: 'api_calls', aggregation: 'sum', boundariesInMillis: [START, START + 2 * HOUR], ...query });

  it.each<[Aggregation, string, string]>([
    ['sum', '4.3', '0.3'],
    ['count', '4', '2'],
    ['min', '-3', '0.1'],
    ['max', '7', '0.2'],
    ['latest', '-3', '0.2'],
    ['unique', '3', '2'],
    ['average', '1.075', '0.15'],
  ])('%s over the range is %s, and %s in its first hour', async (aggregation, total, firstHour) => {
    const query = { aggregation, uniqueDimension: 'user' };
    expect(await ask(query)).toEqual([{ bucketStartInMillis: START, group: [], value: total }]);
    expect(((await ask({ ...query, boundariesInMillis: [START, START + HOUR, START + 2 * HOUR] })) as unknown[])[0]).toEqual({ bucketStartInMillis: START, group: [], value: firstHour });
  });

  it('counts customers where unique has no dimension, and no event that lacks the dimension', async () => {
    expect(await ask({ aggregation: 'unique', uniqueDimension: null })).toMatchObject([{ value: '2' }]);
    expect(await ask({ aggregation: 'unique', uniqueDimension: 'region' })).toMatchObject([{ value: '2' }]);
  });

  it('groups by dimensions and customer, in bytewise order, a missing dimension as empty text', async () => {
    expect(await ask({ groupBy: ['region', 'customerId'] })).toEqual([
      { bucketStartInMillis: START, group: ['', 'beta'], value: '-3' },
      { bucketStartInMillis: START, group: ['eu', 'acme'], value: '0.3' },
      { bucketStartInMillis: START, group: ['us', 'acme'], value: '7' },
    ]);
  });

  it('filters by every filter and any of its values', async () => {
    expect(await ask({ filters: [{ field: 'region', values: ['eu', 'us'] }] })).toMatchObject([{ value: '7.3' }]);
    expect(await ask({ filters: [{ field: 'region', values: ['eu', 'us'] }, { field: 'user', values: ['ann'] }] })).toMatchObject([{ value: '7.1' }]);
    expect(await ask({ filters: [{ field: 'region', values: [''] }] })).toMatchObject([{ value: '-3' }]);
    expect(await ask({ filters: [{ field: 'customerId', values: ['nobody'] }] })).toEqual([]);
  });

  it('takes names for data: a dimension that looks like SQL finds nothing', async () => {
    expect(await ask({ groupBy: ["user' or '1'='1"] })).toEqual([{ bucketStartInMillis: START, group: [''], value: '4.3' }]);
  });

  it('refuses boundaries that do not rise', async () => {
    await expect(ask({ boundariesInMillis: [START, START] })).rejects.toThrow(RangeError);
    await expect(ask({ boundariesInMillis: [START] })).rejects.toThrow(RangeError);
  });

  it('gives the same as a plain recomputation, whatever the events', async () => {
    let run = 0;
    const event = fc.record({
      customerId: fc.constantFrom('a', 'b'),
      eventTimeInMillis: fc.integer({ min: START - 2, max: START + 12 }),
      meterValue: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map((value) => `${value / 1_000_000n}.${(value < 0n ? -value : value).toString().padStart(6, '0').slice(-6)}`),
      dimensions: fc.record({ region: fc.constantFrom('eu', 'us', '') }, { requiredKeys: [] }),
    });
    const boundaries = fc.uniqueArray(fc.integer({ min: START, max: START + 10 }), { minLength: 2, maxLength: 5 }).map((found) => found.sort((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), boundaries, fc.subarray(['region', 'customerId']), async (drawn, boundariesInMillis, groupBy) => {
        const accountId = `random-${(run += 1)}`;
        const events = drawn.map((attributes, index) => eventOf({ ...attributes, accountId, uniqueId: String(index), meterValue: Decimal.parse(attributes.meterValue).toString() }));
        await store.append(events);
        for (const aggregation of AGGREGATIONS.filter((one) => one !== 'time_weighted')) {
          const query = { accountId, meterApiName: 'api_calls', aggregation, uniqueDimension: 'region', boundariesInMillis, groupBy };
          expect(await store.aggregate(query)).toEqual(recomputed(events, query));
        }
      }),
      { numRuns: 60 },
    );
  });
});

function eventOf(change: Partial<UsageEvent>): UsageEvent {
  return {
    accountId: 'acc',
    customerId: 'acme',
    meterApiName: 'api_calls',
    eventTimeInMillis: START,
    uniqueId: null,
    meterValue: '1',
    dimensions: {},
    ingestTimeInMillis: START,
    ...change,
  };
}
