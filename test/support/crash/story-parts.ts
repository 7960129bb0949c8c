import type { CrashWorld } from './crash-world.js';

const DAY_IN_MILLIS = 86_400_000;

/** What moves money and customers. What only looks whether there is something to do has a story of its own. */
export const WORK = ['account-clocks', 'invoice-hand-over', 'provider-intents', 'customer-link-checks'];

export async function nextMonth(world: CrashWorld): Promise<void> {
  const { timeInMillis } = await world.read((client) => client.testClock.get());
  await world.request((client, options) => client.testClock.advance(timeInMillis + 33 * DAY_IN_MILLIS, options));
}
