import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { openAccount } from '../support/furnished-account.js';
import { HttpCaller, type HttpAnswer, type HttpMethod } from '../support/http-caller.js';
import { sandboxKey, startTestApplication, type TestApplication } from '../support/test-application.js';

/** The machine may be busy with other suites: a whole application starts in each. */
const HOUR_IN_MILLIS = 3_600_000;

describe('Idempotency-Key', () => {
  let application: TestApplication;
  let account: HttpCaller;
  let database: pg.Client;

  beforeAll(async () => {
    application = await startTestApplication({ runLoops: false, connectStripe: false });
    account = await openAccount(new HttpCaller(application.url, application.adminKey), 'idempotency');
    await account.expectOk('POST', '/meters', { meterApiName: 'calls', label: 'Calls', meterType: 'sum_of_all_usage' });
    database = new pg.Client({ connectionString: application.database.url });
    await database.connect();
  });

  afterAll(async () => {
    await database.end();
    await application.close();
  });

  const send = (key: string, method: HttpMethod, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer> =>
    account.call(method, path, body, { 'Idempotency-Key': key, ...headers });
  const newItem = (key: string, name: string, headers: Record<string, string> = {}): Promise<HttpAnswer> => send(key, 'POST', '/product-items', { productItemName: name, meterApiName: 'calls' }, headers);
  const itemsNamed = async (name: string): Promise<number> =>
    (await account.expectOk<{ productItemName: string }[]>('GET', '/product-items?limit=1000')).filter(({ productItemName }) => productItemName === name).length;
  const replayed = ({ headers }: HttpAnswer): boolean => headers.get('Idempotent-Replayed') === 'true';

  it('replays the first answer byte for byte', async () => {
    const first = await newItem('replay', 'once');
    const second = await newItem('replay', 'once');
    expect([replayed(first), replayed(second)]).toEqual([false, true]);
    expect([second.status, second.text, second.headers.get('content-type')]).toEqual([200, first.text, first.headers.get('content-type')]);
    expect(await itemsNamed('once')).toBe(1);
  });

  it('knows the request again with a trailing slash, and compressed', async () => {
    const body = JSON.stringify({ productItemName: 'same', meterApiName: 'calls' });
    const first = await send('same', 'POST', '/product-items', body);
    for (const again of [await send('same', 'POST', '/product-items/', body), await send('same', 'POST', '/product-items', gzipSync(body), { 'Content-Encoding': 'gzip' })]) {
      expect([again.status, again.text, replayed(again)]).toEqual([200, first.text, true]);
    }
  });

  it('refuses the key with another body, another query or another object, and leaves the first answer as it is', async () => {
    await newItem('reused', 'first');
    expect(await newItem('reused', 'second')).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } });
    expect(await send('reused', 'POST', '/product-items?x=1', { productItemName: 'first', meterApiName: 'calls' })).toMatchObject({ status: 409 });
    expect(replayed(await newItem('reused', 'first'))).toBe(true);
    const [one, other] = [await account.expectOk<{ id: string }>('POST', '/api-keys', { name: 'a', scopes: ['read'] }), await account.expectOk<{ id: string }>('POST', '/api-keys', { name: 'b', scopes: ['read'] })];
    await send('revoke', 'DELETE', `/api-keys/${one.id}`);
    expect(await send('revoke', 'DELETE', `/api-keys/${other.id}`)).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } });
    expect(await send('revoke', 'DELETE', `/api-keys/${one.id}`)).toMatchObject({ status: 200, body: { id: one.id } });
  });

  it('has the key for itself on every route', async () => {
    await newItem('per route', 'x');
    const answer = await send('per route', 'POST', '/api-keys', { name: 'x', scopes: ['read'] });
    expect([answer.status, replayed(answer)]).toEqual([200, false]);
  });

  it('replays refusals as well', async () => {
    const [first, second] = [await send('bad', 'POST', '/product-items', {}), await send('bad', 'POST', '/product-items', {})];
    expect(first).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect([second.status, second.text, second.headers.get('content-type'), replayed(second)]).toEqual([400, first.text, 'application/problem+json; charset=utf-8', true]);
  });

  it('replays the secret of a new API key, and keeps no readable copy of it', async () => {
    const body = { name: 'secret', scopes: ['read'] };
    const first = await send('secret', 'POST', '/api-keys', body);
    expect((await send('secret', 'POST', '/api-keys', body)).text).toBe(first.text);
    const { key } = first.body as { key: string };
    const { rows } = await database.query<{ body: Buffer }>(`select body from idempotency_record where key = 'secret'`);
    expect(rows).toHaveLength(1);
    expect(rows[0]!.body.includes(Buffer.from(key))).toBe(false);
  });

  it('runs twenty requests at once one time', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => newItem('twenty', 'crowd')));
    const answered = answers.filter(({ status }) => status === 200);
    expect(answered.length).toBeGreaterThanOrEqual(1);
    expect(new Set(answered.map(({ text }) => text)).size).toBe(1);
    expect(answered.filter((answer) => !replayed(answer))).toHaveLength(1);
    for (const answer of answers) if (answer.status !== 200) expect(answer).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_use' } });
    expect(await itemsNamed('crowd')).toBe(1);
    expect(replayed(await newItem('twenty', 'crowd'))).toBe(true);
  });

  it('answers 409 while the first request is still running, and its answer afterwards', async () => {
    await account.expectOk('PUT', '/payment-providers/STRIPE/connection', { credentials: { secretKey: sandboxKey() } });
    const latency = { kind: 'latency', method: 'POST', path: '/v1/customers', latencyInMillis: 3_000 } as const;
    application.sandbox.control.addFault(latency);
    const create = (): Promise<HttpAnswer> => send('slow', 'POST', '/customers?autoCreateCustomerInStripe=true', { customerId: 'slow', customerName: 'Slow' });
    const first = create();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await create()).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_use' } });
    expect(await first).toMatchObject({ status: 200, body: { customerId: 'slow' } });
    const again = await create();
    expect([again.text, replayed(again)]).toEqual([(await first).text, true]);
  });

  it('does not keep an error of ours, and tells nothing of its inside', async () => {
    await database.query('alter table product_item rename to product_item_gone');
    const failed = await newItem('ours', 'after all');
    await database.query('alter table product_item_gone rename to product_item');
    expect(failed).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(failed.text).not.toMatch(/product_item|relation|select|insert/i);
    const later = await newItem('ours', 'after all');
    expect([later.status, replayed(later)]).toEqual([200, false]);
    expect(replayed(await newItem('ours', 'after all'))).toBe(true);
  });

  it('runs a request whose first run died without an answer', async () => {
    await newItem('died', 'survivor');
    await database.query(`update idempotency_record set state = 'in_flight', status = null, body = null where key = 'died'`);
    await database.query(`delete from product_item where product_item_name = 'survivor'`);
    const again = await newItem('died', 'survivor');
    expect([again.status, replayed(again)]).toEqual([200, false]);
  });

  it('forgets after 24 hours', async () => {
    await newItem('a day', 'daily');
    application.clock.advance(23 * HOUR_IN_MILLIS);
    expect(replayed(await newItem('a day', 'daily'))).toBe(true);
    application.clock.advance(2 * HOUR_IN_MILLIS);
    expect(replayed(await newItem('a day', 'daily'))).toBe(false);
    expect(await itemsNamed('daily')).toBe(2);
  });

  it('has no say where uniqueId tells events apart, and none when reading', async () => {
    const event = (uniqueId: string): object => ({ customerId: 'c', meterApiName: 'calls', meterValue: 1, meterTimeInMillis: Date.now(), uniqueId });
    for (const uniqueId of ['1', '2', '1']) {
      const answer = await send('ingest', 'POST', '/ingest', event(uniqueId));
      expect([answer.status, answer.text, replayed(answer)]).toEqual([200, '1 records were ingested', false]);
    }
    for (const path of ['/plans', '/meters']) expect(await send('reading', 'GET', path)).toMatchObject({ status: 200 });
    expect((await database.query(`select from idempotency_record where key in ('ingest', 'reading')`)).rowCount).toBe(0);
  });

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(256)],
  ])('refuses a key that is %s', async (_what, key) => {
    expect(await newItem(key, 'never')).toMatchObject({ status: 400, body: { code: 'invalid_idempotency_key' } });
    expect(await itemsNamed('never')).toBe(0);
  });
});
