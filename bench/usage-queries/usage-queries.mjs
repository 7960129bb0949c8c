// npm run bench:usage-queries: how long questions about usage take among 1 and among 10 million events, in turns, on one PostgreSQL.
import { PostgresUsageStore } from '../../dist/libs/usage-store/src/index.js';
import { migrateDatabase } from '../../dist/src/platform/database/migrate.js';
import { BenchServers } from '../shared/bench-servers.mjs';
import { print, printResult, quantile as quantileOf, round } from '../shared/report.mjs';

const SIZES = (process.env.BENCH_EVENTS ?? '1000000,10000000').split(',').map(Number);
const CUSTOMERS = 1_000;
const METERS = 5;
const ASKED = Number(process.env.BENCH_ASKED ?? 300);
const BATCH = 250_000;
const WRITERS = 2;
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const DAYS = 365;
const ACCOUNT = 'acc_bench';

const quantile = (values, share) => quantileOf(values, share, 2);

/** Events spread evenly over customers, meters and the year, with two dimensions of 4 and 10 values; as the ingestion path leaves them. */
async function fill(pool, events) {
  await pool.query(`insert into account (id, name, mode, create_time, update_time) values ($1, 'Bench', 'test', 0, 0)`, [ACCOUNT]);
  for (let month = 0; month < 12; month += 1) await pool.query('select usage_ensure_partition($1)', [new Date(Date.UTC(2026, month, 1)).toISOString()]);
  let next = 0;
  const write = async () => {
    for (let from = next; from < events; from = next) {
      next += BATCH;
      await pool.query(
        `insert into usage_event (account_id, customer_id, meter_api_name, event_time, unique_id, meter_value, dimensions, ingest_time)
         select $1, 'customer-' || (i / $3 * 7919 % $2), 'meter-' || (i % $3), $4::bigint + (i::numeric * $5 / $6)::bigint, 'e' || i, (i % 1000)::numeric / 100,
                jsonb_build_object('region', 'r' || (i * 31 % 4), 'model', 'm' || (i * 17 % 10)), $4::bigint + (i::numeric * $5 / $6)::bigint
         from generate_series($7::bigint, $8::bigint) as i`,
        [ACCOUNT, CUSTOMERS, METERS, START, DAYS * DAY, events, from, Math.min(from + BATCH, events) - 1],
      );
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}

async function prepare(servers, events) {
  const url = await servers.createDatabase(events);
  await migrateDatabase(url);
  const pool = servers.openPool(url, 4);
  const store = new PostgresUsageStore(pool);
  const filledAt = performance.now();
  await fill(pool, events);
  const addedAt = performance.now();
  for (let meter = 0; meter < METERS; meter += 1) await store.defineRollup({ accountId: ACCOUNT, meterApiName: `meter-${meter}`, dimensions: ['region', 'model'], timeZone: 'UTC' });
  while (await store.rollUp(Date.now())) continue;
  const done = performance.now();
  await pool.query('vacuum analyze');
  print(`${events} events: written in ${((addedAt - filledAt) / 1_000).toFixed(1)} s, added up by day in ${((done - addedAt) / 1_000).toFixed(1)} s`);
  return { events, pool, store, addedUpPerSecond: Math.round(events / ((done - addedAt) / 1_000)) };
}

const startOfMonth = (month) => Date.UTC(2026, month, 1);
const monthOf = (index) => startOfMonth(index % 12);
const daysOfMonth = (index) => {
  const days = (startOfMonth((index % 12) + 1) - monthOf(index)) / DAY;
  return Array.from({ length: days + 1 }, (_, day) => monthOf(index) + day * DAY);
};

/** Another month, meter and customer each time. */
const QUESTIONS = {
  'a month by day for one customer': (index) => ({ boundariesInMillis: daysOfMonth(index), filters: [{ field: 'customerId', values: [`customer-${(index * 37) % CUSTOMERS}`] }] }),
  'a month by customer': (index) => ({ boundariesInMillis: [monthOf(index), daysOfMonth(index).at(-1)], groupBy: ['customerId'] }),
  'a month by day and dimension': (index) => ({ boundariesInMillis: daysOfMonth(index), groupBy: ['model'] }),
};

async function ask({ store }, question, index) {
  const query = { accountId: ACCOUNT, meterApiName: `meter-${index % METERS}`, aggregation: 'sum', ...question(index) };
  const start = performance.now();
  const rows = await store.aggregate(query);
  const millis = performance.now() - start;
  found += rows.length;
  return millis;
}

let found = 0;

async function run(databases) {
  const times = Object.fromEntries(databases.map(({ events }) => [events, Object.fromEntries(Object.keys(QUESTIONS).map((name) => [name, []]))]));
  for (const [name, question] of Object.entries(QUESTIONS)) {
    for (let index = 0; index < ASKED + 30; index += 1) {
      for (const database of index % 2 === 0 ? databases : databases.toReversed()) {
        const millis = await ask(database, question, index);
        // Warm: the first ones read from disk.
        if (index >= 30) times[database.events][name].push(millis);
      }
    }
    if (found === 0) throw new Error(`Nobody found anything: ${name}`);
    found = 0;
    for (const { events } of databases) print(`${name}, among ${events} events: p50 ${quantile(times[events][name], 0.5)} ms, p99 ${quantile(times[events][name], 0.99)} ms`);
  }
  return times;
}

function report(databases, times, postgresVersion) {
  const [small, large] = [databases[0].events, databases.at(-1).events];
  const figures = { customers: CUSTOMERS, meters: METERS, days: DAYS, asked: ASKED, addedUpPerSecond: Object.fromEntries(databases.map(({ events, addedUpPerSecond }) => [events, addedUpPerSecond])) };
  figures.millis = Object.fromEntries(databases.map(({ events }) => [events, Object.fromEntries(Object.entries(times[events]).map(([name, values]) => [name, { p50: quantile(values, 0.5), p99: quantile(values, 0.99) }]))]));
  const goals = Object.keys(QUESTIONS).flatMap((name) => {
    const p99 = figures.millis[large][name].p99;
    const growth = round(figures.millis[large][name].p50 / figures.millis[small][name].p50);
    return [
      { name: `${name}, among ${large} events, p99 in ms`, goal: '< 50', value: p99, met: p99 < 50 },
      { name: `${name}, p50 among ${large} as a multiple of among ${small} events`, goal: `<= 2 (events grow ${large / small}-fold)`, value: growth, met: growth <= 2 },
    ];
  });
  printResult('usage-queries', figures, goals, postgresVersion);
}

const servers = await BenchServers.start();
try {
  const databases = [];
  for (const events of SIZES) databases.push(await prepare(servers, events));
  report(databases, await run(databases), servers.postgresVersion);
} finally {
  await servers.stop();
}
