import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TollkeeperClient, type Margin, type PriceModel } from '@tollkeeper/client';
import { Decimal } from '@tollkeeper/kernel';
import { PATIENCE_IN_MILLIS } from '../../support/patience.js';
import { startTestApplication, type TestApplication } from '../../support/test-application.js';

const DAY_IN_MILLIS = 86_400_000;
const START = Date.UTC(2027, 0, 1);

const MODELS: [meterApiName: string, aggregation: 'sum' | 'max' | 'unique', model: PriceModel][] = [
  ['calls', 'sum', { model: 'graduated', tiers: [{ upTo: '10', unitPrice: '1' }, { upTo: null, unitPrice: '0.3333' }] }],
  ['volume', 'sum', { model: 'volume', tiers: [{ upTo: '12', unitPrice: '2' }, { upTo: null, unitPrice: '1.5' }] }],
  ['peak', 'max', { model: 'per_unit', unitPrice: '7', freeUnits: '3' }],
  ['users', 'unique', { model: 'package', packageSize: '2', packagePrice: '5' }],
];

describe('What usage is charged with, and what it costs', () => {
  let application: TestApplication;
  let client: TollkeeperClient;
  let items: Map<string, string>;

  beforeAll(async () => {
    application = await startTestApplication({ connectStripe: false });
    client = new TollkeeperClient({ baseUrl: application.url, apiKey: application.adminKey });
    await arriveAt(START);
    items = new Map();
    const prices: string[] = [];
    for (const [meterApiName, aggregation, model] of MODELS) {
      await client.meters.create({ meterApiName, label: meterApiName, aggregation, dimensions: ['user'], ...(aggregation === 'unique' ? { uniqueDimension: 'user' } : {}) });
      const { id } = await client.productItems.create({ productItemName: `Item ${meterApiName}`, meterApiName });
      items.set(meterApiName, id);
      prices.push((await client.prices.create({ productItemId: id, priceName: meterApiName, currency: 'USD', model })).id);
    }
    const plan = await client.plans.create({ planName: 'All', currency: 'USD', billingPeriod: { interval: 'calendar_month' }, prices });
    for (const customerId of ['ada', 'bob', 'cy']) {
      await client.customers.create({ customerId, customerName: customerId });
      await client.assignments.create({ customerId, planId: plan.id, startTimeInMillis: START });
    }
    await arriveAt(START + 20 * DAY_IN_MILLIS);
    for (const customerId of ['ada', 'bob']) {
      for (let day = 0; day < 20; day += 1) {
        for (const [meterApiName] of MODELS) {
          const meterValue = meterApiName === 'peak' ? ((day * 5) % 13) + (customerId === 'bob' ? 1 : 0) : 1.5;
          await client.ingest({ customerId, meterApiName, meterValue, meterTimeInMillis: START + day * DAY_IN_MILLIS + 1, uniqueId: `${customerId} ${meterApiName} ${day}`, dimensions: { user: `u${(day * 7) % 9}` } });
        }
      }
    }
    await client.ingest({ customerId: 'cy', meterApiName: 'calls', meterValue: -4, meterTimeInMillis: START, uniqueId: 'less than nothing' });
  });

  afterAll(() => application?.close());

  async function arriveAt(timeInMillis: number): Promise<void> {
    await client.testClock.advance(timeInMillis);
    await client.testClock.waitUntilReady({ timeoutInMillis: PATIENCE_IN_MILLIS });
  }

  const sum = (texts: readonly string[]): string => texts.reduce((total, text) => total.plus(Decimal.parse(text)), Decimal.ZERO).toString();
  const january = { startTimeInMillis: START, endTimeInMillis: START + 31 * DAY_IN_MILLIS };

  it.each(['ada', 'bob'])('adds up to the lines of the period, day by day: %s', async (customerId) => {
    const invoice = (await client.invoices.preview(customerId))!;
    const { rows } = await client.costs.margins({ ...january, interval: 'day', groupBy: ['meter'], customerId });
    for (const line of invoice.lines) {
      const days = rows.filter(({ meterApiName }) => meterApiName === line.meterApiName);
      expect(days.length).toBeGreaterThan(1);
      expect({ meter: line.meterApiName, revenue: sum(days.map(({ revenue }) => revenue)), units: sum(days.map(({ units }) => units)) }).toEqual({
        meter: line.meterApiName,
        revenue: (await client.invoices.explain(invoice.id)).lines.find(({ usage }) => usage?.meterApiName === line.meterApiName)!.exactAmount,
        units: line.quantity,
      });
    }
  });

  it('charges each day what its units add: the first dear ones, then the cheap ones, and a volume that becomes cheaper gives back', async () => {
    const { rows } = await client.costs.margins({ ...january, interval: 'day', groupBy: ['meter'], customerId: 'ada' });
    const revenueOf = (meter: string): string[] => rows.filter(({ meterApiName }) => meterApiName === meter).map(({ revenue }) => revenue);
    expect(revenueOf('calls').slice(0, 9)).toEqual(['1.5', '1.5', '1.5', '1.5', '1.5', '1.5', '1.16665', '0.49995', '0.49995']);
    expect(revenueOf('volume').slice(6, 10)).toEqual(['3', '3', '-3.75', '2.25']);
    expect(revenueOf('peak').slice(0, 3)).toEqual(['14', '35', '14']);
    expect(revenueOf('users').slice(0, 4)).toEqual(['5', '0', '5', '0']);
  });

  it('answers the same as the reference does, grouped, filtered and a page at a time; what cannot be rated is named', async () => {
    const timeRange = { startTimeInSeconds: START / 1_000, endTimeInSeconds: START / 1_000 + 31 * 86_400 };
    const whole = await client.costs.usage({ timeRange, timeGroupingInterval: 'month', groupBy: ['product_item_name', 'customerId'] });
    expect(whole.problems).toEqual([{ customerId: 'cy', code: 'negative_quantity', message: expect.any(String) as unknown }]);
    expect(whole.pageInfo).toMatchObject({ totalResults: 8, totalPages: 1 });
    expect(whole.costList.find(({ groupInfos }) => groupInfos['product_item_name'] === 'Item volume' && groupInfos['customerId'] === 'ada')).toMatchObject({ groupInfos: { currency: 'USD' }, meteredUnits: 30, price: 45, costs: [{ startTimeInSeconds: START / 1_000, price: 45 }] });
    const dearest = await client.costs.usage({ timeRange, timeGroupingInterval: 'month', groupBy: ['customerId'], take: { limit: 1 }, filters: { product_item_key: [items.get('peak')!] } });
    expect(dearest.costList).toMatchObject([{ groupInfos: { customerId: 'bob' }, price: 70 }]);
    const second = await client.costs.usage({ timeRange, timeGroupingInterval: 'month', groupBy: ['product_item_name', 'customerId'], page: { number: 2, size: 3 } });
    expect(second.costList).toEqual(whole.costList.slice(3, 6));
    expect(second.pageInfo).toMatchObject({ pageNumber: 2, totalPages: 3 });
  });

  it('takes off what units cost, from the instant on that it is said of; without a cost there is no margin', async () => {
    const meter = (await client.meters.list()).items.find(({ meterApiName }) => meterApiName === 'volume')!;
    await client.meters.putUnitCost(meter.id, { amount: '0.5', currency: 'USD' });
    await client.meters.putUnitCost(meter.id, { amount: '1', currency: 'USD', effectiveFromTimeInMillis: START + 10 * DAY_IN_MILLIS });
    const { rows } = await client.costs.margins({ ...january, groupBy: ['product_item'], customerId: 'ada' });
    const of = (name: string): Margin => rows.find(({ productItemName }) => productItemName === `Item ${name}`)!;
    expect(of('volume')).toMatchObject({ units: '30', revenue: '45', cost: '22.5', unitsWithoutCost: '0', margin: '22.5', marginPercent: 50, customerId: null, meterApiName: null });
    expect(of('peak')).toMatchObject({ cost: '0', unitsWithoutCost: of('peak').units, margin: null, marginPercent: null });
    expect(await client.meters.removeUnitCost(meter.id, START + 10 * DAY_IN_MILLIS)).toEqual([{ effectiveFromTimeInMillis: 0, amount: '0.5', currency: 'USD' }]);
    expect((await client.costs.margins({ ...january, customerId: 'ada', groupBy: ['meter'] })).rows.find(({ meterApiName }) => meterApiName === 'volume')).toMatchObject({ cost: '15', margin: '30' });
  });

  it('refuses what it cannot answer, by name', async () => {
    const meter = (await client.meters.list()).items[0]!;
    const code = (call: Promise<unknown>): Promise<string> => call.then(() => 'no error', (error: { code: string }) => error.code);
    expect(await code(client.costs.usage({ timeRange: { startTimeInSeconds: 0 }, timeGroupingInterval: 'month', groupBy: ['colour' as 'customerId'] }))).toBe('unknown_field');
    expect(await code(client.costs.usage({ timeRange: { startTimeInSeconds: START / 1_000, endTimeInSeconds: 1 }, timeGroupingInterval: 'month' }))).toBe('invalid_time_range');
    expect(await code(client.costs.margins({ startTimeInMillis: 0, interval: 'hour' }))).toBe('too_many_intervals');
    for (const [amount, currency, problem] of [['-1', 'USD', 'invalid_unit_cost'], ['much', 'USD', 'invalid_decimal'], ['1', 'XYZ', 'unknown_currency']] as const) {
      expect(await code(client.meters.putUnitCost(meter.id, { amount, currency }))).toBe(problem);
    }
    await client.meters.putUnitCost(meter.id, { amount: '1', currency: 'EUR' });
    expect(await code(client.meters.putUnitCost(meter.id, { amount: '1', currency: 'USD', effectiveFromTimeInMillis: 5 }))).toBe('mixed_currencies');
    expect(await code(client.meters.removeUnitCost(meter.id, 5))).toBe('unit_cost_not_found');
  });
});
