import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { eventually } from '../../support/test-application.js';
import { UsageApplication, type HttpAnswer, type TestAccount } from '../../support/usage-application.js';

const EVENTS_OF_A_REQUEST = 1_000;
/** What waits at most, and what is in the two commits under way. */
const MOST_EVENTS_HELD = 50_000 + 2 * 5_000;
const REQUESTS = 200;

describe('A database that does not answer', () => {
  let application: UsageApplication;
  let account: TestAccount;
  let blocker: pg.PoolClient;

  beforeAll(async () => {
    application = await UsageApplication.start();
    account = await application.account();
    // Makes what the first write needs, and who holds the key is known then.
    await account.call('POST', '/ingest', request(-1));
    blocker = await application.pool.connect();
  });

  afterAll(async () => {
    blocker.release();
    await application.stop();
  });

  it('leads to 429 before memory grows: a bounded number of events waits, and counts once it answers again', async () => {
    await blocker.query('begin');
    await blocker.query('lock table usage_event_key in share mode');
    const refused: HttpAnswer[] = [];
    const stored: HttpAnswer[] = [];
    const answered = Array.from({ length: REQUESTS }, (_, index) =>
      account.call('POST', '/ingest', request(index)).then((answer) => void (answer.status === 200 ? stored : refused).push(answer)),
    );
    const least = REQUESTS - MOST_EVENTS_HELD / EVENTS_OF_A_REQUEST;
    await eventually('refusals', () => Promise.resolve(refused.length), (count) => count >= least);
    expect(stored).toEqual([]);
    for (const { status, body, headers } of refused) {
      expect({ status, code: (body as { code: string }).code }).toEqual({ status: 429, code: 'ingestion_overloaded' });
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }

    await blocker.query('commit');
    await Promise.all(answered);
    expect(stored.length).toBe(REQUESTS - refused.length);
    expect(stored.length).toBeGreaterThan(1);
    const { rows } = await application.pool.query<{ count: number }>('select count(*)::integer as count from usage_event where account_id = $1', [account.id]);
    expect(rows[0]?.count).toBe((stored.length + 1) * EVENTS_OF_A_REQUEST);
  });
});

function request(index: number): unknown[] {
  const meterTimeInMillis = Date.now();
  return Array.from({ length: EVENTS_OF_A_REQUEST }, (_, event) => ({ customerId: 'acme', meterApiName: 'calls', meterValue: 1, meterTimeInMillis, uniqueId: `${index}-${event}` }));
}
