import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AGGREGATIONS, PostgresUsageStore, type UsageEvent, type UsageQuery } from '@tollkeeper/usage-store';
import fc from 'fast-check';
import { TestUsageStore } from '../../support/test-usage-store.js';
import { recomputed } from './plain-recomputation.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Two days before the clocks go forward in Berlin. */
const START = Date.UTC(2027, 2, 26);
const [MONTH, NEXT_MONTH] = [Date.UTC(2027, 2, 1), Date.UTC(2027, 3, 1)];

describe('Usage added up by day', () => {
  let store: TestUsageStore;

  beforeAll(async () => {
    store = await TestUsageStore.open({ connections: 4 });
  });

  afterAll(() => store.close());

  /** A rollup that nobody else's events can explain: the answer of a query that read it. */
  const poison = async (accountId: string): Promise<void> => {
    await store.pool.query('update usage_rollup set value_sum = value_sum + 1000000 where account_id = $1', [accountId]);
  };

  const isRead = async (accountId: string, query: Partial<UsageQuery>): Promise<boolean> => {
    const [row] = await store.aggregate({ accountId, meterApiName: 'calls', aggregation: 'sum', boundariesInMillis: [START, START + 2 * DAY], ...query });
    return Number(row?.value) > 900_000;
  };

  it.each<[string, Partial<UsageQuery>, boolean]>([
    ['a total', {}, true],
    ['days', { boundariesInMillis: [START, START + DAY, START + 2 * DAY] }, true],
    ['a customer', { filters: [{ field: 'customerId', values: ['acme'] }] }, true],
    ['customers', { groupBy: ['customerId'] }, true],
    ['a declared dimension', { groupBy: ['region'], filters: [{ field: 'plan', values: ['', 'pro'] }] }, true],
    ['a range that begins within a day', { boundariesInMillis: [START - HOUR, START + 2 * DAY + 5] }, true],
    ['hours', { boundariesInMillis: Array.from({ length: 49 }, (_, hour) => START + hour * HOUR) }, false],
    ['less than a day', { boundariesInMillis: [START, START + DAY - 1] }, false],
    ['an undeclared dimension', { groupBy: ['request'] }, false],
    ['a customer by dimension', { groupBy: ['region'], filters: [{ field: 'customerId', values: ['acme'] }] }, false],
    ['everything below a watermark that they have passed', { watermark: '1' }, false],
  ])('answers %s (%j): %s', async (_what, query, expected) => {
    const accountId = `read-${JSON.stringify(query)}`.slice(0, 100);
    await store.append([eventOf({ accountId, dimensions: { region: 'eu', request: 'r1' } }), eventOf({ accountId, uniqueId: 'b', eventTimeInMillis: START + DAY })]);
    await store.defineRollup({ accountId, meterApiName: 'calls', dimensions: ['region', 'plan'], timeZone: 'UTC' });
    await store.catchUp(START);
    await poison(accountId);
    expect(await isRead(accountId, query)).toBe(expected);
  });

  it('keeps one row for each customer and day, and one for each combination of declared dimensions', async () => {
    const accountId = 'rows';
    await store.defineRollup({ accountId, meterApiName: 'calls', dimensions: ['region'], timeZone: 'UTC' });
    const events = Array.from({ length: 500 }, (_, index) => eventOf({ accountId, uniqueId: String(index), customerId: `c${index % 3}`, dimensions: { region: index % 2 === 0 ? 'eu' : 'us', request: String(index) } }));
    await store.append(events.slice(0, 200));
    await store.catchUp(START);
    await store.append(events.slice(200));
    await store.catchUp(START);
    const { rows } = await store.pool.query(`select customer_id, dimensions, event_count::integer as count, trim_scale(value_sum)::text as sum from usage_rollup where account_id = $1 order by customer_id, dimensions::text`, [accountId]);
    expect(rows).toEqual([
      { customer_id: '', dimensions: { region: 'eu' }, count: 250, sum: '250' },
      { customer_id: '', dimensions: { region: 'us' }, count: 250, sum: '250' },
      { customer_id: 'c0', dimensions: {}, count: 167, sum: '167' },
      { customer_id: 'c1', dimensions: {}, count: 167, sum: '167' },
      { customer_id: 'c2', dimensions: {}, count: 166, sum: '166' },
    ]);
  });

  it.each<[string, Partial<UsageQuery>, boolean]>([
    ['a month', { boundariesInMillis: [MONTH, NEXT_MONTH] }, true],
    ['months of a longer time', { boundariesInMillis: [MONTH - 12 * HOUR, NEXT_MONTH + HOUR] }, true],
    ['a month of each customer', { boundariesInMillis: [MONTH, NEXT_MONTH], groupBy: ['customerId'] }, true],
    ['a month by dimension', { boundariesInMillis: [MONTH, NEXT_MONTH], groupBy: ['region'] }, true],
    ['days of a month', { boundariesInMillis: [MONTH, START, NEXT_MONTH] }, false],
    ['a part of a month', { boundariesInMillis: [MONTH, NEXT_MONTH - HOUR] }, false],
  ])('reads by month, for all customers too: %s', async (what, query, isByMonth) => {
    const accountId = `month-${what}`;
    await store.defineRollup({ accountId, meterApiName: 'calls', dimensions: ['region'], timeZone: 'UTC' });
    await store.append([eventOf({ accountId, dimensions: { region: 'eu' } })]);
    await store.catchUp(START);
    await store.pool.query('update usage_rollup_month set value_sum = value_sum + 1000000 where account_id = $1', [accountId]);
    expect(await isRead(accountId, query)).toBe(isByMonth);
  });

  it('takes any text as a dimension, and stops for none', async () => {
    const accountId = 'texts';
    const texts = ['say "hello"', 'C:\\temp', 'two\nlines', '\\x41', 'A', '\u0001', 'ümläut 🙂'];
    await store.defineRollup({ accountId, meterApiName: 'calls', dimensions: ['region'], timeZone: 'UTC' });
    await store.append(texts.map((region, index) => eventOf({ accountId, uniqueId: String(index), dimensions: { region } })));
    await store.catchUp(START);
    const answer = await store.aggregate({ accountId, meterApiName: 'calls', aggregation: 'count', boundariesInMillis: [START, START + DAY], groupBy: ['region'] });
    expect(answer.map(({ group, value }) => [group[0], value]).toSorted()).toEqual(texts.map((text) => [text, '1']).toSorted());
    const { rows } = await store.pool.query<{ count: number }>(`select count(*)::integer as count from usage_rollup where account_id = $1 and customer_id = ''`, [accountId]);
    expect(rows).toEqual([{ count: texts.length }]);
  });

  it('shows how much came after a day had ended', async () => {
    const accountId = 'late';
    await store.defineRollup({ accountId, meterApiName: 'calls', dimensions: [], timeZone: 'UTC' });
    await store.append([eventOf({ accountId }), eventOf({ accountId, uniqueId: 'late', meterValue: '5', ingestTimeInMillis: START + 3 * DAY })]);
    await store.catchUp(START);
    const { rows } = await store.pool.query(`select event_count::integer as count, late_count::integer as late, trim_scale(late_sum)::text as late_sum from usage_rollup where account_id = $1 and customer_id = 'acme'`, [accountId]);
    expect(rows).toEqual([{ count: 2, late: 1, late_sum: '5' }]);
  });

  it('is undone whole when a step fails, and goes on after it', async () => {
    const accountId = 'failing';
    await store.defineRollup({ accountId, meterApiName: 'calls', dimensions: [], timeZone: 'UTC' });
    await store.catchUp(START);
    await store.append([eventOf({ accountId })]);
    await store.pool.query('alter table usage_rollup_state add constraint broken check (false) not valid');
    await expect(store.catchUp(START)).rejects.toThrow('broken');
    await store.pool.query('alter table usage_rollup_state drop constraint broken');
    await store.catchUp(START);
    const { rows } = await store.pool.query('select event_count::integer as count from usage_rollup where account_id = $1', [accountId]);
    expect(rows).toEqual([{ count: 1 }, { count: 1 }]);
  });

  it('takes over what a dump of another cluster brought, whose transactions counted further', async () => {
    const accountId = 'restored';
    await store.defineRollup({ accountId, meterApiName: 'calls', dimensions: [], timeZone: 'UTC' });
    await store.append([eventOf({ accountId })]);
    await store.catchUp(START);
    await store.pool.query(`update usage_event set transaction_id = transaction_id + 1000000000000`);
    await store.pool.query(`update usage_rollup_state set folded_to = folded_to + 1000000000000`);
    await store.append([eventOf({ accountId, uniqueId: 'after', meterValue: '10' })]);
    const query: UsageQuery = { accountId, meterApiName: 'calls', aggregation: 'sum', boundariesInMillis: [START, START + DAY] };
    expect(await store.aggregate(query)).toMatchObject([{ value: '11' }]);
    await expect(store.watermark()).rejects.toMatchObject({ kind: 'unavailable', code: 'usage_not_taken_over' });
    await store.catchUp(START);
    expect(await store.aggregate({ ...query, watermark: await store.watermark() })).toMatchObject([{ value: '11' }]);
    expect(await store.aggregate(query)).toMatchObject([{ value: '11' }]);
  });

  it('makes partitions for months as they come, also when several writers need them at once, and takes times outside of all of them', async () => {
    const accountId = 'months';
    const times = [Date.UTC(1975, 0, 1), Date.UTC(2031, 4, 1), Date.UTC(2031, 4, 31, 23), Date.UTC(2031, 5, 1), Date.UTC(2039, 11, 31), Date.UTC(2077, 0, 1)];
    const stores = Array.from({ length: 4 }, () => new PostgresUsageStore(store.pool));
    const outcomes = await Promise.all(stores.map((one, index) => one.append(times.map((eventTimeInMillis) => eventOf({ accountId, uniqueId: `${index}-${eventTimeInMillis}`, eventTimeInMillis })))));
    expect(outcomes.flat()).toEqual(Array.from({ length: 24 }, () => 'accepted'));
    const { rows } = await store.pool.query<{ partition: string; count: number }>('select tableoid::regclass::text as partition, count(*)::integer as count from usage_event where account_id = $1 group by 1 order by 1', [accountId]);
    expect(rows).toEqual([
      { partition: 'usage_event_2031_05', count: 8 },
      { partition: 'usage_event_2031_06', count: 4 },
      { partition: 'usage_event_2039_12', count: 4 },
      { partition: 'usage_event_after', count: 4 },
      { partition: 'usage_event_before', count: 4 },
    ]);
  });

  it('gives the same as a plain recomputation, however appending, adding up and redefining follow each other', async () => {
    let run = 0;
    const event = fc.record({
      customerId: fc.constantFrom('a', 'b'),
      eventTimeInMillis: fc.integer({ min: 0, max: 16 }).map((steps) => START - DAY + steps * 8 * HOUR),
      meterValue: fc.integer({ min: -3, max: 9 }).map(String),
      dimensions: fc.record({ region: fc.constantFrom('eu', 'us', ''), request: fc.constantFrom('x', 'y') }, { requiredKeys: [] }),
    });
    const act = fc.oneof(
      { weight: 4, arbitrary: fc.array(event, { minLength: 1, maxLength: 8 }).map((events) => ({ act: 'append' as const, events })) },
      { weight: 3, arbitrary: fc.constant({ act: 'roll up' as const }) },
      { weight: 1, arbitrary: fc.record({ act: fc.constant('define' as const), dimensions: fc.subarray(['region', 'request']), timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata') }) },
      { weight: 1, arbitrary: fc.constant({ act: 'watermark' as const }) },
    );
    const series = fc.uniqueArray(fc.integer({ min: 0, max: 10 }), { minLength: 2, maxLength: 5 }).map((found) => found.sort((a, b) => a - b).map((steps) => START - 12 * HOUR + steps * 12 * HOUR));
    // Whole months of any zone, and of UTC alone.
    const months = fc.constantFrom([START - 70 * DAY, START + 70 * DAY], [START - 70 * DAY, START + DAY, START + 70 * DAY], [-1, 0, 1].map((month) => Date.UTC(new Date(START).getUTCFullYear(), new Date(START).getUTCMonth() + month, 1)));
    const boundaries = fc.oneof({ weight: 2, arbitrary: series }, { weight: 1, arbitrary: months });
    const question = fc.record({ aggregation: fc.constantFrom(...AGGREGATIONS), uniqueDimension: fc.constantFrom('region', null), boundariesInMillis: boundaries, groupBy: fc.subarray(['region', 'customerId']), filtered: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 10 }), fc.array(question, { minLength: 4, maxLength: 4 }), async (acts, questions) => {
        const accountId = `random-${(run += 1)}`;
        const events: UsageEvent[] = [];
        const marks: { watermark: string; count: number }[] = [];
        for (const step of acts) {
          if (step.act === 'append') {
            const added = step.events.map((attributes, index) => eventOf({ ...attributes, accountId, uniqueId: `${events.length}-${index}` }));
            await store.append(added);
            events.push(...added);
          } else if (step.act === 'roll up') await store.rollUp(START);
          else if (step.act === 'define') await store.defineRollup({ accountId, meterApiName: 'calls', dimensions: step.dimensions, timeZone: step.timeZone });
          else marks.push({ watermark: await store.watermark(), count: events.length });
          for (const { filtered, ...asked } of questions) {
            const query: UsageQuery = { ...asked, accountId, meterApiName: 'calls', filters: filtered ? [{ field: 'customerId', values: ['a'] }] : [] };
            expect(await store.aggregate(query)).toEqual(recomputed(events, query));
          }
          const [asked] = questions;
          for (const { watermark, count } of marks) {
            const query: UsageQuery = { ...asked!, accountId, meterApiName: 'calls', filters: [], watermark };
            expect(await store.aggregate(query)).toEqual(recomputed(events.slice(0, count), query));
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

function eventOf(change: Partial<UsageEvent>): UsageEvent {
  return { accountId: 'acc', customerId: 'acme', meterApiName: 'calls', eventTimeInMillis: START, uniqueId: 'a', meterValue: '1', dimensions: {}, ingestTimeInMillis: START, ...change };
}
