import { afterEach, describe, expect, it } from '@jest/globals';
import { ScriptedServer, hangUp, json, silence, text } from '../testing/scripted-server.js';
import { TollkeeperError } from './tollkeeper-error.js';
import { Transport, segment, type TransportOptions } from './transport.js';

const API_KEY = 'tk_test_0123456789';
let server: ScriptedServer;

async function transportTo(script: Parameters<typeof ScriptedServer.start>, options: Partial<TransportOptions> = {}): Promise<Transport> {
  server = await ScriptedServer.start(...script);
  return new Transport({ baseUrl: server.url, apiKey: API_KEY, retryDelayInMillis: 1, ...options });
}

async function errorOf(promise: Promise<unknown>): Promise<TollkeeperError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TollkeeperError) {
    return error;
  }
  throw new Error('expected a TollkeeperError', { cause: error });
}

afterEach(async () => {
  await server.stop();
});

describe('a request', () => {
  it('carries key, query and JSON body', async () => {
    const transport = await transportTo([json({ id: 1 })]);
    expect(await transport.json({ method: 'POST', path: '/meters', query: { a: 'x y', b: true, c: undefined }, body: { label: 'ü' } })).toEqual({ id: 1 });
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      url: '/meters?a=x+y&b=true',
      body: '{"label":"ü"}',
      headers: { 'x-api-key': API_KEY, 'content-type': 'application/json', accept: 'application/json' },
    });
  });

  it('keeps a path prefix of the base URL', async () => {
    const transport = await transportTo([json([])]);
    await new Transport({ baseUrl: `${server.url}/billing/`, apiKey: API_KEY }).json({ method: 'GET', path: '/meters' });
    expect(server.seen[0]?.url).toBe('/billing/meters');
    expect(transport).toBeInstanceOf(Transport);
  });

  it('gives a write a key of its own, and keeps the one it was given', async () => {
    const transport = await transportTo([json({})]);
    await transport.json({ method: 'POST', path: '/a', body: {} });
    await transport.json({ method: 'POST', path: '/a', body: {} });
    await transport.json({ method: 'PUT', path: '/a', body: {}, idempotencyKey: 'mine' });
    await transport.json({ method: 'GET', path: '/a' });
    const [first, second, third, read] = server.seen.map(({ headers }) => headers['idempotency-key']);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
    expect(third).toBe('mine');
    expect(read).toBeUndefined();
  });

  it('uses another fetch when one is given', async () => {
    const asked: string[] = [];
    const transport = await transportTo([json({})], {
      fetch: (input) => {
        asked.push(String(input));
        return Promise.resolve(new Response('{"from":"elsewhere"}'));
      },
    });
    expect(await transport.json({ method: 'GET', path: '/a' })).toEqual({ from: 'elsewhere' });
    expect(asked).toEqual([`${server.url}/a`]);
    expect(server.seen).toEqual([]);
  });
});

describe('a refusal', () => {
  it('becomes an error with all the server said', async () => {
    const errors = [{ index: 2, field: 'meterValue', code: 'negative', message: 'must not be negative' }];
    const transport = await transportTo([json({ status: 400, code: 'invalid_event', errorMessage: 'One record is bad.', requestId: 'req_1', errors }, 400)]);
    expect(await errorOf(transport.json({ method: 'POST', path: '/a', body: [] }))).toMatchObject({
      name: 'TollkeeperError',
      status: 400,
      code: 'invalid_event',
      message: 'One record is bad.',
      requestId: 'req_1',
      errors,
    });
    expect(server.seen).toHaveLength(1);
  });

  it('of a proxy that speaks no JSON is still understandable', async () => {
    const transport = await transportTo([text('<html>denied</html>', 403, { 'x-request-id': 'edge-7' })]);
    expect(await errorOf(transport.json({ method: 'GET', path: '/a' }))).toMatchObject({
      status: 403,
      code: 'http_403',
      message: 'The server answered 403 Forbidden.',
      requestId: 'edge-7',
      errors: [],
    });
  });

  it('never follows a redirect with the key', async () => {
    const transport = await transportTo([text('', 302, { Location: '/elsewhere' })], { maximumRetries: 0 });
    expect((await errorOf(transport.json({ method: 'GET', path: '/a' }))).status).toBe(0);
    expect(server.seen.map(({ url }) => url)).toEqual(['/a']);
  });

  it('never shows the key', async () => {
    const transport = await transportTo([hangUp], { maximumRetries: 0 });
    const error = await errorOf(transport.json({ method: 'GET', path: '/a' }));
    expect(JSON.stringify([error.message, error.stack, Object.entries(error)])).not.toContain(API_KEY);
    expect(JSON.stringify(Object.entries(transport))).not.toContain(API_KEY);
  });
});

describe('a repetition', () => {
  it.each([
    ['a lost connection', hangUp],
    ['500', json({ code: 'internal_error' }, 500)],
    ['503', text('starting', 503)],
    ['429', json({ code: 'rate_limited' }, 429, { 'Retry-After': '0' })],
    ['an earlier attempt that still runs', json({ code: 'idempotency_key_in_use' }, 409)],
  ])('follows %s, with the same key', async (_name, failure) => {
    const transport = await transportTo([failure, failure, json({ done: true })]);
    expect(await transport.json({ method: 'POST', path: '/a', body: { x: 1 } })).toEqual({ done: true });
    expect(server.seen).toHaveLength(3);
    expect(new Set(server.seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(new Set(server.seen.map(({ body }) => body)).size).toBe(1);
  });

  it.each([[400], [401], [403], [404], [409], [413], [422]])('does not follow %i', async (status) => {
    const transport = await transportTo([json({ code: 'refused' }, status), json({})]);
    expect((await errorOf(transport.json({ method: 'GET', path: '/a' }))).status).toBe(status);
    expect(server.seen).toHaveLength(1);
  });

  it('ends after the number of times that was set', async () => {
    const transport = await transportTo([json({ code: 'internal_error', errorMessage: 'Broken.' }, 500)], { maximumRetries: 2 });
    expect(await errorOf(transport.json({ method: 'GET', path: '/a' }))).toMatchObject({ status: 500, message: 'Broken.' });
    expect(server.seen).toHaveLength(3);
  });

  it('waits as long as Retry-After says', async () => {
    const transport = await transportTo([json({}, 503, { 'Retry-After': '0.2' }), json({})]);
    const before = performance.now();
    await transport.json({ method: 'GET', path: '/a' });
    expect(performance.now() - before).toBeGreaterThanOrEqual(190);
  });

  it('leaves a long Retry-After to the caller', async () => {
    const transport = await transportTo([json({}, 429, { 'Retry-After': '3600' })]);
    expect(await errorOf(transport.json({ method: 'GET', path: '/a' }))).toMatchObject({ status: 429, retryAfterInSeconds: 3_600 });
    expect(server.seen).toHaveLength(1);
  });

  it('reads Retry-After as a date too', async () => {
    const transport = await transportTo([json({}, 503, { 'Retry-After': new Date(Date.now() + 600_000).toUTCString() })]);
    const { retryAfterInSeconds } = await errorOf(transport.json({ method: 'GET', path: '/a' }));
    expect(retryAfterInSeconds).toBeGreaterThan(590);
    expect(retryAfterInSeconds).toBeLessThanOrEqual(600);
  });

  it('follows silence, which is told as a timeout in the end', async () => {
    const transport = await transportTo([silence], { timeoutInMillis: 30, maximumRetries: 1 });
    expect(await errorOf(transport.json({ method: 'GET', path: '/a' }))).toMatchObject({ status: 0, code: 'timeout', message: 'GET /a got no answer within 30 ms.' });
    expect(server.seen).toHaveLength(2);
  });

  it('says where nothing answered', async () => {
    const transport = await transportTo([json({})], { maximumRetries: 0 });
    await server.stop();
    const error = await errorOf(transport.json({ method: 'GET', path: '/a' }));
    expect(error).toMatchObject({ status: 0, code: 'connection_failed' });
    expect(error.message).toMatch(/^GET \/a could not reach http:\/\/127\.0\.0\.1:\d+: ECONNREFUSED\.$/);
  });

  it('ends at once when the caller gives up', async () => {
    const transport = await transportTo([silence]);
    const caller = new AbortController();
    const pending = transport.json({ method: 'GET', path: '/a', signal: caller.signal });
    setTimeout(() => caller.abort(), 20);
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.seen).toHaveLength(1);
  });

  it('is not waited for when the caller gives up in the pause', async () => {
    const transport = await transportTo([json({}, 503, { 'Retry-After': '30' })]);
    await expect(transport.json({ method: 'GET', path: '/a', signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.seen).toHaveLength(1);
  });
});

describe('what a transport is made from', () => {
  it('refuses a base URL or key that cannot work', async () => {
    await transportTo([json({})]);
    expect(() => new Transport({ baseUrl: 'localhost:8787', apiKey: API_KEY })).toThrow(/baseUrl must be an http or https URL/);
    expect(() => new Transport({ baseUrl: server.url, apiKey: '' })).toThrow(/apiKey is empty/);
    expect(() => new Transport({ baseUrl: server.url, apiKey: 'secret\n' })).toThrow(/^(?!.*secret).*apiKey is empty or holds characters/);
  });

  it('encodes ids, and refuses those that would change the route', async () => {
    await transportTo([json({})]);
    expect(segment('a/b?c#d e')).toBe('a%2Fb%3Fc%23d%20e');
    expect(() => segment('..')).toThrow(TypeError);
    expect(() => segment('')).toThrow(TypeError);
  });
});
