import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import type { FaultOrder } from './control/request-faults.js';
import { sdkFor, startHarness, waitFor, type Harness } from './testing/sandbox-harness.js';

interface Reaction {
  name: string;
  fault: FaultOrder;
  /** The error that the caller gets when every attempt meets the fault; null: it resolves. */
  error: string | null;
  statusCode?: number;
  /** Attempts of one call with two retries allowed. */
  attempts: number;
  /** Attempts with retries switched off. */
  attemptsAlone: number;
  /** Customers that exist after the call failed in every attempt. */
  made: 0 | 1;
}

/** What the official SDK does about each fault: whom a caller can leave the retry to, and when the outcome is unknown. */
const TABLE: Reaction[] = [
  { name: '429 rate_limit', fault: { kind: 'rate_limit' }, error: 'StripeRateLimitError', statusCode: 429, attempts: 1, attemptsAlone: 1, made: 0 },
  { name: '429 with Stripe-Should-Retry: true', fault: { kind: 'rate_limit_retry' }, error: 'StripeRateLimitError', statusCode: 429, attempts: 3, attemptsAlone: 1, made: 0 },
  { name: '429 with Stripe-Should-Retry: false', fault: { kind: 'rate_limit_no_retry' }, error: 'StripeRateLimitError', statusCode: 429, attempts: 1, attemptsAlone: 1, made: 0 },
  { name: '429 lock_timeout', fault: { kind: 'lock_timeout' }, error: 'StripeRateLimitError', statusCode: 429, attempts: 1, attemptsAlone: 1, made: 0 },
  { name: '409 idempotency_key_in_use', fault: { kind: 'key_in_use' }, error: 'StripeAPIError', statusCode: 409, attempts: 3, attemptsAlone: 1, made: 0 },
  { name: '409', fault: { kind: 'conflict' }, error: 'StripeAPIError', statusCode: 409, attempts: 3, attemptsAlone: 1, made: 0 },
  { name: '500 in JSON', fault: { kind: 'error', status: 500 }, error: 'StripeAPIError', statusCode: 500, attempts: 3, attemptsAlone: 1, made: 0 },
  { name: '500 after the work', fault: { kind: 'error', status: 500, afterWork: true }, error: 'StripeAPIError', statusCode: 500, attempts: 3, attemptsAlone: 1, made: 1 },
  { name: '500 with Stripe-Should-Retry: false', fault: { kind: 'error', status: 500, headers: { 'stripe-should-retry': 'false' } }, error: 'StripeAPIError', statusCode: 500, attempts: 1, attemptsAlone: 1, made: 0 },
  { name: '500 in HTML', fault: { kind: 'error', status: 500, body: 'html' }, error: 'StripeAPIError', attempts: 3, attemptsAlone: 1, made: 0 },
  { name: '502 in HTML', fault: { kind: 'bad_gateway' }, error: 'StripeAPIError', attempts: 3, attemptsAlone: 1, made: 0 },
  { name: '503 in HTML', fault: { kind: 'unavailable' }, error: 'StripeAPIError', attempts: 3, attemptsAlone: 1, made: 0 },
  { name: '400', fault: { kind: 'error', status: 400 }, error: 'StripeInvalidRequestError', statusCode: 400, attempts: 1, attemptsAlone: 1, made: 0 },
  { name: '401', fault: { kind: 'error', status: 401 }, error: 'StripeAuthenticationError', statusCode: 401, attempts: 1, attemptsAlone: 1, made: 0 },
  { name: '402', fault: { kind: 'error', status: 402, error: { type: 'card_error', code: 'card_declined' } }, error: 'StripeCardError', statusCode: 402, attempts: 1, attemptsAlone: 1, made: 0 },
  { name: '403', fault: { kind: 'error', status: 403 }, error: 'StripePermissionError', statusCode: 403, attempts: 1, attemptsAlone: 1, made: 0 },
  { name: '404', fault: { kind: 'error', status: 404 }, error: 'StripeInvalidRequestError', statusCode: 404, attempts: 1, attemptsAlone: 1, made: 0 },
  { name: 'JSON without error under 404', fault: { kind: 'no_envelope' }, error: null, statusCode: 404, attempts: 1, attemptsAlone: 1, made: 0 },
  { name: 'JSON without error under 500', fault: { kind: 'error', status: 500, body: 'without_error' }, error: null, statusCode: 500, attempts: 3, attemptsAlone: 1, made: 0 },
  { name: 'reset before the work', fault: { kind: 'reset_before' }, error: 'StripeConnectionError', attempts: 3, attemptsAlone: 2, made: 0 },
  { name: 'reset after the work', fault: { kind: 'reset_after' }, error: 'StripeConnectionError', attempts: 3, attemptsAlone: 2, made: 1 },
  { name: 'silence before the work', fault: { kind: 'no_answer_before' }, error: 'StripeConnectionError', attempts: 3, attemptsAlone: 1, made: 0 },
  { name: 'silence after the work', fault: { kind: 'no_answer_after' }, error: 'StripeConnectionError', attempts: 3, attemptsAlone: 1, made: 1 },
  { name: 'half a body', fault: { kind: 'half_body' }, error: 'StripeConnectionError', attempts: 1, attemptsAlone: 1, made: 1 },
  { name: 'an answer slower than the time-out', fault: { kind: 'latency', latencyInMillis: 2500 }, error: 'StripeConnectionError', attempts: 3, attemptsAlone: 1, made: 1 },
];

/** Short where silence is the fault, and far from short where it is not. */
const timeoutFor = (fault: FaultOrder): number => (fault.kind.startsWith('no_answer') || fault.kind === 'latency' ? 1500 : 20_000);

interface Observed {
  error: string | null;
  statusCode: number | undefined;
  attempts: number;
  keys: number;
  made: number;
  madeInTheEnd: number;
}

describe('what the SDK does about faults', () => {
  let harness: Harness;
  // Every row has an account of its own, so all of them wait out the SDK's pauses at the same time.
  const observed = new Map<string, Promise<Observed>>();
  const alone = new Map<string, Promise<Observed>>();
  beforeAll(async () => {
    harness = await startHarness();
    // The first use of an operation compiles its schemas, which would count as silence here.
    await harness.stripe.customers.create({});
    await harness.stripe.customers.list();
    for (const [index, row] of TABLE.entries()) {
      observed.set(row.name, observe(row.fault, 2, `sk_test_sandbox_row${index}`));
      alone.set(row.name, observe(row.fault, 0, `sk_test_sandbox_alone${index}`));
    }
    await Promise.all([...observed.values(), ...alone.values()]);
  });
  afterAll(() => harness.close());

  async function observe(fault: FaultOrder, maxNetworkRetries: number, key: string): Promise<Observed> {
    const { control } = harness.sandbox;
    control.addFault({ ...fault, method: 'POST', path: '/v1/customers', count: 10, key });
    const calm = sdkFor(harness.sandbox, key);
    const create = (stripe: Stripe) => stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'key-1' });
    const count = async () => (await calm.customers.list()).data.length;
    const reaction = await create(sdkFor(harness.sandbox, key, { maxNetworkRetries, timeout: timeoutFor(fault) })).then(
      (answer) => ({ error: null, statusCode: answer.lastResponse.statusCode }),
      (error: { type?: string; statusCode?: number }) => ({ error: error.type ?? String(error), statusCode: error.statusCode }),
    );
    control.clearFaults(key);
    const writes = control.ledger({ key }).filter((entry) => entry.method === 'POST');
    // What was slow on purpose is still under way when its caller has given up.
    await waitFor(() => (control.ledger({ key }).every((entry) => entry.outcome !== 'pending') ? true : undefined), 10_000, 'all requests to end');
    const made = await count();
    await create(calm);
    return { ...reaction, attempts: writes.length, keys: new Set(writes.map((entry) => entry.idempotencyKey)).size, made, madeInTheEnd: await count() };
  }

  it.each(TABLE)('$name: $error after $attempts attempts', async ({ name, error, statusCode, attempts, made }) => {
    const seen = await observed.get(name);
    // The same key leads to the one outcome, whatever went wrong before.
    expect(seen).toMatchObject({ error, attempts, made, keys: 1, madeInTheEnd: 1, ...(statusCode !== undefined && { statusCode }) });
  });

  it.each(TABLE)('$name with retries off: $attemptsAlone attempts', async ({ name, attemptsAlone, made }) => {
    expect(await alone.get(name)).toMatchObject({ attempts: attemptsAlone, made, madeInTheEnd: 1 });
  });

  it('waits for an answer that drips in time', async () => {
    harness.sandbox.control.addFault({ kind: 'slow_drip', latencyInMillis: 100, key: harness.key });
    expect((await harness.stripe.customers.create({ name: 'Ada' })).name).toBe('Ada');
    expect(harness.sandbox.control.ledger({ key: harness.key }).at(-1)).toMatchObject({ fault: 'slow_drip', outcome: 200 });
  });

  it('sends a key of its own making unless it is given one, and none on DELETE', async () => {
    await harness.sandbox.control.reset(harness.key);
    const { id } = await harness.stripe.customers.create({});
    await harness.stripe.customers.del(id);
    expect(harness.sandbox.control.ledger({ key: harness.key }).map((entry) => entry.idempotencyKey)).toEqual([expect.stringMatching(/^stripe-node-retry-/), null]);
    expect(harness.sandbox.control.audit(harness.key)).toEqual([expect.stringMatching(/^write without a stored key: POST \/v1\/customers/)]);
  });
});

describe('faults by chance', () => {
  it('meet the same requests for the same seed, about as often as said, until cleared', async () => {
    const harness = await startHarness();
    const { control } = harness.sandbox;
    const outcomes = async (seed: number): Promise<boolean[]> => {
      control.addFault({ kind: 'conflict', probability: 0.3, seed, key: harness.key });
      const met: boolean[] = [];
      for (let index = 0; index < 60; index += 1) met.push(await harness.stripe.customers.list().then(() => false, () => true));
      control.clearFaults(harness.key);
      return met;
    };
    const first = await outcomes(5);
    expect(await outcomes(5)).toEqual(first);
    expect(await outcomes(6)).not.toEqual(first);
    expect(first.filter(Boolean).length).toBeGreaterThan(6);
    expect(first.filter(Boolean).length).toBeLessThan(36);
    expect(() => control.addFault({ kind: 'nonsense' as 'error' })).toThrow(/There is no fault nonsense/);
    await harness.close();
  });
});

describe('rate limits', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.close());

  const burst = (calls: (() => Promise<unknown>)[]) => Promise.all(calls.map((call) => call().then(() => 200, (error: Stripe.errors.StripeError) => error.statusCode)));

  it('turns away what exceeds the account\'s limit or the endpoint\'s, and says which', async () => {
    const { stripe, sandbox, key } = harness;
    sandbox.control.limitRates(key, { perSecond: 6, perEndpointPerSecond: 4 });
    const answers = await burst([...Array.from({ length: 5 }, () => () => stripe.customers.list()), ...Array.from({ length: 5 }, () => () => stripe.products.list())]);
    expect(answers.filter((status) => status === 200)).toHaveLength(6);
    expect(answers.filter((status) => status === 429)).toHaveLength(4);
    await expect(stripe.customers.list()).rejects.toMatchObject({ code: 'rate_limit', headers: { 'stripe-rate-limited-reason': 'global-rate' } });
    sandbox.control.limitRates(key, {});
    await stripe.customers.list();
  });

  it('does no work for a refused write and keeps nothing under its key', async () => {
    harness.sandbox.control.limitRates(harness.key, { perEndpointPerSecond: 0 });
    await expect(harness.stripe.customers.create({}, { idempotencyKey: 'key-1' })).rejects.toMatchObject({ headers: { 'stripe-rate-limited-reason': 'endpoint-rate' } });
    harness.sandbox.control.limitRates(harness.key, {});
    expect((await harness.stripe.customers.create({}, { idempotencyKey: 'key-1' })).lastResponse.headers['idempotent-replayed']).toBeUndefined();
    expect((await harness.stripe.customers.list()).data).toHaveLength(1);
  });
});
