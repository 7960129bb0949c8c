import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { identityOf, PostgresUsageStore, type UsageEvent } from '@tollkeeper/usage-store';
import { TestUsageStore } from '../../support/test-usage-store.js';

const TIME = Date.UTC(2027, 0, 10);

describe('Appending usage events', () => {
  let store: TestUsageStore;
  let keysBefore: number;

  beforeAll(async () => {
    store = await TestUsageStore.open({ connections: 8 });
  });

  beforeEach(async () => {
    keysBefore = (await store.pool.query<{ keys: number }>('select count(*)::integer as keys from usage_event_key')).rows[0]!.keys;
  });

  afterAll(() => store.close());

  const count = async (accountId: string): Promise<{ events: number; keys: number; conflicts: number; sum: string }> => {
    const { rows } = await store.pool.query<{ events: number; keys: number; conflicts: number; sum: string }>(
      `select (select count(*)::integer from usage_event where account_id = $1) as events,
              (select count(*)::integer from usage_event_key) as keys,
              (select count(*)::integer from usage_conflict where account_id = $1) as conflicts,
              (select trim_scale(coalesce(sum(meter_value), 0))::text from usage_event where account_id = $1) as sum`,
      [accountId],
    );
    return { ...rows[0]!, keys: rows[0]!.keys - keysBefore };
  };

  it('counts an event once that is in one batch three times', async () => {
    const event = eventOf('batch', { uniqueId: 'a' });
    expect(await store.append([event, eventOf('batch', { uniqueId: 'b' }), event, event])).toEqual(['accepted', 'accepted', 'duplicate', 'duplicate']);
    expect(await count('batch')).toEqual({ events: 2, keys: 2, conflicts: 0, sum: '2' });
  });

  it('counts a resent batch once, and what is new in it', async () => {
    const batch = [eventOf('resent', { uniqueId: 'a' }), eventOf('resent', { uniqueId: 'b' })];
    await store.append(batch);
    expect(await store.append([...batch, eventOf('resent', { uniqueId: 'c' })])).toEqual(['duplicate', 'duplicate', 'accepted']);
    expect(await count('resent')).toMatchObject({ events: 3, conflicts: 0 });
  });

  it('knows an event without a unique id by all its attributes', async () => {
    const event = eventOf('attributes', { uniqueId: null, dimensions: { region: 'eu', model: 's' } });
    const sameInOtherOrder = { ...event, dimensions: { model: 's', region: 'eu' } };
    const others = [{ ...event, meterValue: '2' }, { ...event, eventTimeInMillis: TIME + 1 }, { ...event, dimensions: { region: 'us', model: 's' } }, { ...event, customerId: 'other' }];
    expect(await store.append([event, sameInOtherOrder, ...others])).toEqual(['accepted', 'duplicate', 'accepted', 'accepted', 'accepted', 'accepted']);
    expect(await store.append([event])).toEqual(['duplicate']);
  });

  it('takes the same unique id for another customer, meter or account', async () => {
    const event = eventOf('scoped', { uniqueId: 'a' });
    expect(await store.append([event, { ...event, customerId: 'other' }, { ...event, meterApiName: 'other' }, { ...event, accountId: 'scoped-2' }])).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
  });

  it('does not take a unique id for the text of attributes', async () => {
    const plain = eventOf('mixed', { uniqueId: null });
    const asId = JSON.stringify([plain.eventTimeInMillis, plain.meterValue, []]);
    expect(await store.append([plain, eventOf('mixed', { uniqueId: asId })])).toEqual(['accepted', 'accepted']);
  });

  it.each([
    ['value', { meterValue: '2' }],
    ['time', { eventTimeInMillis: TIME + 1 }],
    ['dimensions', { dimensions: { region: 'us' } }],
  ])('keeps another %s under a known id as a conflict and does not count it', async (what, change) => {
    const accountId = `conflict-${what}`;
    const event = eventOf(accountId, { uniqueId: 'a' });
    expect(await store.append([event])).toEqual(['accepted']);
    expect(await store.append([{ ...event, ...change }])).toEqual(['conflict']);
    expect(await store.append([{ ...event, ...change }, event])).toEqual(['conflict', 'duplicate']);
    expect(await count(accountId)).toEqual({ events: 1, keys: 1, conflicts: 1, sum: '1' });
    const { rows } = await store.pool.query<{ payload: unknown }>('select unique_id, payload from usage_conflict where account_id = $1', [accountId]);
    const { eventTimeInMillis, meterValue, dimensions } = { ...event, ...change };
    expect(rows).toEqual([{ unique_id: 'a', payload: { meterTimeInMillis: eventTimeInMillis, meterValue: expect.stringMatching(new RegExp(`^${meterValue}(\\.0+)?$`)), dimensions } }]);
  });

  it('lists conflicts in the order of storing, a page at a time', async () => {
    const event = eventOf('listed', { uniqueId: 'a' });
    await store.append([event]);
    for (let value = 2; value < 120; value += 1) await store.append([{ ...event, meterValue: String(value) }]);
    const walked: string[] = [];
    for (let after: string | undefined = '0'; after !== undefined; ) {
      const page: Awaited<ReturnType<typeof store.conflicts>> = await store.conflicts('listed', { after, limit: 7 });
      walked.push(...page.map(({ meterValue }) => meterValue));
      after = page.at(-1)?.sequence;
    }
    expect(walked).toEqual(Array.from({ length: 118 }, (_, index) => String(index + 2)));
  });

  it('judges a repeat inside a batch by what counts, not by what came first in the batch', async () => {
    const event = eventOf('order', { uniqueId: 'a' });
    await store.append([event]);
    expect(await store.append([{ ...event, meterValue: '9' }, event, { ...event, meterValue: '8' }])).toEqual(['conflict', 'duplicate', 'conflict']);
    expect(await count('order')).toEqual({ events: 1, keys: 1, conflicts: 2, sum: '1' });
  });

  it('lets two writers of the same events in opposite orders wait for each other, instead of deadlocking', async () => {
    const events = Array.from({ length: 101 }, (_, index) => eventOf('opposite', { uniqueId: `id-${index}` }));
    const gate = await store.pool.connect();
    await gate.query('begin');
    // Holds the event in the middle until both writers have come as far as they can.
    await gate.query('insert into usage_event_key (event_key) values ($1)', [identityOf(events[50]!).eventKey]);
    const writers = Promise.all([store.append(events), store.append([...events].reverse())]);
    for (let waiting = 0; waiting < 2; ) {
      const { rows } = await store.pool.query<{ waiting: number }>(`select count(*)::integer as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
      waiting = rows[0]!.waiting;
    }
    await gate.query('rollback');
    gate.release();
    const outcomes = (await writers).flat();
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(101);
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(101);
    expect(await count('opposite')).toEqual({ events: 101, keys: 101, conflicts: 0, sum: '101' });
  });

  it('counts once what eight writers send at the same time in different orders', async () => {
    const events = Array.from({ length: 400 }, (_, index) => eventOf('race', { uniqueId: `id-${index}` }));
    const rounds = Array.from({ length: 8 }, (_, writer) => {
      const from = writer * 37;
      const rotated = [...events.slice(from), ...events.slice(0, from)];
      return store.append(writer % 2 === 0 ? rotated : rotated.reverse());
    });
    const outcomes = (await Promise.all(rounds)).flat();
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(400);
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(2_800);
    expect(await count('race')).toEqual({ events: 400, keys: 400, conflicts: 0, sum: '400' });
  });

  it('says conflict to all but one of those who claim an id with different content at the same time', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, value) => store.append([eventOf('claim', { uniqueId: 'a', meterValue: String(value + 1) })])));
    expect(outcomes.flat().filter((outcome) => outcome === 'accepted')).toHaveLength(1);
    expect(outcomes.flat().filter((outcome) => outcome === 'conflict')).toHaveLength(7);
    expect(await count('claim')).toMatchObject({ events: 1, conflicts: 7 });
  });

  it('keeps nothing of an event that cannot be stored, so that the resend counts', async () => {
    const good = eventOf('fault', { uniqueId: 'a' });
    await expect(store.append([good, eventOf('fault', { uniqueId: 'b', meterValue: 'NaN?' })])).rejects.toThrow();
    expect(await count('fault')).toMatchObject({ events: 0, keys: 0 });
    expect(await store.append([good])).toEqual(['accepted']);
  });

  it('counts once what other processes have stored, and the new events beside it', async () => {
    const elsewhere = new PostgresUsageStore(store.pool);
    const events = Array.from({ length: 40 }, (_, index) => eventOf('elsewhere', { uniqueId: `id-${index}` }));
    for (let known = 0; known < events.length; known += 4) {
      await elsewhere.append(events.slice(known, known + 2));
      const outcomes = await store.append(events.slice(known, known + 4));
      expect(outcomes).toEqual(['duplicate', 'duplicate', 'accepted', 'accepted']);
    }
    expect(await count('elsewhere')).toEqual({ events: 40, keys: 40, conflicts: 0, sum: '40' });
  });

  it('counts an event that could not be stored when it was first sent', async () => {
    const event = eventOf('refused', { uniqueId: 'a' });
    await expect(store.append([event, eventOf('refused', { uniqueId: 'b', dimensions: { a: '\0' } })])).rejects.toThrow();
    expect(await store.append([event])).toEqual(['accepted']);
    expect(await store.append([event])).toEqual(['duplicate']);
    expect(await count('refused')).toMatchObject({ events: 1, keys: 1 });
  });

  it.each([50, 1_000])('keeps %i events in the order in which they were sent, whatever the order they are written in', async (events) => {
    const accountId = `ordered-${events}`;
    const sent = Array.from({ length: events }, (_, index) => eventOf(accountId, { customerId: `c${(index * 7) % 30}`, uniqueId: String(index) }));
    await store.append(sent);
    await store.append([eventOf(accountId, { customerId: 'c0', uniqueId: 'last' })]);
    const { rows } = await store.pool.query<{ ids: string[] }>('select array_agg(unique_id order by sequence) as ids from usage_event where account_id = $1', [accountId]);
    expect(rows[0]!.ids).toEqual([...sent.map(({ uniqueId }) => uniqueId), 'last']);
  });

  it.each(['0', '-0', '7', '-7', '10000', '99999999', '0.1', '-0.000000000001', '12345678901234567890123456.123456789012', '-99999999999999999999999999.999999999999', '100000000.00010000'])(
    'keeps %s as it is',
    async (meterValue) => {
      await store.append([eventOf('decimal', { uniqueId: meterValue, meterValue })]);
      const { rows } = await store.pool.query('select meter_value = $3::numeric as same, scale(meter_value) as scale from usage_event where account_id = $1 and unique_id = $2', ['decimal', meterValue, meterValue]);
      expect(rows).toEqual([{ same: true, scale: 12 }]);
    },
  );

  it('keeps text and decimals exactly', async () => {
    const event = eventOf('exact', { uniqueId: 'a,"b"\\{}', meterValue: '12345678901234567890123456.123456789012', dimensions: { 'a "quoted", name': 'öß\\ 漢字 {x}', '': '' } });
    await store.append([event]);
    const { rows } = await store.pool.query('select unique_id, meter_value::text, dimensions from usage_event where account_id = $1', ['exact']);
    expect(rows).toEqual([{ unique_id: event.uniqueId, meter_value: event.meterValue, dimensions: event.dimensions }]);
    expect(await store.append([event])).toEqual(['duplicate']);
  });
});

function eventOf(accountId: string, change: Partial<UsageEvent> = {}): UsageEvent {
  return { accountId, customerId: 'acme', meterApiName: 'api_calls', eventTimeInMillis: TIME, uniqueId: null, meterValue: '1', dimensions: {}, ingestTimeInMillis: TIME, ...change };
}
