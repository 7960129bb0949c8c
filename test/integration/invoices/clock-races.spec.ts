import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ConvergenceWorld } from '../convergence/convergence-world.js';

jest.setTimeout(60_000);

const DAY_IN_MILLIS = 86_400_000;

describe('A moved clock', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it('arrives at a later target that was set while it was arriving at an earlier one', async () => {
    const seller = await world.seller();
    const first = (await seller.now()) + DAY_IN_MILLIS;
    const second = first + DAY_IN_MILLIS;
    await seller.client.testClock.advance(first);
    await world.whileLocked(
      `select 1 from account where id = '${seller.accountId}' for update`,
      () => world.run(['account-clocks']),
      `update account set clock_target_in_millis = ${second} where id = '${seller.accountId}'`,
    );
    await world.run(['account-clocks']);
    expect(await seller.now()).toBeGreaterThanOrEqual(second);
  });

  it('opens no period after an end of the assignment that is being written at that moment', async () => {
    const seller = await world.seller();
    await seller.client.customers.create({ customerId: 'ada', customerName: 'Ada' });
    const [first] = await seller.invoices('ada');
    const boundary = first!.invoiceEndTimeInSeconds * 1000;
    await seller.client.testClock.advance(boundary + 60_000);
    await world.whileLocked(
      `select 1 from customer where account_id = '${seller.accountId}' for no key update`,
      () => world.run(['account-clocks']),
      `update assignment set end_in_millis = ${boundary} where account_id = '${seller.accountId}'`,
    );
    expect(await seller.invoices('ada')).toHaveLength(1);
  });
});
