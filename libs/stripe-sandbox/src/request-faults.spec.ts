import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { sdkFor, startHarness, type Harness } from './testing/sandbox-harness.js';

describe('request faults', () => {
  let harness: Harness;
  let stripe: Stripe;
  beforeEach(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
  });
  afterEach(() => harness.close());

  const customers = async () => (await stripe.customers.list()).data.length;
  const create = (client = stripe) => client.customers.create({ name: 'Ada' }, { idempotencyKey: 'key-1' });

  it.each([
    [429, 'StripeRateLimitError', 'rate_limit'],
    [500, 'StripeAPIError', undefined],
    [503, 'StripeAPIError', undefined],
  ])('answers %d before any work, once', async (status, type, code) => {
    harness.sandbox.control.addFault({ kind: 'error', status, method: 'POST', path: '/v1/customers' });
    await expect(create()).rejects.toMatchObject({ type, statusCode: status, ...(code && { code }) });
    expect(await customers()).toBe(0);
    await create();
    expect(await customers()).toBe(1);
  });

  it('meets only the requests it names, after those it lets pass', async () => {
    harness.sandbox.control.addFault({ kind: 'error', status: 500, method: 'GET', path: '/v1/customers/*', skip: 1 });
    const { id } = await create();
    await stripe.customers.retrieve(id);
    await expect(stripe.customers.retrieve(id)).rejects.toMatchObject({ statusCode: 500 });
    await stripe.customers.retrieve(id);
    expect(harness.sandbox.control.listFaults()).toEqual([]);
  });

  // The SDK itself sends a request once more when the peer closes the connection, so two resets are needed to be heard.
  it.each([
    ['reset_before', 0],
    ['reset_after', 1],
  ] as const)('%s: the caller learns nothing, and %d customers exist', async (kind, count) => {
    harness.sandbox.control.addFault({ kind, method: 'POST', path: '/v1/customers', count: 2 });
    await expect(create()).rejects.toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(await customers()).toBe(count);
    await create();
    expect(await customers()).toBe(1);
  });

  it.each([
    ['no_answer_before', 0],
    ['no_answer_after', 1],
  ] as const)('%s: the caller waits until its own time-out, and %d customers exist', async (kind, count) => {
    harness.sandbox.control.addFault({ kind, method: 'POST', path: '/v1/customers' });
    const impatient = sdkFor(harness.sandbox, harness.key, { timeout: 200 });
    await expect(create(impatient)).rejects.toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(await customers()).toBe(count);
  });

  it('does the work and then answers 500; the key leads back to the work', async () => {
    harness.sandbox.control.addFault({ kind: 'error', status: 500, afterWork: true, method: 'POST', path: '/v1/customers' });
    await expect(create()).rejects.toMatchObject({ statusCode: 500 });
    expect(await customers()).toBe(1);
    expect((await create()).lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await customers()).toBe(1);
  });

  it('cuts the body in half', async () => {
    harness.sandbox.control.addFault({ kind: 'half_body', method: 'POST', path: '/v1/customers', count: 2 });
    await expect(create()).rejects.toMatchObject({ type: expect.stringMatching(/StripeConnectionError|StripeAPIError/) });
    expect(await customers()).toBe(1);
  });

  it('lets the SDK retry a 500 under one key', async () => {
    harness.sandbox.control.addFault({ kind: 'error', status: 500, method: 'POST', path: '/v1/customers' });
    const patient = sdkFor(harness.sandbox, harness.key, { maxNetworkRetries: 1 });
    await patient.customers.create({ name: 'Ada' });
    const entries = harness.sandbox.control.ledger({ key: harness.key });
    expect(entries.map((entry) => [entry.outcome, entry.attempt, entry.fault])).toEqual([[500, 1, 'error'], [200, 2, null]]);
    expect(entries[0]?.idempotencyKey).toMatch(/^stripe-node-retry-/);
  });

  it('turns a second write to a locked object away with 429 lock_timeout', async () => {
    const { id } = await create();
    harness.sandbox.control.addFault({ kind: 'latency', method: 'POST', path: '/v1/customers/*', latencyInMillis: 300, whileWorking: true });
    const slow = stripe.customers.update(id, { name: 'Slow' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(stripe.customers.update(id, { name: 'Fast' })).rejects.toMatchObject({ statusCode: 429, code: 'lock_timeout' });
    expect((await slow).name).toBe('Slow');
  });
});
