import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CommitmentInput, Invoice, JournalEntry } from '@tollkeeper/client';
import { DatabasePool } from '../../../src/platform/database/database.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const usd = (amountInMinorUnits: number): { amountInMinorUnits: number; currency: string } => ({ amountInMinorUnits, currency: 'USD' });
const usdText = (amountInMinorUnits: string): object => ({ amountInMinorUnits, currency: 'USD' });
const at = (day: string): number => Date.parse(`${day}T00:00Z`);

/** What customers pay in advance. A calendar month costs a fee of 10.00 USD, and a call 0.01 USD. */
describe('Commitments that are paid in advance', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  async function sellerInJanuary(): Promise<Seller> {
    const seller = await world.seller({ interval: 'calendar_month' });
    await world.arriveAt(seller, '2027-01-01T00:00Z');
    return seller;
  }

  async function prepaid(seller: Seller, commitment: Partial<CommitmentInput> = {}, customerId = 'ada'): Promise<string> {
    await seller.customer(customerId, null);
    return (await seller.client.commitments.create({ customerId, name: 'Package', kind: 'prepaid', amount: usd(5000), periodCount: 3, ...commitment })).id;
  }

  const shown = ({ kind, lines, total }: Invoice): string =>
    `${kind}: ${lines.map(({ description, amount, deductions }) => `${description.replace(/ \(.*\)$/, '')} ${amount.amountInMinorUnits}${deductions.map((one) => ` [${one.name} ${one.amount.amountInMinorUnits}]`).join('')}`).join('; ')} = ${total!.amountInMinorUnits}`;

  async function invoicesOf(seller: Seller, customerId = 'ada'): Promise<Invoice[]> {
    const found = await Promise.all((await seller.invoices(customerId)).map(({ id }) => seller.client.invoices.get(id)));
    return found.filter(({ invoicePriceStatus }) => invoicePriceStatus === 'price_locked').toSorted((one, other) => one.createTime - other.createTime);
  }

  const bills = async (seller: Seller, customerId = 'ada'): Promise<string[]> => (await invoicesOf(seller, customerId)).map(shown).toSorted();

  async function standing(seller: Seller, id: string): Promise<string> {
    const { status, terms } = await seller.client.commitments.get(id);
    return `${status} ${terms.map(({ used, drawn, left }) => `used ${used.amountInMinorUnits} drawn ${drawn.amountInMinorUnits} left ${left.amountInMinorUnits}`).join(', ')}`;
  }

  async function journal(seller: Seller): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for await (const entry of seller.client.finance.allJournal()) entries.push(entry);
    return entries;
  }

  /** What each account comes to; nothing is out of balance. */
  async function accounts(seller: Seller): Promise<Record<string, number>> {
    expect(await seller.client.finance.reconciliation()).toMatchObject({ isReconciled: true, differences: [] });
    const sums: Record<string, number> = {};
    for (const { postings } of await journal(seller)) {
      for (const { account, debit, credit } of postings) sums[account] = (sums[account] ?? 0) + Number(debit.amountInMinorUnits) - Number(credit.amountInMinorUnits);
    }
    return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
  }

  it('are billed at their start, and taken off invoices until they are used up; what is left at the end is earned', async () => {
    const seller = await sellerInJanuary();
    const id = await prepaid(seller);
    expect(await bills(seller)).toEqual(['one_off: Package 5000 = 5000']);
    const { purchaseInvoiceId } = await seller.client.commitments.get(id);
    expect(await seller.client.invoices.get(purchaseInvoiceId!)).toMatchObject({ kind: 'one_off', lines: [{ kind: 'charge', description: 'Package' }] });
    expect(await accounts(seller)).toEqual({ receivable: 5000, prepaid_commitments: -5000 });
    await seller.use('ada', 1_500, 'jan');
    expect(shown(await seller.invoice('ada'))).toBe('cycle: Plan base fee 0 [Package 1000]; Calls 0 [Package 1500] = 0');
    expect(await standing(seller, id)).toBe('active used 0 drawn 0 left 5000');
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    expect(await standing(seller, id)).toBe('active used 2500 drawn 2500 left 2500');
    expect(await accounts(seller)).toEqual({ receivable: 5000, prepaid_commitments: -2500, revenue: -2500 });
    await world.arriveAt(seller, '2027-05-03T00:00Z');
    expect(await bills(seller)).toEqual(['cycle: Plan base fee 0 [Package 1000] = 0', 'cycle: Plan base fee 0 [Package 1000] = 0', 'cycle: Plan base fee 0 [Package 1000]; Calls 0 [Package 1500] = 0', 'cycle: Plan base fee 1000 = 1000', 'one_off: Package 5000 = 5000']);
    expect(await standing(seller, id)).toBe('completed used 4500 drawn 4500 left 500');
    expect(await accounts(seller)).toEqual({ receivable: 6000, revenue: -6000 });
    const told = await world.rows<{ type: string }>(`select type from outbox_event where object_id = $1 order by sequence`, [id]);
    expect(told.map(({ type }) => type)).toEqual(['commitment.created', 'commitment.drawn', 'commitment.drawn', 'commitment.drawn', 'commitment.term_settled']);
  });

  it('leave to be paid what goes beyond, put back what is taken back, and are there for late usage', async () => {
    const seller = await sellerInJanuary();
    const id = await prepaid(seller, { amount: usd(3000) });
    await seller.use('ada', 4_000, 'jan');
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    expect(await standing(seller, id)).toBe('active used 5000 drawn 3000 left 0');
    expect((await bills(seller))[0]).toBe('cycle: Plan base fee 400 [Package 600]; Calls 1600 [Package 2400] = 2000');
    const { id: correctionId } = await seller.client.usageCorrections.create({ name: 'Mistake', reason: 'Counted twice', action: 'cancel', filter: { uniqueIds: ['jan'] } });
    await seller.client.usageCorrections.preview(correctionId);
    await seller.client.usageCorrections.apply(correctionId);
    await world.run(['usage-corrections', 'late-usage']);
    await world.arriveAt(seller, '2027-02-06T00:00Z');
    expect(await bills(seller)).toContain('adjustment: Calls -2000 [Package -2000] = -2000');
    expect(await standing(seller, id)).toBe('active used 1000 drawn 1000 left 2000');
    await seller.use('ada', 500, 'late', at('2027-01-20'));
    await world.run(['late-usage']);
    await world.arriveAt(seller, '2027-02-09T00:00Z');
    expect(await bills(seller)).toContain('adjustment: Calls 0 [Package 500]; Usage after its invoice, of 2027-01-01 to 2027-02-01 -2000 = -2000');
    expect(await standing(seller, id)).toBe('active used 1500 drawn 1500 left 1500');
    expect(await accounts(seller)).toMatchObject({ prepaid_commitments: -1500, revenue: -1500 });
  });

  it('are given back by an invoice that is voided, and taken off no more where their own is', async () => {
    const seller = await sellerInJanuary();
    const id = await prepaid(seller);
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    await seller.use('ada', 9_000, 'feb');
    await world.arriveAt(seller, '2027-03-03T00:00Z');
    expect(await standing(seller, id)).toBe('active used 11000 drawn 5000 left 0');
    const february = (await invoicesOf(seller)).find(({ total }) => total!.amountInMinorUnits === '6000')!;
    await seller.client.invoices.void(february.id);
    expect(await standing(seller, id)).toBe('active used 1000 drawn 1000 left 4000');
    expect(await accounts(seller)).toEqual({ receivable: 5000, prepaid_commitments: -4000, revenue: -1000 });
    await seller.client.invoices.void((await seller.client.commitments.get(id)).purchaseInvoiceId!);
    expect(await accounts(seller)).toEqual({ write_offs: 1000, revenue: -1000 });
    await world.arriveAt(seller, '2027-05-03T00:00Z');
    expect((await bills(seller)).filter((bill) => bill.startsWith('cycle: Plan base fee 1000 = 1000'))).toHaveLength(2);
    expect(await standing(seller, id)).toBe('completed used 2000 drawn 1000 left 4000');
  });

  it('are taxed when they are paid: of a price that holds its tax, what was used is earned without it', async () => {
    const seller = await sellerInJanuary();
    const rate = await seller.client.taxRates.create({ name: 'VAT', jurisdiction: 'DE', percentage: '19', isInclusive: true });
    await seller.client.taxRates.setDefaults({ taxRateIds: [rate.id] });
    const id = await prepaid(seller, { amount: usd(1190), periodCount: 1 });
    expect(await seller.client.invoices.get((await seller.client.commitments.get(id)).purchaseInvoiceId!)).toMatchObject({ tax: usdText('190'), total: usdText('1190') });
    expect(await accounts(seller)).toEqual({ receivable: 1190, tax: -190, prepaid_commitments: -1000 });
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    expect(await standing(seller, id)).toBe('completed used 1000 drawn 1000 left 190');
    expect(await seller.invoice('ada')).toMatchObject({ tax: usdText('0'), total: usdText('0') });
    expect(await accounts(seller)).toEqual({ receivable: 1190, tax: -190, revenue: -1000 });
    const january = (await journal(seller)).filter(({ invoiceId }) => invoiceId !== null).map(({ kind, postings }) => `${kind} ${postings.map(({ account, debit, credit }) => `${account} ${Number(debit.amountInMinorUnits) - Number(credit.amountInMinorUnits)}`).join(' ')}`);
    expect(january).toContain('commitment deferred_revenue -840 prepaid_commitments 840');
    expect(january).toContain('commitment prepaid_commitments 160 revenue -160');
  });

  it('start later where they are to, end early, and are never billed where they end before', async () => {
    const seller = await sellerInJanuary();
    const id = await prepaid(seller, { startTimeInMillis: at('2027-02-01') });
    expect(await seller.client.commitments.get(id)).toMatchObject({ status: 'scheduled', purchaseInvoiceId: null });
    const never = await prepaid(seller, { startTimeInMillis: at('2027-02-01') }, 'bob');
    expect(await seller.client.commitments.end(never)).toMatchObject({ status: 'ended', terms: [{ isSettled: true }] });
    await world.arriveAt(seller, '2027-02-10T00:00Z');
    expect(await bills(seller)).toEqual(['cycle: Plan base fee 1000 = 1000', 'one_off: Package 5000 = 5000']);
    expect(await bills(seller, 'bob')).toEqual(['cycle: Plan base fee 1000 = 1000']);
    await seller.client.commitments.end(id);
    await world.arriveAt(seller, '2027-04-03T00:00Z');
    expect(await bills(seller)).toEqual(['cycle: Plan base fee 0 [Package 1000] = 0', 'cycle: Plan base fee 1000 = 1000', 'cycle: Plan base fee 1000 = 1000', 'one_off: Package 5000 = 5000']);
    expect(await standing(seller, id)).toBe('ended used 1000 drawn 1000 left 4000');
    expect(await accounts(seller)).toMatchObject({ receivable: 10_000, revenue: -10_000 });
  });

  it('are billed once, and drawn once, where a process dies behind it', async () => {
    const seller = await sellerInJanuary();
    const pool = world.application.app.get(DatabasePool);
    await pool.query(`create function die() returns trigger language plpgsql as $$ begin raise exception 'the process dies here'; end $$`);
    await pool.query('create trigger die before insert on invoice_line for each statement execute function die()');
    await expect(prepaid(seller)).rejects.toMatchObject({ status: 500 });
    await world.arriveAt(seller, '2027-02-01T00:00Z').catch(() => undefined);
    await pool.query('drop trigger die on invoice_line; drop function die');
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    expect(await bills(seller)).toEqual(['cycle: Plan base fee 0 [Package 1000] = 0', 'one_off: Package 5000 = 5000']);
    const { items } = await seller.client.commitments.list();
    expect(items.map(({ terms }) => terms[0]!.drawn.amountInMinorUnits)).toEqual(['1000']);
  });

  it('take no true-up', async () => {
    const seller = await sellerInJanuary();
    await expect(prepaid(seller, { trueUp: 'at_end' })).rejects.toMatchObject({ status: 400, code: 'invalid_true_up' });
  });
});
