import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openAccount } from '../../support/furnished-account.js';
import { HttpCaller } from '../../support/http-caller.js';
import { startTestApplication, type TestApplication } from '../../support/test-application.js';

const VAT = { name: 'VAT', jurisdiction: 'DE', percentage: '19' };
const JANUARY = Date.parse('2027-01-01T00:00Z');
const JULY = Date.parse('2027-07-01T00:00Z');

describe('Tax rates and where they apply', () => {
  let application: TestApplication;
  let account: HttpCaller;

  beforeAll(async () => {
    application = await startTestApplication({ runLoops: false, connectStripe: false });
    account = await openAccount(new HttpCaller(application.url, application.adminKey), 'taxes');
    await account.call('POST', '/customers', { customerId: 'ada', customerName: 'Ada' });
  });

  afterAll(() => application.close());

  const create = async (route: string, body: unknown): Promise<string> => {
    const answer = await account.call('POST', route, body);
    expect(answer).toMatchObject({ status: 200 });
    return (answer.body as { id: string }).id;
  };

  it('are read as they were made, and change by versions', async () => {
    const id = await create('/tax-rates', { ...VAT, percentage: 16.5, validUntilInMillis: JULY, isInclusive: true });
    expect((await account.call('GET', `/tax-rates/${id}`)).body).toMatchObject({ name: 'VAT', jurisdiction: 'DE', isInclusive: true, versions: [{ percentage: '16.5', validFromInMillis: null, validUntilInMillis: JULY }] });
    // Before the end of the open one, which then ends there.
    const versions = [{ percentage: '16.5', validFromInMillis: null, validUntilInMillis: JANUARY }, { percentage: '19', validFromInMillis: JANUARY, validUntilInMillis: null }];
    expect(await account.call('POST', `/tax-rates/${id}/versions`, { percentage: '19', validFromInMillis: JANUARY })).toMatchObject({ status: 200, body: { versions } });
    for (const validFromInMillis of [JANUARY, JANUARY - 1, null, undefined]) {
      expect(await account.call('POST', `/tax-rates/${id}/versions`, { percentage: '20', validFromInMillis })).toMatchObject({ status: 409, body: { code: 'tax_rate_version_order' } });
    }
    expect((await account.call('GET', `/tax-rates/${id}`)).body).toMatchObject({ versions });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a percentage below zero', { percentage: '-1' }, 'invalid_percentage'],
    ['more than all of it', { percentage: '100.0001' }, 'invalid_percentage'],
    ['more places than documents carry', { percentage: '9.97501' }, 'invalid_percentage'],
    ['a percentage that is none', { percentage: 'nineteen' }, 'invalid_request'],
    ['a jurisdiction that is none', { jurisdiction: 'Germany' }, 'invalid_request'],
    ['no name', { name: '' }, 'invalid_request'],
    ['an end before the beginning', { validFromInMillis: JULY, validUntilInMillis: JANUARY }, 'invalid_time_range'],
    ['what nobody knows', { rate: 19 }, 'invalid_request'],
  ])('refuse %s', async (_what, wrong, code) => {
    const before = (await account.call('GET', '/tax-rates')).body;
    expect(await account.call('POST', '/tax-rates', { ...VAT, ...wrong })).toMatchObject({ status: 400, body: { code } });
    expect((await account.call('GET', '/tax-rates')).body).toEqual(before);
  });

  it('are kept while something is taxed by them', async () => {
    const id = await create('/tax-rates', VAT);
    expect(await account.call('PUT', '/customers/ada/tax', { taxRateIds: [id] })).toMatchObject({ status: 200, body: { taxRateIds: [id], exemption: 'none' } });
    expect(await account.call('DELETE', `/tax-rates/${id}`)).toMatchObject({ status: 409, body: { code: 'tax_rate_in_use', errorMessage: expect.stringContaining('customer ada') as unknown } });
    expect(await account.call('PUT', '/customers/ada/tax', { taxRateIds: [] })).toMatchObject({ status: 200 });
    expect(await account.call('DELETE', `/tax-rates/${id}`)).toMatchObject({ status: 200, body: { id } });
    expect(await account.call('GET', `/tax-rates/${id}`)).toMatchObject({ status: 404, body: { code: 'tax_rate_not_found' } });
  });

  it('are assigned all or none, and by names that there are', async () => {
    const [german, austrian] = [await create('/tax-rates', VAT), await create('/tax-rates', { ...VAT, jurisdiction: 'AT', percentage: '20' })];
    await account.call('PUT', '/tax-defaults', { taxRateIds: [german] });
    for (const [taxRateIds, code] of [[[austrian, 'txr_none'], 'unknown_tax_rate'], [[german, german], 'tax_rate_twice'], [[german, austrian], 'mixed_jurisdictions']] as const) {
      expect(await account.call('PUT', '/tax-defaults', { taxRateIds })).toMatchObject({ status: 400, body: { code } });
    }
    expect((await account.call('GET', '/tax-defaults')).body).toEqual({ taxRateIds: [german] });
    await account.call('POST', '/meters', { meterApiName: 'calls', label: 'Calls', meterType: 'sum_of_all_usage' });
    const item = await create('/product-items', { productItemName: 'Calls', meterApiName: 'calls' });
    // An item says for each country what it is taxed there.
    expect(await account.call('PUT', `/product-items/${item}/tax`, { taxRateIds: [german, austrian] })).toMatchObject({ status: 200 });
    const fee = { name: 'Seat', amount: { amountInMinorUnits: 100, currency: 'EUR' }, kind: 'recurring' };
    const { body: plan } = await account.call('POST', '/plans', { planName: 'Plan', currency: 'EUR', billingPeriod: { interval: 'month' }, fees: [fee] });
    const { id: planId, fees } = plan as { id: string; fees: { id: string }[] };
    expect(await account.call('PUT', `/plans/${planId}/fees/${fees[0]!.id}/tax`, { taxRateIds: [austrian] })).toMatchObject({ status: 200, body: { taxRateIds: [austrian] } });
    expect(await account.call('PUT', `/plans/${planId}/fees/fee_none/tax`, { taxRateIds: [austrian] })).toMatchObject({ status: 404, body: { code: 'fee_not_found' } });
    expect(await account.call('PUT', '/customers/nobody/tax', { taxRateIds: [] })).toMatchObject({ status: 404, body: { code: 'customer_not_found' } });
  });

  it('want a number of the customer who owes the tax, and one that can be right', async () => {
    expect(await account.call('PUT', '/customers/ada/tax', { taxRateIds: [], exemption: 'reverse' })).toMatchObject({ status: 409, body: { code: 'tax_id_missing' } });
    const customer = (value: string): object => ({ customerId: 'ada', customerName: 'Ada', billing: { taxIds: [{ type: 'eu_vat', value }] } });
    expect(await account.call('PUT', '/customers', customer('ATU13585628'))).toMatchObject({ status: 400, body: { errors: [{ field: 'billing.taxIds.0.value' }] } });
    expect(await account.call('PUT', '/customers', customer('ATU13585627'))).toMatchObject({ status: 200 });
    expect(await account.call('PUT', '/customers/ada/tax', { taxRateIds: [], exemption: 'reverse' })).toMatchObject({ status: 200, body: { exemption: 'reverse' } });
    expect(await account.call('PUT', '/customers/ada/tax', { taxRateIds: [], exemption: 'sometimes' })).toMatchObject({ status: 400 });
    expect((await account.call('GET', '/customers/ada/tax')).body).toEqual({ taxRateIds: [], exemption: 'reverse' });
  });

  it('exchange: rates are stored all or none, replaced by day, and listed in order, page by page', async () => {
    const rate = (date: string, value: string | number, toCurrency = 'EUR'): object => ({ fromCurrency: 'usd', toCurrency, date, rate: value });
    expect(await account.call('PUT', '/exchange-rates', { rates: [rate('2027-01-31', '0.9'), rate('2027-01-01', 0.8), rate('2027-01-01', '150.5', 'jpy')] })).toMatchObject({ status: 200 });
    await account.call('PUT', '/exchange-rates', { rates: [rate('2027-01-31', '0.923456789012')] });
    const listed = [['EUR', '2027-01-01', '0.8'], ['EUR', '2027-01-31', '0.923456789012'], ['JPY', '2027-01-01', '150.5']].map(([toCurrency, date, value]) => ({ fromCurrency: 'USD', toCurrency, date, rate: value }));
    expect((await account.call('GET', '/exchange-rates')).body).toMatchObject(listed);
    expect((await account.call('GET', '/exchange-rates?toCurrency=JPY')).body).toMatchObject(listed.slice(2));
    const rows: unknown[] = [];
    for (let next: string | undefined = '/exchange-rates?limit=1'; next !== undefined; ) {
      const answer = await account.call('GET', next);
      rows.push(...(answer.body as unknown[]));
      next = /^<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    expect(rows).toMatchObject(listed);
    for (const [wrong, code] of [
      [rate('2027-02-30', 1), 'invalid_date'],
      [rate('2027-1-1', 1), 'invalid_date'],
      [rate('2027-01-01', 0), 'invalid_exchange_rate'],
      [rate('2027-01-01', '-1'), 'invalid_exchange_rate'],
      [rate('2027-01-01', 1, 'USD'), 'invalid_exchange_rate'],
      [rate('2027-01-01', 1, 'XXX'), 'unknown_currency'],
      [rate('2027-03-01', 1), 'exchange_rate_twice'],
    ] as const) {
      expect(await account.call('PUT', '/exchange-rates', { rates: [rate('2027-03-01', '0.7'), wrong] })).toMatchObject({ status: 400, body: { code } });
    }
    expect((await account.call('GET', '/exchange-rates')).body).toMatchObject(listed);
    expect(await account.call('DELETE', '/exchange-rates/USD/JPY/2027-01-01')).toMatchObject({ status: 200, body: { rate: '150.5' } });
    expect(await account.call('DELETE', '/exchange-rates/USD/JPY/2027-01-01')).toMatchObject({ status: 404, body: { code: 'exchange_rate_not_found' } });
  });
});
