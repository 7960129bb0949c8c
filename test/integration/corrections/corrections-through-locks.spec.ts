import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ConvergenceWorld } from '../convergence/convergence-world.js';

const HOUR = 3_600_000;
const CANCEL = { 'aflo.cancel_previous_resource_event': 'true' };
const WRITERS = 4;
const FEWEST_CORRECTIONS = 8;
/** A correction is about every so-manieth event. */
const SHARES = 7;

let world: ConvergenceWorld;
let second: ConvergenceWorld;

beforeAll(async () => {
  world = await ConvergenceWorld.start();
  const { database, sandbox, adminKey, clock } = world.application;
  second = await ConvergenceWorld.start({ database, sandbox, adminKey, clock });
});

afterAll(async () => {
  await second?.stop();
  await world.stop();
});

it('with events, cancels, corrections and reverts running through a lock and an adjustment: billed in all is acknowledged less what was taken back', async () => {
  const seller = await world.seller({ baseFee: 0, unitPrice: '1' });
  await seller.client.customers.create({ customerId: 'ada', customerName: 'Ada' });
  const used = await seller.now();
  await seller.client.testClock.advance(used + 33 * 24 * HOUR);
  const sellers = [seller, seller.at(second.application)];
  /** What each acknowledged event counts by now. */
  const counts = new Map<string, number>();
  const cancelled = new Set<string>();
  let corrections = 0;
  let running = true;
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    const own = sellers[writer % 2]!;
    for (let event = 0; running || event < 10; event += 1) {
      const id = `${writer}-${event}`;
      await own.use('ada', 1, id, used);
      counts.set(id, 1);
      if (event % 5 !== 0) continue;
      await own.client.ingest({ customerId: 'ada', meterApiName: 'calls', meterValue: 1, meterTimeInMillis: used, uniqueId: id, dimensions: CANCEL });
      cancelled.add(id);
    }
  });
  const corrector = (async () => {
    const { usageCorrections } = sellers[1]!.client;
    while (running || corrections < FEWEST_CORRECTIONS) {
      if (counts.size < 2 * SHARES) {
        await pause();
        continue;
      }
      const value = [0, 3, 0.5][corrections % 3]!;
      const uniqueIds = [...counts.keys()].filter((_, index) => index % SHARES === corrections % SHARES);
      const change = value === 0 ? { action: 'cancel' as const } : { action: 'amend' as const, amend: { meterValue: value } };
      const { id } = await usageCorrections.create({ name: 'Some', reason: 'Because', filter: { uniqueIds }, ...change });
      await usageCorrections.preview(id);
      await usageCorrections.apply(id);
      // Two workers at once.
      await Promise.all([world.run(['usage-corrections']), second.run(['usage-corrections'])]);
      const isReverted = corrections % 2 === 1;
      if (isReverted) {
        await usageCorrections.revert(id, 'Not so');
        await second.run(['usage-corrections']);
      }
      const { state, progress } = await usageCorrections.get(id);
      expect(state).toBe(isReverted ? 'reverted' : 'applied');
      expect(progress.doneCount).toBeLessThanOrEqual(progress.eventCount!);
      if (!isReverted) for (const uniqueId of uniqueIds) counts.set(uniqueId, counts.get(uniqueId) === 0 ? 0 : value);
      corrections += 1;
    }
  })();
  const everything = Promise.all([...writers, corrector]);
  everything.catch(() => (running = false));
  // Whoever fails ends the waiting.
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await Promise.race([pause(), everything]);
  };
  await until(() => corrections >= 2);
  // The period is locked, late usage is gathered, and the adjustment locked, with all of it going on.
  await Promise.all([world.run(['account-clocks']), second.run(['account-clocks', 'late-usage'])]);
  await Promise.all([world.run(['late-usage']), second.run(['late-usage', 'usage-rollup'])]);
  await seller.client.testClock.advance((await seller.now()) + 2 * HOUR);
  await world.run(['account-clocks']);
  const before = corrections;
  await until(() => corrections >= before + 2);
  running = false;
  await everything;
  // Two more looks, each with its adjustment: of what came until the first one, and of what came after it.
  for (let look = 0; look < 2; look += 1) {
    await second.run(['usage-rollup', 'late-usage']);
    await seller.client.testClock.advance((await seller.now()) + 2 * HOUR);
    await world.arrive(seller);
  }
  const [period, ...others] = (await seller.invoices('ada')).filter(({ invoiceStartTimeInSeconds }) => invoiceStartTimeInSeconds * 1_000 <= used);
  expect(others.length).toBeGreaterThan(0);
  expect(others.every(({ adjustsInvoiceId, invoicePriceStatus }) => adjustsInvoiceId === period!.id && invoicePriceStatus === 'price_locked')).toBe(true);
  const invoices = await Promise.all([period!, ...others].map(({ id }) => seller.client.invoices.get(id)));
  const lines = invoices.flatMap((invoice) => invoice.lines).filter(({ kind }) => kind === 'usage');
  const expected = [...counts].reduce((sum, [id, value]) => sum + (cancelled.has(id) ? 0 : value), 0);
  expect(lines.reduce((sum, { quantity }) => sum + Number(quantity), 0)).toBe(expected);
  expect(lines.reduce((sum, { amount }) => sum + Number(amount.amountInMinorUnits), 0)).toBe(expected * 100);
  const report = await seller.client.usage.query({ meterApiName: 'calls', timeGroupingInterval: 'month', timeRange: { startTimeInSeconds: Math.floor(used / 1_000) - 1 } });
  expect(report.clientMeters[0]?.groupValue).toBe(expected);
});

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
