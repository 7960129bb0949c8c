import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UsageApplication, type TestAccount } from '../../support/usage-application.js';

interface Identified {
  id: string;
}

const MONTH = { interval: 'month', intervalsCount: 1 };
const PER_UNIT = { model: 'per_unit', unitPrice: '0.002' };

describe('The catalog', () => {
  let application: UsageApplication;
  let account: TestAccount;
  let itemId: string;
  let priceId: string;

  beforeAll(async () => {
    application = await UsageApplication.start();
    account = await application.account();
    await account.call('POST', '/meters', { meterApiName: 'calls', label: 'Calls', meterType: 'sum_of_all_usage' });
    itemId = await create('/product-items', { productItemName: 'API calls', meterApiName: 'calls' });
    priceId = await create('/prices', { productItemId: itemId, priceName: 'Calls', currency: 'usd', model: PER_UNIT });
  });

  afterAll(() => application.stop());

  const create = async (route: string, body: unknown): Promise<string> => {
    const answer = await account.call('POST', route, body);
    expect(answer).toMatchObject({ status: 200 });
    return (answer.body as Identified).id;
  };

  describe('Product items', () => {
    it('are read as they were made', async () => {
      const { body } = await account.call('GET', `/product-items/${itemId}`);
      expect(body).toEqual({ id: itemId, productItemName: 'API calls', meterApiName: 'calls', description: null, createTime: expect.any(Number), updateTime: expect.any(Number) });
      expect((await account.call('GET', '/product-items')).body).toEqual([body]);
    });

    it('need a meter that exists', async () => {
      expect(await account.call('POST', '/product-items', { productItemName: 'x', meterApiName: 'nothing' })).toMatchObject({ status: 400, body: { code: 'unknown_meter', errors: [{ field: 'meterApiName' }] } });
    });

    it('name unknown fields', async () => {
      expect(await account.call('POST', '/product-items', { productItemName: 'x', meterApiName: 'calls', colour: 'red' })).toMatchObject({ status: 400, body: { errors: [{ field: 'colour', code: 'unknown_field' }] } });
    });
  });

  describe('Prices', () => {
    it('keep their model exactly, decimals as text', async () => {
      const model = { model: 'graduated', tiers: [{ upTo: '100', unitPrice: '0.123456789012' }, { upTo: null, unitPrice: 0.1, flatFee: '5' }] };
      const { body } = await account.call('POST', '/prices', { productItemId: itemId, priceName: 'Tiers', currency: 'EUR', model });
      expect(body).toMatchObject({ currency: 'EUR', model: { model: 'graduated', tiers: [{ upTo: '100', unitPrice: '0.123456789012' }, { upTo: null, unitPrice: '0.1', flatFee: '5' }] } });
      expect((await account.call('GET', `/prices/${(body as Identified).id}`)).body).toEqual(body);
      expect((await account.call('GET', `/prices?productItemId=${itemId}`)).body).toHaveLength(2);
      expect((await account.call('GET', '/prices?productItemId=item_absent')).body).toEqual([]);
    });

    it.each<[string, Record<string, unknown>, string]>([
      ['an unknown item', { productItemId: 'item_absent' }, 'unknown_product_item'],
      ['an unknown currency', { currency: 'XXX' }, 'unknown_currency'],
      ['an unknown model', { model: { model: 'free' } }, 'invalid_price_model'],
      ['a negative price', { model: { model: 'per_unit', unitPrice: '-1' } }, 'invalid_price_model'],
      ['a missing model', { model: undefined }, 'not_one_price_model'],
    ])('refuse %s', async (_what, change, code) => {
      const answer = await account.call('POST', '/prices', { productItemId: itemId, priceName: 'x', currency: 'USD', model: PER_UNIT, ...change });
      expect(answer).toMatchObject({ status: 400, body: { code } });
    });
  });

  describe('Plans', () => {
    it('are read as they were made', async () => {
      const plan = { planName: 'Growth', currency: 'USD', billingPeriod: { interval: 'Month' }, baseFee: { amountInMinorUnits: 4900, currency: 'usd' }, prices: [priceId] };
      const { body } = await account.call('POST', '/plans', plan);
      expect(body).toEqual({
        id: expect.stringMatching(/^plan_/),
        planName: 'Growth',
        description: null,
        currency: 'USD',
        billingPeriod: MONTH,
        baseFee: { amountInMinorUnits: '4900', currency: 'USD' },
        fees: [],
        freeAmount: { amountInMinorUnits: '0', currency: 'USD' },
        minimumAmount: { amountInMinorUnits: '0', currency: 'USD' },
        successorPlanId: null,
        successorPeriods: 'continue',
        prices: [priceId],
        isDefault: false,
        status: 'active',
        createTime: expect.any(Number),
        updateTime: expect.any(Number),
      });
      expect((await account.call('GET', `/plans/${(body as Identified).id}`)).body).toEqual(body);
      expect((await account.call('GET', '/plans')).body).toContainEqual(body);
    });

    it.each<[string, Record<string, unknown>, string]>([
      ['nothing to bill', { prices: [] }, 'empty_plan'],
      ['an unknown price', { prices: ['price_absent'] }, 'unknown_price'],
      ['another currency than its prices', { currency: 'EUR' }, 'currency_mix'],
      ['another currency than its fee', { baseFee: { amountInMinorUnits: '1', currency: 'EUR' } }, 'currency_mix'],
      ['a negative fee', { baseFee: { amountInMinorUnits: '-1', currency: 'USD' } }, 'invalid_request'],
      ['a fee in fractions of a minor unit', { baseFee: { amountInMinorUnits: 1.5, currency: 'USD' } }, 'invalid_request'],
      ['an unknown billing period', { billingPeriod: { interval: 'fortnight' } }, 'invalid_billing_period'],
      ['no billing period', { billingPeriod: undefined }, 'invalid_request'],
    ])('refuse %s', async (_what, change, code) => {
      const answer = await account.call('POST', '/plans', { planName: 'x', currency: 'USD', billingPeriod: MONTH, prices: [priceId], ...change });
      expect(answer).toMatchObject({ status: 400, body: { code } });
    });

    it('refuse a second price of the same item, and the same price twice', async () => {
      const second = await create('/prices', { productItemId: itemId, priceName: 'Again', currency: 'USD', model: PER_UNIT });
      for (const prices of [[priceId, second], [priceId, priceId]]) {
        expect(await account.call('POST', '/plans', { planName: 'x', currency: 'USD', billingPeriod: MONTH, prices })).toMatchObject({ status: 400, body: { code: 'item_priced_twice' } });
      }
    });

    it('may be renamed, then deprecated for ever', async () => {
      const id = await create('/plans', { planName: 'Old', currency: 'USD', billingPeriod: MONTH, prices: [priceId] });
      expect(await account.call('PUT', `/plans/${id}`, { planName: 'Older', description: 'd' })).toMatchObject({ status: 200, body: { planName: 'Older', description: 'd', prices: [priceId] } });
      expect(await account.call('PUT', `/plans/${id}`, { currency: 'EUR' })).toMatchObject({ status: 409, body: { code: 'plan_is_not_draft' } });
      expect(await account.call('PUT', `/plans/${id}`, { status: 'deprecated' })).toMatchObject({ status: 200, body: { status: 'deprecated', description: 'd' } });
      expect(await account.call('PUT', `/plans/${id}`, { status: 'active' })).toMatchObject({ status: 409, body: { code: 'plan_deprecated' } });
    });

    it('have one default, however many requests make another one', async () => {
      const mine = await application.account();
      const plan = (planName: string): unknown => ({ planName, currency: 'USD', billingPeriod: MONTH, baseFee: { amountInMinorUnits: '100', currency: 'USD' }, isDefault: true });
      const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => mine.call('POST', '/plans', plan(name))));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      const plans = (await mine.call('GET', '/plans')).body as { id: string; isDefault: boolean }[];
      const [current, ...others] = plans.filter(({ isDefault }) => isDefault);
      expect(others).toEqual([]);
      expect(await mine.call('PUT', `/plans/${current!.id}`, { status: 'deprecated' })).toMatchObject({ status: 409, body: { code: 'plan_is_default' } });
      expect(await mine.call('PUT', `/plans/${current!.id}`, { status: 'deprecated', isDefault: false })).toMatchObject({ status: 200 });
    });
  });

  it('treats what belongs to another account as what does not exist', async () => {
    const planId = await create('/plans', { planName: 'Mine', currency: 'USD', billingPeriod: MONTH, prices: [priceId] });
    const other = await application.account();
    await other.call('POST', '/meters', { meterApiName: 'calls', label: 'Calls', meterType: 'sum_of_all_usage' });
    for (const [route, id] of [['/product-items', itemId], ['/prices', priceId], ['/plans', planId]] as const) {
      const [foreign, absent] = [await other.call('GET', `${route}/${id}`), await other.call('GET', `${route}/x_absent`)];
      expect(foreign.status).toBe(404);
      expect(foreign.text.replaceAll(id, 'x_absent').replace(/"requestId":"[^"]+"/, '')).toBe(absent.text.replace(/"requestId":"[^"]+"/, ''));
      expect((await other.call('GET', route)).body).toEqual([]);
    }
    expect(await other.call('PUT', `/plans/${planId}`, { planName: 'Theirs' })).toMatchObject({ status: 404 });
    expect(await other.call('POST', '/prices', { productItemId: itemId, priceName: 'x', currency: 'USD', model: PER_UNIT })).toMatchObject({ status: 400, body: { code: 'unknown_product_item' } });
    expect(await other.call('POST', '/plans', { planName: 'x', currency: 'USD', billingPeriod: MONTH, prices: [priceId] })).toMatchObject({ status: 400, body: { code: 'unknown_price' } });
  });
});
