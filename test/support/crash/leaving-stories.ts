import type { CrashStory } from './crash-world.js';
import { WORK } from './story-parts.js';

const BACK = [...WORK, 'negative-invoices', 'returned-money'];
const usd = (amountInMinorUnits: number) => ({ amountInMinorUnits, currency: 'USD' });

const LEFT: CrashStory = {
  name: 'a plan is withdrawn on its first day, and the customer leaves: what was paid in advance goes back',
  begin: async (world) => {
    const { client } = world.seller;
    await world.seller.customer('ada');
    const [first] = (await client.assignments.list({ customerId: 'ada' })).items;
    await client.assignments.end(first!.id, first!.startTimeInMillis);
    const fee = { name: 'Platform', amount: usd(3_100), kind: 'recurring', timing: 'in_advance' } as const;
    const plan = await client.plans.create({ planName: 'Ahead', currency: 'USD', billingPeriod: { interval: 'month' }, fees: [fee] });
    const { id, startTimeInMillis } = await client.assignments.create({ customerId: 'ada', planId: plan.id });
    await world.background(WORK);
    return async () => {
      await world.request((of, options) => of.assignments.end(id, startTimeInMillis, options));
      await world.background(WORK);
      await world.request((of, options) => of.customers.delete('ada', { ...options, force: 'final_invoice' }));
      await world.background(BACK);
    };
  },
};

export const LEAVING_STORIES: readonly CrashStory[] = [LEFT];
