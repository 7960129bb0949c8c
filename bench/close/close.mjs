// npm run bench:close: a billing period ends for many customers at once. Beside it, in the same run, plain SQL that reads the same rollups and
// inserts the same rows.
import { print, printResult, round } from '../shared/report.mjs';
import { BenchWorld, HEAP_IN_MEGABYTES } from './world.mjs';
import { closeBySql } from './plain-sql.mjs';

const SIZES = (process.env.BENCH_CUSTOMERS ?? '10000,100000').split(',').map(Number);
const EVENTS_PER_CUSTOMER = Number(process.env.BENCH_EVENTS_PER_CUSTOMER ?? 100);

const seconds = (from) => (performance.now() - from) / 1_000;

async function close(customers) {
  const world = await BenchWorld.start();
  try {
    let from = performance.now();
    await world.fill(customers, EVENTS_PER_CUSTOMER);
    print(`${customers} customers, ${customers * EVENTS_PER_CUSTOMER} events: made in ${seconds(from).toFixed(1)} s`);
    await world.startServer();
    // What follows usage has seen that of the period by its end, as it has where usage comes in over a month.
    await world.caughtUp();
    await world.countStatements();
    from = performance.now();
    const cpu = world.measureCpu();
    const memory = [];
    await world.endPeriod();
    for (let locked = 0; locked < customers; ) {
      // Counting is work too, the more the larger; near the end it tells when that was.
      await new Promise((resolve) => setTimeout(resolve, locked < 0.9 * customers ? customers / 20 : 100));
      const progress = await world.progress();
      ({ locked } = progress);
      memory.push(world.memoryInMegabytes());
      if (memory.length % 2 === 0 && locked < 0.9 * customers) print(`  of ${customers} periods ${progress.turned} ended and ${locked} closed after ${seconds(from).toFixed(0)} s, ${memory.at(-1)} MB`);
    }
    const lockedAt = seconds(from);
    await world.settled();
    const closed = { seconds: round(seconds(from)), invoicesPerSecond: Math.round(customers / seconds(from)), allLockedAfterSeconds: round(lockedAt), memoryInMegabytes: { early: memory[Math.min(1, memory.length - 1)], most: Math.max(...memory), last: memory.at(-1) }, cpuMicrosAnInvoice: cpu(customers) };
    await world.printStatements();
    await world.stopServer();
    print(`  closed in ${closed.seconds} s, ${closed.invoicesPerSecond} invoices/s, ${closed.memoryInMegabytes.most} MB at most, processor ${JSON.stringify(closed.cpuMicrosAnInvoice)} µs an invoice`);
    const plain = await closeBySql(world.pool);
    print(`  plain SQL: ${round(plain.seconds)} s for ${plain.lines} lines, ${plain.invoices} invoices and ${plain.events} events, ${plain.postings} postings; totals ${plain.agrees ? 'agree' : 'DIFFER'}`);
    if (!plain.agrees) throw new Error('The two do not come to the same totals.');
    return { customers, events: customers * EVENTS_PER_CUSTOMER, ...closed, plainSqlSeconds: round(plain.seconds), timesPlainSql: round(closed.seconds / plain.seconds), postgres: world.postgresVersion };
  } finally {
    await world.stop();
  }
}

const runs = [];
for (const customers of SIZES) runs.push(await close(customers));
const [small, large] = [runs[0], runs.at(-1)];
const growth = round((large.seconds / large.customers / (small.seconds / small.customers)));
const goals = [
  { name: 'invoices closed per second', goal: '>= 2000', value: large.invoicesPerSecond, met: large.invoicesPerSecond >= 2_000 },
  { name: 'time as a multiple of plain SQL', goal: '<= 2', value: large.timesPlainSql, met: large.timesPlainSql <= 2 },
  { name: 'memory at the end as a multiple of early on', goal: '<= 1.5', value: round(large.memoryInMegabytes.last / large.memoryInMegabytes.early), met: large.memoryInMegabytes.last <= 1.5 * large.memoryInMegabytes.early },
  { name: `time for each invoice as a multiple of that at ${small.customers} customers`, goal: '<= 1.3', value: growth, met: growth <= 1.3 },
];
printResult('close', { heapInMegabytes: HEAP_IN_MEGABYTES, runs }, goals, large.postgres);
