import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { at, PlanSeller, platform, refused, support, usd } from '../../support/plan-seller.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';


const usdText = (amount: number): object => ({ amountInMinorUnits: amount.toString(), currency: 'USD' });

/** January has 31 days; a call costs 0.01 USD, and below 0.50 USD Stripe collects nothing. */
describe('Customers who leave', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it('are refused while anything is unfinished; forced, the running period closes now without grace, and is collected from the deleted customer', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const [first, second] = [await seller.plan({ fees: [platform(), support()] }), await seller.plan({ fees: [support()] })];
    const id = await seller.put(first.id, { isLinked: true });
    await seller.arrive('2027-01-10');
    await seller.use('2027-01-05', 5_000);
    const { id: changeId } = await seller.client.assignments.change(id, { planId: second.id });
    await expect(seller.client.customers.delete('ada')).rejects.toEqual(refused(409, 'customer_in_use', '1 unpaid invoices; usage or fees of 1 open billing periods'));
    await expect(seller.client.customers.delete('ada', { force: 'everything' as 'final_invoice' })).rejects.toEqual(refused(400, 'invalid_query'));
    expect(await seller.client.customers.delete('ada', { force: 'final_invoice' })).toMatchObject({ customerId: 'ada', enabled: false, deleteTime: expect.any(Number) });
    const expected = ['advance 2027-01-01..2027-02-01: Platform = 3100', 'final 2027-01-01..2027-01-11: Support = 100; Calls = 5000; Platform, not used = -2100'];
    expect(await seller.shown()).toEqual(expected);
    await seller.converge();
    const invoices = await seller.invoices();
    expect(invoices.map(({ kind, paymentStatus, amountPaid }) => [kind, paymentStatus, amountPaid.amountInMinorUnits]).toSorted()).toEqual([['advance', 'settled', '3100'], ['final', 'settled', '3000']]);
    expect(await seller.client.assignments.changes.get(changeId)).toMatchObject({ status: 'cancelled' });
    await seller.arrive('2027-03-05');
    expect(await seller.shown()).toEqual(expected);
    await expect(seller.client.customers.delete('ada', { force: 'final_invoice' })).rejects.toEqual(refused(404, 'customer_not_found'));
  });

  it('what was billed and not used is given back by a credit note where nothing else is due', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    await seller.put((await seller.plan({ fees: [platform()] })).id, { isLinked: true });
    await seller.arrive('2027-01-10');
    await seller.converge();
    await seller.client.customers.delete('ada', { force: 'final_invoice' });
    expect((await seller.shown()).at(-1)).toBe('final 2027-01-01..2027-01-11: Platform, not used = -2100');
    expect((await seller.invoices()).find(({ kind }) => kind === 'final')).toMatchObject({ paymentStatus: 'not_needed', paymentStatusReason: 'credit_note' });
  });

  it('what people have credited already is not given back a second time', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    await seller.put((await seller.plan({ fees: [platform()] })).id, { isLinked: true });
    await seller.arrive('2027-01-10');
    await seller.converge();
    const advance = (await seller.invoices()).find(({ kind }) => kind === 'advance')!;
    await seller.client.creditNotes.create(advance.id, { amount: usd(2_500), giveBack: 'refund' });
    await seller.converge();
    await seller.client.customers.delete('ada', { force: 'final_invoice' });
    expect((await seller.shown()).at(-1)).toBe('final 2027-01-01..2027-01-11: Platform, not used = -600');
  });

  it('what is too small to collect is written off; what was carried to it counts', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    await seller.put((await seller.plan({ planName: 'Usage' })).id, { isLinked: true });
    await seller.arrive('2027-01-10');
    await seller.use('2027-01-05', 20);
    await seller.arrive('2027-02-10');
    await seller.use('2027-02-05', 10);
    await expect(seller.client.customers.delete('ada')).rejects.toEqual(refused(409, 'customer_in_use', 'usage or fees of 1 open billing periods; 1 amounts or credits carried forward'));
    await seller.client.customers.delete('ada', { force: 'final_invoice' });
    expect((await seller.shown()).at(-1)).toBe('final 2027-02-01..2027-02-11: Calls = 10; Carried forward from 2027-01-01 to 2027-02-01 = 20');
    const final = (await seller.invoices()).find(({ kind }) => kind === 'final')!;
    expect(final).toMatchObject({ paymentStatus: 'failed', paymentStatusReason: 'written_off', providerInvoiceId: null });
    const [february] = (await seller.client.finance.revenue({ fromMonth: '2027-02', toMonth: '2027-02' })) as unknown as [{ writeOffs: { amountInMinorUnits: string } }];
    expect(february.writeOffs.amountInMinorUnits).toBe('30');
  });

  it('an invoice that cannot be rated keeps the customer, and says why; the next attempt goes on from there', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    await seller.put((await seller.plan({ fees: [support()] })).id, { isLinked: true });
    await seller.arrive('2027-01-10');
    await seller.use('2027-01-05', -5);
    await expect(seller.client.customers.delete('ada', { force: 'final_invoice' })).rejects.toMatchObject({ code: 'negative_quantity' });
    expect(await seller.client.customers.get('ada')).toMatchObject({ enabled: true });
    await seller.use('2027-01-05', 10);
    await seller.client.customers.delete('ada', { force: 'final_invoice' });
    expect(await seller.shown()).toEqual(['final 2027-01-01..2027-01-11: Support = 100; Calls = 5']);
  });

  it('a plan that was withdrawn on its first day is given back where nothing follows, once, by an adjustment of what billed it', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const id = await seller.put((await seller.plan({ fees: [platform()] })).id, { isLinked: true });
    await seller.arrive('2027-01-01');
    const advance = (await seller.invoices()).find(({ kind }) => kind === 'advance')!;
    await seller.client.accounts.update(seller.seller.accountId, { negativeTotals: 'credit_note_refunded' });
    await seller.converge();
    await seller.client.assignments.end(id, at('2027-01-01'));
    await seller.arrive('2027-03-01');
    const expected = ['adjustment 2027-01-01..2027-02-01: Platform, not used = -3100', 'advance 2027-01-01..2027-02-01: Platform = 3100'];
    expect(await seller.shown()).toEqual(expected);
    await world.run(['negative-invoices', 'provider-intents', 'returned-money']);
    const given = (await seller.invoices()).find(({ kind }) => kind === 'adjustment')!;
    expect(given).toMatchObject({ adjustsInvoiceId: advance.id, paymentStatus: 'not_needed', paymentStatusReason: 'credit_note' });
    expect(await seller.client.invoices.get(advance.id)).toMatchObject({ amountRefunded: usdText(3100), paymentStatus: 'settled' });
    await seller.client.customers.delete('ada');
    expect(await seller.shown()).toEqual(expected);
  });

  it('a plan that follows on the same day gives it back, whichever request came first', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const terms = await seller.plan({ fees: [platform()] });
    const id = await seller.put(terms.id);
    await seller.arrive('2027-01-01');
    await seller.client.assignments.end(id, at('2027-01-01'));
    await seller.client.assignments.create({ customerId: 'ada', planId: (await seller.plan({ fees: [platform(6200)] })).id });
    await seller.arrive('2027-01-02');
    expect(await seller.shown()).toEqual([
      'advance 2027-01-01..2027-02-01: Platform = 3100',
      'advance 2027-01-01..2027-02-01: Platform = 6200; Platform, not used = -3100',
      'cycle 2027-01-01..2027-02-01 (open): Calls = 0',
    ]);
  });

  it('who leaves with nothing running is given back, or charged, what was carried forward; below the least amount it is written off', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const id = await seller.put((await seller.plan({ fees: [platform()] })).id, { isLinked: true });
    await seller.arrive('2027-01-01');
    await seller.converge();
    await seller.client.assignments.end(id, at('2027-01-01'));
    await seller.arrive('2027-01-03');
    await expect(seller.client.customers.delete('ada')).rejects.toEqual(refused(409, 'customer_in_use', '1 amounts or credits carried forward'));
    await seller.client.customers.delete('ada', { force: 'final_invoice' });
    await seller.converge();
    expect((await seller.shown()).at(-1)).toBe('final 2027-01-03..2027-01-03: Carried forward from 2027-01-01 to 2027-02-01 = -3100');
    expect((await seller.invoices()).at(-1)).toMatchObject({ kind: 'final', paymentStatus: 'not_needed', paymentStatusReason: 'credit_note' });
    const usage = await seller.plan({ planName: 'Usage' });
    for (const [customerId, calls] of [['few', 20], ['many', 30]] as const) {
      await seller.put(usage.id, { customerId, isLinked: true, endTimeInMillis: at('2027-01-05') });
      await seller.use('2027-01-03', calls, customerId);
    }
    await seller.arrive('2027-01-07');
    await seller.client.pendingCharges.create({ customerId: 'many', currency: 'USD', description: 'Small', unitPrice: '0.25' });
    for (const customerId of ['few', 'many']) await seller.client.customers.delete(customerId, { force: 'final_invoice' });
    const finals = await Promise.all(['few', 'many'].map(async (customerId) => (await seller.invoices(customerId)).find(({ kind }) => kind === 'final')!));
    expect(finals.map(({ total, paymentStatusReason }) => [total?.amountInMinorUnits, paymentStatusReason])).toEqual([['20', 'written_off'], ['55', 'handing_over']]);
  });

  it('what no credit note can take is shown as owed, until it is marked paid', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    await seller.put((await seller.plan({ fees: [platform()] })).id);
    await seller.arrive('2027-01-10');
    const advance = (await seller.invoices()).find(({ kind }) => kind === 'advance')!;
    await seller.client.invoices.markPaid(advance.id);
    await seller.client.customers.delete('ada', { force: 'final_invoice' });
    const final = (await seller.invoices()).find(({ kind }) => kind === 'final')!;
    expect(final).toMatchObject({ paymentStatus: 'requires_action', paymentStatusReason: 'owed_to_customer', amountOpen: usdText(-2100) });
    const { invoices } = seller.client;
    expect(await invoices.send(final.id)).toMatchObject({ paymentStatusReason: 'owed_to_customer' });
    await expect(invoices.recordPayment(final.id, { systemName: 'bank', paymentId: '1', amount: usd(100) })).rejects.toEqual(refused(409, 'nothing_to_pay'));
    expect(await invoices.markPaid(final.id)).toMatchObject({ paymentStatus: 'settled', paymentStatusReason: 'paid_elsewhere', amountOpen: usdText(0), amountPaid: usdText(-2100) });
    expect((await seller.client.finance.reconciliation()).differences).toEqual([]);
  });

  it('a customer with nothing to bill leaves its plan by leaving; what was billed in advance keeps it until it is given back', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const id = await seller.put((await seller.plan()).id);
    const other = await seller.put((await seller.plan({ fees: [platform()] })).id, { customerId: 'ben', isLinked: true });
    await seller.arrive('2027-01-10');
    await seller.converge();
    await expect(seller.client.customers.delete('ben')).rejects.toEqual(refused(409, 'customer_in_use', 'usage or fees of 1 open billing periods'));
    expect(await seller.client.assignments.get(other)).toMatchObject({ endTimeInMillis: null });
    await seller.client.customers.delete('ada');
    expect(await seller.client.assignments.get(id)).toMatchObject({ endTimeInMillis: at('2027-01-11') });
    await seller.arrive('2027-03-01');
    expect(await seller.shown()).toEqual(['cycle 2027-01-01..2027-01-11: ']);
  });
});
