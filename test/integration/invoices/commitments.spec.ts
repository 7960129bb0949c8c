import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CommitmentInput, Invoice, PlanInput } from '@tollkeeper/client';
import { InvoiceLocks } from '../../../src/invoices/period-close/invoice-locks.js';
import { DatabasePool } from '../../../src/platform/database/database.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const usd = (amountInMinorUnits: number): { amountInMinorUnits: number; currency: string } => ({ amountInMinorUnits, currency: 'USD' });
const at = (day: string): number => Date.parse(`${day}T00:00Z`);

/** What customers commit to spend. A month of the plan costs a fee of 10.00 USD, and a call 0.01 USD; invoices are locked an hour after their period. */
describe('Commitments', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  async function sellerAt(day = '2027-01-01', plan: Partial<PlanInput> = {}): Promise<{ seller: Seller; planId: string }> {
    const seller = await world.seller({ defaultPlan: false });
    await world.arriveAt(seller, `${day}T00:00Z`);
    const { prices } = await seller.client.plans.get(seller.planId);
    const { id } = await seller.client.plans.create({ planName: 'Committed', currency: 'USD', billingPeriod: { interval: 'calendar_month' }, fees: [{ name: 'Fee', amount: usd(1000), kind: 'recurring' }], prices, ...plan });
    return { seller, planId: id };
  }

  async function committed({ seller, planId }: { seller: Seller; planId: string }, commitment: Partial<CommitmentInput>, customerId = 'ada'): Promise<string> {
    await seller.customer(customerId, null);
    await seller.client.assignments.create({ customerId, planId });
    return (await seller.client.commitments.create({ customerId, name: 'Minimum', amount: usd(10_000), ...commitment })).id;
  }

  const shown = (invoice: Invoice): string => `${invoice.lines.map(({ kind, description, amount }) => `${kind === 'true_up' ? 'true-up' : description.replace(/ \(.*\)$/, '')} ${amount.amountInMinorUnits}`).join('; ')} = ${invoice.total!.amountInMinorUnits}`;

  async function invoicesOf(seller: Seller, customerId = 'ada'): Promise<Invoice[]> {
    const found = await Promise.all((await seller.invoices(customerId)).map(({ id }) => seller.client.invoices.get(id)));
    return found.toSorted((one, other) => one.invoiceStartTimeInSeconds - other.invoiceStartTimeInSeconds || one.createTime - other.createTime);
  }

  const bills = async (seller: Seller, customerId = 'ada'): Promise<string[]> => (await invoicesOf(seller, customerId)).filter(({ invoicePriceStatus }) => invoicePriceStatus === 'price_locked').map((invoice) => `${invoice.kind}: ${shown(invoice)}`);

  async function standing(seller: Seller, id: string): Promise<string> {
    const { status, terms } = await seller.client.commitments.get(id);
    return `${status} ${terms.map(({ used, trueUpBilled, left, isSettled }) => `${used.amountInMinorUnits}+${trueUpBilled.amountInMinorUnits} left ${left.amountInMinorUnits}${isSettled ? ' settled' : ''}`).join(', ')}`;
  }

  async function balanced(seller: Seller): Promise<void> {
    expect(await seller.client.finance.reconciliation()).toMatchObject({ isReconciled: true, differences: [] });
  }

  it('are billed what is missing with the last invoice of their time, which its preview shows', async () => {
    const sold = await sellerAt();
    const { seller } = sold;
    const id = await committed(sold, { periodCount: 3 });
    await seller.use('ada', 2_000, 'jan', at('2027-01-01'));
    expect(await seller.client.commitments.get(id)).toMatchObject({ kind: 'postpaid', trueUp: 'at_end', status: 'active', startTimeInMillis: at('2027-01-01'), endTimeInMillis: at('2027-04-01'), uses: [] });
    expect(shown((await invoicesOf(seller))[0]!)).toBe('Fee 1000; Calls 2000 = 3000');
    await world.arriveAt(seller, '2027-03-10T00:00Z');
    await seller.use('ada', 700, 'mar', at('2027-03-05'));
    expect(await standing(seller, id)).toBe('active 4000+0 left 6000');
    expect(shown((await invoicesOf(seller))[2]!)).toBe('Fee 1000; Calls 700; true-up 4300 = 6000');
    await world.arriveAt(seller, '2027-05-03T00:00Z');
    expect(await bills(seller)).toEqual(['cycle: Fee 1000; Calls 2000 = 3000', 'cycle: Fee 1000 = 1000', 'cycle: Fee 1000; Calls 700; true-up 4300 = 6000', 'cycle: Fee 1000 = 1000']);
    expect(await standing(seller, id)).toBe('completed 5700+4300 left 0 settled');
    const closing = (await invoicesOf(seller))[2]!;
    expect(closing.lines[2]).toMatchObject({ kind: 'true_up', description: 'Minimum: missing to the committed amount', quantity: '1', unitPriceText: '43.00 USD', exactAmount: '43' });
    expect((await seller.client.invoices.explain(closing.id)).lines[2]).toMatchObject({ kind: 'true_up', amount: { amountInMinorUnits: '4300' } });
    expect((await seller.client.invoices.differences(closing.id)).lines).toEqual([]);
    expect((await seller.client.commitments.get(id)).uses.map(({ used, trueUp }) => [used.amountInMinorUnits, trueUp.amountInMinorUnits])).toEqual([['3000', '0'], ['1000', '0'], ['1700', '4300']]);
    const told = await world.rows<{ type: string }>(`select type from outbox_event where object_id = $1 order by sequence`, [id]);
    expect(told.map(({ type }) => type)).toEqual(['commitment.created', 'commitment.term_settled']);
    await balanced(seller);
  });

  it('are billed nothing more where enough was used, after discounts', async () => {
    const sold = await sellerAt();
    const { seller } = sold;
    const [much, discounted] = [await committed(sold, { periodCount: 1, amount: usd(3000) }), await committed(sold, { periodCount: 1, amount: usd(3000) }, 'bob')];
    const { id: promotionId } = await seller.client.promotions.create({ promotionName: 'Half', percentage: 50, duration: 'forever' });
    await seller.client.customerDiscounts.create({ customerId: 'bob', promotionId });
    for (const name of ['ada', 'bob']) await seller.use(name, 2_000, name, at('2027-01-01'));
    await seller.client.pendingCharges.create({ customerId: 'bob', currency: 'USD', description: 'Training', unitPrice: 5 });
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    expect(await bills(seller)).toEqual(['cycle: Fee 1000; Calls 2000 = 3000']);
    expect(await bills(seller, 'bob')).toEqual(['cycle: Fee 500; Calls 1000; true-up 1500; Training 500 = 3500']);
    expect([await standing(seller, much), await standing(seller, discounted)]).toEqual(['completed 3000+0 left 0 settled', 'completed 1500+1500 left 0 settled']);
  });

  it('can hold for each billing period by itself', async () => {
    const sold = await sellerAt();
    const { seller } = sold;
    const id = await committed(sold, { trueUp: 'each_period', periodCount: 3, amount: usd(1500) });
    await world.arriveAt(seller, '2027-02-10T00:00Z');
    await seller.use('ada', 900, 'feb', at('2027-02-05'));
    await world.arriveAt(seller, '2027-05-03T00:00Z');
    expect(await bills(seller)).toEqual(['cycle: Fee 1000; true-up 500 = 1500', 'cycle: Fee 1000; Calls 900 = 1900', 'cycle: Fee 1000; true-up 500 = 1500', 'cycle: Fee 1000 = 1000']);
    expect(await standing(seller, id)).toBe('completed 1000+500 left 0 settled, 1900+0 left 0 settled, 1000+500 left 0 settled');
  });

  it('count what was locked before they were noted', async () => {
    const sold = await sellerAt();
    const { seller, planId } = sold;
    await seller.customer('ada', null);
    await seller.client.assignments.create({ customerId: 'ada', planId });
    await seller.client.pendingCharges.create({ customerId: 'ada', currency: 'USD', description: 'Training', unitPrice: 5 });
    await world.arriveAt(seller, '2027-02-10T00:00Z');
    const { id } = await seller.client.commitments.create({ customerId: 'ada', name: 'Minimum', amount: usd(2500), startTimeInMillis: at('2027-01-01'), periodCount: 2 });
    expect(await standing(seller, id)).toBe('active 1000+0 left 1500');
    await world.arriveAt(seller, '2027-03-03T00:00Z');
    expect(await bills(seller)).toEqual(['cycle: Fee 1000; Training 500 = 1500', 'cycle: Fee 1000; true-up 500 = 1500']);
  });

  it('give back with late usage what is not missing any more, so that no money is billed twice', async () => {
    const sold = await sellerAt();
    const { seller } = sold;
    const id = await committed(sold, { periodCount: 1, amount: usd(5000) });
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    const [closing] = await invoicesOf(seller);
    expect(shown(closing!)).toBe('Fee 1000; true-up 4000 = 5000');
    const late = async (calls: number, uniqueId: string, until: string): Promise<void> => {
      await seller.use('ada', calls, uniqueId, at('2027-01-20'));
      await world.run(['late-usage']);
      await world.arriveAt(seller, until);
    };
    await late(1_500, 'within', '2027-02-05T00:00Z');
    expect(await standing(seller, id)).toBe('completed 2500+2500 left 0 settled');
    await late(4_000, 'beyond', '2027-02-07T00:00Z');
    expect((await bills(seller)).toSorted()).toEqual(['adjustment: Calls 1500; true-up -1500 = 0', 'adjustment: Calls 4000; true-up -2500 = 1500', 'cycle: Fee 1000; true-up 4000 = 5000']);
    expect(await standing(seller, id)).toBe('completed 6500+0 left 0 settled');
    expect((await seller.client.invoices.differences(closing!.id)).lines).toMatchObject([{ kind: 'usage', difference: { amountInMinorUnits: '5500' } }]);
    await balanced(seller);
  });

  it('are owed again where an invoice that counted is voided, after the grace of the account, unless it is waived', async () => {
    const sold = await sellerAt();
    const { seller } = sold;
    const [id, waived] = [await committed(sold, { periodCount: 2, amount: usd(5000) }), await committed(sold, { periodCount: 2, amount: usd(5000) }, 'bob')];
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    for (const name of ['ada', 'bob']) await seller.client.invoices.void((await invoicesOf(seller, name))[0]!.id);
    expect(await seller.client.commitments.get(id)).toMatchObject({ terms: [{ used: { amountInMinorUnits: '0' } }], uses: [{ used: { amountInMinorUnits: '1000' }, isReturned: true }] });
    await world.arriveAt(seller, '2027-03-03T00:00Z');
    expect(await standing(seller, id)).toBe('completed 1000+4000 left 0 settled');
    expect(await seller.client.commitments.end(waived, { trueUp: false })).toMatchObject({ status: 'completed', isTrueUpWaived: true });
    for (const name of ['ada', 'bob']) await seller.client.invoices.void((await invoicesOf(seller, name))[1]!.id);
    await world.arriveAt(seller, '2027-03-03T00:30Z');
    expect(await standing(seller, id)).toBe('completed 0+0 left 5000 settled');
    await world.arriveAt(seller, '2027-03-03T03:00Z');
    expect((await bills(seller)).at(-1)).toBe('one_off: true-up 5000 = 5000');
    expect(await standing(seller, id)).toBe('completed 0+5000 left 0 settled');
    expect((await bills(seller, 'bob')).filter((bill) => bill.startsWith('one_off'))).toEqual([]);
    await seller.client.commitments.end(id, { trueUp: false });
    await seller.client.invoices.void((await invoicesOf(seller)).at(-1)!.id);
    await world.arriveAt(seller, '2027-03-05T00:00Z');
    expect((await bills(seller)).filter((bill) => bill.startsWith('one_off'))).toHaveLength(1);
    await balanced(seller);
  });

  it('end early with the running period, whose invoice bills what is missing; or without any of it', async () => {
    const sold = await sellerAt();
    const { seller } = sold;
    const [id, waived, each] = [await committed(sold, { periodCount: 12 }), await committed(sold, { periodCount: 12 }, 'bob'), await committed(sold, { periodCount: 12, trueUp: 'each_period', amount: usd(1500) }, 'eve')];
    await world.arriveAt(seller, '2027-01-20T00:00Z');
    expect(await seller.client.commitments.end(id)).toMatchObject({ status: 'ended', isTrueUpWaived: false, terms: [{ isSettled: false }] });
    expect(await seller.client.commitments.end(waived, { trueUp: false })).toMatchObject({ status: 'ended', isTrueUpWaived: true, terms: [{ isSettled: true }] });
    await seller.client.commitments.end(each);
    await expect(seller.client.commitments.end(id)).rejects.toMatchObject({ status: 409, code: 'commitment_ended' });
    await expect(seller.client.commitments.end(waived, { trueUp: false })).rejects.toMatchObject({ status: 409, code: 'commitment_ended' });
    await world.arriveAt(seller, '2027-03-03T00:00Z');
    expect(await bills(seller)).toEqual(['cycle: Fee 1000; true-up 9000 = 10000', 'cycle: Fee 1000 = 1000']);
    expect(await bills(seller, 'bob')).toEqual(['cycle: Fee 1000 = 1000', 'cycle: Fee 1000 = 1000']);
    expect(await bills(seller, 'eve')).toEqual(['cycle: Fee 1000; true-up 500 = 1500', 'cycle: Fee 1000 = 1000']);
    expect(await standing(seller, id)).toBe('ended 1000+9000 left 0 settled');
    // Another one can follow at once.
    await seller.client.commitments.create({ customerId: 'ada', name: 'Next', amount: usd(100), periodCount: 1 });
  });

  it('are billed by an invoice of their own where the customer is on no plan any more', async () => {
    const sold = await sellerAt();
    const { seller } = sold;
    const id = await committed(sold, { endTimeInMillis: at('2027-04-01') });
    const { items } = await seller.client.assignments.list({ customerId: 'ada' });
    await seller.client.assignments.end(items[0]!.id, at('2027-01-11'));
    await world.arriveAt(seller, '2027-03-31T00:00Z');
    expect(await bills(seller)).toEqual(['cycle: Fee 1000 = 1000']);
    await world.arriveAt(seller, '2027-04-02T00:00Z');
    expect(await bills(seller)).toEqual(['cycle: Fee 1000 = 1000', 'one_off: true-up 9000 = 9000']);
    expect(await standing(seller, id)).toBe('completed 1000+9000 left 0 settled');
    await balanced(seller);
  });

  it('are billed by the final invoice of a customer who leaves, and by an invoice of their own without one', async () => {
    const sold = await sellerAt();
    const { seller } = sold;
    const id = await committed(sold, { periodCount: 12 });
    await seller.customer('bob', null);
    const { id: alone } = await seller.client.commitments.create({ customerId: 'bob', name: 'Alone', amount: usd(700), endTimeInMillis: at('2028-01-01') });
    const { id: scheduled } = await seller.client.commitments.create({ customerId: 'bob', name: 'Later', amount: usd(700), startTimeInMillis: at('2028-01-01'), endTimeInMillis: at('2029-01-01') });
    await world.arriveAt(seller, '2027-01-20T10:00Z');
    await expect(seller.client.customers.delete('bob')).rejects.toMatchObject({ status: 409, code: 'customer_in_use', message: expect.stringContaining('2 commitments that are not over') });
    for (const name of ['ada', 'bob']) await seller.client.customers.delete(name, { force: 'final_invoice' });
    expect(await bills(seller)).toEqual(['final: Fee 1000; true-up 9000 = 10000']);
    expect(await bills(seller, 'bob')).toEqual(['one_off: true-up 700 = 700']);
    expect(await Promise.all([id, alone, scheduled].map((one) => standing(seller, one)))).toEqual(['completed 1000+9000 left 0 settled', 'ended 0+700 left 0 settled', 'ended 0+0 left 700 settled']);
  });

  it('are billed once where two invoices that count are locked at the same moment, by the one that comes second', async () => {
    const sold = await sellerAt('2027-01-01', { billingPeriod: { interval: 'day' } });
    const { seller } = sold;
    await seller.client.accounts.update(seller.accountId, { gracePeriodInHours: 48 });
    const id = await committed(sold, { periodCount: 2 });
    await world.arriveAt(seller, '2027-01-03T00:30Z');
    const due = await world.rows<{ id: string }>(`select id from invoice where account_id = $1 and price_status = 'grace_period' order by id`, [seller.accountId]);
    expect(due).toHaveLength(2);
    const locks = world.application.app.get(InvoiceLocks, { strict: false });
    await Promise.all(due.map(async (invoice) => locks.lock(seller.accountId, await locks.rate([invoice.id]), at('2027-01-05'))));
    const trueUps = (await invoicesOf(seller)).flatMap(({ lines }) => lines.filter(({ kind }) => kind === 'true_up').map(({ amount }) => amount.amountInMinorUnits));
    expect(trueUps).toEqual(['8000']);
    expect(await standing(seller, id)).toBe('completed 2000+8000 left 0 settled');
  });

  it('are used once, and the same, where a lock dies behind them and runs again', async () => {
    const sold = await sellerAt();
    const { seller } = sold;
    const id = await committed(sold, { periodCount: 1 });
    const pool = world.application.app.get(DatabasePool);
    await pool.query(`create function die() returns trigger language plpgsql as $$ begin raise exception 'the process dies here'; end $$`);
    await pool.query('create trigger die before insert on invoice_line for each statement execute function die()');
    await world.arriveAt(seller, '2027-02-03T00:00Z').catch(() => undefined);
    await pool.query('drop trigger die on invoice_line; drop function die');
    expect(await standing(seller, id)).toBe('active 0+0 left 10000');
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    expect(await bills(seller)).toEqual(['cycle: Fee 1000; true-up 9000 = 10000']);
    expect(await standing(seller, id)).toBe('completed 1000+9000 left 0 settled');
  });

  it.each<[string, number, object]>([
    ['unknown_customer', 400, { customerId: 'nobody', periodCount: 1 }],
    ['empty_commitment', 400, { amount: usd(0), periodCount: 1 }],
    ['unknown_currency', 400, { amount: { amountInMinorUnits: 1, currency: 'XXY' }, periodCount: 1 }],
    ['periods_or_end', 400, {}],
    ['periods_or_end', 400, { periodCount: 1, endTimeInMillis: at('2028-01-01') }],
    ['periods_or_end', 400, { trueUp: 'each_period', endTimeInMillis: at('2028-01-01') }],
    ['end_before_start', 400, { startTimeInMillis: at('2028-01-01'), endTimeInMillis: at('2028-01-01') }],
    ['commitment_over', 400, { startTimeInMillis: at('2026-01-01'), endTimeInMillis: at('2027-01-01') }],
    ['start_too_far', 400, { startTimeInMillis: 1, periodCount: 1 }],
    ['commitment_exists', 409, { startTimeInMillis: at('2027-01-31'), periodCount: 1 }],
    ['commitment_in_other_currency', 409, { amount: { amountInMinorUnits: 1, currency: 'EUR' }, periodCount: 1 }],
    ['no_billing_periods', 409, { customerId: 'bob', periodCount: 1 }],
    ['invalid_request', 400, { kind: 'forever', periodCount: 1 }],
  ])('are refused by name, and nothing is stored of them: %s', async (code, status, more) => {
    const sold = await sellerAt();
    const { seller } = sold;
    await committed(sold, { periodCount: 1 });
    await seller.client.customers.create({ customerId: 'bob', customerName: 'Bob' });
    await expect(seller.client.commitments.create({ customerId: 'ada', name: 'Another', amount: usd(5000), ...more })).rejects.toMatchObject({ status, code });
    expect((await seller.client.commitments.list()).items).toHaveLength(1);
  });
});
