// Ten minutes of events at about half of what a small machine takes, and what the process holds meanwhile.
import { residentMegabytes } from '../shared/memory.mjs';
import { median, print, printResult, round } from '../shared/report.mjs';
import { batchesOf, rendered } from './events.mjs';
import { Sender } from './sender.mjs';
import { Servers } from './servers.mjs';

const MINUTES = Number(process.env.BENCH_MINUTES ?? 10);
const EVENTS_A_SECOND = Number(process.env.BENCH_EVENTS_A_SECOND ?? 10_000);
const BATCH = 100;
const CONNECTIONS = 16;
const SAMPLED_EVERY_IN_MILLIS = 1_000;
/** Rendered when they are due: all at once they would not fit. */
const EVENTS_RENDERED_AT_ONCE = 10_000;

function* requestsFor(server, events) {
  for (let from = 0; from < events; from += EVENTS_RENDERED_AT_ONCE) {
    for (const batch of batchesOf({ events: EVENTS_RENDERED_AT_ONCE, batch: BATCH }).batches) yield rendered(batch, server);
  }
}

export async function watchMemory() {
  const servers = await Servers.start({ role: 'all', others: false });
  try {
    const { path } = servers;
    const samples = [];
    const timer = setInterval(() => samples.push(residentMegabytes(path.pid)), SAMPLED_EVERY_IN_MILLIS);
    const requests = requestsFor(path, MINUTES * 60 * EVENTS_A_SECOND);
    const sender = new Sender(path.url, CONNECTIONS);
    const result = await sender.sendPaced(() => requests.next().value ?? null, EVENTS_A_SECOND / BATCH, { keepsBatches: false });
    clearInterval(timer);
    sender.close();
    const minutes = Array.from({ length: Math.ceil(samples.length / 60) }, (_, minute) => Math.round(median(samples.slice(minute * 60, (minute + 1) * 60))));
    print(`${result.events} events in ${result.seconds.toFixed(0)} s, refused ${result.refused}; resident memory of the process by minute, MB: ${minutes.join(', ')}`);
    // The first minute warms up: the heap grows to what the load needs.
    const [first, last] = [minutes[Math.min(1, minutes.length - 1)], minutes.at(-1)];
    const growth = round(last / first);
    const figures = { events: result.events, eventsPerSecond: Math.round(result.events / result.seconds), refused: result.refused, megabytesByMinute: minutes };
    const goals = [{ name: `resident memory in minute ${minutes.length} as a multiple of minute 2`, goal: '<= 1.1', value: growth, met: growth <= 1.1 }];
    printResult('ingest-memory', figures, goals, servers.postgresVersion);
  } finally {
    await servers.stop();
  }
}
