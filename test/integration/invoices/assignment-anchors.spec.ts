import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlanInput } from '@tollkeeper/client';
import { at, PlanSeller, support } from '../../support/plan-seller.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';

type Period = PlanInput['billingPeriod'];
/** How a customer comes to the other plan. */
type Way = 'change at the end of the period' | 'change' | 'change, restart' | 'successor' | 'successor, restart';

/** Where periods turn when a customer goes from one plan to another: first day, how and by when, and the periods up to the last one that has ended. */
describe('The days on which periods turn', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it.each<[string, Period, string, Period, Way, string, string]>([
    ['from the 31st', { interval: 'month' }, '2027-01-31', { interval: 'month' }, 'change at the end of the period', '2027-02-10', '2027-01-31 2027-02-28 2027-03-31 2027-04-30 2027-05-31'],
    ['from the 31st', { interval: 'month' }, '2027-01-31', { interval: 'month' }, 'successor', '2027-02-10', '2027-01-31 2027-02-28 2027-03-31 2027-04-30 2027-05-31'],
    ['from the 31st, in the middle', { interval: 'month' }, '2027-01-31', { interval: 'month' }, 'change', '2027-02-10', '2027-01-31 2027-02-10 2027-02-28 2027-03-31 2027-04-30 2027-05-31'],
    ['from the 31st, in a short month', { interval: 'month' }, '2027-01-31', { interval: 'month' }, 'change', '2027-02-28', '2027-01-31 2027-02-28 2027-03-31 2027-04-30 2027-05-31'],
    ['counted anew', { interval: 'month' }, '2027-01-31', { interval: 'month' }, 'change, restart', '2027-02-10', '2027-01-31 2027-02-10 2027-03-10 2027-04-10 2027-05-10'],
    ['counted anew', { interval: 'month' }, '2027-01-31', { interval: 'month' }, 'successor, restart', '2027-02-10', '2027-01-31 2027-02-28 2027-03-28 2027-04-28 2027-05-28'],
    ['from the 30th, through a leap day', { interval: 'month' }, '2028-01-30', { interval: 'month' }, 'successor', '2028-02-10', '2028-01-30 2028-02-29 2028-03-30 2028-04-30'],
    ['from the 29th, in a year without a leap day', { interval: 'month' }, '2027-01-29', { interval: 'month' }, 'successor', '2027-02-10', '2027-01-29 2027-02-28 2027-03-29 2027-04-29'],
    ['of two months', { interval: 'month', intervalsCount: 2 }, '2027-12-31', { interval: 'month', intervalsCount: 2 }, 'successor', '2028-01-10', '2027-12-31 2028-02-29 2028-04-30 2028-06-30 2028-08-31'],
    ['of another number of months', { interval: 'month' }, '2027-01-31', { interval: 'month', intervalsCount: 3 }, 'successor', '2027-02-10', '2027-01-31 2027-02-28 2027-05-28 2027-08-28'],
    ['of a year from a leap day', { interval: 'year' }, '2028-02-29', { interval: 'year' }, 'successor', '2028-03-10', '2028-02-29 2029-02-28 2030-02-28 2031-02-28 2032-02-29'],
    ['of calendar months', { interval: 'calendar_month' }, '2027-01-31', { interval: 'calendar_month' }, 'successor', '2027-01-31', '2027-01-31 2027-02-01 2027-03-01 2027-04-01'],
    ['of days', { interval: 'day', intervalsCount: 10 }, '2027-01-05', { interval: 'day', intervalsCount: 10 }, 'change', '2027-01-07', '2027-01-05 2027-01-07 2027-01-15 2027-01-25'],
  ])('%s, %j on %s to %j by %s on %s', async (...[, from, start, to, way, day, turns]) => {
    const seller = await PlanSeller.at(world, start);
    const [first, second] = [await seller.plan({ billingPeriod: from, fees: [support()] }), await seller.plan({ billingPeriod: to, fees: [support()] })];
    const id = await seller.put(first.id);
    await seller.arrive(day);
    if (way.startsWith('successor')) await seller.client.plans.update(first.id, { status: 'deprecated', successorPlanId: second.id, ...(way === 'successor' ? {} : { successorPeriods: 'restart' }) });
    else await seller.client.assignments.change(id, { planId: second.id, effective: way === 'change at the end of the period' ? 'period_end' : 'now', ...(way === 'change, restart' ? { periods: 'restart' } : {}) });
    const days = turns.split(' ');
    await seller.arrive(days.at(-1)!);
    const found = (await seller.invoices()).map(({ invoiceStartTimeInSeconds, invoiceEndTimeInSeconds }) => [invoiceStartTimeInSeconds * 1_000, invoiceEndTimeInSeconds * 1_000]).toSorted(([one], [other]) => one! - other!);
    expect(found.slice(0, -1)).toEqual(days.slice(1).map((end, index) => [at(days[index]!), at(end)]));
    const { items } = await seller.client.assignments.list({ customerId: 'ada' });
    expect(items.map(({ planId }) => planId)).toEqual([first.id, second.id]);
  });
});
