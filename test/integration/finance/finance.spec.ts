import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Ageing, CustomerStatement, JournalEntry } from '@tollkeeper/client';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const at = (text: string): number => Date.parse(text);
const amount = (value: number) => ({ amountInMinorUnits: String(value), currency: 'USD' });
const minor = ({ amountInMinorUnits }: { amountInMinorUnits: string }): number => Number(amountInMinorUnits);

/** Not due, 1 to 30, 31 to 60, 61 to 90, over 90 days, all, to the customer's credit. */
function buckets(row: Ageing | undefined): number[] | undefined {
  return row && [row.notDue, row.overdue1To30, row.overdue31To60, row.overdue61To90, row.overdueOver90, row.total, row.credit].map(minor);
}

function linesOf(statement: CustomerStatement): string[] {
  return statement.currencies[0]?.lines.map(({ kind, change, money, balance }) => `${kind}: ${minor(change)}, money ${minor(money)}, then ${minor(balance)}`) ?? [];
}

function text({ kind, postings }: JournalEntry): string {
  return `${kind}: ${postings.map(({ account, debit, credit }) => `${account} ${minor(debit) - minor(credit)}`).join(', ')}`;
}

describe('What finance asks for', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** It is 1 January 2030; 10.00 USD a calendar month and 0.01 USD a call. */
  async function seller(): Promise<Seller> {
    const one = await world.seller({ interval: 'calendar_month' });
    await world.arriveAt(one, '2030-01-01T00:00:00Z');
    return one;
  }

  async function journal(one: Seller): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for await (const entry of one.client.finance.allJournal({ limit: 2 })) entries.push(entry);
    for (const { postings } of entries) expect(postings.reduce((sum, { debit, credit }) => sum + minor(debit) - minor(credit), 0)).toBe(0);
    return entries;
  }

  async function reconciled(one: Seller): Promise<void> {
    expect(await one.client.finance.reconciliation()).toEqual({ isReconciled: true, invoicesToBook: 0, differences: [] });
  }

  it('ageing and revenue of a time in the past are what was true then, whatever came after', async () => {
    const one = await seller();
    await one.customer('ada', null);
    await one.use('ada', 200);
    await world.arriveAt(one, '2030-02-05T00:00:00Z');
    await world.handOver();
    const february = await one.client.finance.ageing({ asOfTimeInMillis: at('2030-02-02T00:00:00Z') });
    expect(february.items.map((row) => [row.customerId, buckets(row)])).toEqual([['ada', [1200, 0, 0, 0, 0, 1200, 0]]]);
    expect(buckets((await one.client.finance.ageing({ asOfTimeInMillis: at('2030-02-20T00:00:00Z') })).items[0])).toEqual([0, 1200, 0, 0, 0, 1200, 0]);
    await world.arriveAt(one, '2030-05-20T00:00:00Z');
    await world.handOver();
    // January to April, each locked an hour after its end.
    expect(buckets((await one.client.finance.ageing()).items[0])).toEqual([0, 1000, 1000, 1000, 1200, 4200, 0]);
    const invoice = await one.invoice('ada');
    await one.client.invoices.writeOff(invoice.id);
    await world.converge(one);
    expect(statusOf(await one.invoice('ada'))).toBe('failed written_off');
    expect(buckets((await one.client.finance.ageing({ groupBy: 'currency' })).items[0])).toEqual([0, 1000, 1000, 1000, 0, 3000, 0]);
    expect(buckets((await one.client.finance.ageing({ asOfTimeInMillis: at('2030-05-19T00:00:00Z') })).items[0])).toEqual([0, 1000, 1000, 1000, 1200, 4200, 0]);
    const revenue = await one.client.finance.revenue({ fromMonth: '2030-01', toMonth: '2030-05' });
    expect(revenue.map((row) => [row.month, ...[row.recognized, row.writeOffs, row.net, row.deferredAtEnd, row.unbilledAtEnd].map(minor)])).toEqual([
      ['2030-01', 1200, 0, 1200, 0, 1200],
      ['2030-02', 1000, 0, 1000, 0, 1000],
      ['2030-03', 1000, 0, 1000, 0, 1000],
      ['2030-04', 1000, 0, 1000, 0, 1000],
      ['2030-05', 0, 1200, -1200, 0, 0],
    ]);
    await reconciled(one);
  });

  it('a statement tells what happened in order and adds up: invoice, payment, refund, credit notes, dispute', async () => {
    const one = await seller();
    await one.customer('ada');
    await one.use('ada', 200);
    await world.arriveAt(one, '2030-02-05T00:00:00Z');
    await world.handOver();
    await world.readEvents(one);
    const { id } = await one.invoice('ada');
    await one.client.refunds.create(id, { amount: amount(100) });
    await one.client.creditNotes.create(id, { amount: amount(200), giveBack: 'refund' });
    await world.converge(one);
    await one.client.creditNotes.create(id, { amount: amount(300), giveBack: 'customer_balance' });
    await world.converge(one);
    const [charge] = await one.stripe.list('charges');
    const { id: disputeId } = await one.stripe.control.money.openDispute(one.stripe.key, charge!.id, {});
    await world.converge(one);
    await one.stripe.control.money.moveDispute(one.stripe.key, disputeId, 'lost');
    await world.converge(one);
    const statement = await one.client.finance.statement({ customerId: 'ada', startTimeInMillis: at('2030-02-01T00:00:00Z') });
    const [dispute] = (await one.client.disputes.list()).items;
    const lost = minor(dispute!.amountLost);
    expect(lost).toBeGreaterThan(0);
    expect(linesOf(statement)).toEqual([
      'invoice: 1200, money 0, then 1200',
      'payment: -1200, money 1200, then 0',
      'refund: 0, money -100, then 0',
      'credit_note: -200, money 0, then -200',
      'refund: 200, money -200, then 0',
      'credit_note: -300, money 0, then -300',
      `dispute: 0, money -${lost}, then -300`,
      `dispute: ${lost}, money 0, then ${lost - 300}`,
    ]);
    expect(statement.currencies[0]).toMatchObject({ openingBalance: amount(0), closingBalance: amount(lost - 300) });
    // Cut anywhere, the parts meet.
    const cut = statement.currencies[0]!.lines[3]!.timeInMillis;
    const [before, after] = await Promise.all([one.client.finance.statement({ customerId: 'ada', endTimeInMillis: cut }), one.client.finance.statement({ customerId: 'ada', startTimeInMillis: cut })]);
    expect(after.currencies[0]!.openingBalance).toEqual(before.currencies[0]!.closingBalance);
    expect(after.currencies[0]!.closingBalance).toEqual(statement.currencies[0]!.closingBalance);
    expect((await one.client.finance.ageing()).items.map(buckets)).toEqual([[0, lost, 0, 0, 0, lost, 300]]);
    await reconciled(one);
    await expect(one.client.finance.statement({ customerId: 'nobody' })).rejects.toMatchObject({ status: 404, code: 'customer_not_found' });
  });

  it('a closed month never changes: what comes later is booked in the first open one, and says so; codes stay as they were exported', async () => {
    const one = await seller();
    await one.customer('ada', null);
    await one.use('ada', 200);
    await world.arriveAt(one, '2030-02-01T00:30:00Z');
    await expect(one.client.finance.closeMonth('2030-02')).rejects.toMatchObject({ status: 409, code: 'month_not_over' });
    await expect(one.client.finance.closeMonth('2030-01')).rejects.toMatchObject({ status: 409, code: 'invoices_not_locked' });
    await world.arriveAt(one, '2030-02-05T00:00:00Z');
    await one.client.finance.changeSettings({ ledgerAccounts: { revenue: { code: '8400', name: 'Erlöse' } } });
    expect(await one.client.finance.closeMonth('2030-01')).toMatchObject({ month: '2030-01', endTimeInMillis: at('2030-02-01T00:00:00Z') });
    const csv = async (): Promise<string> => (await one.client.finance.export('journal', 'csv', { toMonth: '2030-01' })).text();
    const exported = await csv();
    expect(exported.split('\r\n')).toEqual([
      'entryId,date,factDate,isMoved,kind,customerId,invoiceId,invoiceNumber,accountCode,accountName,account,debit,credit,currency',
      expect.stringMatching(/^jen_\w+,2030-01-31,2030-01-31,false,revenue,ada,inv_\w+,\S+,2300,Deferred and unbilled revenue,deferred_revenue,12\.00,0\.00,USD$/) as unknown,
      expect.stringMatching(/^jen_\w+,2030-01-31,2030-01-31,false,revenue,ada,inv_\w+,\S+,8400,Erlöse,revenue,0\.00,12\.00,USD$/) as unknown,
      '',
    ]);
    await one.client.finance.changeSettings({ ledgerAccounts: { revenue: null } });
    const { id } = await one.invoice('ada');
    await one.client.invoices.recordPayment(id, { amount: amount(1200), systemName: 'bank_transfer', paymentId: 'early', paymentTimeInSeconds: at('2030-01-20T00:00:00Z') / 1_000 });
    await world.converge(one);
    expect(await csv()).toBe(exported);
    const moved = (await journal(one)).filter(({ isMoved }) => isMoved);
    expect(moved.map((entry) => [text(entry), entry.factTimeInMillis, entry.bookTimeInMillis])).toEqual([['payment: receivable -1200, cash 1200', at('2030-01-20T00:00:00Z'), at('2030-02-01T00:00:00Z')]]);
    expect((await one.client.finance.closedMonths()).map(({ month }) => month)).toEqual(['2030-01']);
    expect(await one.client.finance.closeMonth('2030-01')).toEqual((await one.client.finance.closedMonths())[0]);
    await reconciled(one);
  });

  it('tax is what documents say, by month and rate; what one says later is booked when it is known', async () => {
    const one = await seller();
    for (const customerId of ['ada', 'bob', 'cleo', 'dan']) await one.customer(customerId, null);
    await one.use('ada', 200);
    await world.arriveAt(one, '2030-02-05T00:00:00Z');
    // The sandbox computes no taxes: as its document would have said it.
    const taxed = async (customerId: string, tax: number): Promise<void> => {
      const { id } = await one.invoice(customerId);
      await world.rows('update invoice set tax = $2, amount_open = amount_open + $2 - tax where id = $1', [id, tax]);
      await world.rows('insert into ledger_due values ($1)', [id]);
      await world.run(['ledger-earlier-invoices']);
    };
    await taxed('ada', 228);
    await taxed('bob', 190);
    await taxed('cleo', 70);
    const range = { fromMonth: '2030-01', toMonth: '2030-03' };
    const rows = async (): Promise<unknown[]> => (await one.client.finance.tax(range)).map(({ month, rate, taxable, tax, invoices }) => [month, rate, minor(taxable), minor(tax), invoices]);
    const february = [['2030-02', '0.00', 1000, 0, 1], ['2030-02', '7.00', 1000, 70, 1], ['2030-02', '19.00', 2200, 418, 2]];
    expect(await rows()).toEqual(february);
    expect(await one.client.finance.tax({ ...range, currency: 'EUR' })).toEqual([]);
    expect(await (await one.client.finance.export('tax', 'csv', range)).text()).toBe(['month,currency,rate,taxable,tax,invoices', '2030-02,USD,0.00,10.00,0.00,1', '2030-02,USD,7.00,10.00,0.70,1', '2030-02,USD,19.00,22.00,4.18,2', ''].join('\r\n'));
    await reconciled(one);
    await world.arriveAt(one, '2030-03-01T00:30:00Z');
    await taxed('bob', 200);
    expect(await rows()).toEqual([...february.slice(0, 2), ['2030-02', '19.00', 1200, 228, 1], ['2030-02', '20.00', 1000, 190, 1], ['2030-03', '20.00', 0, 10, 1]]);
    await reconciled(one);
  });

  it('goes page by page, and is append-only and balanced by the database itself', async () => {
    const one = await seller();
    await one.customer('ada', null);
    await one.customer('bob', null);
    await world.arriveAt(one, '2030-02-05T00:00:00Z');
    const rows: (string | null)[] = [];
    for await (const { customerId } of one.client.finance.allAgeing({ limit: 1 })) rows.push(customerId);
    expect(rows).toEqual(['ada', 'bob']);
    const [entry] = await journal(one);
    await expect(world.rows(`update ledger_posting set amount = amount + 1 where entry_id = $1`, [entry!.id])).rejects.toThrow('append-only');
    await expect(world.rows(`delete from ledger_entry where id = $1`, [entry!.id])).rejects.toThrow('append-only');
    await expect(
      world.rows(`insert into ledger_posting (entry_id, ledger_account, amount, account_id, customer_id, currency, book_time) values ($1, 'cash', 5, $2, 'ada', 'USD', 1)`, [entry!.id, one.accountId]),
    ).rejects.toThrow('must balance');
  });

  it('has lines and entries of invoices that there are, by the database itself', async () => {
    const one = await seller();
    await one.customer('ada');
    await one.use('ada', 200);
    await world.arriveAt(one, '2030-02-05T00:00:00Z');
    const { id } = await one.invoice('ada');
    const copied = (table: string, change: Record<string, string>): Promise<unknown> =>
      world.rows(`insert into ${table} select (jsonb_populate_record(null::${table}, to_jsonb(one) || $2::jsonb)).* from ${table} as one where invoice_id = $1 limit 1`, [id, JSON.stringify({ id: `copy_of_${id}`, ...change })]);
    await expect(copied('invoice_line', { invoice_id: 'inv_none' })).rejects.toThrow('a line belongs to an invoice');
    await expect(copied('ledger_entry', { invoice_id: 'inv_none' })).rejects.toThrow('an entry belongs to an invoice');
    await expect(copied('ledger_entry', { account_id: 'acc_none' })).rejects.toThrow('an entry belongs to an account');
    await expect(world.rows('delete from invoice where id = $1', [id])).rejects.toThrow('a locked invoice is never deleted');
    await expect(world.rows(`update invoice_line set invoice_id = 'inv_none' where invoice_id = $1`, [id])).rejects.toThrow('a line stays with its invoice');
  });

  it('invoices from before the ledger are booked once, as if it had been there', async () => {
    const one = await seller();
    await one.customer('ada');
    await one.use('ada', 200);
    await world.arriveAt(one, '2030-02-05T00:00:00Z');
    await world.handOver();
    await world.readEvents(one);
    const { id } = await one.invoice('ada');
    await one.client.refunds.create(id, { amount: amount(100) });
    await world.converge(one);
    const before = (await journal(one)).map(text).toSorted();
    expect(before).toHaveLength(4);
    await world.rows('alter table ledger_posting disable trigger user', []);
    await world.rows('alter table ledger_entry disable trigger user', []);
    await world.rows('delete from ledger_posting where account_id = $1', [one.accountId]);
    await world.rows('delete from ledger_entry where account_id = $1', [one.accountId]);
    await world.rows('alter table ledger_posting enable trigger user', []);
    await world.rows('alter table ledger_entry enable trigger user', []);
    await world.rows('insert into ledger_due select id from invoice where account_id = $1', [one.accountId]);
    await expect(one.client.finance.closeMonth('2030-01')).rejects.toMatchObject({ code: 'ledger_incomplete' });
    expect(await one.client.finance.reconciliation()).toMatchObject({ isReconciled: false, invoicesToBook: 2 });
    await world.run(['ledger-earlier-invoices']);
    await world.rows('insert into ledger_due select id from invoice where account_id = $1', [one.accountId]);
    await world.run(['ledger-earlier-invoices']);
    expect((await journal(one)).map(text).toSorted()).toEqual(before);
    await reconciled(one);
  });
});
