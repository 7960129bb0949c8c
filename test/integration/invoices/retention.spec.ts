import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '../../support/test-application.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';

let world: ConvergenceWorld;

beforeAll(async () => {
  world = await ConvergenceWorld.start();
});

afterAll(() => world.stop());

it('usage of a period is kept until it is locked, and of a locked one for as long as late usage may come for it', async () => {
  const seller = await world.seller({ defaultPlan: false, gracePeriodInHours: 744 });
  const { client, accountId } = seller;
  await world.arriveAt(seller, '2027-01-15T00:00Z');
  await client.accounts.update(accountId, { usageRetentionInMonths: 1 });
  await client.customers.create({ customerId: 'ada', customerName: 'Ada' });
  await client.assignments.create({ customerId: 'ada', planId: seller.planId, startTimeInMillis: Date.parse('2027-01-15T00:00Z') });
  const use = (time: string): Promise<unknown> => seller.use('ada', 1, time, Date.parse(time));
  await use('2027-01-15T00:00Z');
  const kept = async (): Promise<number> => (await client.usage.export()).items.length;
  // Of the months alone January would be gone; its invoice is in grace.
  await world.arriveAt(seller, '2027-03-15T12:00Z');
  await world.run(['usage-retention']);
  await use('2027-01-31T00:00Z');
  expect(await kept()).toBe(2);
  // Locked, with 744 h of grace, and of the same period as February's days that are still accepted.
  await world.arriveAt(seller, '2027-03-20T00:00Z');
  await world.run(['usage-retention']);
  expect((await client.invoices.list()).items.find(({ invoiceStartTimeInSeconds: start }) => start === Date.parse('2027-01-15T00:00Z') / 1_000)).toMatchObject({ invoicePriceStatus: 'price_locked', total: { amountInMinorUnits: '1002' } });
  expect(await kept()).toBe(2);
  // A month on the whole period lies before what is kept.
  await world.arriveAt(seller, '2027-05-02T12:00Z');
  await world.run(['usage-retention']);
  expect(await kept()).toBe(0);
  const late = { customerId: 'ada', meterApiName: 'calls', meterValue: 1, meterTimeInMillis: Date.parse('2027-01-31T00:00Z') };
  const { records } = await eventually('a refusal', () => client.ingestWithDetails(late, { partial: true }), ({ rejected }) => rejected === 1);
  expect(records).toMatchObject([{ status: 'rejected', errors: [{ field: 'meterTimeInMillis', code: 'time_beyond_retention' }] }]);
});
