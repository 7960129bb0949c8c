import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PostgresUsageStore, UsageStore } from '@tollkeeper/usage-store';
import { DatabasePool } from '../../../src/platform/database/database.js';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const CANCEL = { 'aflo.cancel_previous_resource_event': 'true' };
const HOUR = 3_600_000;

describe('Usage that comes after the lock', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  const look = (): Promise<void> => world.run(['late-usage']);

  const pass = async (seller: Seller, hours: number): Promise<void> => {
    await seller.client.testClock.advance((await seller.now()) + hours * HOUR);
    await world.arrive(seller);
    await world.handOver();
  };

  const cancel = (seller: Seller, uniqueId: string, meterTimeInMillis: number): Promise<unknown> =>
    seller.client.ingest({ customerId: 'ada', meterApiName: 'calls', meterValue: 1, meterTimeInMillis, uniqueId, dimensions: CANCEL });

  const ofAda = async (seller: Seller): Promise<string[]> => {
    const invoices = await seller.invoices('ada');
    const locked = invoices.filter(({ invoicePriceStatus }) => invoicePriceStatus === 'price_locked');
    return locked.map((invoice) => `${invoice.kind} ${invoice.total?.amountInMinorUnits} ${statusOf(invoice)}`);
  };

  const told = (seller: Seller): Promise<{ type: string }[]> => world.rows(`select type from outbox_event where account_id = $1 and type = 'invoice.late_usage'`, [seller.accountId]);

  /** Locked with 100 calls of one cent. */
  const lockedMonth = async (options: Parameters<ConvergenceWorld['seller']>[0] = {}): Promise<{ seller: Seller; used: number; invoiceId: string }> => {
    const seller = await world.seller({ baseFee: 0, ...options });
    await seller.customer('ada');
    const used = await seller.now();
    await seller.use('ada', 100, 'in time', used);
    await world.endMonth(seller);
    const { id } = await seller.invoice('ada');
    return { seller, used, invoiceId: id };
  };

  it('is reported, gathered for as long as the account’s grace, and billed by an invoice of its own that leaves the first one as it was', async () => {
    const { seller, used, invoiceId } = await lockedMonth();
    const before = await seller.client.invoices.get(invoiceId);
    await look();
    expect(await told(seller)).toEqual([]);
    await seller.use('ada', 60, 'late', used);
    await look();
    await seller.use('ada', 40, 'later', used);
    await look();
    expect(await told(seller)).toHaveLength(1);
    const report = await seller.client.invoices.lateUsage(invoiceId);
    expect(report).toMatchObject({ meters: [{ meterApiName: 'calls', addedEvents: 2, addedUnits: '100', removedEvents: 0, removedUnits: '0' }], adjustments: [{ kind: 'adjustment', adjustsInvoiceId: invoiceId, invoicePriceStatus: 'grace_period' }] });
    const open = await seller.client.invoices.get(report.adjustments[0]!.id);
    expect(open).toMatchObject({ isPreview: true, total: { amountInMinorUnits: '100' } });
    await pass(seller, 2);
    expect(await ofAda(seller)).toEqual(['cycle 100 settled paid', 'adjustment 100 settled paid']);
    expect(await seller.client.invoices.get(invoiceId)).toEqual(before);
    expect((await seller.stripe.list('charges')).map(({ amount }) => amount)).toEqual([100, 100]);
    await look();
    expect((await seller.client.invoices.lateUsage(invoiceId)).adjustments).toHaveLength(1);
  });

  it('is found by looks that each see an event or two of many, from the watermark of a lock on', async () => {
    const store = world.application.app.get(UsageStore, { strict: false });
    const slow = new PostgresUsageStore(world.application.app.get(DatabasePool), { eventsPerLook: 1 });
    const changed = jest.spyOn(store, 'changed').mockImplementation((since) => slow.changed(since));
    try {
      const { seller, used, invoiceId } = await lockedMonth();
      // Seen by a look before the lock had been told of.
      await seller.use('ada', 60, 'late', used);
      const [{ position } = { position: '' }] = await world.rows<{ position: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as position', []);
      await world.rows('update late_usage_position set looked_up_to = $1', [position]);
      for (const uniqueId of ['later', 'last', 'at last']) await seller.use('ada', 10, uniqueId, used);
      await look();
      expect(changed.mock.calls.length).toBeGreaterThan(4);
      expect(await told(seller)).toHaveLength(1);
      expect(await seller.client.invoices.lateUsage(invoiceId)).toMatchObject({ meters: [{ addedEvents: 4, addedUnits: '90' }] });
      expect(await world.rows('select id from late_usage_lock', [])).toEqual([]);
    } finally {
      changed.mockRestore();
    }
  });

  it('is a line of the next invoice where the account says so', async () => {
    const { seller, used } = await lockedMonth();
    await seller.client.accounts.update(seller.accountId, { lateUsagePolicy: 'next_invoice' });
    await seller.use('ada', 60, 'late', used);
    await look();
    await pass(seller, 2);
    expect(await ofAda(seller)).toEqual(['cycle 100 settled paid']);
    await seller.use('ada', 7, 'running', await seller.now());
    await world.endMonth(seller);
    expect(await ofAda(seller)).toEqual(['cycle 100 settled paid', 'cycle 67 settled paid', 'adjustment 60 not_needed carried_forward']);
    const second = await seller.client.invoices.get((await seller.invoices('ada'))[1]!.id);
    expect(second.lines.map(({ kind, description, amount }) => [kind, description.slice(0, 27), amount.amountInMinorUnits])).toEqual([
      ['usage', expect.any(String), '7'],
      ['carried', 'Usage after its invoice, of', '60'],
    ]);
  });

  it('taken back after the lock is given back by the next invoice', async () => {
    const { seller, used, invoiceId } = await lockedMonth();
    await seller.use('ada', 80, 'late', used);
    await cancel(seller, 'in time', used);
    await look();
    expect((await seller.client.invoices.lateUsage(invoiceId)).meters).toEqual([{ meterApiName: 'calls', addedEvents: 1, addedUnits: '80', removedEvents: 1, removedUnits: '100' }]);
    await pass(seller, 2);
    expect(await ofAda(seller)).toEqual(['cycle 100 settled paid', 'adjustment -20 not_needed carried_forward']);
    await seller.use('ada', 150, 'running', await seller.now());
    await world.endMonth(seller);
    expect(await ofAda(seller)).toEqual(['cycle 100 settled paid', 'cycle 130 settled paid', 'adjustment -20 not_needed carried_forward']);
  });

  describe.each([
    ['credit_note_to_balance', { amountToBalance: '20', amountRefunded: '0' }, -20, 0],
    ['credit_note_refunded', { amountToBalance: '0', amountRefunded: '20' }, 0, 1],
  ] as const)('taken back, where the account wants %s', (negativeTotals, parts, balance, refunds) => {
    const takenBack = async (): Promise<Awaited<ReturnType<typeof lockedMonth>>> => {
      const month = await lockedMonth();
      await month.seller.client.accounts.update(month.seller.accountId, { negativeTotals });
      await month.seller.use('ada', 80, 'late', month.used);
      await cancel(month.seller, 'in time', month.used);
      await look();
      await pass(month.seller, 2);
      return month;
    };
    const creditAndSettle = async (seller: Seller): Promise<void> => {
      await world.run(['negative-invoices']);
      await world.converge(seller);
    };

    it('is given back by a credit note on the invoice it corrects, once, and the books agree', async () => {
      const { seller, invoiceId } = await takenBack();
      expect(await ofAda(seller)).toEqual(['cycle 100 settled paid', 'adjustment -20 not_needed credit_note']);
      await creditAndSettle(seller);
      await creditAndSettle(seller);
      const notes = (await seller.client.creditNotes.list()).items;
      expect(notes).toMatchObject([{ invoiceId, status: 'issued', amount: { amountInMinorUnits: '20' } }]);
      expect([notes[0]!.amountToBalance, notes[0]!.amountRefunded].map(({ amountInMinorUnits }) => amountInMinorUnits)).toEqual([parts.amountToBalance, parts.amountRefunded]);
      expect(await seller.stripe.list('refunds')).toHaveLength(refunds);
      const { providerCustomerId } = await seller.client.invoices.get(invoiceId);
      expect(await seller.stripe.call('GET', `/v1/customers/${providerCustomerId}`)).toMatchObject({ balance });
      await seller.use('ada', 150, 'running', await seller.now());
      await world.endMonth(seller);
      expect((await ofAda(seller)).slice(0, 2)).toEqual(['cycle 100 settled paid', 'cycle 150 settled paid']);
      expect(await seller.client.finance.reconciliation()).toMatchObject({ isReconciled: true, differences: [] });
    });

    it('is carried to the next invoice after all where the provider refuses it', async () => {
      const { seller } = await takenBack();
      seller.trouble('POST /v1/credit_notes', { kind: 'error', status: 400 });
      await creditAndSettle(seller);
      expect((await seller.client.creditNotes.list()).items).toMatchObject([{ status: 'failed' }]);
      expect(await ofAda(seller)).toEqual(['cycle 100 settled paid', 'adjustment -20 not_needed carried_forward']);
      await seller.use('ada', 150, 'running', await seller.now());
      await world.endMonth(seller);
      expect(await ofAda(seller)).toEqual(['cycle 100 settled paid', 'cycle 130 settled paid', 'adjustment -20 not_needed carried_forward']);
      expect(await seller.client.finance.reconciliation()).toMatchObject({ isReconciled: true, differences: [] });
    });
  });

  it('that changes nothing makes no invoice', async () => {
    const { seller, used, invoiceId } = await lockedMonth();
    await seller.use('ada', 5, 'late', used);
    await cancel(seller, 'late', used);
    await look();
    expect(await seller.client.invoices.lateUsage(invoiceId)).toMatchObject({ meters: [], adjustments: [] });
    expect(await told(seller)).toEqual([]);
  });

  it('with events and cancels running through locks and adjustments: billed in all is acknowledged less cancelled', async () => {
    const seller = await world.seller({ baseFee: 0, unitPrice: '1' });
    await seller.client.customers.create({ customerId: 'ada', customerName: 'Ada' });
    const used = await seller.now();
    await seller.client.testClock.advance(used + 33 * 24 * HOUR);
    const { database, sandbox, adminKey, clock } = world.application;
    const second = await ConvergenceWorld.start({ database, sandbox, adminKey, clock });
    const sellers = [seller, seller.at(second.application)];
    let acknowledged = 0;
    let cancelled = 0;
    let running = true;
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      const own = sellers[writer % 2]!;
      for (let event = 0; running || event < 10; event += 1) {
        await own.use('ada', 1, `${writer}-${event}`, used);
        acknowledged += 1;
        if (event % 3 !== 0) continue;
        await cancel(own, `${writer}-${event}`, used);
        cancelled += 1;
      }
    });
    while (acknowledged < 20) await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([world.run(['account-clocks']), second.run(['account-clocks', 'late-usage'])]);
    await Promise.all([look(), second.run(['late-usage', 'usage-rollup'])]);
    await seller.client.testClock.advance((await seller.now()) + 2 * HOUR);
    await world.run(['account-clocks']);
    running = false;
    await Promise.all(writers);
    const locked = (await seller.invoices('ada')).filter(({ kind, invoicePriceStatus }) => kind === 'adjustment' && invoicePriceStatus === 'price_locked');
    expect(locked.length).toBeGreaterThan(0);
    await second.run(['usage-rollup', 'late-usage']);
    await pass(seller, 2);
    await look();
    await pass(seller, 2);
    const [period, ...others] = (await seller.invoices('ada')).filter(({ invoiceStartTimeInSeconds }) => invoiceStartTimeInSeconds * 1_000 <= used);
    expect(others.every(({ adjustsInvoiceId, invoicePriceStatus }) => adjustsInvoiceId === period!.id && invoicePriceStatus === 'price_locked')).toBe(true);
    // Carried lines bill other documents once more.
    const invoices = await Promise.all([period!, ...others].map(({ id }) => seller.client.invoices.get(id)));
    const lines = invoices.flatMap((invoice) => invoice.lines).filter(({ kind }) => kind === 'usage');
    expect(lines.reduce((sum, { amount }) => sum + Number(amount.amountInMinorUnits), 0) / 100).toBe(acknowledged - cancelled);
    expect(lines.reduce((sum, { quantity }) => sum + Number(quantity), 0)).toBe(acknowledged - cancelled);
    await second.stop();
  });
});
