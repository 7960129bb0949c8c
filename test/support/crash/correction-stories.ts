import type { UsageCorrectionInput } from '@tollkeeper/client';
import { openTransactionsEnded } from '../test-database.js';
import type { CrashStory, CrashWorld } from './crash-world.js';
import { nextMonth, WORK } from './story-parts.js';

const HOUR_IN_MILLIS = 3_600_000;
const EVENTS = 30;
const CORRECTIONS = ['usage-corrections'];

const WRONG: UsageCorrectionInput = { name: 'Wrong unit', reason: 'Sent in tenths', action: 'amend', filter: { customerIds: ['ada'] }, amend: { multiplyMeterValueBy: '0.1' } };

async function manyCalls(world: CrashWorld): Promise<void> {
  await world.seller.customer('ada');
  const { timeInMillis } = await world.read((client) => client.testClock.get());
  await world.seller.client.ingest(Array.from({ length: EVENTS }, (_, index) => ({ customerId: 'ada', meterApiName: 'calls', meterValue: 1, meterTimeInMillis: timeInMillis, uniqueId: String(index) })));
}

async function correct(world: CrashWorld): Promise<string> {
  const { id } = (await world.request((client, options) => client.usageCorrections.create(WRONG, options)))!;
  await world.request((client, options) => client.usageCorrections.apply(id, {}, options));
  await world.background(CORRECTIONS);
  return id;
}

const CORRECTED: CrashStory = {
  name: 'usage of a month that was billed is corrected by filter, and the difference becomes an adjustment',
  begin: async (world) => {
    await manyCalls(world);
    await nextMonth(world);
    await world.background(WORK);
    return async () => {
      await correct(world);
      // What other suites have open would keep it out of sight.
      await openTransactionsEnded(world.pool);
      await world.background(['late-usage']);
      const { timeInMillis } = await world.read((client) => client.testClock.get());
      await world.request((client, options) => client.testClock.advance(timeInMillis + 2 * HOUR_IN_MILLIS, options));
      await world.background(WORK);
    };
  },
};

const BROUGHT_BACK: CrashStory = {
  name: 'a correction of usage is reverted before the month is billed',
  begin: async (world) => {
    await manyCalls(world);
    const id = await correct(world);
    return async () => {
      await world.request((client, options) => client.usageCorrections.revert(id, 'They were ones', options));
      await world.background(CORRECTIONS);
      await nextMonth(world);
      await world.background(WORK);
    };
  },
};

export const CORRECTION_STORIES: readonly CrashStory[] = [CORRECTED, BROUGHT_BACK];
