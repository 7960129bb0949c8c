import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from '@tollkeeper/kernel';
import { type UsageAggregate, type UsageEvent, type UsageQuery } from '@tollkeeper/usage-store';
import fc from 'fast-check';
import { TestUsageStore } from '../../support/test-usage-store.js';

const START = Date.UTC(2027, 0, 10);
const HOUR = 3_600_000;

describe('Time-weighted usage', () => {
  let store: TestUsageStore;

  beforeAll(async () => {
    store = await TestUsageStore.open({ connections: 4 });
  });

  afterAll(() => store.close());

  const ask = (accountId: string, query: Partial<UsageQuery> = {}): Promise<UsageAggregate[]> =>
    store.aggregate({ accountId, meterApiName: 'seats', aggregation: 'time_weighted', boundariesInMillis: [START, START + 10 * HOUR], ...query });

  it('counts hours: from each event to the next of the same customer and dimensions, and from what held before', async () => {
    const level = (uniqueId: string, hours: number, meterValue: string, change: Partial<UsageEvent> = {}): UsageEvent => eventOf({ accountId: 'plain', uniqueId, eventTimeInMillis: START + hours * HOUR, meterValue, ...change });
    await store.append([
      level('long before', -9_000, '7'),
      level('before', -100, '2'),
      level('more', 4, '5'),
      level('none', 8, '0'),
      level('other', 5, '1.5', { customerId: 'beta' }),
      level('disk', 9, '100', { dimensions: { disk: 'a' } }),
    ]);
    // acme: 4 h of 2, 4 h of 5, then none, and an hour of 100 on a disk of its own; beta: 5 h of 1.5.
    expect(await ask('plain', { groupBy: ['customerId'] })).toMatchObject([
      { group: ['acme'], value: '128' },
      { group: ['beta'], value: '7.5' },
    ]);
    expect(await ask('plain', { boundariesInMillis: [START, START + 5 * HOUR, START + 10 * HOUR] })).toMatchObject([{ value: '13' }, { value: '122.5' }]);
    expect(await ask('plain', { heldUntilInMillis: START + 5 * HOUR })).toMatchObject([{ value: '13' }]);
    expect(await ask('plain', { filters: [{ field: 'disk', values: ['a'] }] })).toMatchObject([{ value: '100' }]);
  });

  it('is frozen by a watermark like any other', async () => {
    const accountId = 'frozen';
    await store.append([eventOf({ accountId, meterValue: '3' })]);
    const watermark = await store.watermark();
    await store.append([eventOf({ accountId, uniqueId: 'late', eventTimeInMillis: START + HOUR, meterValue: '0' })]);
    expect(await ask(accountId, { watermark })).toMatchObject([{ value: '30' }]);
    expect(await ask(accountId)).toMatchObject([{ value: '3' }]);
  });

  it('is the sum of what holds in every quarter of an hour, whatever the events and wherever a range is divided', async () => {
    let run = 0;
    const QUARTER = HOUR / 4;
    const event = fc.record({ customerId: fc.constantFrom('a', 'b'), eventTimeInMillis: fc.integer({ min: -8, max: 44 }).map((quarters) => START + quarters * QUARTER), meterValue: fc.integer({ min: 0, max: 9 }).map(String) });
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 5 }).map((found) => found.sort((a, b) => a - b).map((quarters) => START + quarters * QUARTER));
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), cuts, async (drawn, boundariesInMillis) => {
        const accountId = `random-${(run += 1)}`;
        const events = drawn.map((attributes, index) => eventOf({ ...attributes, accountId, uniqueId: String(index) }));
        await store.append(events);
        const rows = await ask(accountId, { boundariesInMillis });
        const found = boundariesInMillis.slice(0, -1).map((start) => rows.find(({ bucketStartInMillis }) => bucketStartInMillis === start)?.value ?? '0');
        const expected = boundariesInMillis.slice(0, -1).map((start, index) => {
          let quarters = 0;
          for (let at = start; at < boundariesInMillis[index + 1]!; at += QUARTER) {
            for (const customerId of ['a', 'b']) quarters += levelAt(events.filter((one) => one.customerId === customerId), at);
          }
          return Decimal.parse(String(quarters / 4)).toString();
        });
        expect(found).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

/** The value of the latest event at or before a time; of several at once the one stored last. */
function levelAt(events: readonly UsageEvent[], at: number): number {
  const past = events.filter(({ eventTimeInMillis }) => eventTimeInMillis <= at);
  const latest = past.reduce<UsageEvent | null>((found, event) => (found === null || event.eventTimeInMillis >= found.eventTimeInMillis ? event : found), null);
  return Number(latest?.meterValue ?? 0);
}

function eventOf(change: Partial<UsageEvent>): UsageEvent {
  return { accountId: 'acc', customerId: 'acme', meterApiName: 'seats', eventTimeInMillis: START, uniqueId: 'a', meterValue: '1', dimensions: {}, ingestTimeInMillis: START, ...change };
}
