import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConnectionSettings } from '@tollkeeper/client';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const CUSTOMERS = 6;
const ROUNDS_OF_LOOKS = 3;
const MINUTE_IN_MILLIS = 60_000;
/** Read whether there are invoices or not. */
const LISTS_OF_EVENTS = 'GET /v1/events';

describe('When a month-end run will be through', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  const sellerOf = async (settings: Partial<ConnectionSettings>): Promise<Seller> => {
    const seller = await world.seller({ settings });
    for (let count = 0; count < CUSTOMERS; count += 1) await seller.customer(`customer-${count}`);
    return seller;
  };

  const requestsOf = ({ stripe }: Seller): number => stripe.control.ledger({ key: stripe.key }).filter(({ route }) => route !== LISTS_OF_EVENTS).length;

  it.each([
    ['charged', { collectionMethod: 'charge_automatically' }, 6],
    ['charged by the provider’s schedule', { collectionMethod: 'charge_automatically', retries: 'provider' }, 5],
    ['sent', { collectionMethod: 'send_invoice', daysUntilDue: 30 }, 5],
  ] as const)('counts every request for invoices that are %s, as many as are made', async (_what, settings, perInvoice) => {
    const seller = await sellerOf(settings);
    await world.lockMonth(seller);
    await world.readEvents(seller);
    const [before, forecast] = [requestsOf(seller), await seller.client.invoices.runProgress()];
    expect(forecast).toMatchObject({ due: 0, waiting: 0, handingOver: CUSTOMERS, callsLeft: CUSTOMERS * perInvoice });
    await world.handOver();
    expect(await seller.client.invoices.runProgress()).toMatchObject({ handingOver: 0, callsLeft: 0, forecastTimeInMillis: null });
    for (let round = 0; round < ROUNDS_OF_LOOKS; round += 1) {
      await world.readEvents(seller);
      await world.handOver();
    }
    expect(requestsOf(seller) - before).toBe(forecast.callsLeft);
  });

  it('goes by the rate that the connection’s budget grants, and by the endpoint that is asked most', async () => {
    const seller = await sellerOf({ requestsPerSecond: 10, requestsPerSecondPerEndpoint: null });
    await world.lockMonth(seller);
    const inSeconds = async (): Promise<number> => ((await seller.client.invoices.runProgress()).forecastTimeInMillis! - world.application.clock.now()) / 1_000;
    // 36 requests; of ten a second, eight are refilled. Nothing was asked for lately, so that this is all there is to go by.
    world.application.clock.advance(MINUTE_IN_MILLIS);
    // Some time passes between the answer and the look at the clock.
    expect(await inSeconds()).toBeCloseTo(36 / 8, 0);
    await seller.client.paymentProviders.connection.put('STRIPE', { settings: { requestsPerSecond: 100, requestsPerSecondPerEndpoint: 1 } });
    // The payments of each are listed twice, and of one a second half is refilled at most beside the burst.
    expect(await inSeconds()).toBeGreaterThan(CUSTOMERS * 2);
    await world.rows(`update provider_budget set blocked_until = $2 where connection_id = (select id from payment_connection where account_id = $1) and bucket = ''`, [seller.accountId, world.application.clock.now() + MINUTE_IN_MILLIS]);
    expect(await inSeconds()).toBeGreaterThan(CUSTOMERS * 2 + 60);
  });

  it('takes those that wait for a run as if each had something to pay', async () => {
    const seller = await sellerOf({});
    await seller.client.accounts.update(seller.accountId, { periodClose: 'on_request' });
    await world.lockMonth(seller);
    expect(await seller.client.invoices.runProgress()).toMatchObject({ waiting: CUSTOMERS, handingOver: 0, callsLeft: CUSTOMERS * 6 });
    await seller.client.invoices.run();
    await world.run(['account-clocks']);
    expect(await seller.client.invoices.runProgress()).toMatchObject({ waiting: 0, handingOver: CUSTOMERS, callsLeft: CUSTOMERS * 6 });
  });
});
