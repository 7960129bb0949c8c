import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Fraction } from '@tollkeeper/kernel';
import type { ExplainedInvoice, ExplainedLine, Invoice } from '@tollkeeper/client';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const DAY_IN_MILLIS = 86_400_000;
const sum = (values: readonly string[]): string => Fraction.sum(values.map((value) => Fraction.parse(value))).toString();
const major = (amountInMinorUnits: string): string => Fraction.of(BigInt(amountInMinorUnits), 100n).toString();

describe('An invoice explains itself', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** On a plan with tiers, a matrix, a maximum and distinct users, in a zone with a clock change, with usage on several days. */
  async function sold(): Promise<{ seller: Seller; invoiceId: string; days: number[]; prices: Record<string, string> }> {
    const seller = await world.seller({ timeZone: 'America/New_York', defaultPlan: false });
    const { meters, productItems, prices, plans, assignments, customers } = seller.client;
    const models: Record<string, [string, object]> = {
      tokens: ['sum', { model: 'graduated', tiers: [{ upTo: '100', unitPrice: '0.0333' }, { upTo: null, unitPrice: '0.0101', flatFee: '1.5' }], minimumAmount: '7' }],
      storage: ['sum', { model: 'dimension_matrix', dimensions: ['region'], rows: [{ values: ['eu'], price: { model: 'per_unit', unitPrice: '0.3' } }], otherwise: { model: 'per_unit', unitPrice: '0.1' } }],
      peak: ['max', { model: 'per_unit', unitPrice: '2' }],
      users: ['unique', { model: 'per_unit', unitPrice: '1.25' }],
      seats: ['time_weighted', { model: 'per_unit', unitPrice: '0.007' }],
    };
    const made: Record<string, string> = {};
    for (const [meterApiName, [aggregation, model]] of Object.entries(models)) {
      await meters.create({ meterApiName, label: meterApiName, aggregation: aggregation as 'sum', dimensions: ['region', 'user'], ...(aggregation === 'unique' ? { uniqueDimension: 'user' } : {}) } as Parameters<typeof meters.create>[0]);
      const item = await productItems.create({ productItemName: meterApiName, meterApiName });
      made[meterApiName] = (await prices.create({ productItemId: item.id, priceName: `${meterApiName} price`, currency: 'USD', model: model as never })).id;
      made[`${meterApiName} item`] = item.id;
    }
    const plan = await plans.create({ planName: 'All', currency: 'USD', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 900, currency: 'USD' }, prices: Object.keys(models).map((name) => made[name]!) });
    await customers.create({ customerId: 'ada', customerName: 'Ada' });
    await customers.create({ customerId: 'bob', customerName: 'Bob' });
    for (const customerId of ['ada', 'bob']) await assignments.create({ customerId, planId: plan.id });
    const days: number[] = [];
    for (let day = 0; day < 4; day += 1) {
      await world.arrive(seller);
      days.push(await seller.now());
      await useAll(seller, day, days.at(-1)!);
      await seller.client.testClock.advance(days.at(-1)! + DAY_IN_MILLIS);
    }
    await world.arrive(seller);
    return { seller, invoiceId: (await seller.invoice('ada')).id, days, prices: made };
  }

  async function useAll({ client }: Seller, day: number, meterTimeInMillis: number): Promise<void> {
    for (const customerId of ['ada', 'bob']) {
      const records = [
        ...[0, 1, 2].map((index) => ({ meterApiName: 'tokens', meterValue: 33 + index * 0.25, uniqueId: `t${day} ${index}`, dimensions: {} })),
        ...['eu', 'us', 'asia'].map((region) => ({ meterApiName: 'storage', meterValue: 10 + day, uniqueId: `s${day} ${region}`, dimensions: { region } })),
        { meterApiName: 'peak', meterValue: [3, 9, 4, 1][day]!, uniqueId: `p${day}`, dimensions: {} },
        ...['x', `y${day}`].map((user) => ({ meterApiName: 'users', meterValue: 1, uniqueId: `u${day} ${user}`, dimensions: { user } })),
        { meterApiName: 'seats', meterValue: 7 - day, uniqueId: `h${day}`, dimensions: {} },
      ];
      await client.ingest(records.map((record) => ({ ...record, customerId, meterTimeInMillis: meterTimeInMillis - 1_000 })) as Parameters<typeof client.ingest>[0]);
    }
  }

  /** Adds up every step, from the events to the total. */
  async function addUp(seller: Seller, explained: ExplainedInvoice, invoice: Invoice): Promise<void> {
    expect(explained.total).toEqual(invoice.total);
    expect(sum(explained.lines.map(({ amount }) => amount.amountInMinorUnits))).toBe(explained.subtotal.amountInMinorUnits);
    for (const line of explained.lines) {
      if (line.tiers.length > 0) expect(sum([...line.tiers.map(({ amount }) => amount), line.tierRemainder])).toBe(line.exactAmount);
      expect(sum([line.exactAmount, line.rounding])).toBe(major(line.amount.amountInMinorUnits));
      if (line.usage) await addUpUsage(seller, explained.invoiceId, line, line.usage);
    }
    expect(explained.lines.map(({ kind, usage }) => `${kind} ${usage?.combination ?? ''}`.trim())).toEqual(['fee', 'usage sum', 'usage sum', 'usage maximum', 'usage sum', 'usage sum']);
  }

  async function addUpUsage(seller: Seller, id: string, { position, quantity }: ExplainedLine, usage: NonNullable<ExplainedLine['usage']>): Promise<void> {
    expect(usage.eventsPath).toBe(`/invoices/${id}/explain/events?position=${position}`);
    expect(sum(usage.quantities.map((group) => group.quantity))).toBe(quantity);
    for (const group of usage.quantities) {
      const buckets = usage.buckets.filter(({ dimensions }) => JSON.stringify(dimensions) === JSON.stringify(group.dimensions));
      expect(sum(buckets.map(({ eventCount }) => eventCount))).toBe(group.eventCount);
      if (usage.combination === 'sum') expect(sum([...buckets.map(({ value }) => value), group.remainder!])).toBe(group.quantity);
      else expect(Math.max(...buckets.map(({ value }) => Number(value)))).toBe(Number(group.quantity));
    }
    const counts = sum(usage.buckets.map(({ eventCount }) => eventCount));
    const events = await eventsOf(seller, id, { position });
    expect(events).toHaveLength(Number(counts));
    if (usage.aggregation === 'sum') {
      expect(sum(events.map(({ meterValue }) => meterValue))).toBe(quantity);
      for (const { startTimeInSeconds, endTimeInSeconds } of usage.buckets) {
        const ofDay = usage.buckets.filter((bucket) => bucket.startTimeInSeconds === startTimeInSeconds).map(({ value }) => value);
        expect(sum((await eventsOf(seller, id, { position, startTimeInSeconds, endTimeInSeconds })).map(({ meterValue }) => meterValue))).toBe(sum(ofDay));
      }
    }
  }

  async function eventsOf(seller: Seller, id: string, query: { position: number; startTimeInSeconds?: number; endTimeInSeconds?: number }): Promise<{ meterValue: string; uniqueId: string | null }[]> {
    const events = [];
    for (let nextPageToken: string | null | undefined; nextPageToken !== null; ) {
      const page = await seller.client.invoices.explainedEvents(id, { ...query, pageSize: 3, ...(nextPageToken === undefined ? {} : { nextPageToken }) });
      events.push(...page.events);
      ({ nextPageToken } = page);
    }
    return events;
  }

  it('in numbers that add up, from the events to the total, while it is open and when it is locked, also after late events', async () => {
    const { seller, invoiceId, days } = await sold();
    const preview = await seller.client.invoices.explain(invoiceId);
    expect(preview).toMatchObject({ isPreview: true, timeZone: 'America/New_York' });
    await addUp(seller, preview, await seller.client.invoices.get(invoiceId));

    await world.lockMonth(seller);
    const locked = await seller.client.invoices.explain(invoiceId);
    expect(locked).toMatchObject({ isPreview: false });
    await addUp(seller, locked, await seller.client.invoices.get(invoiceId));

    await seller.client.ingest([{ customerId: 'ada', meterApiName: 'tokens', meterValue: 1000, meterTimeInMillis: days[1]!, uniqueId: 'late' }]);
    const after = await seller.client.invoices.explain(invoiceId);
    expect(after).toEqual(locked);
    await addUp(seller, after, await seller.client.invoices.get(invoiceId));
    const [one] = (await seller.client.invoices.explain(invoiceId, { position: 2 })).lines;
    expect(one).toEqual(locked.lines[1]);
    await expect(seller.client.invoices.explain(invoiceId, { position: 7 })).rejects.toMatchObject({ status: 404, code: 'invoice_line_not_found' });
  });

  it('says what a locked invoice would be now, and why: late events, cancelled ones', async () => {
    const { seller, invoiceId, days } = await sold();
    await expect(seller.client.invoices.differences(invoiceId)).rejects.toMatchObject({ status: 409, code: 'invoice_not_locked' });
    await world.lockMonth(seller);
    expect(await seller.client.invoices.differences(invoiceId)).toMatchObject({ difference: { amountInMinorUnits: '0' }, lines: [] });
    const late = (uniqueId: string, more: object): object => ({ customerId: 'ada', meterTimeInMillis: days[1]!, uniqueId, dimensions: {}, ...more });
    await seller.client.ingest([late('l1', { meterApiName: 'tokens', meterValue: 1000 }), late('l2', { meterApiName: 'tokens', meterValue: 1 })] as never);
    await seller.client.ingest([{ ...late('p1', { meterApiName: 'peak', meterValue: 9 }), meterTimeInMillis: days[1]! - 1_000, dimensions: { 'aflo.cancel_previous_resource_event': 'true' } }] as never);
    const found = await seller.client.invoices.differences(invoiceId);
    expect(found.lines.map(({ description, causes, locked, asOfLock, present }) => [description, causes, locked?.quantity, asOfLock?.quantity, present?.quantity])).toEqual([
      ['tokens', [{ cause: 'late_events', eventCount: '2' }], '399', '399', '1400'],
      ['peak', [{ cause: 'removed_events', eventCount: '1' }], '9', '9', '4'],
    ]);
    expect(sum(found.lines.map(({ difference }) => difference.amountInMinorUnits))).toBe(found.difference.amountInMinorUnits);
    expect(BigInt(found.lockedTotal.amountInMinorUnits) + BigInt(found.difference.amountInMinorUnits)).toBe(BigInt(found.presentTotal.amountInMinorUnits));
  });

  it('what if: another plan or other prices for the same usage, without storing anything', async () => {
    const { seller, invoiceId, prices } = await sold();
    const { invoices, plans } = seller.client;
    const before = await invoices.get(invoiceId);
    const listed = (await invoices.list({ customerId: 'ada' })).items;
    const asIs = await invoices.whatIf({ customerId: 'ada' });
    expect(asIs).toMatchObject({ total: before.total, difference: { amountInMinorUnits: '0' }, present: { total: before.total } });
    const dearer = await invoices.whatIf({ customerId: 'ada', prices: [{ productItemId: prices['peak item']!, model: { model: 'per_unit', unitPrice: '3' } }] });
    expect(dearer.difference).toEqual({ amountInMinorUnits: '900', currency: 'USD' });
    expect(dearer.lines.find(({ description }) => description === 'peak')).toMatchObject({ priceId: null, unitPriceText: '3 USD', amount: { amountInMinorUnits: '2700' } });
    const flat = await plans.create({ planName: 'Flat', currency: 'USD', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 5_000, currency: 'USD' }, prices: [] });
    expect(await invoices.whatIf({ customerId: 'ada', planId: flat.id })).toMatchObject({ planId: flat.id, total: { amountInMinorUnits: '5000' }, present: { total: before.total } });
    expect((await invoices.list({ customerId: 'ada' })).items).toEqual(listed);
    const compared = [];
    for await (const { customerId, present, proposed, difference, problem } of invoices.whatIfForAll({ planId: flat.id, limit: 1 })) compared.push([customerId, present?.amountInMinorUnits, proposed?.amountInMinorUnits, difference?.amountInMinorUnits, problem]);
    expect(compared).toContainEqual(['ada', before.total.amountInMinorUnits, '5000', (5_000n - BigInt(before.total.amountInMinorUnits)).toString(), null]);
    expect(compared.map(([customerId]) => customerId)).toEqual([...new Set(compared.map(([customerId]) => customerId))].toSorted());
    const ofOthers = await all(invoices.whatIfForAll({ ofPlanIds: [flat.id] }));
    expect(ofOthers).toEqual([]);
    const [pricier] = await all(invoices.whatIfForAll({ prices: [{ productItemId: prices['peak item']!, model: { model: 'per_unit', unitPrice: '3' } }], limit: 500 }));
    expect(pricier).toMatchObject({ customerId: 'ada', present: before.total, proposed: dearer.total });
    await expect(all(invoices.whatIfForAll({ planId: 'pln_none' }))).rejects.toMatchObject({ status: 404, code: 'plan_not_found' });
    await expect(all(invoices.whatIfForAll({ cursor: 'x' }))).rejects.toMatchObject({ status: 400, code: 'invalid_cursor' });
    await expect(invoices.whatIf({ customerId: 'ada', startTimeInSeconds: 5 })).rejects.toMatchObject({ status: 400 });
    await expect(invoices.whatIf({ customerId: 'ada', startTimeInSeconds: 5, endTimeInSeconds: 4 })).rejects.toMatchObject({ status: 400, code: 'invalid_time_range' });
    await expect(invoices.whatIf({ customerId: 'ada', prices: [{ productItemId: prices['peak item']!, model: { model: 'nothing' } }] })).rejects.toMatchObject({ status: 400, code: 'invalid_price_model' });
    await expect(invoices.whatIf({ customerId: 'nobody' })).rejects.toMatchObject({ status: 404 });
  });
});

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}
