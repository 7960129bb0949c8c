import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UsageCorrection, UsageCorrectionInput, UsageRecord } from '@tollkeeper/client';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const HOUR = 3_600_000;
/** More than two steps of the store. */
const MANY = 11_000;

describe('Corrections of usage by filter', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  const work = (): Promise<void> => world.run(['usage-corrections', 'usage-rollup', 'late-usage']);

  const pass = async (seller: Seller, hours: number): Promise<void> => {
    await seller.client.testClock.advance((await seller.now()) + hours * HOUR);
    await world.arrive(seller);
    await world.handOver();
  };

  const draft = (seller: Seller, change: Partial<UsageCorrectionInput>): Promise<UsageCorrection> =>
    seller.client.usageCorrections.create({ name: 'Test run', reason: 'It was a test.', action: 'cancel', filter: { customerIds: ['ada'] }, ...change });

  const apply = async (seller: Seller, id: string): Promise<UsageCorrection> => {
    await seller.client.usageCorrections.apply(id);
    await work();
    return seller.client.usageCorrections.get(id);
  };

  const totalOf = async (seller: Seller, customerId = 'ada'): Promise<string | undefined> => {
    const { id } = await seller.invoice(customerId);
    return (await seller.client.invoices.get(id)).total?.amountInMinorUnits;
  };

  const unitsOf = async (seller: Seller, meterApiName = 'calls'): Promise<string[]> => {
    const exported = await seller.client.usage.export({ meterApiName });
    return exported.items.map(({ uniqueId, customerId, meterValue }) => `${uniqueId} ${customerId} ${meterValue}`).sort();
  };

  const refused = async (asked: Promise<unknown>): Promise<unknown> => (await asked.then(() => 'nothing refused it', (error: { status?: number; code?: string }) => error)) as unknown;

  it('is looked at, applied and reverted: the open invoice comes to what the preview said, and back to what it was', async () => {
    const seller = await world.seller({ baseFee: 0 });
    await seller.client.customers.create({ customerId: 'ada', customerName: 'Ada' });
    const used = await seller.now();
    const records: UsageRecord[] = ['eu', 'us', 'eu'].map((region, index) => ({ customerId: 'ada', meterApiName: 'calls', meterValue: 100 * (index + 1), meterTimeInMillis: used, uniqueId: `r${index}`, dimensions: { region } }));
    await seller.client.ingest(records);
    const { id } = await draft(seller, { filter: { dimensions: { region: ['eu'] } } });
    // Comes later: not meant.
    await seller.client.ingest({ ...records[0]!, uniqueId: 'later', meterValue: 7 });
    const preview = await seller.client.usageCorrections.preview(id);
    expect(preview).toEqual({
      eventCount: 2,
      customerCount: 1,
      meters: [{ meterApiName: 'calls', eventCount: 2, units: '400', unitsAfter: '0' }],
      money: [{ invoiceCount: 1, lockedCount: 0, total: usd('607'), totalAfter: usd('207'), difference: usd('-400') }],
      unratedInvoiceCount: 0,
    });
    const invoices = await seller.client.usageCorrections.previewInvoices(id);
    const invoice = await seller.invoice('ada');
    expect(invoices.items).toMatchObject([{ invoiceId: invoice.id, customerId: 'ada', invoicePriceStatus: 'open', billedBy: 'invoice', adjustmentId: null, total: usd('607'), totalAfter: usd('207'), difference: usd('-400'), problem: null }]);
    expect(await totalOf(seller)).toBe('607');
    expect(await apply(seller, id)).toMatchObject({ state: 'applied', action: 'cancel', progress: { eventCount: 2, doneCount: 2, revertedCount: 0 } });
    expect(await totalOf(seller)).toBe('207');
    await seller.client.usageCorrections.revert(id, 'They were real after all.');
    await work();
    const reverted = await seller.client.usageCorrections.get(id);
    expect(reverted).toMatchObject({ state: 'reverted', progress: { eventCount: 2, doneCount: 2, revertedCount: 2 } });
    expect(await totalOf(seller)).toBe('607');
    const apiKeyId = (await seller.client.apiKeys.list()).items[0]!.id;
    expect(reverted.history.map((entry) => [entry.action, entry.apiKeyId, entry.note, entry.eventCount])).toEqual([
      ['created', apiKeyId, 'It was a test.', null],
      ['apply_requested', apiKeyId, null, 2],
      ['applied', null, null, 2],
      ['revert_requested', apiKeyId, 'They were real after all.', 2],
      ['reverted', null, null, 2],
    ]);
    const told = await world.rows<{ type: string; data: unknown }>(`select type, data from outbox_event where account_id = $1 and type like 'usage_correction.%' order by sequence`, [seller.accountId]);
    const data = { correctionId: id, name: 'Test run', reason: 'It was a test.', action: 'cancel', eventCount: 2 };
    expect(told).toEqual([{ type: 'usage_correction.applied', data }, { type: 'usage_correction.reverted', data }]);
  });

  it.each<[string, UsageCorrectionInput['amend'], string[], string | undefined]>([
    ['another value', { meterValue: '0.5' }, ['a ada 0.5', 'b ada 0.5'], '1'],
    ['a multiple of the value', { multiplyMeterValueBy: '0.001' }, ['a ada 0.1', 'b ada 0.05'], '0'],
    ['another customer', { customerId: 'ben' }, ['a ben 100', 'b ben 50'], '0'],
    ['another meter', { meterApiName: 'others', multiplyMeterValueBy: 2 }, [], '0'],
    ['another time', { shiftTimeInMillis: -40 * 24 * HOUR }, ['a ada 100', 'b ada 50'], '0'],
  ])('amends events to %s', async (_what, amend, units, total) => {
    const seller = await world.seller({ baseFee: 0 });
    await seller.client.customers.create({ customerId: 'ada', customerName: 'Ada' });
    await seller.client.customers.create({ customerId: 'ben', customerName: 'Ben' });
    await seller.client.meters.create({ meterApiName: 'others', label: 'Others', aggregation: 'sum' });
    await seller.use('ada', 100, 'a');
    await seller.use('ada', 50, 'b');
    const before = [await totalOf(seller), await totalOf(seller, 'ben')];
    const { id } = await draft(seller, { action: 'amend', ...(amend ? { amend } : {}) });
    const affected = (await seller.client.usageCorrections.previewInvoices(id)).items;
    expect(await apply(seller, id)).toMatchObject({ state: 'applied', action: 'amend', amend: expect.anything() });
    expect(await unitsOf(seller)).toEqual(units);
    expect(await totalOf(seller)).toBe(total);
    for (const { customerId, totalAfter } of affected) expect(await totalOf(seller, customerId)).toBe(totalAfter?.amountInMinorUnits);
    await seller.client.usageCorrections.revert(id, 'No.');
    await work();
    expect(await unitsOf(seller)).toEqual(['a ada 100', 'b ada 50']);
    expect([await totalOf(seller), await totalOf(seller, 'ben')]).toEqual(before);
  });

  it('of a locked month becomes the adjustment that the preview named, and what was paid too much a line of the next invoice', async () => {
    const seller = await world.seller({ baseFee: 0 });
    await seller.customer('ada');
    const used = await seller.now();
    await seller.use('ada', 100, 'a', used);
    await seller.use('ada', 40, 'b', used);
    await world.endMonth(seller);
    const locked = await seller.invoice('ada');
    const { id } = await draft(seller, { filter: { uniqueIds: ['b'] } });
    const seen = async (): Promise<unknown[]> =>
      (await seller.client.usageCorrections.previewInvoices(id)).items.map(({ invoiceId, billedBy, adjustmentId, total, totalAfter }) => [invoiceId, billedBy, adjustmentId, total?.amountInMinorUnits, totalAfter?.amountInMinorUnits]);
    expect(await seen()).toEqual([[locked.id, 'adjustment', null, '0', '-40']]);
    // Taken back and brought back again: as if nothing had been.
    const twice = await draft(seller, { filter: { uniqueIds: ['a'] } });
    await apply(seller, twice.id);
    expect((await seller.client.invoices.lateUsage(locked.id)).meters).toMatchObject([{ addedEvents: 0, removedEvents: 1, removedUnits: '100' }]);
    await seller.client.usageCorrections.revert(twice.id, 'No.');
    await work();
    expect((await seller.client.invoices.lateUsage(locked.id)).meters).toEqual([]);
    // Late usage gathers in an adjustment, which the preview is about from then on.
    await seller.use('ada', 15, 'late', used);
    await work();
    const [adjustment] = (await seller.client.invoices.lateUsage(locked.id)).adjustments;
    expect(await seen()).toEqual([[locked.id, 'adjustment', adjustment!.id, '15', '-25']]);
    await apply(seller, id);
    expect((await seller.client.invoices.get(adjustment!.id)).total).toEqual(usd('-25'));
    await pass(seller, 2);
    await seller.use('ada', 160, 'running', await seller.now());
    await world.endMonth(seller);
    const all = (await seller.invoices('ada')).filter(({ invoicePriceStatus }) => invoicePriceStatus === 'price_locked');
    expect(all.map((invoice) => `${invoice.kind} ${invoice.total?.amountInMinorUnits} ${statusOf(invoice)}`)).toEqual(['cycle 140 settled paid', 'cycle 135 settled paid', 'adjustment -25 not_needed carried_forward']);
  });

  it('of what holds until the next value reaches all locked periods after it, as does a value that comes late', async () => {
    const seller = await world.seller({ defaultPlan: false });
    const { client } = seller;
    await client.meters.create({ meterApiName: 'seats', label: 'Seats', aggregation: 'time_weighted' });
    const item = await client.productItems.create({ productItemName: 'Seats', meterApiName: 'seats' });
    const price = await client.prices.create({ productItemId: item.id, priceName: 'seats', currency: 'USD', model: { model: 'per_unit', unitPrice: '0.01' } });
    const plan = await client.plans.create({ planName: 'Seats', currency: 'USD', billingPeriod: { interval: 'day' }, prices: [price.id] });
    await client.customers.create({ customerId: 'ada', customerName: 'Ada' });
    const start = await seller.now();
    await client.assignments.create({ customerId: 'ada', planId: plan.id, startTimeInMillis: start - (start % (24 * HOUR)) + 24 * HOUR });
    const first = start - (start % (24 * HOUR)) + 24 * HOUR;
    const seats = (meterValue: number, uniqueId: string, meterTimeInMillis: number): Promise<unknown> => client.ingest({ customerId: 'ada', meterApiName: 'seats', meterValue, meterTimeInMillis, uniqueId });
    await client.testClock.advance(first);
    await world.arrive(seller);
    await seats(10, 'ten', first);
    await client.testClock.advance(first + 3 * 24 * HOUR + 2 * HOUR);
    await world.arrive(seller);
    // What is carried from one to the next one is not counted twice.
    const locked = async (): Promise<string[]> => {
      const all = (await seller.invoices('ada')).filter(({ invoicePriceStatus }) => invoicePriceStatus === 'price_locked');
      const invoices = await Promise.all(all.map(({ id }) => client.invoices.get(id)));
      return invoices.map(({ kind, lines }) => `${kind} ${lines.filter((line) => line.kind === 'usage').reduce((sum, { amount }) => sum + Number(amount.amountInMinorUnits), 0)}`);
    };
    expect(await locked()).toEqual(['cycle 240', 'cycle 240', 'cycle 240']);
    const { id } = await draft(seller, { action: 'amend', amend: { meterValue: 12 } });
    const seen = (await client.usageCorrections.previewInvoices(id)).items.map(({ billedBy, total, totalAfter }) => [billedBy, total?.amountInMinorUnits, totalAfter?.amountInMinorUnits]);
    expect(seen).toEqual([['adjustment', '0', '48'], ['adjustment', '0', '48'], ['adjustment', '0', '48'], ['invoice', expect.any(String), expect.any(String)]]);
    await apply(seller, id);
    // From a quarter of the second day on there were none any more.
    await seats(0, 'gone', first + 30 * HOUR);
    await work();
    await pass(seller, 2);
    expect(await locked()).toEqual(['cycle 240', 'cycle 240', 'cycle 240', 'adjustment 48', 'adjustment -168', 'adjustment -240']);
  });

  it('lists the invoices that it would change a page at a time', async () => {
    const seller = await world.seller({ baseFee: 0 });
    const customers = ['ada', 'ben', 'carl', 'dora', 'emma'];
    for (const customerId of customers) {
      await seller.client.customers.create({ customerId, customerName: customerId });
      await seller.use(customerId, 10);
    }
    const { id } = await draft(seller, { filter: { customerIds: customers.slice(1) } });
    const pages: string[][] = [];
    for (let page = await seller.client.usageCorrections.previewInvoices(id, { limit: 3 }); ; page = await seller.client.usageCorrections.previewInvoices(id, { limit: 3, cursor: page.nextCursor })) {
      pages.push(page.items.map(({ customerId, difference }) => `${customerId} ${difference?.amountInMinorUnits}`));
      if (page.nextCursor === undefined) break;
    }
    expect(pages).toEqual([['ben -10', 'carl -10', 'dora -10'], ['emma -10']]);
  });

  it('goes on in steps where another worker stopped, with progress to be seen, and can be reverted half done', async () => {
    const seller = await world.seller({ baseFee: 0 });
    await seller.client.customers.create({ customerId: 'ada', customerName: 'Ada' });
    const used = await seller.now();
    const records = Array.from({ length: MANY }, (_, index) => ({ customerId: 'ada', meterApiName: 'calls', meterValue: '0.01', meterTimeInMillis: used + index, uniqueId: String(index) }));
    await seller.client.ingest(records.slice(0, 6_000));
    await seller.client.ingest(records.slice(6_000));
    const { id } = await draft(seller, { action: 'amend', amend: { multiplyMeterValueBy: 3 } });
    await seller.client.usageCorrections.apply(id);
    // The second step fails, as if the database had gone away in it.
    await world.rows(`alter table usage_correction_step add constraint broken check (event_count < 7000) not valid`, []);
    await expect(work()).rejects.toThrow('broken');
    expect(await seller.client.usageCorrections.get(id)).toMatchObject({ state: 'applying', progress: { eventCount: MANY, doneCount: 5_000 } });
    const metrics = await fetch(`${world.application.url}/metrics`, { headers: { 'X-API-KEY': world.application.adminKey } });
    expect(await metrics.text()).toContain('tollkeeper_usage_corrections_running{state="applying"} 1');
    const other = await draft(seller, { filter: { uniqueIds: ['1'] } });
    expect(await refused(seller.client.usageCorrections.apply(other.id))).toMatchObject({ status: 409, code: 'correction_under_way' });
    await seller.client.usageCorrections.revert(id, 'Wrong factor.');
    await world.rows('alter table usage_correction_step drop constraint broken', []);
    await work();
    expect(await seller.client.usageCorrections.get(id)).toMatchObject({ state: 'reverted', progress: { doneCount: 5_000, revertedCount: 5_000 } });
    expect(await totalOf(seller)).toBe('110');
    const again = await draft(seller, { action: 'amend', amend: { multiplyMeterValueBy: 3 } });
    expect(await apply(seller, again.id)).toMatchObject({ state: 'applied', progress: { eventCount: MANY, doneCount: MANY } });
    expect(await totalOf(seller)).toBe('330');
  });

  describe('is refused', () => {
    let seller: Seller;

    beforeAll(async () => {
      seller = await world.seller({ baseFee: 0 });
      await seller.client.customers.create({ customerId: 'ada', customerName: 'Ada' });
      await seller.client.customers.create({ customerId: 'ben', customerName: 'Ben' });
      await seller.use('ada', 3, 'a');
      await seller.client.ingest({ customerId: 'adda', meterApiName: 'cals', meterValue: '0.000000000001', meterTimeInMillis: await seller.now(), uniqueId: 'mistyped' });
    });

    it.each<[string, Partial<UsageCorrectionInput>, string]>([
      ['a filter that names no more than a meter', { filter: { meterApiNames: ['calls'] } }, 'empty_filter'],
      ['an empty filter', { filter: {} }, 'empty_filter'],
      ['a meter that is not and has no usage', { filter: { meterApiNames: ['calls', 'kalls'], customerIds: ['ada'] } }, 'unknown_meter'],
      ['a customer who is not and has no usage', { filter: { customerIds: ['ada', 'aada'] } }, 'unknown_customer'],
      ['a customer to move to who is not', { action: 'amend', amend: { customerId: 'carl' } }, 'unknown_target_customer'],
      ['a meter to move to that is not', { action: 'amend', amend: { meterApiName: 'cals' } }, 'unknown_target_meter'],
      ['an amendment of nothing', { action: 'amend', amend: {} }, 'nothing_to_amend'],
      ['a cancel that amends', { amend: { meterValue: 1 } }, 'invalid_request'],
      ['a product that would have to be rounded', { action: 'amend', filter: { customerIds: ['adda'] }, amend: { multiplyMeterValueBy: '0.1' } }, 'correction_not_exact'],
      ['a move into the future', { action: 'amend', amend: { shiftTimeInMillis: 40 * HOUR } }, 'correction_into_the_future'],
      ['a range that ends before it starts', { filter: { timeRange: { startTimeInSeconds: 2_000_000_000, endTimeInSeconds: 1_900_000_000 } } }, 'invalid_time_range'],
      ['times in milliseconds', { filter: { timeRange: { startTimeInSeconds: 1_900_000_000_000 } } }, 'time_in_milliseconds'],
      ['a card number as reason', { reason: 'Paid with 4242 4242 4242 4242' }, 'card_number_refused'],
    ])('%s', async (_what, change, code) => {
      expect(await refused(draft(seller, change))).toMatchObject({ status: 400, code });
    });

    it('where nothing counts any more, where it was decided already, and while a later one holds its events', async () => {
      const { usageCorrections } = seller.client;
      const nothing = await draft(seller, { filter: { customerIds: ['ben'] } });
      expect(await usageCorrections.preview(nothing.id)).toMatchObject({ eventCount: 0, meters: [], money: [] });
      expect(await refused(usageCorrections.apply(nothing.id))).toMatchObject({ status: 409, code: 'nothing_to_correct' });
      expect(await usageCorrections.discard(nothing.id)).toMatchObject({ state: 'discarded' });
      for (const asked of [usageCorrections.apply(nothing.id), usageCorrections.discard(nothing.id), usageCorrections.preview(nothing.id)]) expect(await refused(asked)).toMatchObject({ status: 409, code: 'correction_not_draft' });
      const mistyped = await draft(seller, { action: 'amend', filter: { customerIds: ['adda'] }, amend: { customerId: 'ada', meterApiName: 'calls', meterValue: 4 } });
      expect(await refused(usageCorrections.revert(mistyped.id, 'No.'))).toMatchObject({ status: 409, code: 'correction_not_applied' });
      await apply(seller, mistyped.id);
      expect(await totalOf(seller)).toBe('7');
      expect(await refused(usageCorrections.apply(mistyped.id))).toMatchObject({ status: 409, code: 'correction_not_draft' });
      const everything = await draft(seller, { filter: {}, everything: true });
      await apply(seller, everything.id);
      expect(await unitsOf(seller)).toEqual([]);
      expect(await refused(usageCorrections.revert(mistyped.id, 'No.'))).toMatchObject({ status: 409, code: 'correction_in_use', message: expect.stringContaining(everything.id) });
      for (const { id } of [everything, mistyped]) {
        await usageCorrections.revert(id, 'No.');
        await work();
      }
      expect(await unitsOf(seller)).toEqual(['a ada 3']);
      expect(await refused(usageCorrections.revert(mistyped.id, 'No.'))).toMatchObject({ status: 409, code: 'correction_not_applied' });
      expect((await usageCorrections.list({ state: 'reverted' })).items.map(({ id }) => id)).toEqual([mistyped.id, everything.id]);
      expect(await refused(usageCorrections.get('cor_none'))).toMatchObject({ status: 404, code: 'usage_correction_not_found' });
    });

    it('before what the account keeps, in the filter as in the time that events are moved to', async () => {
      const { client } = seller;
      await client.accounts.update(seller.accountId, { usageRetentionInMonths: 1 });
      await seller.client.testClock.advance((await seller.now()) + 100 * 24 * HOUR);
      await world.arrive(seller);
      const now = await seller.now();
      await seller.use('ben', 3, 'fresh', now);
      // Bounds are known for some seconds.
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      const early = { startTimeInSeconds: Math.floor(now / 1_000) - 95 * 86_400 };
      expect(await refused(draft(seller, { filter: { timeRange: early } }))).toMatchObject({ status: 400, code: 'correction_beyond_retention' });
      expect(await refused(draft(seller, { action: 'amend', filter: { customerIds: ['ben'] }, amend: { shiftTimeInMillis: -95 * 24 * HOUR } }))).toMatchObject({ status: 400, code: 'correction_beyond_retention' });
      const { id } = await draft(seller, { filter: { customerIds: ['ada', 'ben'] } });
      expect(await client.usageCorrections.preview(id)).toMatchObject({ eventCount: 1 });
    });
  });
});

function usd(amountInMinorUnits: string): { amountInMinorUnits: string; currency: string } {
  return { amountInMinorUnits, currency: 'USD' };
}
