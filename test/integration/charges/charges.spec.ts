import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UsageStore, type UsageWatermark } from '@tollkeeper/usage-store';
import { PlansService } from '../../../src/catalog/plans.service.js';
import { ChargesService } from '../../../src/charges/charges.service.js';
import type { RatedCharges } from '../../../src/charges/rated-charges.js';
import { IngestionService } from '../../../src/ingestion/ingestion.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { UsageApplication, type TestAccount } from '../../support/usage-application.js';

const START = Date.UTC(2026, 5, 1);
const END = Date.UTC(2026, 6, 1);

interface HandComputed {
  readonly what: string;
  readonly currency: string;
  readonly model: unknown;
  readonly quantity: string;
  /** Major units. */
  readonly exact: string;
  /** Minor units. */
  readonly amount: bigint;
}

const perUnit = (unitPrice: string, freeUnits?: string): unknown => ({ model: 'per_unit', unitPrice, freeUnits });
const graduated = (...tiers: unknown[]): unknown => ({ model: 'graduated', tiers });
const HUNDRED_THEN_HALF = graduated({ upTo: '100', unitPrice: '0.10' }, { upTo: null, unitPrice: '0.05' });
const FREE_THEN_FEE = graduated({ upTo: '10', unitPrice: '0' }, { upTo: '20', unitPrice: '1', flatFee: '2.5' }, { upTo: null, unitPrice: '0.333' });

const HAND_COMPUTED: readonly HandComputed[] = [
  { what: 'a tie is rounded away from zero', currency: 'USD', model: perUnit('0.005'), quantity: '1', exact: '0.005', amount: 1n },
  { what: 'just below a tie', currency: 'USD', model: perUnit('0.004999999999'), quantity: '1', exact: '0.004999999999', amount: 0n },
  { what: 'a third of a cent, 10,000 times, is rounded once', currency: 'USD', model: perUnit('0.003333333333'), quantity: '10000', exact: '33.33333333', amount: 3_333n },
  { what: 'fractional units', currency: 'USD', model: perUnit('0.25'), quantity: '2.5', exact: '0.625', amount: 63n },
  { what: 'no minor units', currency: 'JPY', model: perUnit('0.5'), quantity: '3', exact: '1.5', amount: 2n },
  { what: 'three decimals', currency: 'KWD', model: perUnit('0.0125'), quantity: '3', exact: '0.0375', amount: 38n },
  { what: 'exactly a tier', currency: 'USD', model: HUNDRED_THEN_HALF, quantity: '100', exact: '10', amount: 1_000n },
  { what: 'one unit into the next tier', currency: 'USD', model: HUNDRED_THEN_HALF, quantity: '101', exact: '10.05', amount: 1_005n },
  { what: 'three tiers with a fee', currency: 'USD', model: FREE_THEN_FEE, quantity: '23', exact: '13.499', amount: 1_350n },
  { what: 'free units', currency: 'USD', model: perUnit('1', '5'), quantity: '7', exact: '2', amount: 200n },
];

describe('Charges', () => {
  let application: UsageApplication;
  let account: TestAccount;

  beforeAll(async () => {
    application = await UsageApplication.start();
    account = await application.account();
  });

  afterAll(() => application.stop());

  const create = async (route: string, body: unknown, owner = account): Promise<string> => {
    const answer = await owner.call('POST', route, body);
    expect(answer).toMatchObject({ status: 200 });
    return (answer.body as { id: string }).id;
  };
  const meterOf = (meterApiName: string, change: Record<string, unknown> = { aggregation: 'sum' }): Promise<string> => create('/meters', { meterApiName, label: meterApiName, ...change });
  const itemOf = (meterApiName: string, productItemName = meterApiName): Promise<string> => create('/product-items', { productItemName, meterApiName });
  const priceOf = (productItemId: string, model: unknown, currency = 'USD'): Promise<string> => create('/prices', { productItemId, priceName: 'p', currency, model });
  const planOf = (prices: string[], change: Record<string, unknown> = {}): Promise<string> => create('/plans', { planName: 'Growth', currency: 'USD', billingPeriod: { interval: 'month' }, prices, ...change });
  const ingest = async (records: unknown[]): Promise<void> => {
    expect(await account.call('POST', '/ingest', records)).toMatchObject({ status: 200 });
  };
  const recordOf = (meterApiName: string, meterValue: string | number, change: Record<string, unknown> = {}): unknown => ({ customerId: 'acme', meterApiName, meterValue, meterTimeInMillis: START, ...change });
  const rate = async (planId: string, change: { customerId?: string; watermark?: UsageWatermark | null; from?: number; to?: number } = {}): Promise<RatedCharges> => {
    const tx = application.nest.get(Database).reader();
    const plan = await application.nest.get(PlansService).getPriced(tx, account.id, planId);
    const { customerId = 'acme', watermark = null, from = START, to = END } = change;
    return application.nest.get(ChargesService).rate(tx, { accountId: account.id, customerId, plan, periodStartInMillis: from, periodEndInMillis: to, watermark });
  };

  it.each(HAND_COMPUTED.map((row, index) => ({ ...row, index })))('$what ($currency)', async ({ currency, model, quantity, exact, amount, index }) => {
    const name = `hand-${index}`;
    await meterOf(name);
    const planId = await planOf([await priceOf(await itemOf(name), model, currency)], { currency });
    await ingest([recordOf(name, quantity)]);
    const charges = await rate(planId);
    expect(charges).toMatchObject({ currency, subtotal: amount, total: amount, lines: [{ kind: 'usage', meterApiName: name, exactAmount: exact, amount, isEmpty: false }] });
    expect(charges.lines[0]!.quantity.toString()).toBe(quantity);
  });

  it('adds the base fee and a line for each price in the plan’s order; the lines add up', async () => {
    await meterOf('calls');
    await meterOf('seats', { aggregation: 'max' });
    await meterOf('users', { aggregation: 'unique', uniqueDimension: 'user' });
    await meterOf('idle');
    const items = { seats: await itemOf('seats', 'Seats'), calls: await itemOf('calls', 'API calls'), again: await itemOf('calls', 'Support on calls'), users: await itemOf('users', 'Users'), idle: await itemOf('idle', 'Idle') };
    const prices = {
      seats: await priceOf(items.seats, { model: 'per_unit', unitPrice: '20' }),
      calls: await priceOf(items.calls, { model: 'per_unit', unitPrice: '0.001' }),
      again: await priceOf(items.again, { model: 'per_unit', unitPrice: '0.0005' }),
      users: await priceOf(items.users, { model: 'per_unit', unitPrice: '3' }),
      idle: await priceOf(items.idle, { model: 'per_unit', unitPrice: '9' }),
    };
    const planId = await planOf(Object.values(prices), { baseFee: { amountInMinorUnits: '4900', currency: 'USD' } });
    await ingest([
      recordOf('calls', 1_000),
      recordOf('calls', 234, { uniqueId: 'last', meterTimeInMillis: END - 1 }),
      recordOf('calls', 7_777, { uniqueId: 'before', meterTimeInMillis: START - 1 }),
      recordOf('calls', 7_777, { uniqueId: 'after', meterTimeInMillis: END }),
      recordOf('calls', 7_777, { customerId: 'beta' }),
      recordOf('seats', 3),
      recordOf('seats', 5, { uniqueId: 's' }),
      ...['ann', 'ben', 'ann'].map((user, index) => recordOf('users', 1, { uniqueId: String(index), dimensions: { user } })),
    ]);
    const charges = await rate(planId);
    expect(charges.lines.map((line) => [line.kind, line.description, line.quantity.toString(), line.unitPriceText, line.exactAmount, line.amount, line.isEmpty])).toEqual([
      ['fee', 'Growth base fee', '1', '49 USD', '49', 4900n, false],
      ['usage', 'Seats', '5', '20 USD', '100', 10_000n, false],
      ['usage', 'API calls', '1234', '0.001 USD', '1.234', 123n, false],
      ['usage', 'Support on calls', '1234', '0.0005 USD', '0.617', 62n, false],
      ['usage', 'Users', '2', '3 USD', '6', 600n, false],
      ['usage', 'Idle', '0', '9 USD', '0', 0n, true],
    ]);
    expect(charges.total).toBe(15_685n);
    expect(charges.lines[1]).toMatchObject({ productItemId: items.seats, priceId: prices.seats, meterApiName: 'seats' });
    expect(charges.lines[0]).toMatchObject({ productItemId: null, priceId: null, meterApiName: null, tiers: [] });
  });

  it('keeps the arithmetic of the tiers', async () => {
    await meterOf('tiered');
    const model = { model: 'graduated', tiers: [{ upTo: '10', unitPrice: '1' }, { upTo: null, unitPrice: '0.5', flatFee: '2' }] };
    const planId = await planOf([await priceOf(await itemOf('tiered'), model)]);
    await ingest([recordOf('tiered', 12)]);
    expect((await rate(planId)).lines[0]!.tiers).toMatchObject([
      { fromUnit: '0', toUnit: '10', units: '10', unitPrice: '1', flatFee: '0', amount: '10' },
      { fromUnit: '10', toUnit: null, units: '2', unitPrice: '0.5', flatFee: '2', amount: '3' },
    ]);
  });

  it('rates up to a watermark for ever the same, while more arrives', async () => {
    await meterOf('frozen');
    const planId = await planOf([await priceOf(await itemOf('frozen'), { model: 'per_unit', unitPrice: '1' })]);
    await ingest([recordOf('frozen', 1)]);
    const watermark = await application.nest.get(UsageStore).watermark();
    await ingest([recordOf('frozen', 2)]);
    expect((await rate(planId, { watermark })).total).toBe(100n);
    expect((await rate(planId)).total).toBe(300n);
  });

  it('freezes a period while events keep coming: billed and late together are what was acknowledged', async () => {
    await meterOf('stream');
    const planId = await planOf([await priceOf(await itemOf('stream'), { model: 'per_unit', unitPrice: '0.01' })]);
    const ingestion = application.nest.get(IngestionService);
    let acknowledged = 0;
    let locked = false;
    const senders = Array.from({ length: 6 }, async (_, sender) => {
      for (let round = 0; round < 15 || !locked; round += 1) {
        const { accepted } = await ingestion.ingest(account.id, Array.from({ length: 10 }, (__, index) => recordOf('stream', 1, { uniqueId: `${sender}-${round}-${index}` })));
        acknowledged += accepted;
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    const watermark = await application.nest.get(UsageStore).watermark();
    const billed = await rate(planId, { watermark });
    await new Promise((resolve) => setTimeout(resolve, 30));
    locked = true;
    await Promise.all(senders);
    expect(await rate(planId, { watermark })).toEqual(billed);
    const { rows } = await application.pool.query<{ late: string }>(
      `select count(*) as late from usage_event where account_id = $1 and meter_api_name = 'stream' and transaction_id >= $2::bigint`,
      [account.id, watermark],
    );
    expect(billed.total + BigInt(rows[0]!.late)).toBe(BigInt(acknowledged));
    expect((await rate(planId)).total).toBe(BigInt(acknowledged));
    expect(billed.total).toBeGreaterThan(0n);
    expect(BigInt(rows[0]!.late)).toBeGreaterThan(0n);
  });

  it('charges two halves of a period as much as the whole, but for rounding', async () => {
    await meterOf('halves');
    const planId = await planOf([await priceOf(await itemOf('halves'), { model: 'per_unit', unitPrice: '0.01' })]);
    await ingest([recordOf('halves', 3), recordOf('halves', 4, { meterTimeInMillis: START + 14 * 86_400_000 })]);
    const middle = START + 14 * 86_400_000;
    const [first, second, whole] = [await rate(planId, { to: middle }), await rate(planId, { from: middle }), await rate(planId)];
    expect([first.total, second.total, whole.total]).toEqual([3n, 4n, 7n]);
  });

  it('refuses to price what is less than nothing', async () => {
    await meterOf('negative');
    const planId = await planOf([await priceOf(await itemOf('negative'), { model: 'per_unit', unitPrice: '1' })]);
    await ingest([recordOf('negative', -1)]);
    await expect(rate(planId)).rejects.toMatchObject({ code: 'negative_quantity' });
  });
});
