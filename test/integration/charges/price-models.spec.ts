import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlansService } from '../../../src/catalog/plans.service.js';
import { ChargesService, type ChargesInput } from '../../../src/charges/charges.service.js';
import type { ChargeLine } from '../../../src/charges/rated-charges.js';
import { Database } from '../../../src/platform/database/database.js';
import { UsageApplication, type TestAccount } from '../../support/usage-application.js';

const START = Date.UTC(2026, 5, 1);
const END = Date.UTC(2026, 6, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What a price reads of a meter's usage, and how a period is split between versions of it; the arithmetic itself is shown in libs/rating. */
describe('Prices and the usage they read', () => {
  let application: UsageApplication;
  let account: TestAccount;
  let names = 0;

  beforeAll(async () => {
    application = await UsageApplication.start();
    account = await application.account();
  });

  afterAll(() => application.stop());

  const create = async (route: string, body: unknown): Promise<string> => {
    const answer = await account.call('POST', route, body);
    expect(answer).toMatchObject({ status: 200 });
    return (answer.body as { id: string }).id;
  };

  interface Sold {
    readonly meter: string;
    readonly planId: string;
    readonly priceId: string;
  }

  /** A meter of its own, its price and a plan of it; further versions of the price as they would stand after their days had come. */
  async function sell(meterChange: Record<string, unknown>, model: unknown, ...versions: [fromInMillis: number, model: unknown][]): Promise<Sold> {
    names += 1;
    const meter = `meter-${names}`;
    await create('/meters', { meterApiName: meter, label: meter, ...meterChange });
    const item = await create('/product-items', { productItemName: 'Things', meterApiName: meter });
    const priceId = await create('/prices', { productItemId: item, priceName: 'p', currency: 'USD', model });
    const planId = await create('/plans', { planName: 'Plan', currency: 'USD', billingPeriod: { interval: 'month' }, prices: [priceId] });
    for (const [effectiveFromTimeInMillis, next] of versions) await create(`/prices/${priceId}/versions`, { model: next, effectiveFromTimeInMillis });
    return { meter, planId, priceId };
  }

  async function use(meterApiName: string, ...events: [timeInMillis: number, value: number, dimensions?: Record<string, string>][]): Promise<void> {
    const records = events.map(([meterTimeInMillis, meterValue, dimensions], index) => ({ customerId: 'acme', meterApiName, meterValue, meterTimeInMillis, uniqueId: `${meterApiName}-${meterTimeInMillis}-${index}`, ...(dimensions ? { dimensions } : {}) }));
    expect(await account.call('POST', '/ingest', records)).toMatchObject({ status: 200 });
  }

  async function lines({ planId }: Sold, change: Partial<ChargesInput> = {}): Promise<readonly ChargeLine[]> {
    const tx = application.nest.get(Database).reader();
    const plan = await application.nest.get(PlansService).getPriced(tx, account.id, planId);
    const input = { accountId: account.id, customerId: 'acme', plan, periodStartInMillis: START, periodEndInMillis: END, watermark: null, ...change };
    return (await application.nest.get(ChargesService).rate(tx, input)).lines;
  }

  const shown = (found: readonly ChargeLine[]): string[] => found.map((line) => `${line.description}: ${line.quantity} × ${line.unitPriceText} = ${line.amount}`);

  it('prices the usage for which every filter holds', async () => {
    const filters = [{ dimension: 'region', values: ['eu', 'uk'] }, { dimension: 'size', values: ['large'] }];
    const sold = await sell({ aggregation: 'sum', dimensions: ['region', 'size'] }, { model: 'per_unit', unitPrice: '1', filters });
    await use(sold.meter, [START, 1, { region: 'eu', size: 'large' }], [START, 10, { region: 'uk', size: 'large' }], [START, 100, { region: 'us', size: 'large' }], [START, 1_000, { region: 'eu' }]);
    expect(shown(await lines(sold))).toEqual(['Things: 11 × 1 USD = 1100']);
  });

  it('prices combinations of dimensions by their rows, and all others together', async () => {
    const perUnit = (unitPrice: string): unknown => ({ model: 'per_unit', unitPrice });
    const model = {
      model: 'dimension_matrix',
      dimensions: ['region', 'size'],
      rows: [{ values: ['eu', 'large'], price: { model: 'package', packageSize: '10', packagePrice: '3' } }, { values: ['us', ''], price: perUnit('0.5') }],
      otherwise: perUnit('2'),
    };
    const sold = await sell({ aggregation: 'sum', dimensions: ['region', 'size'] }, model);
    await use(sold.meter, [START, 11, { region: 'eu', size: 'large' }], [START, 4, { region: 'us' }], [START, 1, { region: 'cn', size: 'small' }], [START, 2]);
    const [line] = await lines(sold);
    expect(shown([line!])).toEqual(['Things: 18 × 0.5 to 3 USD by region, size = 1400']);
    expect(line!.tiers.map(({ label, units, amount }) => `${label}: ${units} = ${amount}`)).toEqual(['eu, large: 11 = 6', 'us, : 4 = 2', 'all others: 3 = 6']);
  });

  it('counts events another way than the meter does, and fees for each of them', async () => {
    const peak = await sell({ aggregation: 'sum' }, { model: 'per_unit', unitPrice: '1', usage: { aggregation: 'max' } });
    await use(peak.meter, [START, 3], [START + DAY, 8], [START + 2 * DAY, 5]);
    expect(shown(await lines(peak))).toEqual(['Things: 8 × 1 USD = 800']);
    const users = await sell({ aggregation: 'sum', dimensions: ['user'] }, { model: 'per_unit', unitPrice: '1', usage: { aggregation: 'unique', uniqueDimension: 'user' } });
    await use(users.meter, [START, 1, { user: 'ann' }], [START, 1, { user: 'ben' }], [START + DAY, 1, { user: 'ann' }]);
    expect(shown(await lines(users))).toEqual(['Things: 2 × 1 USD = 200']);
    const payments = await sell({ aggregation: 'sum' }, { model: 'percentage', percent: '2.9', feePerEvent: '0.30' });
    await use(payments.meter, [START, 100], [START, 50.5], [START + DAY, 20]);
    expect(shown(await lines(payments))).toEqual(['Things: 170.5 × 2.9 % + 0.3 USD each = 584']);
  });

  it('charges seats by the time they are held, in a part of a period too', async () => {
    const sold = await sell({ aggregation: 'latest' }, { model: 'per_seat', seatPrice: '30', proration: 'time', freeUnits: '1' });
    await use(sold.meter, [START - DAY, 4], [START + 15 * DAY, 10]);
    expect(shown(await lines(sold))).toEqual(['Things: 7 × 0 to 30 USD by tier = 18000']);
    // The last ten days of June alone: ten seats, nine of them paid, a third of the month.
    const part = await lines(sold, { periodStartInMillis: START + 20 * DAY, wholePeriod: { startInMillis: START, endInMillis: END } });
    expect(shown(part)).toEqual(['Things: 10 × 0 to 30 USD by tier × 1/3 = 9000']);
  });

  const TOMORROW = Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth(), new Date().getUTCDate() + 1);
  /** A month whose tenth day is tomorrow, when the second version takes effect. */
  const split = { periodStartInMillis: TOMORROW - 9 * DAY, periodEndInMillis: TOMORROW + 21 * DAY };
  const perUnit = (unitPrice: string, more: Record<string, unknown> = {}): unknown => ({ model: 'per_unit', unitPrice, ...more });
  const [BEFORE, AFTER] = [TOMORROW - HOUR, TOMORROW];

  it('splits usage that adds up where the price changes: each version its own line, free units and tiers go on', async () => {
    const sold = await sell({ aggregation: 'sum' }, perUnit('1', { freeUnits: '8' }), [TOMORROW, perUnit('3', { freeUnits: '8' })]);
    await use(sold.meter, [BEFORE, 5], [AFTER, 4]);
    const found = await lines(sold, split);
    const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
    expect(shown(found)).toEqual([
      `Things (${day(split.periodStartInMillis)} to ${day(BEFORE)}): 5 × 0 USD = 0`,
      `Things (${day(AFTER)} to ${day(split.periodEndInMillis - 1)}): 4 × 0 to 3 USD by tier = 300`,
    ]);
    expect(found.map(({ priceVersion, periodStartInMillis, periodEndInMillis }) => [priceVersion, periodStartInMillis, periodEndInMillis])).toEqual([
      [1, split.periodStartInMillis, TOMORROW],
      [2, TOMORROW, split.periodEndInMillis],
    ]);
    expect(shown(await lines(sold, { periodStartInMillis: TOMORROW, periodEndInMillis: TOMORROW + DAY }))).toEqual(['Things: 4 × 0 USD = 0']);
  });

  it('counts what is unique once, where it was first seen, and a level for each version by its days', async () => {
    const users = await sell({ aggregation: 'unique', uniqueDimension: 'user', dimensions: ['user'] }, perUnit('1'), [TOMORROW, perUnit('10')]);
    await use(users.meter, [BEFORE, 1, { user: 'ann' }], [BEFORE, 1, { user: 'ben' }], [AFTER, 1, { user: 'ann' }], [AFTER, 1, { user: 'cleo' }]);
    expect((await lines(users, split)).map(({ quantity, amount }) => `${quantity} = ${amount}`)).toEqual(['2 = 200', '1 = 1000']);
    const peak = await sell({ aggregation: 'max' }, perUnit('1'), [TOMORROW, perUnit('10')]);
    await use(peak.meter, [BEFORE, 20], [AFTER, 5]);
    expect((await lines(peak, split)).map(({ quantity, unitPriceText, amount }) => `${quantity} × ${unitPriceText} = ${amount}`)).toEqual(['20 × 1 USD × 3/10 = 600', '20 × 10 USD × 7/10 = 14000']);
  });

  it('reads for each version what it asks for', async () => {
    const sold = await sell({ aggregation: 'sum', dimensions: ['region'] }, perUnit('1', { filters: [{ dimension: 'region', values: ['eu'] }] }), [TOMORROW, perUnit('2', { filters: [{ dimension: 'region', values: ['us'] }] })]);
    await use(sold.meter, [BEFORE, 1, { region: 'eu' }], [BEFORE, 10, { region: 'us' }], [AFTER, 100, { region: 'eu' }], [AFTER, 1_000, { region: 'us' }]);
    expect((await lines(sold, split)).map(({ quantity }) => quantity.toString())).toEqual(['1', '1000']);
  });

  it('costs with two versions that are alike what it costs with one', async () => {
    const graduated = { model: 'graduated', tiers: [{ upTo: '10', unitPrice: '0.333', flatFee: '1' }, { upTo: null, unitPrice: '0.1' }], minimumAmount: '4' };
    for (const meter of [{ aggregation: 'sum' }, { aggregation: 'max' }, { aggregation: 'unique', uniqueDimension: 'user', dimensions: ['user'] }]) {
      const [one, two] = [await sell(meter, graduated), await sell(meter, graduated, [TOMORROW, graduated])];
      const total = async (sold: Sold): Promise<number> => {
        await use(sold.meter, [BEFORE, 7, { user: 'ann' }], [AFTER, 9, { user: 'ben' }], [AFTER, 3, { user: 'ann' }]);
        return (await lines(sold, split)).reduce((sum, { amount }) => sum + Number(amount), 0);
      };
      expect(Math.abs((await total(one)) - (await total(two)))).toBeLessThanOrEqual(1);
    }
  });

  it.each<[string, Record<string, unknown>, unknown, string[]]>([
    ['seats by time of a meter that adds up', { aggregation: 'sum' }, { model: 'per_seat', seatPrice: 1, proration: 'time' }, ['seats_not_held']],
    ['a fee for each event of a level', { aggregation: 'max' }, { model: 'percentage', percent: 1, feePerEvent: 1 }, ['level_has_no_events']],
  ])('refuses %s', async (_what, meterChange, model, codes) => {
    names += 1;
    await create('/meters', { meterApiName: `meter-${names}`, label: 'x', ...meterChange });
    const productItemId = await create('/product-items', { productItemName: 'x', meterApiName: `meter-${names}` });
    const { status, body } = await account.call('POST', '/prices', { productItemId, priceName: 'p', currency: 'USD', model });
    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'price_does_not_fit_meter', errors: codes.map((code) => ({ code })) } });
    expect((await account.call('GET', `/prices?productItemId=${productItemId}`)).body).toEqual([]);
  });
});
