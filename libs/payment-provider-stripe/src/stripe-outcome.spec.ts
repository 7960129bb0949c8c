import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '@tollkeeper/kernel';
import { ConnectionRejectedError, type CallContext, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { StripePaymentProvider } from './stripe-payment-provider.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const KEY = 'sk_test_topsecret';
const INPUT = { tags: { instance: 'i', account: 'a', id: 'c' }, name: 'Ada', email: null, description: null, address: null };
const CUSTOMER = { id: 'cus_1', object: 'customer', name: 'Ada', email: null, metadata: {}, invoice_settings: { default_payment_method: null } };

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

function stripeError(status: number, error: Record<string, unknown>, headers: Record<string, string> = {}): Answer {
  return json(status, { error: { type: 'invalid_request_error', message: 'No.', ...error } }, headers);
}

function withoutAnswer(_request: IncomingMessage, response: ServerResponse): void {
  response.on('error', () => {});
}

function html(status: number): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html>bad gateway</html>');
  };
}

function cut(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
  response.write('{"id":"cus_1",', () => response.socket?.destroy());
}

/** One byte every 50 ms: never silent, never done. */
function drip(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
}

describe('how a call to Stripe can end', () => {
  let server: Server;
  let answer: Answer;
  let requests: IncomingMessage[];
  let provider: StripePaymentProvider;

  beforeEach(async () => {
    requests = [];
    server = createServer((request, response) => {
      requests.push(request);
      request.resume().on('end', () => answer(request, response));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    provider = new StripePaymentProvider({ apiBase: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function context(more: Partial<CallContext> = {}): CallContext {
    return { credentials: { connectionId: 'pcon_1', secrets: { secretKey: new Secret(KEY) }, settings: {} }, idempotencyKey: 'key-1', deadlineInMillis: 2_000, ...more };
  }

  async function create(given: Answer, more: Partial<CallContext> = {}): Promise<ProviderOutcome<unknown>> {
    answer = given;
    return provider.customers.create(INPUT, context(more));
  }

  it.each([
    ['a 500 in JSON', stripeError(500, { type: 'api_error' }), { cause: 'server_error', sent: true }],
    ['a 503 in HTML', html(503), { cause: 'unreadable_answer', sent: true }],
    ['a 200 in HTML', html(200), { cause: 'unreadable_answer', sent: true }],
    ['a 404 without an error', json(404, { nothing: true }), { cause: 'unreadable_answer', sent: true }],
    ['a 500 that looks like the object', json(500, CUSTOMER), { cause: 'unreadable_answer', sent: true }],
    ['another object', json(200, { ...CUSTOMER, object: 'invoice' }), { cause: 'unreadable_answer', sent: true }],
    ['an object without an id', json(200, { ...CUSTOMER, id: undefined }), { cause: 'unreadable_answer', sent: true }],
    ['a 429', stripeError(429, { code: 'rate_limit' }), { cause: 'rate_limited', sent: false }],
    ['a 429 with a time', stripeError(429, { code: 'rate_limit' }, { 'retry-after': '3' }), { cause: 'rate_limited', sent: false, retryAfterInMillis: 3_000 }],
    ['a 429 of one endpoint', stripeError(429, { code: 'rate_limit' }, { 'stripe-rate-limited-reason': 'endpoint-rate' }), { cause: 'rate_limited', sent: false, scope: 'endpoint' }],
    ['a lock time-out', stripeError(429, { code: 'lock_timeout' }), { cause: 'object_locked', sent: false }],
    ['a rate limit in a 400', stripeError(400, { code: 'rate_limit' }), { cause: 'rate_limited', sent: false }],
    ['the key in use', stripeError(409, { type: 'idempotency_error', code: 'idempotency_key_in_use' }), { cause: 'key_in_use', sent: true }],
    ['a body cut in half', cut, { cause: 'connection', sent: true }],
    ['a connection closed without an answer', (request: IncomingMessage) => void request.socket.destroy(), { cause: 'connection', sent: true }],
  ])('%s is unknown', async (_name, given, expected) => {
    expect(await create(given)).toMatchObject({ outcome: 'unknown', ...expected });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['silence', withoutAnswer],
    ['a slow drip', drip],
  ])('%s ends at the deadline as unknown', async (_name, given) => {
    const startedAt = performance.now();
    expect(await create(given, { deadlineInMillis: 300 })).toMatchObject({ outcome: 'unknown', cause: 'timeout', sent: true });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  it('an abort in flight is unknown; before the request it is known not to have been sent', async () => {
    const signal = AbortSignal.timeout(200);
    expect(await create(withoutAnswer, { signal })).toMatchObject({ outcome: 'unknown', sent: true });
    expect(await create(withoutAnswer, { signal })).toMatchObject({ outcome: 'unknown', sent: false });
    expect(requests).toHaveLength(1);
  });

  it('a refused connection is known not to have been sent', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await create(withoutAnswer)).toMatchObject({ outcome: 'unknown', cause: 'connection', sent: false });
  });

  it.each([
    ['an unknown parameter', stripeError(400, { code: 'parameter_unknown', param: 'nmae' }), { code: 'invalid_request', providerCode: 'parameter_unknown' }],
    ['a state that forbids it', stripeError(400, {}), { code: 'invalid_state', providerCode: null }],
    ['a missing object', stripeError(404, { code: 'resource_missing', param: 'id' }), { code: 'not_found', providerCode: 'resource_missing' }],
    ['an object of the other mode', stripeError(404, { code: 'resource_missing', message: 'No such customer; a similar object exists in live mode.' }), { code: 'wrong_mode' }],
    ['a key used with other parameters', stripeError(400, { type: 'idempotency_error' }), { code: 'idempotency_conflict' }],
    ['a decline', stripeError(402, { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds' }), { code: 'declined', providerCode: 'insufficient_funds' }],
    ['an unsupported currency', stripeError(400, { param: 'currency' }), { code: 'unsupported_currency' }],
    ['an amount too small', stripeError(400, { code: 'amount_too_small', param: 'amount' }), { code: 'amount_not_representable' }],
  ])('%s is failed', async (_name, given, expected) => {
    expect(await create(given)).toMatchObject({ outcome: 'failed', ...expected });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['authentication_required', stripeError(402, { type: 'card_error', code: 'authentication_required' }), 'customer_authentication'],
    ['an off-session decline for it', stripeError(402, { type: 'card_error', code: 'card_declined', decline_code: 'authentication_required' }), 'customer_authentication'],
    ['a missing tax location', stripeError(400, { code: 'customer_tax_location_invalid' }), 'missing_tax_location'],
  ])('%s requires action', async (_name, given, reason) => {
    expect(await create(given)).toMatchObject({ outcome: 'requires_action', reason });
  });

  it.each([
    ['unauthorized', stripeError(401, { message: `Invalid API Key provided: ${KEY}` })],
    ['forbidden', stripeError(403, { message: `The provided key '${KEY}' does not have the required permissions.` })],
  ])('rejected credentials (%s) are thrown, without the key', async (kind, given) => {
    const error = await create(given).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConnectionRejectedError);
    expect(error).toMatchObject({ kind });
    expect(String((error as Error).message)).not.toContain('topsecret');
  });

  it('a redirect is not followed, so the key stays where it was meant for', async () => {
    const outcome = await create((_request, response) => void response.writeHead(307, { location: '/v1/elsewhere' }).end());
    expect(outcome).toMatchObject({ outcome: 'unknown' });
    expect(requests).toHaveLength(1);
  });

  it('a write without a key never reaches the network', async () => {
    await expect(create(json(200, CUSTOMER), { idempotencyKey: undefined })).rejects.toThrow(/needs the idempotency key of its intent/);
    expect(requests).toHaveLength(0);
  });

  it('a write sends the intent’s key, the pinned version and no telemetry', async () => {
    expect(await create(json(200, CUSTOMER))).toMatchObject({ outcome: 'succeeded', value: { id: 'cus_1' } });
    const headers = requests[0]?.headers ?? {};
    expect(headers).toMatchObject({ 'idempotency-key': 'key-1', 'stripe-version': '2026-10-28.endive', authorization: `Bearer ${KEY}` });
    expect(headers['x-stripe-client-telemetry']).toBeUndefined();
    expect(headers['x-stripe-client-user-agent']).not.toContain('telemetry_id');
  });

  it('a failure after an earlier write of the same operation cannot claim that nothing was done', async () => {
    const method = { id: 'pm_1', object: 'payment_method', type: 'card', card: null };
    answer = (request, response) => (request.url?.endsWith('/attach') ? json(200, method) : stripeError(429, { code: 'rate_limit' }))(request, response);
    const outcome = await provider.paymentMethods.attach({ providerCustomerId: 'cus_1', paymentMethodId: 'pm_1' }, context());
    expect(outcome).toMatchObject({ outcome: 'unknown', cause: 'rate_limited', sent: true });
  });
});
