// npm run bench:webhooks: deliveries of Stripe events to Tollkeeper and to @supabase/stripe-sync-engine, in turns, on one PostgreSQL.
import { CpuMeter } from '../shared/cpu.mjs';
import { print } from '../shared/report.mjs';
import { eventsOf, rendered, withDuplicates } from './deliveries.mjs';
import { acceptance, handling, report } from './report.mjs';
import { BenchSeller } from './seller.mjs';
import { Sender } from './sender.mjs';
import { Servers } from './servers.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const INVOICES_A_ROUND = Number(process.env.BENCH_INVOICES ?? 500);
/** Of them, those whose events are also sent under new ids again and again, for a run that only accepts. */
const INVOICES_ACCEPTED = Math.min(100, INVOICES_A_ROUND);
const ACCEPTING_FOR_IN_MILLIS = Number(process.env.BENCH_SECONDS ?? 5) * 1_000;
/** More than any receiver takes in that time. */
const ACCEPTED_A_SECOND_AT_MOST = 14_000;
const PACED_INVOICES = 60;
const PACED_INVOICES_A_SECOND = 5;
const CONNECTIONS = 32;
const UNLIMITED = 10_000;
const TIMEOUT_IN_MILLIS = 120_000;

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

async function accept(name, servers, receiver, address, requests, longestInMillis) {
  const sender = new Sender(address, CONNECTIONS);
  const meter = new CpuMeter({ [receiver === servers.peer ? 'peer' : 'tollkeeper']: receiver.pid, postgres: servers.postgresPid });
  const result = await sender.send(requests, longestInMillis);
  const cpu = meter.microsEach(result.sent.length);
  sender.close();
  return acceptance(name, result, cpu);
}

async function until(isTrue) {
  for (const deadline = Date.now() + TIMEOUT_IN_MILLIS; Date.now() < deadline; await pause(50)) if (await isTrue()) return;
}

const count = async (pool, sql, values = []) => (await pool.query(sql, values)).rows[0].count;
const settledOf = (pool, ids) => count(pool, `select count(*)::integer as count from invoice where id = any($1) and payment_status = 'settled'`, [ids]);
const pendingOf = (pool) => count(pool, `select count(*)::integer as count from webhook_inbox where status = 'pending'`);

/** @returns when each of these invoices was settled, by our own event of it */
async function settledTimes(pool, ids) {
  const { rows } = await pool.query(`select object_id as id, create_time as time from outbox_event where type = 'invoice.settled' and object_id = any($1)`, [ids]);
  return new Map(rows.map(({ id, time }) => [id, Number(time)]));
}

function firstSendTimes(sent) {
  const first = new Map();
  for (const { event, sendTime } of sent) first.set(event.invoiceId, Math.min(sendTime, first.get(event.invoiceId) ?? Infinity));
  return first;
}

async function acceptAndHandle(servers, address, all, requests) {
  const { pool, pid } = servers.whole;
  // The janitor looks at unsettled invoices by itself: what it found already says nothing about webhooks.
  const found = await pool.query(`select id from invoice where id = any($1) and payment_status = 'settled'`, [all.map(({ id }) => id)]);
  const early = new Set(found.rows.map(({ id }) => id));
  const invoices = all.filter(({ id }) => !early.has(id));
  const ids = invoices.map(({ id }) => id);
  const sender = new Sender(address, CONNECTIONS);
  const meter = new CpuMeter({ tollkeeper: pid, sandbox: servers.sandboxPid, postgres: servers.postgresPid });
  const start = Date.now();
  const accepted = acceptance('Tollkeeper, accepting and handling', await sender.send(requests), null);
  sender.close();
  await until(async () => (await settledOf(pool, ids)) === ids.length);
  const cpu = meter.microsEach(requests.length);
  await until(async () => (await pendingOf(pool)) === 0);
  const [drainedSeconds, cpuDrained] = [(Date.now() - start) / 1_000, meter.microsEach(requests.length)];
  const times = await settledTimes(pool, ids);
  const first = firstSendTimes(accepted.sent);
  const delays = invoices.flatMap(({ id, providerInvoiceId }) => (times.has(id) ? [times.get(id) - first.get(providerInvoiceId)] : []));
  // Whoever is settled before the last delivery is answered is not yet all there is to do.
  const seconds = Math.max((Math.max(...times.values()) - start) / 1_000, accepted.seconds);
  return { ...handling({ accepted, seconds, drainedSeconds, delays, cpu, cpuDrained }), accepted, delays, unsettled: ids.length - times.size, early: early.size };
}

async function lostByTollkeeper(pool, sent) {
  const acknowledged = new Set(sent.filter(({ status }) => status === 200).map(({ event }) => event.id));
  return acknowledged.size - (await count(pool, 'select count(*)::integer as count from webhook_inbox where provider_event_id = any($1)', [[...acknowledged]]));
}

async function paced(servers, seller, address, invoices) {
  const paid = await seller.pay(invoices);
  // Stripe's limits of live mode; the sandbox mode of a test key has a quarter of them.
  await seller.limit(100, 25);
  const sender = new Sender(address, CONNECTIONS);
  const all = [];
  const start = performance.now();
  for (const [index, objects] of paid.entries()) {
    await pause(Math.max(0, start + (index * 1_000) / PACED_INVOICES_A_SECOND - performance.now()));
    all.push(...rendered(eventsOf([objects]), address).map((request) => sender.sendOne(request)));
  }
  const first = firstSendTimes(await Promise.all(all));
  sender.close();
  const ids = invoices.map(({ id }) => id);
  await until(async () => (await settledOf(servers.whole.pool, ids)) === ids.length);
  const times = await settledTimes(servers.whole.pool, ids);
  // Those the janitor was faster with have no delay to tell of.
  const delays = invoices.flatMap(({ id, providerInvoiceId }) => (times.get(id) > first.get(providerInvoiceId) ? [times.get(id) - first.get(providerInvoiceId)] : []));
  return { delays, unsettled: ids.length - times.size, eventsPerSecond: PACED_INVOICES_A_SECOND * 5 };
}

/** The events of invoices under so many sets of ids that a run lasts long enough. */
function manyOf(paid) {
  const wanted = (ACCEPTED_A_SECOND_AT_MOST * ACCEPTING_FOR_IN_MILLIS) / 1_000;
  const list = [];
  for (let copy = 0; list.length < wanted; copy += 1) list.push(...eventsOf(paid, copy * 10));
  return withDuplicates(list);
}

async function run(servers) {
  const seller = new BenchSeller(servers.whole.url, servers.sandboxUrl);
  await seller.hideEventList();
  // The peer fetches nothing; a limit of Stripe's would be all that is measured.
  await seller.limit(UNLIMITED, UNLIMITED);
  const [wholeUrl, intakeUrl] = [await seller.webhookUrl(servers.whole.url), await new BenchSeller(servers.intake.url, servers.sandboxUrl).webhookUrl(servers.intake.url)];
  const open = await seller.openInvoices(servers.whole.pool, (ROUNDS + 1) * INVOICES_A_ROUND + PACED_INVOICES);
  const rounds = [];
  let [lost, early] = [0, 0];
  // The first round warms up and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const invoices = open.splice(0, INVOICES_A_ROUND);
    const paid = await seller.pay(invoices);
    const accepted = manyOf(paid.slice(0, INVOICES_ACCEPTED));
    const handled = withDuplicates(eventsOf(paid));
    print(`round ${round}${round === 0 ? ' (not counted)' : ''}: ${handled.length} deliveries of ${eventsOf(paid).length} events about ${invoices.length} invoices; as many as fit into ${ACCEPTING_FOR_IN_MILLIS / 1_000} s where they are only accepted`);
    const arms = {
      intake: () => accept('Tollkeeper, accepting', servers, servers.intake, intakeUrl, rendered(accepted, intakeUrl), ACCEPTING_FOR_IN_MILLIS),
      peer: () => accept('stripe-sync-engine', servers, servers.peer, servers.peer.url, rendered(accepted, servers.peer.url), ACCEPTING_FOR_IN_MILLIS),
      whole: () => acceptAndHandle(servers, wholeUrl, invoices, rendered(handled, wholeUrl)),
      peerHandled: () => accept('stripe-sync-engine, the deliveries of the lines above or below', servers, servers.peer, servers.peer.url, rendered(handled, servers.peer.url), Infinity),
    };
    const order = round % 2 === 0 ? ['intake', 'peer', 'whole', 'peerHandled'] : ['peer', 'intake', 'peerHandled', 'whole'];
    const results = {};
    for (const arm of order) results[arm] = await arms[arm]();
    lost += (await lostByTollkeeper(servers.intake.pool, results.intake.sent)) + (await lostByTollkeeper(servers.whole.pool, results.whole.accepted.sent)) + results.whole.unsettled;
    for (const result of [results.intake, results.peer, results.peerHandled, results.whole.accepted]) delete result.sent;
    if (round === 0) continue;
    early += results.whole.early;
    rounds.push(results);
  }
  const pace = await paced(servers, seller, wholeUrl, open.splice(0, PACED_INVOICES));
  return { rounds, lost: lost + pace.unsettled, pace, unsettledEarly: early };
}

const servers = await Servers.start();
try {
  report(await run(servers), servers.postgresVersion);
} finally {
  await servers.stop();
}
process.exit();
