import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TollkeeperClient, type ExportedUsage, type Invoice, type PriceModel as PriceModelInput } from '@tollkeeper/client';
import { Decimal, Fraction } from '@tollkeeper/kernel';
import { isLevel, lineOf, rateSegments, usageNeedOf, type PriceModel, type RatedLine } from '@tollkeeper/rating';
import { DatabasePool } from '../../../src/platform/database/database.js';
import { PATIENCE_IN_MILLIS } from '../../support/patience.js';
import { eventually, startTestApplication, type TestApplication } from '../../support/test-application.js';

const DAY_IN_MILLIS = 86_400_000;
const START = Date.UTC(2027, 0, 1);
const DAYS = 31;
const SPLIT_AFTER_DAYS = 14;
const CUSTOMERS = ['ada', 'bob', 'cy'];
const EVENTS = 120;
const SEED = 20_270_101;

type Aggregation = 'sum' | 'count' | 'max' | 'unique';

interface Sold {
  readonly meterApiName: string;
  readonly aggregation: Aggregation;
  readonly model: PriceModelInput;
  /** From the fifteenth of the month on. */
  readonly later?: PriceModelInput;
}

const SOLD: Sold[] = [
  { meterApiName: 'calls', aggregation: 'sum', model: { model: 'graduated', freeUnits: '7.5', tiers: [{ upTo: '100', unitPrice: '0.0333' }, { upTo: '250', unitPrice: '0.02' }, { upTo: null, unitPrice: '0.0071' }] } },
  { meterApiName: 'volume', aggregation: 'sum', model: { model: 'volume', tiers: [{ upTo: '200', unitPrice: '1.13' }, { upTo: null, unitPrice: '0.997' }] } },
  { meterApiName: 'peak', aggregation: 'max', model: { model: 'per_unit', unitPrice: '7.77', minimumAmount: '50' } },
  { meterApiName: 'users', aggregation: 'unique', model: { model: 'package', packageSize: '3', packagePrice: '4.99' } },
  { meterApiName: 'requests', aggregation: 'count', model: { model: 'per_unit', unitPrice: '0.005' } },
  { meterApiName: 'stored', aggregation: 'sum', model: { model: 'dimension_matrix', dimensions: ['region'], rows: [{ values: ['eu'], price: { model: 'per_unit', unitPrice: '0.333333' } }, { values: ['us'], price: { model: 'graduated', tiers: [{ upTo: '10', unitPrice: '1' }, { upTo: null, unitPrice: '0.1' }] } }], otherwise: { model: 'per_unit', unitPrice: '2' } } },
  { meterApiName: 'traffic', aggregation: 'sum', model: { model: 'graduated', tiers: [{ upTo: '120', unitPrice: '0.5' }, { upTo: null, unitPrice: '0.25' }] }, later: { model: 'graduated', tiers: [{ upTo: '120', unitPrice: '0.7' }, { upTo: null, unitPrice: '0.1' }] } },
];

describe('A locked invoice', () => {
  let application: TestApplication;
  let client: TollkeeperClient;
  const models = new Map<string, PriceModel[]>();

  beforeAll(async () => {
    application = await startTestApplication({ connectStripe: false });
    client = new TollkeeperClient({ baseUrl: application.url, apiKey: application.adminKey });
    await arriveAt(START);
    const prices: string[] = [];
    for (const { meterApiName, aggregation, model, later } of SOLD) {
      await client.meters.create({ meterApiName, label: meterApiName, aggregation, dimensions: ['user', 'region'], ...(aggregation === 'unique' ? { uniqueDimension: 'user' } : {}) });
      const { id: productItemId } = await client.productItems.create({ productItemName: meterApiName, meterApiName });
      const { id } = await client.prices.create({ productItemId, priceName: meterApiName, currency: 'USD', model });
      if (later) await client.prices.addVersion(id, { model: later, effectiveFromTimeInMillis: START + SPLIT_AFTER_DAYS * DAY_IN_MILLIS });
      prices.push(id);
    }
    const plan = await client.plans.create({ planName: 'All', currency: 'USD', billingPeriod: { interval: 'calendar_month' }, prices });
    for (const price of prices) {
      const { versions, productItemId } = await client.prices.get(price);
      const { meterApiName } = await client.productItems.get(productItemId);
      models.set(meterApiName, versions.map(({ model }) => model as unknown as PriceModel));
    }
    for (const customerId of CUSTOMERS) {
      await client.customers.create({ customerId, customerName: customerId });
      await client.assignments.create({ customerId, planId: plan.id, startTimeInMillis: START });
    }
    await arriveAt(START + DAYS * DAY_IN_MILLIS - 1);
    await use();
    const pool = application.app.get(DatabasePool);
    const added = async (): Promise<number> => Number((await pool.query<{ count: string }>(`select coalesce(sum(event_count), 0) as count from usage_rollup where customer_id <> ''`)).rows[0]!.count);
    await eventually('the adding up of usage', added, (count) => count >= CUSTOMERS.length * (EVENTS - 1));
    await arriveAt(START + (DAYS + 2) * DAY_IN_MILLIS);
    // Late, so that it is on none of them.
    await client.ingest(CUSTOMERS.map((customerId) => ({ customerId, meterApiName: 'calls', meterValue: 1_000, meterTimeInMillis: START + DAY_IN_MILLIS, uniqueId: 'late', dimensions: {} })));
    // Whatever is computed from now on is computed from the events themselves.
    await pool.query('update usage_rollup_meter set ready = false');
    await pool.query('delete from usage_rollup');
  });

  afterAll(() => application?.close());

  async function arriveAt(timeInMillis: number): Promise<void> {
    await client.testClock.advance(timeInMillis);
    await client.testClock.waitUntilReady({ timeoutInMillis: PATIENCE_IN_MILLIS });
  }

  /** Random usage, some of it sent twice, one of it taken back. */
  async function use(): Promise<void> {
    const random = randomFrom(SEED);
    for (const customerId of CUSTOMERS) {
      const records = Array.from({ length: EVENTS }, (_, index) => ({
        customerId,
        meterApiName: SOLD[Math.floor(random() * SOLD.length)]!.meterApiName,
        meterValue: (Math.floor(random() * 20_000) / 1_000).toString(),
        meterTimeInMillis: START + Math.floor(random() * (DAYS * DAY_IN_MILLIS - 1_000)),
        uniqueId: `e${index}`,
        dimensions: { user: `u${Math.floor(random() * 17)}`, region: ['eu', 'us', 'asia'][Math.floor(random() * 3)]! },
      }));
      await client.ingest(records);
      await client.ingest(records.filter((_, index) => index % 3 === 0));
      const { meterApiName, meterTimeInMillis } = records[5]!;
      await client.ingest({ customerId, meterApiName, meterValue: 0, meterTimeInMillis, uniqueId: 'e5', dimensions: { 'aflo.cancel_previous_resource_event': 'true' } });
    }
  }

  async function rawEvents(customerId: string): Promise<ExportedUsage[]> {
    const events: ExportedUsage[] = [];
    for (let cursor: string | undefined, isLast = false; !isLast; ) {
      const page = await client.usage.export({ customerId, limit: 50, ...(cursor === undefined ? {} : { cursor }) });
      events.push(...page.items);
      [cursor, isLast] = [page.nextCursor, page.nextCursor === undefined];
    }
    return events.filter(({ uniqueId }) => uniqueId !== 'late');
  }

  /** Of what an invoice line is made, by nobody's code but the rating library's. */
  function recomputed(sold: Sold, events: readonly ExportedUsage[]): RatedLine[] {
    const versions = models.get(sold.meterApiName)!;
    const cuts = [START, ...(versions.length === 2 ? [START + SPLIT_AFTER_DAYS * DAY_IN_MILLIS] : []), START + DAYS * DAY_IN_MILLIS];
    const mine = events.filter(({ meterApiName }) => meterApiName === sold.meterApiName);
    const segments = versions.map((model, index) => {
      const need = usageNeedOf(model, { aggregation: sold.aggregation, uniqueDimension: sold.aggregation === 'unique' ? 'user' : null });
      const groups = Map.groupBy(mine, ({ dimensions }) => JSON.stringify(need.groupBy.map((name) => dimensions[name] ?? '')));
      if (need.groupBy.length === 0 && groups.size === 0) groups.set('[]', []);
      const usage = [...groups].sort().map(([key, group]) => {
        const of = (from: number, to: number): Decimal => aggregated(sold.aggregation, group.filter(({ meterTimeInMillis }) => meterTimeInMillis >= from && meterTimeInMillis < to));
        return { values: JSON.parse(key) as string[], before: of(cuts[0]!, cuts[index]!), within: of(cuts[index]!, cuts[index + 1]!), total: of(cuts[0]!, cuts.at(-1)!) };
      });
      return { model, usage, weight: Fraction.of(BigInt((cuts[index + 1]! - cuts[index]!) / DAY_IN_MILLIS), BigInt(DAYS)), isLevel: isLevel(need.aggregation) };
    });
    return rateSegments(segments, { share: Fraction.ONE, hours: Fraction.of(BigInt(DAYS * 24)) }).map((rated, index) => lineOf(versions[index]!, rated, 'USD'));
  }

  it.each(CUSTOMERS)('is what its raw events come to, to the last digit: %s', async (customerId) => {
    const events = await rawEvents(customerId);
    expect(events).toHaveLength(EVENTS - 1);
    const invoice = await locked(customerId);
    const explained = await client.invoices.explain(invoice.id);
    for (const sold of SOLD) {
      const lines = recomputed(sold, events).filter(({ quantity, amountInMinorUnits }) => !quantity.isZero() || amountInMinorUnits !== 0n);
      const billed = invoice.lines.flatMap((line, index) => (line.meterApiName === sold.meterApiName ? [{ quantity: line.quantity, amount: line.amount.amountInMinorUnits, exactAmount: explained.lines[index]!.exactAmount, tiers: line.tiers.map(({ units, unitPrice, amount }) => [units, unitPrice, amount]) }] : []));
      const expected = lines.map(({ quantity, amountInMinorUnits, exactAmount, tiers }) => ({ quantity: quantity.toString(), amount: amountInMinorUnits.toString(), exactAmount, tiers: tiers.map(({ units, unitPrice, amount }) => [units, unitPrice, amount]) }));
      expect({ meter: sold.meterApiName, lines: billed }).toEqual({ meter: sold.meterApiName, lines: expected });
    }
    expect(invoice.subtotal.amountInMinorUnits).toBe(invoice.lines.reduce((sum, { amount }) => sum + BigInt(amount.amountInMinorUnits), 0n).toString());
  });

  it.each(CUSTOMERS)('differs from one computed again in what came late, and in nothing else: %s', async (customerId) => {
    const { lines } = await client.invoices.differences((await locked(customerId)).id);
    expect(lines.map(({ meterApiName, causes }) => [meterApiName, causes.map(({ cause }) => cause)])).toEqual([['calls', ['late_events']]]);
    expect(lines[0]!.asOfLock).toEqual(lines[0]!.locked);
  });

  async function locked(customerId: string): Promise<Invoice> {
    const { items } = await client.invoices.list({ customerId, kind: 'cycle', invoicePriceStatus: 'price_locked' });
    return client.invoices.get(items[0]!.id);
  }
});

function aggregated(aggregation: Aggregation, events: readonly ExportedUsage[]): Decimal {
  const values = events.map(({ meterValue }) => Decimal.parse(meterValue));
  if (aggregation === 'sum') return values.reduce((sum, value) => sum.plus(value), Decimal.ZERO);
  if (aggregation === 'count') return Decimal.parse(values.length);
  if (aggregation === 'unique') return Decimal.parse(new Set(events.map(({ dimensions }) => dimensions['user'])).size);
  return values.reduce((most, value) => (value.compare(most) > 0 ? value : most), Decimal.ZERO);
}

/** The same numbers from the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
