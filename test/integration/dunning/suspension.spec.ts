import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const DAY_IN_MILLIS = 86_400_000;

describe('Customers who do not pay', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  async function later(seller: Seller, days: number): Promise<void> {
    await seller.client.testClock.advance((await seller.now()) + days * DAY_IN_MILLIS);
    await world.arrive(seller);
    await world.handOver();
    await world.readEvents(seller);
    await world.run(['account-clocks']);
  }

  const told = async (seller: Seller): Promise<string[]> => {
    const rows = await world.rows<{ told: string }>(`select type || coalesce(' ' || (data->>'reason'), '') as told from outbox_event where account_id = $1 and type in ('customer.suspended', 'customer.resumed') order by sequence`, [seller.accountId]);
    return rows.map((row) => row.told);
  };

  it('are suspended when the last retry was declined, and resumed when all is paid', async () => {
    const seller = await world.seller({ settings: { retryDays: [6], suspension: 'after_retries' } });
    const { id } = await world.lockedInvoice(seller, 'ada', 'pm_card_chargeCustomerFail');
    await world.handOver();
    await later(seller, 1);
    expect(statusOf(await seller.invoice('ada'))).toBe('failed declined');
    expect((await seller.client.customers.get('ada')).suspension).toBeUndefined();
    await later(seller, 7);
    expect((await seller.client.customers.get('ada')).suspension).toEqual({ sinceTimeInMillis: expect.any(Number), reason: 'retries_ended', invoiceId: id });
    await later(seller, 1);
    expect(await told(seller)).toEqual(['customer.suspended retries_ended']);
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    await world.run(['account-clocks']);
    expect((await seller.client.customers.get('ada')).suspension).toBeUndefined();
    expect(await told(seller)).toEqual(['customer.suspended retries_ended', 'customer.resumed']);
  });

  it('are suspended when an invoice is overdue for so many days, as of then also where the clock jumps; a replaced customer stays so', async () => {
    const seller = await world.seller({ settings: { collectionMethod: 'send_invoice', daysUntilDue: 10, suspension: 'when_overdue', suspensionDays: 5 } });
    await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    await world.readEvents(seller);
    const { id, dueTimeInMillis } = await seller.invoice('ada');
    await later(seller, 14);
    expect(await told(seller)).toEqual([]);
    await later(seller, 8);
    const suspension = { sinceTimeInMillis: dueTimeInMillis! + 5 * DAY_IN_MILLIS, reason: 'overdue', invoiceId: id };
    expect((await seller.client.customers.get('ada')).suspension).toEqual(suspension);
    await seller.client.customers.update({ customerId: 'ada', customerName: 'Ada Lovelace' });
    expect((await seller.client.customers.get('ada')).suspension).toEqual(suspension);
    await seller.client.invoices.markPaid(id);
    await world.run(['account-clocks']);
    expect((await seller.client.customers.get('ada')).suspension).toBeUndefined();
    expect(await told(seller)).toEqual(['customer.suspended overdue', 'customer.resumed']);
  });

  it('are resumed when the account suspends nobody any more', async () => {
    const seller = await world.seller({ settings: { retryDays: [], suspension: 'after_retries' } });
    await world.lockedInvoice(seller, 'ada', 'pm_card_chargeCustomerFail');
    await world.handOver();
    await world.run(['account-clocks']);
    expect(await told(seller)).toEqual(['customer.suspended retries_ended']);
    await seller.client.paymentProviders.connection.put('STRIPE', { settings: { suspension: 'never' } });
    await world.run(['account-clocks']);
    expect(await told(seller)).toEqual(['customer.suspended retries_ended', 'customer.resumed']);
  });
});
