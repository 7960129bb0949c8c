import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabasePool } from '../../src/platform/database/database.js';
import { operationsOf, pathOf, readApiDocument, type ApiOperation } from '../support/api-document.js';
import { ApiSchemas } from '../support/api-schemas.js';
import { furnishAccount, openAccount, type FurnishedAccount } from '../support/furnished-account.js';
import { HttpCaller, type HttpAnswer, type HttpExchange } from '../support/http-caller.js';
import { MailServer } from '../support/mail-server.js';
import { insertReturnedMoney } from '../support/returned-money-rows.js';
import { eventually, startTestApplication, type TestApplication } from '../support/test-application.js';

/** The machine may be busy with other suites: a whole application starts in each. */
const DAY_IN_MILLIS = 86_400_000;

/** Every answer that was given while this file ran is held against what the document says about it. */
describe('Answers are as /openapi.json describes them', () => {
  const exchanges: HttpExchange[] = [];
  let application: TestApplication;
  let server: MailServer;
  let installation: HttpCaller;
  let account: FurnishedAccount;
  let operations: ApiOperation[];
  let schemas: ApiSchemas;

  beforeAll(async () => {
    server = await MailServer.start();
    application = await startTestApplication({ connectStripe: false, smtp: server.options });
    const document = await readApiDocument(new HttpCaller(application.url, null));
    operations = operationsOf(document);
    schemas = new ApiSchemas(document);
    installation = new HttpCaller(application.url, application.adminKey, (exchange) => exchanges.push(exchange));
    account = await furnishAccount(installation, 'acme');
  });

  afterAll(async () => {
    await application.close();
    await server.down();
  });

  it('lives a month: objects are made, read, changed, billed and taken away', async () => {
    await installation.expectOk('GET', '/health/live');
    await installation.expectOk('GET', '/health/ready');
    expect(await installation.call('GET', '/metrics')).toMatchObject({ status: 200, text: expect.stringContaining('tollkeeper_http_request_duration_seconds_count{method="GET",route="/health/live",status="2xx"} 1') as unknown });
    await installation.expectOk('GET', '/accounts?limit=1');
    await installation.expectOk('GET', '/installation');
    await readAndChange(account);
    await taxAndExchange(account);
    await billAMonth(account);
    await giveBack(account);
    await mail(account);
    await giveBackWhatWasTakenTwice(application, account);
    await keepBooks(application, account);
    await takeAway(account);
    await connectAndDisconnect(installation);
  });

  it('refuses without a key, with too small a key, and what is not there', async () => {
    const { key } = await account.expectOk<{ key: string }>('POST', '/api-keys', { name: 'only ingests', scopes: ['ingest'] });
    for (const operation of operations.filter(({ security }) => security)) {
      const path = pathOf(operation, { id: 'none', customerId: 'none', paymentMethodId: 'none', name: 'STRIPE' });
      expect(await account.as(null).call(operation.method, path)).toMatchObject({ status: 401, body: { code: 'missing_api_key' } });
      const answer = await account.as(key).call(operation.method, path);
      if (!operation.operationId.startsWith('Ingestion_')) expect(answer).toMatchObject({ status: 403, body: { code: expect.stringMatching(/^missing_scope|not_installation_admin$/) as unknown } });
      if (operation.path.includes('{id}') || operation.path.includes('{customerId}')) await account.call(operation.method, path);
    }
  });

  it('refuses what is wrong, field by field', async () => {
    for (const { method, path, requestBody } of operations) {
      if (!requestBody) continue;
      const filled = pathOf({ path }, { id: 'none', customerId: account.objects.customerId, name: 'STRIPE', provider: 'stripe', connectionId: account.objects.connectionId });
      for (const body of ['{', '[1]', '{}', '{"nobodyKnowsThis":true}']) await account.call(method, filled, body);
      await account.call(method, filled, 'x=1', { 'Content-Type': 'application/x-www-form-urlencoded' });
    }
    for (const { path, parameters } of operations) {
      if (parameters.some(({ name }) => name === 'cursor')) await account.call('GET', `${path}?limit=0&cursor=!`);
    }
    expect(exchanges.filter(({ answer }) => answer.status === 400).length).toBeGreaterThan(80);
    expect(exchanges.filter(({ answer }) => answer.status === 415).length).toBeGreaterThan(15);
  });

  describe('and then', () => {
    it('has asked every operation for a success', () => {
      const asked = new Set(exchanges.filter(({ answer }) => answer.status === 200).map((exchange) => operationOf(exchange)?.operationId));
      // The streams of events, the signed webhooks and what only a restored database or a difference can do have specs of their own.
      expect(operations.map(({ operationId }) => operationId).filter((id) => !asked.has(id))).toEqual(['ProviderIntents_resolve', 'Webhooks_receive', 'Events_stream', 'Installation_resume', 'Drift_repair']);
    });

    it('has answered nothing but what is documented', () => {
      const faults = exchanges.flatMap((exchange) => faultsOf(exchange).map((fault) => `${exchange.method} ${exchange.path} ${exchange.answer.status}: ${fault}`));
      expect([...new Set(faults)]).toEqual([]);
    });
  });

  function operationOf({ method, path }: HttpExchange): ApiOperation | undefined {
    const matching = operations.filter((operation) => operation.method === method && new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path));
    return matching.toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
  }

  function faultsOf(exchange: HttpExchange): string[] {
    const operation = operationOf(exchange);
    const { status, headers, body } = exchange.answer;
    if (!operation) return ['no such operation'];
    if (headers.get('x-request-id') === null) return ['no X-Request-Id'];
    const mediaType = headers.get('content-type')?.split(';')[0] ?? '';
    const faults = schemas.faultsOfAnswer(operation, status, mediaType, body);
    return status >= 400 ? [...faults, ...faultsOfProblem(exchange.answer)] : faults;
  }
});

/** What a schema cannot say: the parts of a problem agree with each other and with the answer. */
function faultsOfProblem({ status, headers, body }: HttpAnswer): string[] {
  const problem = body as Record<string, unknown>;
  return [
    ...(problem['status'] === status ? [] : ['status']),
    ...(problem['type'] === `urn:tollkeeper:error:${String(problem['code'])}` ? [] : ['type']),
    ...(problem['requestId'] === headers.get('x-request-id') ? [] : ['requestId']),
    ...(String(problem['errorMessage']).length > 15 ? [] : ['errorMessage']),
  ];
}

async function chargeByHand(account: FurnishedAccount): Promise<void> {
  const { customerId, productItemId, pendingChargeId } = account.objects;
  await account.expectOk('GET', '/pending-charges?status=pending');
  await account.expectOk('GET', `/pending-charges/${pendingChargeId}`);
  const charge = { description: 'Training', quantity: '2.5', unitPrice: 99.5, productItemId };
  const pending = await account.expectOk<{ id: string }>('POST', '/pending-charges', { customerId, currency: 'USD', ...charge });
  await account.expectOk('DELETE', `/pending-charges/${pending.id}`);
  await account.expectOk('POST', '/invoices/one-off', { customerId, currency: 'USD', charges: [charge, { description: 'Travel', unitPrice: '10' }], daysUntilDue: 30 });
}

async function discount(account: FurnishedAccount): Promise<void> {
  const { customerId, productItemId, planId, promotionId, couponId, customerDiscountId } = account.objects;
  for (const path of ['promotions', 'coupons', 'customer-discounts', `promotions/${promotionId}`, `coupons/${couponId}`, `customer-discounts/${customerDiscountId}`]) await account.expectOk('GET', `/${path}`);
  const maximum = { amountInMinorUnits: '500', currency: 'USD' };
  const terms = { percentage: '10', productItemIds: [productItemId], planIds: [planId], duration: 'periods', periodCount: 3, maximumPerPeriod: maximum, maximumInTotal: maximum, priority: -1, description: 'x' };
  const promotion = await account.expectOk<{ id: string }>('POST', '/promotions', { promotionName: 'All of it', ...terms });
  await account.expectOk('PUT', `/promotions/${promotion.id}`, { description: null });
  const limits = { planIds: [planId], validFromTimeInMillis: 1, validUntilTimeInMillis: 9_000_000_000_000, maximumRedemptions: 1, maximumRedemptionsPerCustomer: 1, isForFirstTimeCustomers: true };
  const coupon = await account.expectOk<{ id: string }>('POST', '/coupons', { promotionId: promotion.id, code: 'all-of-it', ...limits });
  const given = await account.expectOk<{ id: string }>('POST', '/customer-discounts', { customerId, couponCode: 'ALL-OF-IT' });
  await account.expectOk('DELETE', `/customer-discounts/${given.id}`);
  await account.expectOk('PUT', `/coupons/${coupon.id}`, { maximumRedemptions: null, status: 'deprecated' });
  const amount = await account.expectOk<{ id: string }>('POST', '/promotions', { promotionName: 'Amount', amount: maximum });
  const unused = await account.expectOk<{ id: string }>('POST', '/coupons', { promotionId: amount.id, code: 'unused' });
  await account.expectOk('DELETE', `/coupons/${unused.id}`);
  await account.expectOk('DELETE', `/promotions/${amount.id}`);
}

async function discountByReference(account: FurnishedAccount): Promise<void> {
  const { planId, productItemId } = account.objects;
  const promotions = '/payments/pricing/amberflo/account-pricing/promotions';
  const held = '/payments/pricing/amberflo/customer-promotions';
  const common = { promotionName: 'By reference', description: 'x', lockingStatus: 'open', totalMaxDiscount: 10, promotionTimeLimit: { cycles: 2 } };
  await account.expectOk('POST', `${promotions}/unconditioned_absolute_plan_promotion`, { ...common, id: 'by-reference', discount: 2.5, targetPlanId: planId });
  await account.expectOk('POST', `${promotions}/product_item_relative_partner_discount`, { id: 'by-reference-too', promotionName: 'Relative', discountRatio: 0.25, targetProductItemId: productItemId });
  for (const path of [`${promotions}/list`, `${promotions}?id=by-reference`]) await account.expectOk('GET', path);
  await account.expectOk('POST', '/customers', { customerId: 'discounted-by-reference', customerName: 'x' });
  await account.expectOk('POST', '/assignments', { customerId: 'discounted-by-reference', planId });
  const seconds = Math.floor(Date.now() / 1_000);
  await account.expectOk('POST', held, { customerId: 'discounted-by-reference', promotionId: 'by-reference', productId: '1', appliedTimeRange: { startTimeInSeconds: seconds, endTimeInSeconds: seconds + 86_400 } });
  await account.expectOk('GET', `${held}/list?CustomerId=discounted-by-reference&ProductId=1`);
  await account.expectOk('DELETE', `${held}?CustomerId=discounted-by-reference&Id=by-reference`);
}

async function commit(account: FurnishedAccount): Promise<void> {
  const { customerId, commitmentId } = account.objects;
  await account.expectOk('GET', '/commitments');
  await account.expectOk('GET', `/commitments/${commitmentId}`);
  const { id } = await account.expectOk<{ id: string }>('POST', '/commitments', { customerId, name: 'All of it', kind: 'postpaid', trueUp: 'each_period', amount: { amountInMinorUnits: '500', currency: 'USD' }, periodCount: 2 });
  await account.expectOk('DELETE', `/commitments/${id}?trueUp=false`);
  const inTwoYears = { startTimeInMillis: Date.now() + 730 * 86_400_000, endTimeInMillis: Date.now() + 760 * 86_400_000 };
  await account.expectOk('POST', '/commitments', { customerId, name: 'In advance', kind: 'prepaid', amount: { amountInMinorUnits: '500', currency: 'USD' }, ...inTwoYears });
}

async function readAndChange(account: FurnishedAccount): Promise<void> {
  const { accountId, customerId, meterId, meterApiName, productItemId, priceId, planId, assignmentId, assignmentChangeId, priceOverrideId, paymentMethodId } = account.objects;
  await account.expectOk('GET', '/accounts/current');
  await account.expectOk('GET', `/accounts/${accountId}`);
  await account.expectOk('PUT', `/accounts/${accountId}`, { mails: { invoice_issued: 'webhook' } });
  await account.expectOk('GET', '/api-keys');
  await account.expectOk('GET', '/test-clock');
  await account.expectOk('GET', '/payment-providers');
  await account.expectOk('GET', '/payment-providers/stripe/connection');
  await account.expectOk('POST', '/payment-providers/STRIPE/connection/test');
  for (const list of ['meters', 'product-items', 'prices', 'plans', 'assignments', 'invoices', 'customers']) await account.expectOk('GET', `/${list}?limit=1`);
  await account.expectOk('GET', '/customers');
  await account.expectOk('GET', `/customers?CustomerId=${customerId}`);
  await account.expectOk('GET', '/customers?customerId=nobody');
  await account.expectOk('GET', `/customers/${customerId}`);
  const address = { line1: 'Hauptstraße 1', city: 'Berlin', state: 'BE', postalCode: '10115', country: 'DE' };
  const { traits } = await account.expectOk<{ traits: object }>('GET', `/customers/${customerId}`);
  await account.expectOk('PUT', '/customers', { customerId, customerName: 'Renamed', customerEmail: 'a@b.example', description: 'x', enabled: false, address, traits });
  await account.expectOk('GET', `/meters/${meterId}`);
  const kept = { squashSumMeter: true, seatBased: false, timeoutInMinutes: 5, viewGroupingFunction: 'sum', deduplicationConfig: { any: { thing: 1 } } };
  await account.expectOk('PUT', '/meters', { id: meterId, meterApiName, label: 'Renamed', meterType: 'sum_of_all_usage', dimensions: ['region'], ...kept });
  await account.expectOk('GET', `/product-items/${productItemId}`);
  await account.expectOk('GET', `/prices/${priceId}`);
  await account.expectOk('GET', `/plans/${planId}`);
  await account.expectOk('PUT', `/plans/${planId}`, { planName: 'Renamed', description: null });
  const money = { amountInMinorUnits: 900, currency: 'USD' };
  const fees = [{ name: 'Set-up', amount: money, kind: 'one_time', timing: 'in_advance' }, { name: 'Platform', description: 'x', amount: money, kind: 'recurring', isProrated: true }];
  const draft = await account.expectOk<{ id: string }>('POST', '/plans', { planName: 'Draft', currency: 'USD', billingPeriod: { interval: 'year', intervalsCount: 2 }, status: 'draft', fees });
  await account.expectOk('PUT', `/plans/${draft.id}`, { prices: [priceId], freeAmount: money, minimumAmount: money, baseFee: money, status: 'active' });
  const deprecated = await account.expectOk<{ id: string }>('POST', '/plans', { planName: 'Old', currency: 'USD', billingPeriod: { interval: 'month' }, prices: [priceId] });
  await account.expectOk('PUT', `/plans/${deprecated.id}`, { status: 'deprecated', successorPlanId: draft.id });
  await account.expectOk('DELETE', `/plans/${deprecated.id}`);
  await account.expectOk('GET', `/assignments/${assignmentId}`);
  await account.expectOk('PUT', `/price-overrides/${priceOverrideId}`, { effectiveToTimeInMillis: null });
  await account.expectOk('GET', '/price-overrides');
  await account.expectOk('GET', `/price-overrides/${priceOverrideId}`);
  const pricing = '/payments/pricing/amberflo/customer-pricing';
  for (const path of [`${pricing}?CustomerId=${customerId}`, `${pricing}?CustomerId=nobody`, `${pricing}/list?CustomerId=${customerId}`]) await account.expectOk('GET', path);
  await account.expectOk('POST', '/customers', { customerId: 'of-reference', customerName: 'x' });
  await account.expectOk('POST', pricing, { customerId: 'of-reference', productPlanId: planId, productId: '1', startTimeInSeconds: 0, endTimeInSeconds: 0 });
  await account.expectOk('POST', `${pricing}/price-override`, { customerId: 'of-reference', planGenerator: { planMinimumPayment: 12.5, planLevelFreeTier: 1 } });
  for (const path of ['', '/list']) for (const whose of ['of-reference', 'nobody']) await account.expectOk('GET', `${pricing}/price-override${path}?customerId=${whose}`);
  await account.expectOk('POST', `${pricing}/product-plan-cancellation`, { customerId: 'of-reference', newProductPlanId: draft.id });
  await account.expectOk('GET', '/assignment-changes?status=scheduled');
  await account.expectOk('GET', `/assignment-changes/${assignmentChangeId}`);
  const prices = JSON.parse(readFileSync('libs/rating/cases/prices.json', 'utf8')) as Record<string, { currency: string; model: object }>;
  for (const { currency, model } of Object.values(prices).filter(({ model: { proration } }: { model: { proration?: string } }) => proration !== 'time')) {
    const terms = { minimumAmount: 1, maximumAmount: '900', filters: [{ dimension: 'tenant', values: ['a', 'b'] }] };
    const { id } = await account.expectOk<{ id: string }>('POST', '/prices', { productItemId, priceName: 'x', currency, model: { ...model, ...terms } });
    await account.expectOk('POST', `/prices/${id}/versions`, { model, effectiveFromTimeInMillis: Date.now() + 86_400_000 });
    await account.expectOk('DELETE', `/prices/${id}/versions/2`);
    await account.expectOk('DELETE', `/prices/${id}`);
  }
  await discount(account);
  await discountByReference(account);
  await commit(account);
  await chargeByHand(account);
  await account.expectOk('GET', `/customers/${customerId}/payment-methods`);
  await account.expectOk('POST', `/customers/${customerId}/payment-methods/${paymentMethodId}/default`);
  await account.expectOk('POST', `/customers/${customerId}/payment-method-setup`, { returnUrl: 'https://shop.example/done' });
  await account.expectOk('POST', `/customers/${customerId}/payment-method-setup`, { mode: 'client_secret' });
  const now = Math.floor(Date.now() / 1_000);
  const report = { meterApiName, timeGroupingInterval: 'day', timeRange: { startTimeInSeconds: now - 86_400 }, groupBy: ['customerId', 'region'], take: { limit: 5 } };
  await account.expectOk('POST', '/usage', report);
  await account.expectOk('POST', '/usage/batch', [report, { ...report, groupBy: [] }]);
  await account.expectOk('POST', '/usage/sparse', report);
  await account.expectOk('POST', '/usage/sparse/batch', [report]);
  await account.expectOk('GET', `/usage/events?meterApiName=${meterApiName}&startTimeInSeconds=0`);
  await account.expectOk('GET', `/usage/amendments?meterApiName=${meterApiName}`);
  await account.expectOk('GET', `/usage/export?meterApiName=${meterApiName}`);
  await account.expectOk('GET', `/usage/current-usage-rate?meterApiName=${meterApiName}&customerId=${customerId}`);
  await account.expectOk('GET', `/usage/all?startTimeInSeconds=${now - 3_600}&timeGroupingInterval=HOUR&groupBy=customerId`);
  await correctUsage(account);
}

async function correctUsage(account: FurnishedAccount): Promise<void> {
  const { customerId, meterApiName, correctionId } = account.objects;
  const filter = { customerIds: [customerId], meterApiNames: [meterApiName], timeRange: { startTimeInSeconds: 1_700_000_000 }, ingestionTimeRange: { endTimeInSeconds: 4_000_000_000 }, dimensions: { region: ['acme', ''] } };
  const change = { name: 'Twice as much', reason: 'Counted in pairs', action: 'amend', filter, amend: { multiplyMeterValueBy: 2, dimensions: { region: 'acme', pair: null } } };
  const { id } = await account.expectOk<{ id: string }>('POST', '/usage-corrections', change);
  await account.expectOk('GET', `/usage-corrections/${id}/preview`);
  await account.expectOk('GET', `/usage-corrections/${id}/preview/invoices`);
  await account.expectOk('POST', `/usage-corrections/${id}/apply`, { note: 'As agreed' });
  const until = (state: string): Promise<unknown> => eventually(`a correction that is ${state}`, () => account.expectOk<{ state: string }>('GET', `/usage-corrections/${id}`), (seen) => seen.state === state);
  await until('applied');
  await account.expectOk('POST', `/usage-corrections/${id}/revert`, { reason: 'No pairs' });
  await until('reverted');
  expect((await account.call('POST', `/usage-corrections/${id}/apply`, {})).status).toBe(409);
  await account.expectOk('DELETE', `/usage-corrections/${correctionId}`);
  await account.expectOk('GET', '/usage-corrections?state=reverted');
}

/** Rates that change nothing of what is billed, put everywhere and taken off again. */
async function taxAndExchange(account: FurnishedAccount): Promise<void> {
  const { customerId, productItemId, taxRateId, planId } = account.objects;
  const rate = await account.expectOk<{ id: string }>('POST', '/tax-rates', { name: 'VAT', jurisdiction: 'DE', percentage: 19, isInclusive: true, validFromInMillis: 1, validUntilInMillis: 2 });
  await account.expectOk('POST', `/tax-rates/${rate.id}/versions`, { percentage: '20', validFromInMillis: 3 });
  await account.expectOk('GET', '/tax-rates?limit=1');
  await account.expectOk('GET', `/tax-rates/${rate.id}`);
  const { fees } = await account.expectOk<{ fees: { id: string }[] }>('POST', '/plans', { planName: 'Fees', currency: 'USD', billingPeriod: { interval: 'month' }, status: 'draft', fees: [{ name: 'x', amount: { amountInMinorUnits: 1, currency: 'USD' }, kind: 'one_time' }] });
  const { id: feePlan } = (await account.expectOk<{ id: string; fees: { id: string }[] }[]>('GET', '/plans')).find((plan) => plan.fees[0]?.id === fees[0]!.id)!;
  for (const path of ['/tax-defaults', `/customers/${customerId}/tax`, `/product-items/${productItemId}/tax`, `/plans/${feePlan}/fees/${fees[0]!.id}/tax`]) {
    expect(await account.expectOk('PUT', path, { taxRateIds: [taxRateId] })).toMatchObject({ taxRateIds: [taxRateId] });
    await account.expectOk('GET', path);
    await account.expectOk('PUT', path, { taxRateIds: [] });
  }
  expect((await account.call('PUT', `/plans/${planId}/fees/none/tax`, { taxRateIds: [] })).status).toBe(404);
  await account.expectOk('DELETE', `/tax-rates/${rate.id}`);
  await account.expectOk('PUT', '/exchange-rates', { rates: [{ fromCurrency: 'USD', toCurrency: 'EUR', date: '2027-01-31', rate: '0.9234' }] });
  await account.expectOk('GET', '/exchange-rates?fromCurrency=USD&toCurrency=EUR&limit=1');
  await account.expectOk('DELETE', '/exchange-rates/USD/EUR/2027-01-31');
}

/** One customer pays, one takes it back, two cannot: their invoices are voided and marked as paid elsewhere. */
async function keepBooks(application: TestApplication, account: FurnishedAccount): Promise<void> {
  const { customerId } = account.objects;
  const { payoutId } = await insertReturnedMoney(application.app.get(DatabasePool), account.objects, 'books');
  expect(await account.expectOk('GET', `/finance/payouts/${payoutId}/transactions`)).toMatchObject([{ payoutId, match: 'not_ours' }]);
  for (const path of ['ageing', 'ageing?groupBy=currency', `statement?customerId=${customerId}`, 'revenue', 'tax', 'reconciliation', 'journal?limit=3', 'settings', 'payouts', 'outstanding']) await account.expectOk('GET', `/finance/${path}`);
  await account.expectOk('GET', '/finance/reports/journal/export?format=ndjson');
  for (const report of ['ageing', 'revenue', 'tax', `statement/export?customerId=${customerId}`]) {
    expect(await account.call('GET', `/finance/reports/${report.includes('/') ? report : `${report}/export`}`)).toMatchObject({ status: 200, text: expect.stringContaining('currency') as unknown });
  }
  await account.expectOk('PUT', '/finance/settings', { ledgerAccounts: { revenue: { code: '8400', name: 'Erlöse' }, tax: null } });
  await account.expectOk('POST', '/finance/months/2020-01/close', {});
  await account.expectOk('GET', '/finance/months');
}

async function billAMonth(account: FurnishedAccount): Promise<void> {
  const { customerId, meterApiName, planId } = account.objects;
  await account.expectOk('PUT', '/customers', { customerId, customerName: 'Acme', traits: { paymentProviderName: 'STRIPE', stripeId: account.objects.providerCustomerId } });
  await account.expectOk('POST', '/customers?autoCreateCustomerInStripe=true', { customerId: 'disputes', customerName: 'disputes' });
  await account.expectOk('POST', '/customers/disputes/payment-methods', { paymentMethodId: 'pm_card_createDispute' });
  await account.expectOk('POST', '/assignments', { customerId: 'disputes', planId });
  for (const cardless of ['voided', 'elsewhere']) {
    await account.expectOk('POST', '/customers?autoCreateCustomerInStripe=true', { customerId: cardless, customerName: cardless });
    await account.expectOk('POST', '/assignments', { customerId: cardless, planId });
  }
  await account.expectOk('GET', `/customers/payment-method/switch?customerId=${customerId}`);
  await account.expectOk('GET', `/payments/drift/runs/${account.objects.driftRunId}`);
  await account.expectOk('GET', '/payments/drift?limit=5');
  await account.expectOk('DELETE', `/customers/payment-method/switch?id=${account.objects.switchId}`);
  const { timeInMillis } = await account.expectOk<{ timeInMillis: number }>('GET', '/test-clock');
  const record = { customerId, meterApiName, meterValue: 3, meterTimeInMillis: timeInMillis, uniqueId: 'in this month' };
  await account.expectOk('POST', '/ingest', record);
  await account.expectOk('POST', '/ingest?partial=true', [record, { ...record, meterValue: 'many' }]);
  await account.expectOk('POST', '/', [record]);
  await account.expectOk('GET', '/ingest/unmatched');
  await account.expectOk('GET', '/ingest/conflicts');
  await account.expectOk('PUT', '/test-clock', { timeInMillis: timeInMillis + 33 * DAY_IN_MILLIS });
  await eventually('the test clock', () => account.expectOk<{ status: string }>('GET', '/test-clock'), ({ status }) => status === 'ready');
  const { invoiceId } = account.objects;
  expect(await account.expectOk('GET', `/invoices/${invoiceId}`)).toMatchObject({ paymentStatus: 'settled', payments: [{ status: 'succeeded' }] });
  const invoiceOf = async (customer: string): Promise<string> => (await account.expectOk<{ id: string }[]>('GET', `/invoices?customerId=${customer}`))[0]!.id;
  for (const format of ['pdf', 'html', 'csv', 'json']) await account.expectOk('GET', `/invoices/${invoiceId}/document?format=${format}`);
  await account.expectOk('PUT', `/meters/${account.objects.meterId}/unit-costs`, { amount: '0.001', currency: 'USD' });
  await account.expectOk('GET', `/meters/${account.objects.meterId}/unit-costs`);
  await account.expectOk('GET', '/finance/margins?startTimeInMillis=1790000000000&groupBy=customer,meter');
  await account.expectOk('POST', '/payments/cost/usage-cost', { timeRange: { startTimeInSeconds: 1_790_000_000 }, timeGroupingInterval: 'month' });
  await account.expectOk('DELETE', `/meters/${account.objects.meterId}/unit-costs/0`);
  await account.expectOk('GET', '/invoices/due?asOfTimeInMillis=4000000000000');
  await account.expectOk('POST', '/invoices/run', {});
  await account.expectOk('GET', '/invoices/run');
  await account.expectOk('GET', `/invoices/${invoiceId}/explain`);
  await account.expectOk('GET', `/invoices/${invoiceId}/explain/events?position=2`);
  await account.expectOk('GET', `/invoices/${invoiceId}/differences`);
  await account.expectOk('POST', '/invoices/preview', { customerId, prices: [{ productItemId: account.objects.productItemId, model: { model: 'per_unit', unitPrice: '2' } }] });
  await account.expectOk('POST', '/invoices/preview/all', { limit: 1, prices: [{ productItemId: account.objects.productItemId, model: { model: 'per_unit', unitPrice: '2' } }] });
  for (const path of ['?latest=true&', '/all?', '/paginated?']) await account.expectOk('GET', `/payments/billing/customer-product-invoice${path}customerId=${customerId}`);
  for (const format of ['csv', 'ndjson']) await account.expectOk('GET', `/invoices/export?from=2026-01-01&to=2100-01-01&format=${format}`);
  const [toVoid, elsewhere] = [await invoiceOf('voided'), await invoiceOf('elsewhere')];
  await account.expectOk('POST', `/invoices/${toVoid}/send`);
  expect(await account.expectOk('GET', `/invoices/${toVoid}/late-usage`)).toMatchObject({ invoiceId: toVoid });
  const { id: noteId } = await account.expectOk<{ id: string }>('POST', `/invoices/${toVoid}/credit-notes`, { amount: { amountInMinorUnits: '10', currency: 'USD' } });
  expect(await account.expectOk('POST', `/credit-notes/${noteId}/void`)).toMatchObject({ status: 'void' });
  expect(await account.expectOk('POST', `/invoices/${toVoid}/write-off`)).toMatchObject({ paymentStatus: 'failed', paymentStatusReason: 'written_off' });
  expect((await account.call('POST', `/invoices/${toVoid}/write-off`)).status).toBe(409);
  expect(await account.expectOk('POST', `/invoices/${toVoid}/void`)).toMatchObject({ paymentStatus: 'not_needed' });
  expect(await account.expectOk('POST', `/invoices/${elsewhere}/mark-paid`)).toMatchObject({ paymentStatus: 'settled' });
  const transfer = { amount: { amountInMinorUnits: '100', currency: 'USD' }, systemName: 'bank_transfer', paymentId: 'statement 1' };
  const recorded = await account.expectOk<{ recordedPayments: { id: string }[] }>('POST', `/invoices/${elsewhere}/payments`, transfer);
  await account.expectOk('POST', `/invoices/${elsewhere}/payments/${recorded.recordedPayments[0]!.id}/reverse`, { note: 'by mistake' });
  expect(await account.call('POST', `/invoices/${toVoid}/void`)).toMatchObject({ status: expect.any(Number) as unknown });
  expect((await account.call('POST', `/invoices/${elsewhere}/send`)).status).toBe(409);
  const [dispute] = await eventually('the dispute', () => account.expectOk<{ id: string }[]>('GET', '/disputes?customerId=disputes&status=open'), ({ length }) => length === 1);
  await account.expectOk('GET', `/disputes/${dispute!.id}`);
  await account.expectOk('POST', '/payment-providers/STRIPE/connection/rotate-webhook-secret', { webhookSecret: 'whsec_rotated' });
  const [told] = await account.expectOk<{ id: string }[]>('GET', '/webhook-events?limit=1');
  await account.expectOk('GET', `/webhook-events/${told!.id}`);
  await account.expectOk('POST', `/webhook-events/${told!.id}/replay`);
  const [wanted] = await account.expectOk<{ id: string }[]>('GET', '/provider-intents?outcome=succeeded&limit=1');
  expect((await account.call('POST', `/provider-intents/${wanted!.id}/resolve`, { outcome: 'not_done', note: 'But it was' })).status).toBe(409);
  expect(await account.expectOk('POST', `/disputes/${dispute!.id}/accept`)).toMatchObject({ status: 'lost', amountLost: { amountInMinorUnits: '700' } });
  expect((await account.call('POST', `/disputes/${dispute!.id}/accept`)).status).toBe(409);
}

/** Some of what the one customer paid goes back. */
async function giveBack(account: FurnishedAccount): Promise<void> {
  const { invoiceId } = account.objects;
  const refund = await account.expectOk<{ id: string }>('POST', `/invoices/${invoiceId}/refunds`, { amount: { amountInMinorUnits: '100', currency: 'USD' }, reason: 'An outage' });
  expect(await account.expectOk('GET', `/refunds?invoiceId=${invoiceId}`)).toEqual([refund]);
  expect(await account.expectOk('GET', `/refunds/${refund.id}`)).toEqual(refund);
  const note = await account.expectOk<{ id: string }>('POST', `/invoices/${invoiceId}/credit-notes`, { amount: { amountInMinorUnits: 50, currency: 'USD' }, giveBack: 'customer_balance', memo: 'Sorry' });
  expect(await account.expectOk('GET', `/credit-notes?invoiceId=${invoiceId}`)).toEqual([note]);
  expect(await account.expectOk('GET', `/credit-notes/${note.id}`)).toEqual(note);
  for (const format of ['pdf', 'html', 'csv', 'json']) await account.expectOk('GET', `/credit-notes/${note.id}/document?format=${format}`);
  expect((await account.call('POST', `/credit-notes/${note.id}/void`)).status).toBe(409);
  expect((await account.call('POST', `/invoices/${invoiceId}/refunds`, { amount: { amountInMinorUnits: '999999', currency: 'USD' } })).status).toBe(400);
}

/** What the month had to be mailed about, and whether mails arrive at all. */
async function mail(account: FurnishedAccount): Promise<void> {
  const mails = await account.expectOk<{ id: string }[]>('GET', `/mails?invoiceId=${account.objects.invoiceId}&kind=invoice_issued`);
  expect(mails).toMatchObject([{ status: 'told' }]);
  expect(await account.expectOk('GET', `/mails/${mails[0]!.id}`)).toEqual(mails[0]);
  expect(await account.expectOk('POST', `/mails/${mails[0]!.id}/resend`)).toMatchObject({ resends: 1 });
  expect(await account.expectOk('POST', '/mails/test', { to: 'me@x.example' })).toMatchObject({ result: 'accepted' });
}

/** The provider takes the money of a paid invoice once more. */
async function giveBackWhatWasTakenTwice({ sandbox }: TestApplication, account: FurnishedAccount): Promise<void> {
  const { providerInvoiceId } = await account.expectOk<{ providerInvoiceId: string }>('GET', `/invoices/${account.objects.invoiceId}`);
  await sandbox.control.money.receivePayment(account.stripeKey, providerInvoiceId, { surplus: 'unbooked' });
  const [found] = await eventually('the payment made twice', () => account.expectOk<{ id: string }[]>('GET', '/payments/duplicates'), ({ length }) => length === 1);
  expect(await account.expectOk('GET', `/payments/duplicates/${found!.id}`)).toMatchObject({ kind: 'second_payment', status: 'open' });
  expect(await account.expectOk('POST', `/payments/duplicates/${found!.id}/refund`)).toMatchObject({ decidedBy: 'request' });
}

async function takeAway(account: FurnishedAccount): Promise<void> {
  const { customerId, paymentMethodId, apiKeyId, assignmentId, assignmentChangeId } = account.objects;
  await account.expectOk('DELETE', `/customers/${customerId}/payment-methods/${paymentMethodId}`);
  const { timeInMillis } = await account.expectOk<{ timeInMillis: number }>('GET', '/test-clock');
  await account.expectOk('DELETE', `/assignment-changes/${assignmentChangeId}`);
  await account.expectOk('PUT', `/assignments/${assignmentId}`, { endTimeInMillis: timeInMillis + DAY_IN_MILLIS });
  expect((await account.call('DELETE', `/customers/${customerId}`)).status).toBe(409);
  await account.expectOk('POST', '/customers', { customerId: 'leaves', customerName: 'Leaves' });
  await account.expectOk('DELETE', '/customers/leaves');
  await account.expectOk('DELETE', `/api-keys/${apiKeyId}`);
  const meter = await account.expectOk<{ id: string }>('POST', '/meters', { meterApiName: 'short_lived', label: 'x', aggregation: 'COUNT', lockingStatus: 'deprecated' });
  await account.expectOk('DELETE', `/meters/${meter.id}`);
  await account.expectOk('DELETE', `/meters/${meter.id}`);
  expect((await account.call('DELETE', '/payment-providers/STRIPE/connection')).status).toBe(409);
}

async function connectAndDisconnect(installation: HttpCaller): Promise<void> {
  const other = await openAccount(installation, 'comes and goes');
  expect((await other.call('GET', '/payment-providers/STRIPE/connection')).status).toBe(404);
  expect((await other.call('GET', '/payment-providers/NOBODY/connection')).status).toBe(400);
  const settings = { gracePeriodInHours: 0, collectionMethod: 'send_invoice', daysUntilDue: 14, sending: 'after_review' };
  await other.expectOk('PUT', '/payment-providers/STRIPE/connection', { credentials: { secretKey: 'sk_test_sandbox_other' }, settings });
  await other.expectOk('DELETE', '/payment-providers/STRIPE/connection');
}
