// npm run bench:webhooks: deliveries of Stripe events to Tollkeeper and to @supabase/stripe-sync-engine, in turns, on one PostgreSQL.
import { cpus, totalmem } from 'node:os';

import { eventsOf, Sender, signed, withDuplicates } from './deliveries.mjs';
import { BenchSeller } from './seller.mjs';
import { Servers } from './servers.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const INVOICES_A_ROUND = Number(process.env.BENCH_INVOICES ?? 120);
const PACED_INVOICES = 60;
const PACED_INVOICES_A_SECOND = 5;
/** The same events under so many sets of ids, so that the runs that only accept last long enough. */
const COPIES = 6;
const CONNECTIONS = 32;
const UNLIMITED = 10_000;
const SETTLED_TIMEOUT_IN_MILLIS = 120_000;

const print = (line) => process.stdout.write(`${line}\n`);
const rate = (count, seconds) => Math.round(count / seconds);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
const quantile = (values, share) => Math.round(values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]);
const distinct = (list) => new Set(list.map(({ id }) => id)).size;

function refusedOf(sent) {
  return sent.filter(({ status }) => status !== 200).length;
}

async function accept(name, url, deliveries) {
  const sender = new Sender(url, CONNECTIONS);
  const { sent, seconds } = await sender.send(signed(deliveries));
  sender.close();
  const result = { rate: rate(sent.length, seconds), refused: refusedOf(sent), millis: sent.map(({ millis }) => millis), sent };
  print(`  ${name}: ${sent.length} deliveries in ${seconds.toFixed(2)} s, ${result.rate}/s, p50 ${quantile(result.millis, 0.5)} ms, p99 ${quantile(result.millis, 0.99)} ms, refused ${result.refused}`);
  return result;
}

/** Until all of these invoices are settled. @returns when each was, by our own event of it */
async function settled(pool, invoices) {
  const ids = invoices.map(({ id }) => id);
  const deadline = Date.now() + SETTLED_TIMEOUT_IN_MILLIS;
  for (;;) {
    const { rows } = await pool.query(`select object_id as id, create_time as time from outbox_event where type = 'invoice.settled' and object_id = any($1)`, [ids]);
    if (rows.length >= ids.length || Date.now() > deadline) return new Map(rows.map(({ id, time }) => [id, Number(time)]));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function acceptAndHandle(servers, url, all, deliveries) {
  // The janitor looks at unsettled invoices by itself: what it found already says nothing about webhooks.
  const found = await servers.whole.pool.query(`select id from invoice where id = any($1) and payment_status = 'settled'`, [all.map(({ id }) => id)]);
  const early = new Set(found.rows.map(({ id }) => id));
  const invoices = all.filter(({ id }) => !early.has(id));
  const start = Date.now();
  const accepted = await accept('Tollkeeper, accepting and handling', url, deliveries);
  const times = await settled(servers.whole.pool, invoices);
  const seconds = (Math.max(...times.values()) - start) / 1_000;
  const first = new Map();
  for (const { invoiceId, sendTime } of accepted.sent) first.set(invoiceId, Math.min(sendTime, first.get(invoiceId) ?? Infinity));
  const delays = invoices.flatMap(({ id, providerInvoiceId }) => (times.has(id) ? [times.get(id) - first.get(providerInvoiceId)] : []));
  const result = { rate: rate(deliveries.length, seconds), delays, unsettled: invoices.length - times.size, early: early.size, accepted };
  print(`  … all ${times.size} invoices settled ${seconds.toFixed(2)} s after the first delivery: ${result.rate} deliveries/s, event to status p50 ${quantile(delays, 0.5)} ms, p99 ${quantile(delays, 0.99)} ms`);
  return result;
}

async function lostByTollkeeper(pool, acknowledged) {
  const { rows } = await pool.query(`select count(*)::integer as count from webhook_inbox where provider_event_id = any($1)`, [[...acknowledged]]);
  return acknowledged.size - rows[0].count;
}

async function paced(servers, seller, url, invoices) {
  const paid = await seller.pay(invoices);
  // Stripe's limits of live mode; the sandbox mode of a test key has a quarter of them.
  await seller.limit(100, 25);
  const sender = new Sender(url, CONNECTIONS);
  const all = [];
  const start = performance.now();
  for (const [index, objects] of paid.entries()) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, start + (index * 1_000) / PACED_INVOICES_A_SECOND - performance.now())));
    all.push(...signed(eventsOf([objects])).map((delivery) => sender.sendOne(delivery)));
  }
  const sent = await Promise.all(all);
  const times = await settled(servers.whole.pool, invoices);
  sender.close();
  // Those the janitor was faster with have no delay to tell of.
  const first = new Map();
  for (const { invoiceId, sendTime } of sent) first.set(invoiceId, Math.min(sendTime, first.get(invoiceId) ?? Infinity));
  return { delays: invoices.flatMap(({ id, providerInvoiceId }) => (times.get(id) > first.get(providerInvoiceId) ? [times.get(id) - first.get(providerInvoiceId)] : [])), unsettled: invoices.length - times.size };
}

async function run(servers) {
  const seller = new BenchSeller(servers.whole.url, servers.sandboxUrl);
  const intakeSeller = new BenchSeller(servers.intake.url, servers.sandboxUrl);
  await seller.hideEventList();
  // The peer fetches nothing; a limit of Stripe's would be all that is measured.
  await seller.limit(UNLIMITED, UNLIMITED);
  const [wholeUrl, intakeUrl] = [await seller.webhookUrl(servers.whole.url), await intakeSeller.webhookUrl(servers.intake.url)];
  const open = await seller.openInvoices(ROUNDS * INVOICES_A_ROUND + INVOICES_A_ROUND + PACED_INVOICES);
  const rounds = [];
  let lost = 0;
  // The first round warms up and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const invoices = open.splice(0, INVOICES_A_ROUND);
    const paid = await seller.pay(invoices);
    const handled = withDuplicates(eventsOf(paid));
    const accepted = withDuplicates(Array.from({ length: COPIES }, () => eventsOf(paid)).flat());
    print(`round ${round}${round === 0 ? ' (not counted)' : ''}: ${handled.length} deliveries of ${distinct(handled)} events about ${invoices.length} invoices; ${accepted.length} where they are only accepted`);
    const arms = {
      intake: async () => accept('Tollkeeper, accepting', intakeUrl, accepted),
      peer: async () => accept('stripe-sync-engine', servers.peer.url, accepted),
      whole: async () => acceptAndHandle(servers, wholeUrl, invoices, handled),
      peerHandled: async () => accept('stripe-sync-engine, the deliveries of the line above', servers.peer.url, withDuplicates(eventsOf(paid))),
    };
    const order = round % 2 === 0 ? ['intake', 'peer', 'whole', 'peerHandled'] : ['peer', 'intake', 'peerHandled', 'whole'];
    const results = {};
    for (const arm of order) results[arm] = await arms[arm]();
    if (round > 0) rounds.push(results);
    const acknowledged = (sent) => new Set(sent.filter(({ status }) => status === 200).map(({ id }) => id));
    lost += (await lostByTollkeeper(servers.intake.pool, acknowledged(results.intake.sent))) + (await lostByTollkeeper(servers.whole.pool, acknowledged(results.whole.accepted.sent))) + results.whole.unsettled;
    for (const result of [results.intake, results.peer, results.peerHandled, results.whole.accepted]) result.duplicates = result.sent.filter(({ text }) => text.includes('"received":false')).length / result.sent.length;
    for (const result of [results.intake, results.peer, results.peerHandled, results.whole.accepted]) delete result.sent;
  }
  const pace = await paced(servers, seller, wholeUrl, open.splice(0, PACED_INVOICES));
  return { rounds, lost: lost + pace.unsettled, pace };
}

function report({ rounds, lost, pace }, postgresVersion) {
  const of = (pick) => rounds.map(pick);
  const ratios = { accepted: of(({ intake, peer }) => intake.rate / peer.rate), processed: of(({ whole, peerHandled }) => whole.rate / peerHandled.rate) };
  const delays = of(({ whole }) => whole.delays).flat();
  const peerMillis = of(({ peerHandled }) => peerHandled.millis).flat();
  const figures = {
    rounds: rounds.length,
    acceptedPerSecond: median(of(({ intake }) => intake.rate)),
    acceptedWhileHandlingPerSecond: median(of(({ whole }) => whole.accepted.rate)),
    peerPerSecond: median(of(({ peer }) => peer.rate)),
    processedPerSecond: median(of(({ whole }) => whole.rate)),
    peerPerSecondOfTheSame: median(of(({ peerHandled }) => peerHandled.rate)),
    acceptedRatios: ratios.accepted.map((ratio) => Number(ratio.toFixed(2))),
    processedRatios: ratios.processed.map((ratio) => Number(ratio.toFixed(2))),
    acceptedMillis: { p50: quantile(of(({ intake }) => intake.millis).flat(), 0.5), p99: quantile(of(({ intake }) => intake.millis).flat(), 0.99) },
    burstEventToStatusMillis: { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99) },
    peerBurstEventToRowMillis: { p50: quantile(peerMillis, 0.5), p99: quantile(peerMillis, 0.99) },
    pacedEventToStatusMillis: { p50: quantile(pace.delays, 0.5), p99: quantile(pace.delays, 0.99), eventsPerSecond: PACED_INVOICES_A_SECOND * 5 },
    duplicatesShare: Number(median(of(({ intake }) => intake.duplicates)).toFixed(3)),
    refused: of(({ intake, whole }) => intake.refused + whole.accepted.refused).reduce((a, b) => a + b, 0),
    peerRefused: of(({ peer, peerHandled }) => peer.refused + peerHandled.refused).reduce((a, b) => a + b, 0),
    settledByTheJanitorBefore: of(({ whole }) => whole.early).reduce((a, b) => a + b, 0),
    lost,
  };
  const accepted = Number(median(ratios.accepted).toFixed(2));
  const processed = Number(median(ratios.processed).toFixed(2));
  const goals = [
    { name: 'verified, deduplicated and durably accepted, as a multiple of the peer', goal: '>= 3', value: accepted, met: accepted >= 3 },
    { name: 'processed to the final status, refetch included, as a multiple of the peer', goal: '>= 1', value: processed, met: processed >= 1 },
    { name: 'event to status at the 99th percentile within the provider’s limits, ms', goal: '<= 2000', value: figures.pacedEventToStatusMillis.p99, met: figures.pacedEventToStatusMillis.p99 <= 2_000 },
    { name: 'acknowledged and lost', goal: '0', value: lost, met: lost === 0 },
  ];
  const machine = { cpu: cpus()[0]?.model.trim(), cores: cpus().length, memoryInGigabytes: Math.round(totalmem() / 2 ** 30), node: process.version, postgres: postgresVersion };
  print(JSON.stringify({ bench: 'webhooks', machine, figures, goals }));
}

const servers = await Servers.start();
try {
  report(await run(servers), servers.postgresVersion);
} finally {
  await servers.stop();
}
process.exit();
