// One PostgreSQL, one account whose customers are all on one plan, and the server as it is run.
import { TollkeeperClient } from '../../dist/libs/client/src/index.js';
import { PostgresUsageStore } from '../../dist/libs/usage-store/src/index.js';
import { BenchServers, end } from '../shared/bench-servers.mjs';
import { CpuMeter } from '../shared/cpu.mjs';
import { residentMegabytes } from '../shared/memory.mjs';
import { print } from '../shared/report.mjs';

const ADMIN_KEY = 'bench-of-closing-admin-key';
/** Without a bound Node lets garbage lie for as long as the machine has room, and what is held cannot be told from it. */
export const HEAP_IN_MEGABYTES = Number(process.env.BENCH_HEAP ?? 384);
const HOUR_IN_MILLIS = 3_600_000;
/** Processor time of a second in which nothing but looking for work is done. */
const CALM_IN_MICROS = 100_000;
const CALM_WITHIN_SECONDS = 3_600;
/** Of one transaction; what is sent comes in smaller ones still. */
const BATCH = 50_000;
const PER_UNIT = { model: 'per_unit', unitPrice: '0.0125' };
const GRADUATED = { model: 'graduated', tiers: [{ upTo: '20', unitPrice: '0.05' }, { upTo: null, unitPrice: '0.02' }] };
export const METERS = [PER_UNIT, GRADUATED, PER_UNIT, GRADUATED, PER_UNIT];

export class BenchWorld extends BenchServers {
  #server = null;
  #lost = null;
  #isStopping = false;

  async prepare() {
    if (process.env.BENCH_STATEMENTS) {
      await this.admin.query(`alter system set shared_preload_libraries = 'pg_stat_statements'`);
      await this.restartPostgres();
    }
    this.databaseUrl = await this.createDatabase('close');
    this.pool = this.openPool(this.databaseUrl);
  }

  /** The catalogue and one customer through the API; the others are copies of that one. Its period has just begun. */
  async fill(customers, eventsPerCustomer) {
    await this.startServer();
    const { client } = this;
    await client.paymentProviders.connection.put('MANUAL', { credentials: { instructions: 'Pay {{amount}}', referenceTemplate: '{{invoiceNumber}}' }, settings: { sending: 'after_review' } });
    const prices = [];
    for (const [index, model] of METERS.entries()) {
      await client.meters.create({ meterApiName: `meter_${index}`, label: `Meter ${index}`, aggregation: 'sum' });
      const item = await client.productItems.create({ productItemName: `Meter ${index}`, meterApiName: `meter_${index}` });
      prices.push((await client.prices.create({ productItemId: item.id, priceName: `Meter ${index}`, currency: 'USD', model })).id);
    }
    await client.plans.create({ planName: 'Bench', currency: 'USD', billingPeriod: { interval: 'month' }, prices, isDefault: true });
    await client.customers.create({ customerId: 'customer-0', customerName: 'Customer', traits: { paymentProviderName: 'MANUAL' } });
    for (let defined = 0; defined < METERS.length; ) ({ rows: [{ defined }] } = await this.pool.query('select count(*)::integer as defined from usage_rollup_meter'));
    await this.stopServer();
    await this.#copyCustomer(customers);
    await this.#use(customers, eventsPerCustomer);
    const store = new PostgresUsageStore(this.pool);
    while (await store.rollUp(Date.now())) continue;
    await this.pool.query('vacuum analyze');
    await this.pool.query('checkpoint');
  }

  async #copyCustomer(customers) {
    for (const [table, change] of [
      ['customer', `'customer_id', 'customer-' || i`],
      ['assignment', `'customer_id', 'customer-' || i, 'id', 'asg_bench' || i`],
      ['invoice', `'customer_id', 'customer-' || i, 'id', 'inv_bench' || i, 'assignment_id', 'asg_bench' || i`],
    ]) {
      await this.pool.query(
        `insert into ${table} select copy.* from (select * from ${table} limit 1) as one, generate_series(1, $1::integer - 1) as i,
         lateral jsonb_populate_record(null::${table}, to_jsonb(one) || jsonb_build_object(${change})) as copy`,
        [customers],
      );
    }
  }

  /** Spread over the first 28 days of the period, evenly over the meters. */
  async #use(customers, eventsPerCustomer) {
    const { rows } = await this.pool.query('select account_id, period_start_in_millis::bigint as start, period_end_in_millis::bigint as end from invoice limit 1');
    this.period = { start: Number(rows[0].start), end: Number(rows[0].end) };
    for (const time of [this.period.start, this.period.end]) await this.pool.query('select usage_ensure_partition($1)', [new Date(time).toISOString()]);
    const events = customers * eventsPerCustomer;
    for (let from = 0; from < events; from += BATCH) {
      await this.pool.query(
        `insert into usage_event (account_id, customer_id, meter_api_name, event_time, unique_id, meter_value, dimensions, ingest_time)
         select $1, 'customer-' || (i % $2), 'meter_' || (i / $2 % $3), $4::bigint + (i::numeric * $5 / $6)::bigint, 'e' || i, (i % 977)::numeric / 100, '{}', $4
         from generate_series($7::bigint, $8::bigint) as i`,
        [rows[0].account_id, customers, METERS.length, this.period.start, 28 * 24 * HOUR_IN_MILLIS, events, from, Math.min(from + BATCH, events) - 1],
      );
    }
  }

  async startServer() {
    this.#server = await this.startTollkeeper('close', { NODE_OPTIONS: `--max-old-space-size=${HEAP_IN_MEGABYTES}`, DATABASE_URL: this.databaseUrl, TOLLKEEPER_ADMIN_KEY: ADMIN_KEY });
    const { child } = this.#server;
    child.once('exit', (code, signal) => {
      if (!this.#isStopping) this.#lost = new Error(`The server ended (${signal ?? code}):\n${this.outputOf(child)}`);
      this.#server = null;
    });
    this.client = new TollkeeperClient({ baseUrl: this.#server.url, apiKey: ADMIN_KEY });
  }

  async stopServer() {
    this.#isStopping = true;
    if (this.#server) await end(this.#server.child);
    this.#isStopping = false;
  }

  /** @throws Error where the server has ended by itself */
  checkServer() {
    if (this.#lost) throw this.#lost;
  }

  /** Nobody has had anything to do for some seconds. A month's events that came at once are looked through for minutes. */
  async caughtUp() {
    for (let calm = 0, looks = 0; calm < 3; looks += 1) {
      if (looks > CALM_WITHIN_SECONDS) throw new Error(`The server was still busy with usage after ${CALM_WITHIN_SECONDS} s.`);
      const cpu = this.measureCpu();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      this.checkServer();
      const { tollkeeper, postgres } = cpu(1);
      calm = tollkeeper + postgres < CALM_IN_MICROS ? calm + 1 : 0;
    }
  }

  /** Over the end of the period and of the grace that follows. */
  async endPeriod() {
    await this.client.testClock.advance(this.period.end + 25 * HOUR_IN_MILLIS);
  }

  async settled() {
    await this.client.testClock.waitUntilReady({ timeoutInMillis: 3_600_000 });
  }

  /** All periods end before the first grace does. @returns how many are in grace or locked, and how many locked */
  async progress() {
    const { rows } = await this.pool.query(`select count(*)::integer as turned, count(*) filter (where price_status = 'price_locked')::integer as locked from invoice where price_status <> 'open'`);
    return rows[0];
  }

  /** With BENCH_STATEMENTS: what PostgreSQL spent its time on. */
  async countStatements() {
    if (!process.env.BENCH_STATEMENTS) return;
    await this.pool.query('create extension if not exists pg_stat_statements');
    await this.pool.query('select pg_stat_statements_reset()');
  }

  async printStatements() {
    if (!process.env.BENCH_STATEMENTS) return;
    const { rows } = await this.pool.query('select calls, round(total_exec_time) as millis, rows, query from pg_stat_statements order by total_exec_time desc limit 14');
    for (const { calls, millis, rows: count, query } of rows) print(`  ${millis} ms in ${calls} calls, ${count} rows: ${query.replace(/\s+/g, ' ').slice(0, 150)}`);
  }

  memoryInMegabytes() {
    this.checkServer();
    return Math.round(residentMegabytes(this.#server.pid));
  }

  /** @returns a function that answers microseconds of processor time since then, an invoice */
  measureCpu() {
    const meter = new CpuMeter({ tollkeeper: this.#server.pid, postgres: this.postgresPid });
    return (invoices) => meter.microsEach(invoices);
  }
}
