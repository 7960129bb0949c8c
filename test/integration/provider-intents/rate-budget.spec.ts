import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@tollkeeper/kernel';
import { RequestNotSentError } from '@tollkeeper/payment-provider';
import type { DatabasePool } from '../../../src/platform/database/database.js';
import { Metrics } from '../../../src/platform/metrics/metrics.js';
import { Stopping } from '../../../src/platform/process-lifetime/stopping.js';
import { BudgetMetrics } from '../../../src/provider-intents/rate-budget/budget-metrics.js';
import { BudgetRepository } from '../../../src/provider-intents/rate-budget/budget.repository.js';
import { RateBudget } from '../../../src/provider-intents/rate-budget/rate-budget.js';
import { SimulatedClock } from '../../support/simulated-clock.js';
import { createTestDatabase, openPool, type TestDatabase } from '../../support/test-database.js';

const LIMITS = { perSecond: 100, perSecondPerEndpoint: 25 };
const HOUR_IN_MILLIS = 3_600_000;

describe('The budget of requests that processes share through PostgreSQL', () => {
  let database: TestDatabase;
  let pool: DatabasePool;
  let connectionId: string;
  const clock = new SimulatedClock();
  const granted: { time: number; endpoint: string; isBackground: boolean }[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = openPool(database, 10);
    await pool.query(`insert into account (id, name, mode, create_time, update_time) values ('acc', 'Seller', 'test', 0, 0)`);
  });

  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  beforeEach(async () => {
    connectionId = newId('con', clock.now());
    await pool.query(`update payment_connection set delete_time = 1`);
    await pool.query(
      `insert into payment_connection (id, account_id, provider_name, secrets, configuration, settings, status, create_time, update_time) values ($1, 'acc', 'STRIPE', '', '{}', '{}', 'active', 0, 0)`,
      [connectionId],
    );
    granted.length = 0;
  });

  /** As in a process of its own. */
  function budget(): RateBudget {
    return new RateBudget(new BudgetRepository(pool), clock, new Stopping(), new BudgetMetrics(new Metrics()));
  }

  async function take(from: RateBudget, endpoint: string, isBackground: boolean, waitInMillis = HOUR_IN_MILLIS, settings = {}): Promise<number> {
    const began = clock.now();
    await from.take({ connectionId, endpoint, providersLimits: LIMITS, settings, isBackground, untilInMillis: began + waitInMillis });
    granted.push({ time: clock.now(), endpoint, isBackground });
    return clock.now() - began;
  }

  function many(count: number, work: (index: number) => Promise<unknown>): Promise<unknown[]> {
    return Promise.all(Array.from({ length: count }, (_, index) => work(index)));
  }

  function mostInASecond(ofEndpoint?: string): number {
    const times = granted.filter(({ endpoint }) => ofEndpoint === undefined || endpoint === ofEndpoint).map(({ time }) => time);
    return Math.max(...times.map((start) => times.filter((time) => time >= start && time < start + 1_000).length));
  }

  it('grants two processes together what the provider takes of one endpoint and of all, and not much less', async () => {
    const processes = [budget(), budget()];
    const began = clock.now();
    await many(200, (index) => take(processes[index % 2]!, `POST /v1/${index % 8}`, true));
    expect(mostInASecond()).toBeLessThanOrEqual(100);
    expect(mostInASecond('POST /v1/0')).toBeLessThanOrEqual(25);
    // 80 a second in the long run.
    expect(clock.now() - began).toBeLessThan(6_000);
  });

  it('makes nobody who waits for an answer wait behind the background’s backlog', async () => {
    const [process, other] = [budget(), budget()];
    const backlog = many(120, () => take(other, 'POST /v1/invoices', true));
    await take(process, 'POST /v1/invoices', true);
    const waits: number[] = [];
    for (let person = 0; person < 10; person += 1) waits.push(await take(person % 2 === 0 ? process : other, 'POST /v1/invoices', false));
    expect(granted.filter(({ isBackground }) => isBackground).length).toBeLessThan(60);
    expect(Math.max(...waits)).toBeLessThan(500);
    await backlog;
    expect(mostInASecond()).toBeLessThanOrEqual(25);
  });

  it('is lowered and raised by the connection', async () => {
    const process = budget();
    await many(10, () => take(process, 'GET /v1/events', true, HOUR_IN_MILLIS, { requestsPerSecond: 4 }));
    expect(mostInASecond()).toBeLessThanOrEqual(4);
    granted.length = 0;
    await many(120, () => take(process, 'GET /v1/invoices', true, HOUR_IN_MILLIS, { requestsPerSecond: 1_000, requestsPerSecondPerEndpoint: 1_000 }));
    expect(mostInASecond()).toBeGreaterThan(100);
  });

  it('refuses at once what could not be sent in time, and says when it could', async () => {
    const process = budget();
    await many(5, () => take(process, 'GET /v1/events', false));
    await process.refused(connectionId, null, 30_000);
    await expect(take(process, 'GET /v1/events', false, 10_000)).rejects.toBeInstanceOf(RequestNotSentError);
    await expect(take(process, 'GET /v1/events', true, 10_000)).rejects.toMatchObject({ retryAfterInMillis: expect.any(Number) as unknown });
  });

  it('a 429 stops all processes: for the whole connection, or for the endpoint alone', async () => {
    const [process, other] = [budget(), budget()];
    await process.refused(connectionId, 'POST /v1/invoices', 5_000);
    expect(await take(other, 'GET /v1/events', true)).toBeLessThan(1_000);
    expect(await take(other, 'POST /v1/invoices', true)).toBeGreaterThan(4_000);
    await process.refused(connectionId, null, 5_000);
    expect(await take(other, 'GET /v1/events', false)).toBeGreaterThan(4_000);
  });

  it('blocks for longer each time it goes on, never for longer than 20 seconds, and not once for each of many refusals', async () => {
    const process = budget();
    const blocks: number[] = [];
    for (let time = 0; time < 8; time += 1) {
      await many(5, () => process.refused(connectionId, null, 0));
      blocks.push(await take(process, 'GET /v1/events', true));
    }
    expect(blocks[0]).toBeLessThan(2_500);
    expect(blocks[2]).toBeGreaterThan(2_500);
    expect(Math.max(...blocks)).toBeLessThan(20_000);
    expect(blocks.at(-1)).toBeGreaterThan(10_000);
  });
});
