import type { CrashStory } from './crash-world.js';
import { nextMonth, WORK } from './story-parts.js';

const PAID: CrashStory = {
  name: 'a commitment is paid in advance, and the next invoice draws on it',
  begin: async (world) => {
    await world.seller.customer('ada');
    return async () => {
      const amount = { amountInMinorUnits: 700, currency: 'USD' };
      await world.request((client, options) => client.commitments.create({ customerId: 'ada', name: 'Package', kind: 'prepaid', amount, periodCount: 1 }, options));
      await world.background(WORK);
      await nextMonth(world);
      await world.background(WORK);
    };
  },
};

export const COMMITMENT_STORIES: readonly CrashStory[] = [PAID];
