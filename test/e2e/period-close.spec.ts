import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TollkeeperClient } from '@tollkeeper/client';
import pg from 'pg';
import { PATIENCE_IN_MILLIS } from '../support/patience.js';
import { freePort, ServerProcess, TestDataFolder } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const ADMIN_KEY = 'period-close-admin-key-0123456789';
const HOUR_IN_MILLIS = 3_600_000;
/** Several batches, so that there is something between them to be killed in. */
const CUSTOMERS = 3_500;

interface Closed {
  readonly customer: string;
  readonly number: string | null;
  readonly status: string;
  readonly total: string;
  readonly lines: unknown;
  readonly told: string[];
}

/** One account whose customers' first period ends at the same moment, with usage that differs from customer to customer. */
class ClosingWorld {
  server: ServerProcess | null = null;
  client!: TollkeeperClient;
  #environment!: Record<string, string>;
  #periodEnd = 0;

  private constructor(
    private readonly database: TestDatabase,
    private readonly folder: TestDataFolder,
    private readonly pool: pg.Pool,
  ) {}

  static async open(): Promise<ClosingWorld> {
    const database = await createTestDatabase();
    const world = new ClosingWorld(database, await TestDataFolder.create(), new pg.Pool({ connectionString: database.url, max: 2 }));
    const port = String(await freePort());
    world.#environment = { PORT: port, DATABASE_URL: database.url, DATA_DIR: world.folder.path, TOLLKEEPER_ADMIN_KEY: ADMIN_KEY, ENCRYPTION_KEY: 'period-close-encryption-key-0123456789', STRIPE_SANDBOX_PORT: String(await freePort()) };
    world.client = new TollkeeperClient({ baseUrl: `http://127.0.0.1:${port}`, apiKey: ADMIN_KEY });
    await world.#furnish();
    return world;
  }

  async start(): Promise<void> {
    this.server = await ServerProcess.start(this.#environment);
  }

  async kill(): Promise<void> {
    await this.server!.kill();
    this.server = null;
  }

  async close(): Promise<void> {
    await this.server?.stop();
    await this.pool.end();
    await this.database.drop();
    await this.folder.remove();
  }

  async #furnish(): Promise<void> {
    const { client } = this;
    await this.start();
    await client.paymentProviders.connection.put('MANUAL', { credentials: { instructions: 'Pay {{amount}}', referenceTemplate: '{{invoiceNumber}}' }, settings: { sending: 'after_review' } });
    await client.meters.create({ meterApiName: 'calls', label: 'Calls', aggregation: 'sum' });
    const item = await client.productItems.create({ productItemName: 'Calls', meterApiName: 'calls' });
    const price = await client.prices.create({ productItemId: item.id, priceName: 'Calls', currency: 'USD', model: { model: 'graduated', tiers: [{ upTo: '100', unitPrice: '0.05' }, { upTo: null, unitPrice: '0.0125' }] } });
    await client.plans.create({ planName: 'Growth', currency: 'USD', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 1000, currency: 'USD' }, prices: [price.id], isDefault: true });
    await client.customers.create({ customerId: 'customer-0000', customerName: 'Customer', traits: { paymentProviderName: 'MANUAL' } });
    await this.server!.stop();
    for (const [table, change] of [
      ['customer', `'customer_id', name`],
      ['assignment', `'customer_id', name, 'id', 'asg_' || name`],
      ['invoice', `'customer_id', name, 'id', 'inv_' || name, 'assignment_id', 'asg_' || name`],
    ]) {
      await this.rows(
        `insert into ${table} select copy.* from (select * from ${table} limit 1) as one, generate_series(1, $1::integer - 1) as i,
         lateral (select 'customer-' || lpad(i::text, 4, '0') as name) as named, lateral jsonb_populate_record(null::${table}, to_jsonb(one) || jsonb_build_object(${change})) as copy`,
        [CUSTOMERS],
      );
    }
    const [period] = await this.rows<{ account_id: string; start: string; end: string }>('select account_id, period_start_in_millis as start, period_end_in_millis as end from invoice limit 1', []);
    this.#periodEnd = Number(period!.end);
    await this.rows('select usage_ensure_partition($1)', [new Date(Number(period!.start)).toISOString()]);
    await this.rows(
      `insert into usage_event (account_id, customer_id, meter_api_name, event_time, unique_id, meter_value, dimensions, ingest_time)
       select $1, 'customer-' || lpad(i::text, 4, '0'), 'calls', $2::bigint + 1, 'e' || i, i % 331, '{}', $2::bigint from generate_series(1, $3::integer - 1) as i`,
      [period!.account_id, period!.start, CUSTOMERS],
    );
  }

  async rows<Row extends pg.QueryResultRow>(statement: string, values: unknown[]): Promise<Row[]> {
    return (await this.pool.query<Row>(statement, values)).rows;
  }

  endPeriod(): Promise<unknown> {
    return this.client.testClock.advance(this.#periodEnd + 25 * HOUR_IN_MILLIS);
  }

  async count(priceStatus: string): Promise<number> {
    return Number((await this.rows<{ count: string }>('select count(*) from invoice where price_status = $1', [priceStatus]))[0]!.count);
  }

  /** Killed as soon as some, and not all, have come to that status; started again. */
  async killWhileSomeAre(priceStatus: string): Promise<number> {
    for (let count = 0; ; count = await this.count(priceStatus)) {
      if (count >= CUSTOMERS && priceStatus === 'price_locked') throw new Error('All were locked before anybody looked.');
      if (count === 0 || count >= CUSTOMERS) continue;
      await this.kill();
      const left = await this.count(priceStatus);
      await this.start();
      return left;
    }
  }

  /** Without what is made at random: ids, and the account's part of the numbers. */
  closed(): Promise<Closed[]> {
    return this.rows<Closed & pg.QueryResultRow>(
      `select customer_id || ' ' || period_start_in_millis / 2000000000 as customer, substring(number from '\\d+$') as number, price_status || ' ' || payment_status as status, total::text,
              (select json_agg(json_build_array(position, kind, quantity, exact_amount, amount) order by position) from invoice_line where invoice_id = invoice.id) as lines,
              array(select type from outbox_event where object_id = invoice.id order by sequence) as told
       from invoice order by 1`,
      [],
    );
  }
}

describe('A period that ends for many customers at once', () => {
  let undisturbed: ClosingWorld;
  let killed: ClosingWorld;

  beforeAll(async () => {
    [undisturbed, killed] = [await ClosingWorld.open(), await ClosingWorld.open()];
  });

  afterAll(async () => {
    await undisturbed?.close();
    await killed?.close();
  });

  it('comes to the same invoices, lines, numbers and totals however often the process is killed on the way', async () => {
    await undisturbed.start();
    await undisturbed.endPeriod();
    await undisturbed.client.testClock.waitUntilReady({ timeoutInMillis: PATIENCE_IN_MILLIS });

    await killed.start();
    await killed.endPeriod();
    for (const status of ['grace_period', 'price_locked']) {
      const done = await killed.killWhileSomeAre(status);
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThan(CUSTOMERS);
    }
    await killed.client.testClock.waitUntilReady({ timeoutInMillis: PATIENCE_IN_MILLIS });

    const expected = await undisturbed.closed();
    expect(expected.filter(({ number }) => number !== null)).toHaveLength(CUSTOMERS);
    expect(expected.map(({ number }) => Number(number)).filter((number) => number > 0).toSorted((a, b) => a - b)).toEqual(Array.from({ length: CUSTOMERS }, (_, index) => index + 1));
    expect(await killed.closed()).toEqual(expected);
  });
});
