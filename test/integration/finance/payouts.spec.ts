import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JournalEntry, Payout } from '@tollkeeper/client';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const DAY_IN_MILLIS = 86_400_000;
/** Above the pause between two reads. */
const NEXT_READ_IN_MILLIS = 11 * 60_000;
const minor = ({ amountInMinorUnits }: { amountInMinorUnits: string }): number => Number(amountInMinorUnits);

/** Of 12.34 and 50.01: 2.9 %, each rounded, and 0.30. */
const fees = 36 + 30 + 145 + 30;

describe('What a provider takes, keeps and pays out', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** Charges cost 2.9 % and 0.30; what is available is paid out every three days. */
  async function seller(): Promise<Seller> {
    const one = await world.seller();
    await one.stripe.control.money.payOutEvery(one.stripe.key, { days: 3 });
    return one;
  }

  /** An invoice of so many cents, paid. */
  async function paid(one: Seller, customerId: string, cents: number): Promise<string> {
    await one.customer(customerId);
    await one.use(customerId, cents - 1_000);
    const { id } = await one.invoice(customerId);
    return id;
  }

  const read = (): Promise<void> => world.run(['provider-money'], NEXT_READ_IN_MILLIS);

  async function later(one: Seller, days: number): Promise<void> {
    await one.client.testClock.advance((await one.now()) + days * DAY_IN_MILLIS);
    await world.arrive(one);
    await world.converge(one);
  }

  async function journal(one: Seller): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for await (const entry of one.client.finance.allJournal()) entries.push(entry);
    return entries;
  }

  async function balanceOf(one: Seller, account: string): Promise<number> {
    const postings = (await journal(one)).flatMap((entry) => entry.postings).filter((posting) => posting.account === account);
    return postings.reduce((sum, { debit, credit }) => sum + minor(debit) - minor(credit), 0);
  }

  const sums = ({ gross, refunds, disputes, fees, other, net, amount }: Payout): number[] => [gross, refunds, disputes, fees, other, net, amount].map(minor);

  it('adds up: gross − refunds − fees is the payout to the cent, every line is matched, and the clearing account is empty afterwards', async () => {
    const one = await seller();
    const ids = [await paid(one, 'ada', 1_234), await paid(one, 'bob', 5_001)];
    await world.endMonth(one);
    await world.converge(one);
    expect(statusOf(await one.client.invoices.get(ids[0]!))).toBe('settled paid');
    await one.client.refunds.create(ids[1]!, { amount: { amountInMinorUnits: 501, currency: 'USD' } });
    await world.converge(one);
    await read();
    const before = (await one.client.finance.outstanding()).items;
    expect(before.map(({ kind, amount, reason }) => `${kind} ${minor(amount)} ${reason}`).toSorted()).toEqual(['payment 1234 on_balance', 'payment 5001 on_balance', 'refund -501 on_balance']);
    expect(await balanceOf(one, 'provider_clearing')).toBe(1_234 + 5_001 - 501 - fees);
    await later(one, 7);
    await read();
    const { items: payouts } = await one.client.finance.payouts();
    expect(payouts.map(sums)).toEqual([[1_234 + 5_001, 501, 0, fees, 0, 5_734 - fees, 5_734 - fees]]);
    expect(payouts[0]).toMatchObject({ status: 'paid', addsUp: true, transactions: 3, unmatched: 0, paymentProviderName: 'STRIPE' });
    const { items: inside } = await one.client.finance.payoutTransactions(payouts[0]!.id);
    expect(inside.map(({ kind, match, customerId }) => [kind, match, customerId])).toEqual(expect.arrayContaining([['payment', 'matched', 'ada'], ['payment', 'matched', 'bob'], ['refund', 'matched', 'bob'], ['payout', 'not_applicable', null]]));
    expect(inside.reduce((sum, { net }) => sum + minor(net), 0)).toBe(0);
    expect((await one.client.finance.outstanding()).items).toEqual([]);
    expect([await balanceOf(one, 'provider_clearing'), await balanceOf(one, 'bank'), await balanceOf(one, 'payment_fees')]).toEqual([0, 5_734 - fees, fees]);
    expect(await one.client.finance.reconciliation()).toMatchObject({ isReconciled: true });
    const csv = await (await one.client.finance.export('payouts', 'csv')).text();
    expect(csv.split(/\r?\n/)[0]).toMatch(/^payoutId,transactionId,date,kind,providerType,amount,fee,net,currency,match,/);
    expect(csv.split(/\r?\n/).filter((line) => line.includes(',payment,'))).toHaveLength(2);
  });

  it('read again from the beginning, is stored and booked once', async () => {
    const one = await seller();
    await paid(one, 'ada', 2_000);
    await world.endMonth(one);
    await later(one, 7);
    await read();
    const entries = (await journal(one)).map(({ id }) => id);
    await read();
    expect((await journal(one)).map(({ id }) => id)).toEqual(entries);
    await world.rows(`update provider_money_cursor set step = 'payouts', payouts_from = 0, movements_from = 0, due_time = 0 where account_id = $1`, [one.accountId]);
    await world.rows(`update provider_payout set movements = 'due' where account_id = $1`, [one.accountId]);
    await read();
    expect((await journal(one)).map(({ id }) => id)).toEqual(entries);
    expect((await one.client.finance.payouts()).items).toMatchObject([{ addsUp: true }]);
  });

  it('shows what is none of ours in a payout, and what a dispute took with its fee', async () => {
    const one = await seller();
    await paid(one, 'ada', 9_000);
    await world.endMonth(one);
    await world.converge(one);
    await one.stripe.call('POST', '/v1/payment_intents', { amount: '700', currency: 'usd', payment_method: 'pm_card_visa', confirm: 'true', 'automatic_payment_methods[enabled]': 'true', 'automatic_payment_methods[allow_redirects]': 'never' });
    const [charge] = (await one.stripe.list('charges')).filter(({ amount }) => amount === 9_000);
    await one.stripe.control.money.openDispute(one.stripe.key, charge!.id, { amount: 1_000 });
    await world.converge(one);
    await later(one, 7);
    await read();
    const [payout] = (await one.client.finance.payouts()).items;
    const fee = Math.round(700 * 0.029) + 30 + 261 + 30 + 1_500;
    expect(sums(payout!)).toEqual([9_700, 0, 1_000, fee, 0, 8_700 - fee, 8_700 - fee]);
    expect(payout).toMatchObject({ addsUp: true, unmatched: 1 });
    expect((await one.client.finance.payoutTransactions(payout!.id)).items.map(({ kind, match }) => `${kind} ${match}`).toSorted()).toEqual(['dispute matched', 'payment matched', 'payment not_ours', 'payout not_applicable']);
  });

  it('goes on collecting where a restricted key may not read it', async () => {
    const one = await seller();
    one.trouble('GET /v1/payouts', { kind: 'error', status: 403, count: 10, error: { type: 'invalid_request_error', message: 'The provided key does not have the required permissions.' } });
    await read();
    expect((await one.client.paymentProviders.connection.get('STRIPE')).status).toBe('active');
    expect(await world.rows('select failure from provider_money_cursor where account_id = $1', [one.accountId])).toEqual([{ failure: expect.stringContaining('lacks the permission') as unknown }]);
  });
});
