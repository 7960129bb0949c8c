import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UsageApplication, type TestAccount } from '../../support/usage-application.js';

const TIME = Date.UTC(2026, 5, 1);

describe('Usage that somebody should know of', () => {
  let application: UsageApplication;
  let account: TestAccount;

  beforeAll(async () => {
    application = await UsageApplication.start();
    account = await application.account();
    await account.call('POST', '/meters', { meterApiName: 'calls', label: 'Calls', aggregation: 'sum' });
    await application.customer(account.id, 'acme');
  });

  afterAll(() => application.stop());

  const look = (): Promise<void> => application.run(['usage-findings']);
  const record = (uniqueId: string, change: Record<string, unknown> = {}): object => ({ customerId: 'acme', meterApiName: 'calls', meterValue: 1, meterTimeInMillis: TIME, uniqueId, ...change });
  const told = async (): Promise<unknown[]> =>
    (await application.pool.query(`select type, object_id as id, data ->> 'eventCount' as count from outbox_event where account_id = $1 and type like 'usage.%' order by sequence`, [account.id])).rows;

  it('lists and tells once of customers and meters that do not exist, counts on, and says when they do', async () => {
    await account.call('POST', '/ingest', [record('a'), record('b', { customerId: 'ghost' }), record('c', { customerId: 'ghost', meterApiName: 'unknown' })]);
    await look();
    expect((await account.call('GET', '/ingest/unmatched')).body).toMatchObject([
      { kind: 'customer', name: 'ghost', eventCount: 2 },
      { kind: 'meter', name: 'unknown', eventCount: 1 },
    ]);
    const page = await account.call('GET', '/ingest/unmatched?limit=1');
    expect(page.body).toMatchObject([{ kind: 'customer' }]);
    expect((await account.call('GET', /<([^>]+)>/.exec(String(page.headers['link']))?.[1] ?? '')).body).toMatchObject([{ kind: 'meter' }]);
    await account.call('POST', '/ingest', [record('d', { customerId: 'ghost' }), record('b', { customerId: 'ghost' })]);
    await look();
    expect((await account.call('GET', '/ingest/unmatched?kind=customer')).body).toMatchObject([{ name: 'ghost', eventCount: 3 }]);

    await application.customer(account.id, 'ghost');
    await look();
    expect((await account.call('GET', '/ingest/unmatched')).body).toMatchObject([{ kind: 'meter', name: 'unknown' }]);
    expect((await account.call('GET', '/ingest/unmatched?matched=true')).body).toMatchObject([{ kind: 'customer', name: 'ghost', eventCount: 3, matchTimeInMillis: expect.any(Number) as unknown }]);
    expect(await told()).toEqual([
      { type: 'usage.unknown_customer', id: 'ghost', count: '2' },
      { type: 'usage.unknown_meter', id: 'unknown', count: '1' },
      { type: 'usage.customer_matched', id: 'ghost', count: '3' },
    ]);
  });

  it('lists conflicts in pages, with what they said, and tells how many came', async () => {
    await account.call('POST', '/ingest', [record('x'), record('y'), record('z')]);
    await look();
    const before = (await told()).length;
    // One after the other: those of one request are stored in no order that it knows.
    for (const disputed of [record('x', { meterValue: '2.50' }), record('y', { dimensions: { region: 'eu' } }), record('z', { meterTimeInMillis: TIME + 1 }), record('z')]) await account.call('POST', '/ingest', disputed);
    await look();
    expect((await told()).slice(before)).toEqual([{ type: 'usage.conflict', id: account.id, count: '3' }]);
    const first = await account.call('GET', '/ingest/conflicts?limit=2');
    expect(first.body).toMatchObject([
      { customerId: 'acme', meterApiName: 'calls', uniqueId: 'x', meterTimeInMillis: TIME, meterValue: '2.5', dimensions: {} },
      { uniqueId: 'y', meterValue: '1', dimensions: { region: 'eu' } },
    ]);
    const next = /<([^>]+)>/.exec(String(first.headers['link']))?.[1] ?? '';
    expect((await account.call('GET', next)).body).toMatchObject([{ uniqueId: 'z', meterTimeInMillis: TIME + 1 }]);
  });

  it('keeps accounts apart, and finds nothing twice', async () => {
    const other = await application.account();
    await look();
    await look();
    expect((await other.call('GET', '/ingest/unmatched')).body).toEqual([]);
    expect((await other.call('GET', '/ingest/conflicts')).body).toEqual([]);
    const before = await told();
    await look();
    expect(await told()).toEqual(before);
  });
});
