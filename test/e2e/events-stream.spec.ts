import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { EventTail } from '../../src/notifications/event-tail.js';
import { EventStreamReader, type StreamedEvent } from '../support/event-stream-reader.js';
import { furnishAccount, openAccount } from '../support/furnished-account.js';
import { HttpCaller } from '../support/http-caller.js';
import { eventually, startTestApplication, type TestApplication } from '../support/test-application.js';

/** The machine may be busy with other suites: a whole application starts in each. */
const DAY_IN_MILLIS = 86_400_000;

type Account = HttpCaller & { accountId: string };

describe('GET /events', () => {
  let application: TestApplication;
  let installation: HttpCaller;

  beforeAll(async () => {
    application = await startTestApplication({ connectStripe: false });
    installation = new HttpCaller(application.url, application.adminKey);
  });

  afterAll(() => application.close());

  const newCustomer = (account: HttpCaller, customerId: string): Promise<unknown> => account.expectOk('POST', '/customers', { customerId, customerName: 'x' });
  const created = (events: readonly StreamedEvent[]): string[] => events.filter(({ type }) => type === 'customer.created').map(({ objectId }) => objectId);
  const databaseClient = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: application.database.url });
    await client.connect();
    return client;
  };
  /** As the outbox writes it, but inside a transaction that the test holds open. */
  const insertEvent = async (client: pg.Client, accountId: string, id: string, data: object = {}): Promise<void> => {
    await client.query(`insert into outbox_event (id, account_id, type, object_type, object_id, data, create_time) values ($1, $2, 'test.happened', 'test', $1, $3, 0)`, [id, accountId, data]);
  };

  it('is a stream that proxies leave alone, greets with a position, and tells what happened to what', async () => {
    const account = await openAccount(installation, 'format');
    const reader = await EventStreamReader.open(account);
    expect(Object.fromEntries(reader.response.headers)).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    expect(reader.lastEventId).toMatch(/^\d+-\d+$/);
    await newCustomer(account, 'acme');
    await reader.until(() => reader.events.length > 0, 'customer.created');
    expect(reader.events).toEqual([
      {
        position: reader.lastEventId,
        id: expect.stringMatching(/^evt_/),
        type: 'customer.created',
        objectType: 'customer',
        objectId: 'acme',
        data: expect.objectContaining({ customerId: 'acme' }),
        createTime: expect.any(Number),
      },
    ]);
    await reader.close();
  });

  it('follows an invoice from its first day to its payment while it happens', async () => {
    const account = await furnishAccount(installation, 'acme');
    const reader = await EventStreamReader.open(account);
    const { timeInMillis } = await account.expectOk<{ timeInMillis: number }>('GET', '/test-clock');
    await account.expectOk('PUT', '/test-clock', { timeInMillis: timeInMillis + 33 * DAY_IN_MILLIS });
    const { invoiceId } = account.objects;
    await reader.until(() => reader.events.some(({ type, objectId }) => type === 'invoice.settled' && objectId === invoiceId), 'invoice.settled');
    const story = reader.events.filter(({ objectId }) => objectId === invoiceId).map(({ type }) => type);
    expect(story.indexOf('invoice.price_locked')).toBeGreaterThanOrEqual(0);
    expect(story.indexOf('invoice.settled')).toBeGreaterThan(story.indexOf('invoice.price_locked'));
    expect(reader.events.some(({ type, objectId }) => type.startsWith('invoice.') && objectId !== invoiceId)).toBe(true);
    await reader.close();
  });

  it('replays everything from 0-0, and without a position only what is new', async () => {
    const account = await openAccount(installation, 'replay');
    await newCustomer(account, 'old');
    const [all, fresh] = [await EventStreamReader.open(account, '0-0'), await EventStreamReader.open(account)];
    await newCustomer(account, 'new');
    await Promise.all([all, fresh].map((reader) => reader.until(() => created(reader.events).includes('new'), 'the new customer')));
    expect(created(all.events)).toEqual(['old', 'new']);
    expect(created(fresh.events)).toEqual(['new']);
    await Promise.all([all.close(), fresh.close()]);
  });

  it('loses and repeats nothing across reconnections while many write at once', async () => {
    const account = await openAccount(installation, 'reconnect');
    const names = Array.from({ length: 60 }, (_, index) => `c${index}`);
    let reader = await EventStreamReader.open(account, '0-0');
    const seen: StreamedEvent[] = [];
    const queue = [...names];
    const writing = Promise.all(
      Array.from({ length: 6 }, async () => {
        for (let name = queue.pop(); name !== undefined; name = queue.pop()) await newCustomer(account, name);
      }),
    );
    while (created(seen).length < names.length) {
      await reader.until(() => reader.events.length >= 4 || created([...seen, ...reader.events]).length === names.length, 'some more events');
      // Where exactly the connection breaks is left to chance: what was received counts, whatever was under way.
      const connection = reader;
      await connection.close();
      seen.push(...connection.events);
      reader = await EventStreamReader.open(account, connection.lastEventId!);
    }
    await writing;
    await reader.close();
    expect(created(seen).toSorted()).toEqual(names.toSorted());
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    const whole = await EventStreamReader.open(account, '0-0');
    await whole.until(() => whole.events.length >= seen.length, 'the replay');
    expect(seen.map(({ position }) => position)).toEqual(whole.events.map(({ position }) => position));
    await whole.close();
  });

  it('waits for a transaction that began earlier and commits later, even across a reconnection', async () => {
    const account = await openAccount(installation, 'overtaken');
    const [early, late] = [await databaseClient(), await databaseClient()];
    const first = await EventStreamReader.open(account);
    await early.query('begin');
    await insertEvent(early, account.accountId, 'early');
    await insertEvent(late, account.accountId, 'late');
    // The later one is committed and has the higher number: sent now, the earlier one would stay behind the reader for ever.
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(first.events).toEqual([]);
    const position = first.lastEventId!;
    await first.close();
    const second = await EventStreamReader.open(account, position);
    await early.query('commit');
    await second.until(() => second.events.length === 2, 'both events');
    expect(second.events.map(({ objectId }) => objectId)).toEqual(['early', 'late']);
    await second.close();
    await Promise.all([early.end(), late.end()]);
  });

  it('goes on past a transaction that is rolled back', async () => {
    const account = await openAccount(installation, 'rolled back');
    const [undone, done] = [await databaseClient(), await databaseClient()];
    const reader = await EventStreamReader.open(account);
    await undone.query('begin');
    await insertEvent(undone, account.accountId, 'undone');
    await insertEvent(done, account.accountId, 'done');
    await undone.query('rollback');
    await reader.until(() => reader.events.length > 0, 'the event that happened');
    expect(reader.events.map(({ objectId }) => objectId)).toEqual(['done']);
    await reader.close();
    await Promise.all([undone.end(), done.end()]);
  });

  it('shows every reader all of its own account and nothing of another', async () => {
    const [one, other] = [await openAccount(installation, 'one'), await openAccount(installation, 'other')];
    const readers = await Promise.all([one, one, other].map((account) => EventStreamReader.open(account)));
    await Promise.all([...['a', 'b', 'c'].map((name) => newCustomer(one, `one-${name}`)), ...['a', 'b'].map((name) => newCustomer(other, `other-${name}`))]);
    await Promise.all(readers.map((reader, index) => reader.until(() => created(reader.events).length === (index < 2 ? 3 : 2), 'the customers')));
    const [first, second, foreign] = readers.map(({ events }) => events);
    expect(created(first!).toSorted()).toEqual(['one-a', 'one-b', 'one-c']);
    expect(second).toEqual(first);
    expect(created(foreign!).toSorted()).toEqual(['other-a', 'other-b']);
    await Promise.all(readers.map((reader) => reader.close()));
  });

  it.each(['', 'x', '1', '-1', '1-', '-1-1', '1-1-1', '0x1-0', '1.5-0', '1e3-0', ' 1-1 x', '18446744073709551616-0', '0-9223372036854775808', `${'9'.repeat(30)}-0`])(
    'answers 400 to the position %j',
    async (position) => {
      const answer = await installation.call('GET', '/events', undefined, { 'Last-Event-ID': position });
      expect(answer).toMatchObject({ status: 400, body: { status: 400, code: 'invalid_event_position' } });
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    },
  );

  it('asks the database no more once the reader has left', async () => {
    const account = await openAccount(installation, 'left');
    const looks = jest.spyOn(application.app.get(EventTail, { strict: false }), 'after');
    for (let visit = 0; visit < 5; visit += 1) await (await EventStreamReader.open(account)).close();
    // Gone before the answer begins.
    for (let visit = 0; visit < 5; visit += 1) await fetch(`${account.url}/events`, { headers: { 'X-API-KEY': account.key! }, signal: AbortSignal.timeout(1) }).catch(() => undefined);
    const looksOfOneAndAHalfSeconds = async (): Promise<number> => {
      looks.mockClear();
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return looks.mock.calls.filter(([accountId]) => accountId === account.accountId).length;
    };
    await eventually('nobody who looks', looksOfOneAndAHalfSeconds, (count) => count === 0);
    looks.mockRestore();
  });

  describe('when the process stops', () => {
    let stopping: TestApplication;
    let account: Account;
    let busy: Account;

    beforeAll(async () => {
      stopping = await startTestApplication({ connectStripe: false });
      const theirs = new HttpCaller(stopping.url, stopping.adminKey);
      [account, busy] = [await openAccount(theirs, 'stopping'), await openAccount(theirs, 'busy')];
    });

    it('ends its streams, also those that nobody reads', async () => {
      const reader = await EventStreamReader.open(account);
      await newCustomer(account, 'last');
      await reader.until(() => created(reader.events).length === 1, 'the customer');
      const stuck = await stuckReader(busy, stopping);
      const began = performance.now();
      await stopping.close();
      await reader.ended;
      expect(performance.now() - began).toBeLessThan(4_000);
      expect(reader.events.at(-1)).toMatchObject({ objectId: 'last', position: reader.lastEventId });
      stuck.destroy();
    });
  });
});

/** Asks for far more than the buffers between it and the server hold, and takes nothing of it. */
async function stuckReader(account: Account, { database, url }: TestApplication): Promise<Socket> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `insert into outbox_event (id, account_id, type, object_type, object_id, data, create_time)
       select 'bulk' || n, $1, 'test.happened', 'test', 'x', jsonb_build_object('text', repeat('x', 20000)), 0 from generate_series(1, 1500) n`,
    [account.accountId],
  );
  await client.end();
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(`GET /events HTTP/1.1\r\nHost: x\r\nX-API-KEY: ${account.key}\r\nLast-Event-ID: 0-0\r\n\r\n`);
  // Time for the server to fill the buffers and to wait for the reader.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return socket;
}
