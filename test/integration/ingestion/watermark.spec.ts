import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PostgresUsageStore, type UsageEvent, type UsageWatermark } from '@tollkeeper/usage-store';
import { openTransactionsEnded } from '../../support/test-database.js';
import { TestUsageStore } from '../../support/test-usage-store.js';

const TIME = Date.UTC(2027, 0, 10);

describe('The ingest watermark', () => {
  let store: TestUsageStore;

  beforeAll(async () => {
    store = await TestUsageStore.open({ connections: 10, longestWaitInMillis: 200 });
  });

  afterAll(() => store.close());

  const counted = async (accountId: string, watermark: UsageWatermark | null): Promise<number> => {
    const rows = await store.aggregate({ accountId, meterApiName: 'api_calls', aggregation: 'count', boundariesInMillis: [TIME, TIME + 1], watermark });
    return Number(rows[0]?.value ?? 0);
  };

  it('holds what was committed before it, and not what comes after', async () => {
    await store.append([eventOf('plain', 'a')]);
    await openTransactionsEnded(store.pool);
    const watermark = await store.watermark();
    await store.append([eventOf('plain', 'b')]);
    expect(await counted('plain', watermark)).toBe(1);
    expect(await counted('plain', null)).toBe(2);
  });

  it('is gone on from some events at a time, where a lot has come: nothing twice and nothing missed', async () => {
    const before = await store.watermark();
    for (const uniqueId of ['1', '2', '3', '4', '5']) await store.append([{ ...eventOf('much', uniqueId), customerId: `customer ${uniqueId}` }]);
    await openTransactionsEnded(store.pool);
    const slow = new PostgresUsageStore(store.pool, { eventsPerLook: 2 });
    const ofMuch = <T extends { accountId: string; customerId: string }>(rows: readonly T[]): string[] => rows.filter(({ accountId }) => accountId === 'much').map(({ customerId }) => customerId);
    const walk = async (look: (from: UsageWatermark) => Promise<{ upTo: UsageWatermark; isAll: boolean; rows: string[] }>): Promise<string[][]> => {
      const steps: string[][] = [];
      for (let from = before, isAll = false; !isAll; ) {
        const looked = await look(from);
        steps.push(looked.rows);
        ({ upTo: from, isAll } = looked);
      }
      return steps;
    };
    const seen = await walk(async (from) => ((looked) => ({ ...looked, rows: ofMuch(looked.usage) }))(await slow.seen(from)));
    const changed = await walk(async (from) => ((looked) => ({ ...looked, rows: ofMuch(looked.changes) }))(await slow.changed([from])));
    for (const steps of [seen, changed]) {
      expect(steps.flat()).toEqual(['1', '2', '3', '4', '5'].map((id) => `customer ${id}`));
      expect(steps.every(({ length }) => length <= 2)).toBe(true);
    }
  });

  it('leaves out what an open transaction has written, and for ever', async () => {
    const writer = new pg.Client({ connectionString: store.database.url });
    await writer.connect();
    await writer.query('begin');
    // The store's own statement, on a connection whose commit is held back.
    await new PostgresUsageStore(writer as unknown as pg.Pool).append([eventOf('open', 'late')]);
    await store.append([eventOf('open', 'during')]);
    const watermark = await store.watermark();
    expect(await counted('open', watermark)).toBe(0);
    await writer.query('commit');
    await writer.end();
    await openTransactionsEnded(store.pool);
    expect(await counted('open', watermark)).toBe(0);
    expect(await counted('open', await store.watermark())).toBe(2);
    expect(await counted('open', null)).toBe(2);
  });

  it('waits for an append under way, so that what was acknowledged behind it is counted', async () => {
    const writer = new pg.Client({ connectionString: store.database.url });
    await writer.connect();
    await writer.query('begin');
    await new PostgresUsageStore(writer as unknown as pg.Pool).append([eventOf('behind', 'slow')]);
    await store.append([eventOf('behind', 'acknowledged')]);
    const asked = new PostgresUsageStore(store.pool, { longestWaitInMillis: 5_000 }).watermark();
    await writer.query('commit');
    await writer.end();
    expect(await counted('behind', await asked)).toBe(2);
  });

  it('does not wait for a transaction that only reads', async () => {
    const reader = new pg.Client({ connectionString: store.database.url });
    await reader.connect();
    await reader.query('begin isolation level repeatable read');
    await reader.query('select count(*) from usage_event');
    await store.append([eventOf('reader', 'a')]);
    await openTransactionsEnded(store.pool);
    expect(await counted('reader', await store.watermark())).toBe(1);
    await reader.query('rollback');
    await reader.end();
  });

  it('splits what was acknowledged into frozen and late, with nothing in both or in neither, while writers run', async () => {
    let acknowledged = 0;
    let running = true;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let round = 0; running; round += 1) {
        const batch = Array.from({ length: 20 }, (__, index) => eventOf('lock', `${writer}-${round}-${index}`));
        const accepted = (await store.append(batch)).filter((outcome) => outcome === 'accepted').length;
        acknowledged += accepted;
      }
    });
    const locks: { watermark: UsageWatermark; frozen: number }[] = [];
    for (let lock = 0; lock < 15; lock += 1) {
      const watermark = await store.watermark();
      locks.push({ watermark, frozen: await counted('lock', watermark) });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    running = false;
    await Promise.all(writers);
    const total = await counted('lock', null);
    expect(total).toBe(acknowledged);
    for (const { watermark, frozen } of locks) {
      expect(await counted('lock', watermark)).toBe(frozen);
      const { rows } = await store.pool.query<{ late: number }>(`select count(*)::integer as late from usage_event where account_id = 'lock' and transaction_id >= $1::bigint`, [watermark]);
      expect(frozen + rows[0]!.late).toBe(acknowledged);
    }
    expect(locks.at(-1)!.frozen).toBeGreaterThan(locks[0]!.frozen);
  });
});

function eventOf(accountId: string, uniqueId: string): UsageEvent {
  return { accountId, customerId: 'acme', meterApiName: 'api_calls', eventTimeInMillis: TIME, uniqueId, meterValue: '1', dimensions: {}, ingestTimeInMillis: TIME };
}
