// npm run bench:ingest: usage events over HTTP to Tollkeeper, beside COPY of the same rows, what people write, and the same route that drops them, in turns on one PostgreSQL.
// npm run bench:ingest -- --memory: ten minutes at half of the peak, and what the process holds meanwhile.
import { CpuMeter } from '../shared/cpu.mjs';
import { median, print } from '../shared/report.mjs';
import { Copiers } from './copy.mjs';
import { batchesOf, rendered, rowsOf } from './events.mjs';
import { watchMemory } from './memory.mjs';
import { arm, report } from './report.mjs';
import { Sender } from './sender.mjs';
import { Servers } from './servers.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SENDING_FOR_IN_MILLIS = Number(process.env.BENCH_SECONDS ?? 2) * 1_000;
const PACED_FOR_IN_SECONDS = 5;
/** Of an account with a database in which it is not the first day. */
const EVENTS_BEFORE = Number(process.env.BENCH_EVENTS_BEFORE ?? 500_000);
const REPEATED_SHARE = 0.2;

/** Events a second that nothing here reaches, so that requests never run out. */
const BATCHES = [
  { batch: 1, connections: 64, mostEventsASecond: 20_000 },
  { batch: 10, connections: 32, mostEventsASecond: 60_000 },
  { batch: 100, connections: 16, mostEventsASecond: 100_000 },
  { batch: 1_000, connections: 8, mostEventsASecond: 100_000 },
];
/** As many as the path writes with, and as many events in a transaction as it puts into one at most. */
const COPIERS = 2;
const EVENTS_A_COPY = 5_000;

const only = process.env.BENCH_ONLY?.split(',').map(Number);
const sizes = BATCHES.filter(({ batch }) => !only || only.includes(batch));

async function send(servers, name, server, { batch, connections, mostEventsASecond }, { repeatedShare = 0, again = false } = {}) {
  const { prefix, batches } = batchesOf({ events: again ? 50_000 : (mostEventsASecond * SENDING_FOR_IN_MILLIS) / 1_000, batch, repeatedShare });
  const requests = batches.map((one) => rendered(one, server));
  const sender = new Sender(server.url, connections);
  const meter = new CpuMeter({ api: server.pid, postgres: servers.postgresPid });
  const result = await sender.send(requests, { longestInMillis: SENDING_FOR_IN_MILLIS, again });
  const cpu = meter.microsEach(result.events / 1_000);
  sender.close();
  const found = again ? { lost: 0, doubled: 0 } : await compare(server.pool, prefix, result.acknowledged.flat());
  return arm(`${name}, batch ${batch}${repeatedShare > 0 ? `, ${repeatedShare * 100} % sent twice` : ''}`, result, cpu, found);
}

/** What was acknowledged and is not there, and what is there more than once. */
async function compare(pool, prefix, acknowledged) {
  const { rows } = await pool.query({ text: `select unique_id from usage_event where unique_id >= $1 and unique_id < $1 || '~'`, values: [prefix], rowMode: 'array' });
  const stored = new Set(rows.map(([id]) => id));
  const ids = new Set(acknowledged.map(({ uniqueId }) => uniqueId));
  return { lost: [...ids].filter((id) => !stored.has(id)).length, doubled: rows.length - stored.size };
}

async function copy(servers, copiers) {
  const { batches } = batchesOf({ events: (200_000 * SENDING_FOR_IN_MILLIS) / 1_000, batch: EVENTS_A_COPY });
  const transactions = batches.map((batch) => ({ ...rowsOf(batch, servers.accountId), count: batch.length }));
  const meter = new CpuMeter({ postgres: servers.postgresPid });
  const result = await copiers.copy(transactions, SENDING_FOR_IN_MILLIS);
  return arm('COPY of the same rows', { ...result, millis: [], refused: 0 }, meter.microsEach(result.events / 1_000), { lost: 0, doubled: 0 });
}

/** The same rows for all, so that indexes have some height before anything is measured. */
async function fill(servers, copiers) {
  const month = new Date(Date.now()).toISOString();
  for (const pool of [servers.path.pool, servers.copy.pool]) await pool.query(`select usage_ensure_partition(date_trunc('month', $1::timestamptz, 'UTC'))`, [month]);
  const into = await Copiers.open(servers.path.databaseUrl, COPIERS);
  for (let from = 0; from < EVENTS_BEFORE; from += 100_000) {
    const { batches } = batchesOf({ events: Math.min(100_000, EVENTS_BEFORE - from), batch: EVENTS_A_COPY });
    const transactions = batches.map((batch) => ({ ...rowsOf(batch, servers.accountId), count: batch.length }));
    for (const target of [into, copiers]) await target.copy(transactions, Infinity);
  }
  await into.close();
}

async function round(servers, copiers, index) {
  const results = {};
  const arms = [];
  for (const size of sizes) {
    const { batch } = size;
    const ofBatch = [[`path ${batch}`, () => send(servers, 'Tollkeeper', servers.path, size)], [`drop ${batch}`, () => send(servers, 'Tollkeeper, dropping', servers.drop, size, { again: true })]];
    if (batch === 1) ofBatch.push(['peer 1', () => send(servers, 'Express, class-validator, ORM', servers.peer, size)]);
    if (batch === 1_000) ofBatch.push(['copy', () => copy(servers, copiers)]);
    arms.push(...(index % 2 === 0 ? ofBatch : ofBatch.toReversed()));
    arms.push([`repeated ${batch}`, () => send(servers, 'Tollkeeper', servers.path, size, { repeatedShare: REPEATED_SHARE })]);
  }
  for (const [name, run] of arms) {
    // What one arm left to be written to disk is not the next one's to pay.
    await servers.admin.query('checkpoint');
    results[name] = await run();
  }
  return results;
}

async function pace(servers, { batch, connections }, eventsPerSecond) {
  const { prefix, batches } = batchesOf({ events: Math.max(batch, Math.round(eventsPerSecond * PACED_FOR_IN_SECONDS)), batch });
  const requests = batches.map((one) => rendered(one, servers.path));
  const sender = new Sender(servers.path.url, connections);
  const meter = new CpuMeter({ api: servers.path.pid, postgres: servers.postgresPid });
  let next = 0;
  await servers.admin.query('checkpoint');
  const result = await sender.sendPaced(() => requests[next++] ?? null, eventsPerSecond / batch);
  const cpu = meter.microsEach(result.events / 1_000);
  sender.close();
  return arm(`Tollkeeper at half of its peak, batch ${batch}`, result, cpu, await compare(servers.path.pool, prefix, result.acknowledged.flat()));
}

async function run() {
  const servers = await Servers.start();
  try {
    servers.accountId = (await servers.path.pool.query('select id from account')).rows[0].id;
    const copiers = await Copiers.open(servers.copy.databaseUrl, COPIERS);
    await fill(servers, copiers);
    const rounds = [];
    // The first round warms up and is not counted.
    for (let index = 0; index <= ROUNDS; index += 1) {
      print(`round ${index}${index === 0 ? ' (not counted)' : ''}`);
      const results = await round(servers, copiers, index);
      if (index > 0) rounds.push(results);
    }
    print('at half of the peak');
    const paced = [];
    for (const size of sizes) {
      const peak = median(rounds.map((results) => results[`path ${size.batch}`].rate));
      paced.push({ batch: size.batch, ...(await pace(servers, size, peak / 2)) });
    }
    await copiers.close();
    report({ sizes: sizes.map(({ batch }) => batch), rounds, paced }, servers.postgresVersion);
  } finally {
    await servers.stop();
  }
}

await (process.argv.includes('--memory') ? watchMemory() : run());
process.exit();
