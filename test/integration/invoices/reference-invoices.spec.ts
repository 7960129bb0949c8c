import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpCaller } from '../../support/http-caller.js';
import { shownInvoices } from '../../support/shown-invoices.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';

const PATH = '/payments/billing/customer-product-invoice';

describe('Invoices in the reference’s shape', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it('the latest, that of a day, all of them and a page: the facts of our own routes under the reference’s names', async () => {
    const seller = await world.seller({ timeZone: 'Asia/Tokyo' });
    await seller.customer('ada');
    await seller.use('ada', 250);
    await world.endMonth(seller);
    const { key } = await seller.client.apiKeys.create({ name: 'reads', scopes: ['read'] });
    const http = new HttpCaller(world.application.url, key);
    const [first, second] = await seller.invoices('ada');
    const paid = await seller.client.invoices.get(first!.id);
    const all = await http.expectOk<Record<string, never>[]>('GET', `${PATH}/all?customerId=ada&productId=1&fromCache=True&withPaymentStatus=True`);
    expect(all.map(({ uuid }) => uuid)).toEqual([first!.id, second!.id]);
    const start = new Date(first!.invoiceStartTimeInSeconds * 1_000 + 9 * 3_600_000);
    const [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth() + 1, start.getUTCDate()];
    const two = (value: number): string => String(value).padStart(2, '0');
    const bill = { startTimeInSeconds: first!.invoiceStartTimeInSeconds, endTimeInSeconds: first!.invoiceEndTimeInSeconds };
    const total = { ...bill, itemPrice: 2.5, fixPrice: 10, prepaid: 0, totalDiscount: 0, totalPriceBeforeDiscount: 12.5, totalPriceBeforePrepaid: 12.5, totalPrice: 12.5 };
    expect(all[0]).toMatchObject({
      invoiceUri: `payments/invoices/account_id=${seller.accountId}/customer_id=ada/product_id=1/product_plan_id=${seller.planId}/year=${year}/month=${two(month)}/day=${two(day)}`,
      invoiceKey: { accountId: seller.accountId, customerId: 'ada', productId: '1', productPlanId: seller.planId, year, month, day },
      planBillingPeriod: { interval: 'month', intervalsCount: 1 },
      planName: 'Plan',
      gracePeriodInHours: 1,
      productItemInvoices: [{ productItemName: 'Calls', meterApiName: 'calls', totalBill: { ...bill, meterUnits: 250, price: 2.5, meteredUnitsPerTier: { '0': 250 } } }],
      productPlanFees: [{ name: 'Plan base fee', cost: 10, isOneTimeFee: false }],
      totalBill: total,
      invoiceBillInBaseCurrency: total,
      invoicePriceStatus: 'price_locked',
      paymentStatus: paid.paymentStatus,
      externalSystemStatus: 'paid',
      paymentCurrencyInfo: { basePlanCurrency: 'USD', exchangeRate: 1, paymentCurrency: 'USD' },
    });
    expect(await http.expectOk('GET', `${PATH}?CustomerId=ada&productId=1&latest=true`)).toEqual(all[1]);
    expect(all[1]).toMatchObject({ invoicePriceStatus: 'open', paymentStatus: 'pre_payment', totalBill: { totalPrice: 10 } });
    expect(await http.expectOk('GET', `${PATH}/?customerId=ada&productPlanId=${seller.planId}&year=${year}&month=${month}&day=${day}&productId=1`)).toEqual(all[0]);
    expect(await http.expectOk('GET', `${PATH}/paginated?customerId=ada&page=2&limit=1`)).toEqual({ pageInfo: { page: 2, limit: 1, totalRowCount: 2, totalPages: 2 }, data: [all[1]] });
  });

  it('an empty object or list where there is none, and a refusal where nothing was asked for', async () => {
    const seller = await world.seller();
    const { key } = await seller.client.apiKeys.create({ name: 'reads', scopes: ['read'] });
    const http = new HttpCaller(world.application.url, key);
    expect(await http.expectOk('GET', `${PATH}?customerId=nobody&latest=true`)).toEqual({});
    expect(await http.expectOk('GET', `${PATH}/all?customerId=nobody`)).toEqual([]);
    for (const query of ['', '?customerId=ada', '?latest=true', '?customerId=ada&productPlanId=p&year=2026&month=13&day=1', '?customerId=ada&productPlanId=p&year=2026']) {
      expect(await http.call('GET', `${PATH}${query}`)).toMatchObject({ status: 400, body: { code: 'invalid_query' } });
    }
  });

  it('a customer’s plan: put on it, moved, ended, left for another, and its history', async () => {
    const pricing = '/payments/pricing/amberflo/customer-pricing';
    const seller = await world.seller({ defaultPlan: false });
    await world.arriveAt(seller, '2027-01-01T00:00Z');
    const { key } = await seller.client.apiKeys.create({ name: 'writes', scopes: ['write'] });
    const http = new HttpCaller(world.application.url, key);
    const other = await seller.client.plans.create({ planName: 'Other', currency: 'USD', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 5, currency: 'USD' } });
    await seller.client.customers.create({ customerId: 'ada', customerName: 'ada' });
    expect(await http.expectOk('GET', `${pricing}?CustomerId=ada`)).toEqual({});
    const seconds = (day: string): number => Date.parse(day) / 1_000;
    const first = { customerId: 'ada', productPlanId: seller.planId, productId: '1', startTimeInSeconds: seconds('2027-01-01') };
    const put = await http.expectOk('POST', pricing, { ...first, startTimeInSeconds: 0, endTimeInSeconds: 0, somethingElse: 1 });
    expect(put).toEqual({ ...first, relationId: expect.stringMatching(/^asg_/), createdTimeInSeconds: expect.any(Number) });
    expect(await http.expectOk('POST', pricing, first)).toEqual(put);
    await world.arriveAt(seller, '2027-01-10T12:00Z');
    const ended = await http.expectOk('POST', pricing, { customerId: 'ada', productPlanId: seller.planId, endTimeInSeconds: seconds('2027-02-20') });
    expect(ended).toEqual({ ...(put as object), endTimeInSeconds: seconds('2027-02-20') });
    const moved = await http.expectOk('POST', pricing, { customerId: 'ada', productPlanId: other.id, startTimeInSeconds: seconds('2027-01-15'), endTimeInSeconds: seconds('2027-02-10') });
    expect(moved).toMatchObject({ productPlanId: other.id, startTimeInSeconds: seconds('2027-01-15'), endTimeInSeconds: seconds('2027-02-10') });
    expect(await http.expectOk('GET', `${pricing}?customerId=ada`)).toEqual(moved);
    await world.arriveAt(seller, '2027-01-20T12:00Z');
    const left = await http.expectOk('POST', `${pricing}/product-plan-cancellation`, { customerId: 'ada', newProductPlanId: seller.planId, startTimeInSeconds: seconds('2027-01-25') });
    expect(left).toMatchObject({ productPlanId: seller.planId, startTimeInSeconds: seconds('2027-01-25'), endTimeInSeconds: seconds('2027-02-10') });
    expect((await http.expectOk<{ startTimeInSeconds: number }[]>('GET', `${pricing}/list?CustomerId=ada`)).map(({ startTimeInSeconds }) => startTimeInSeconds)).toEqual(['2027-01-01', '2027-01-15', '2027-01-25'].map(seconds));
    expect(await http.call('POST', pricing, { customerId: 'ada', productPlanId: seller.planId })).toMatchObject({ status: 409, body: { code: 'change_scheduled' } });
    await world.arriveAt(seller, '2027-01-26T12:00Z');
    expect(await http.call('POST', pricing, { customerId: 'ada', productPlanId: 'plan_absent' })).toMatchObject({ status: 400, body: { code: 'unknown_plan' } });
    expect(await http.call('POST', pricing, { customerId: 'nobody', productPlanId: other.id })).toMatchObject({ status: 400, body: { code: 'unknown_customer' } });
    expect(await http.call('GET', pricing)).toMatchObject({ status: 400, body: { code: 'invalid_query' } });
  });

  it('a customer’s own terms: a custom plan is what differs from the plan the customer is on, all of it or nothing', async () => {
    const path = '/payments/pricing/amberflo/customer-pricing/price-override';
    const seller = await world.seller({ defaultPlan: false });
    await world.arriveAt(seller, '2027-01-01T00:00Z');
    const { key } = await seller.client.apiKeys.create({ name: 'writes', scopes: ['write'] });
    const http = new HttpCaller(world.application.url, key);
    const { prices } = await seller.client.plans.get(seller.planId);
    const { productItemId } = await seller.client.prices.get(prices[0]!);
    const plan = await seller.client.plans.create({
      planName: 'Team',
      currency: 'USD',
      billingPeriod: { interval: 'month' },
      prices,
      fees: [{ id: 'support', name: 'Support', amount: { amountInMinorUnits: 900, currency: 'USD' }, kind: 'recurring' }],
      minimumAmount: { amountInMinorUnits: 5_000, currency: 'USD' },
    });
    await seller.client.customers.create({ customerId: 'ada', customerName: 'ada' });
    expect(await http.expectOk('GET', `${path}?CustomerId=ada`)).toEqual({});
    expect(await http.call('POST', path, { customerId: 'ada', planGenerator: { planMinimumPayment: 1 } })).toMatchObject({ status: 400, body: { code: 'customer_without_plan' } });
    await seller.client.assignments.create({ customerId: 'ada', planId: plan.id });
    expect(await http.expectOk('GET', `${path}?CustomerId=ada`)).toMatchObject({ productPlanId: plan.id, isCustomProductPlan: false, productPlan: { planMinimumPayment: 50, feeMap: { support: { cost: 9 } } } });
    const leaf = { type: 'flat_rate_with_overages', flatRate: 2, leafNodeType: 'PricePerUnitLeafNode', priceTiers: [{ startAfterUnit: 0, batchSize: 1, pricePerBatch: 0.02 }] };
    const planGenerator = { planName: 'Team of Ada', priceGenerators: [{ productItemId, ...leaf }], feeMap: { support: { cost: 4.5 } }, planMinimumPayment: 0, planLevelFreeTier: '1.25' };
    const refusals: [object, string][] = [
      [{ ...planGenerator, billingPeriod: { interval: 'year', intervalsCount: 1 } }, 'unsupported_plan_generator'],
      [{ planName: 'x' }, 'unsupported_plan_generator'],
      [{ ...planGenerator, priceGenerators: [{ productItemId: 'item_absent', ...leaf }] }, 'unknown_product_item'],
      [{ ...planGenerator, planMinimumPayment: 0.001 }, 'invalid_amount'],
      [{ ...planGenerator, planMinimumPayment: -1 }, 'invalid_amount'],
      [{ ...planGenerator, feeMap: { absent: { cost: 1 } } }, 'unknown_fee'],
      [{ ...planGenerator, priceGenerators: [{ productItemId, type: 'cost_plus' }] }, 'invalid_price_model'],
    ];
    for (const [refused, code] of refusals) expect(await http.call('POST', path, { customerId: 'ada', planGenerator: refused })).toMatchObject({ status: 400, body: { code } });
    expect((await seller.client.priceOverrides.list({ customerId: 'ada' })).items).toEqual([]);
    const agreed = { planMinimumPayment: 0, planLevelFreeTier: 1.25, planCurrency: 'USD', feeMap: { support: { id: 'support', cost: 4.5 } } };
    expect(await http.expectOk('POST', path, { customerId: 'ada', planGenerator, startTimeInSeconds: 0, endTimeInSeconds: Date.parse('2027-03-01') / 1_000 })).toMatchObject({ id: plan.id, ...agreed });
    expect(await http.expectOk('GET', `${path}/list?customerId=ada`)).toMatchObject([
      { customerId: 'ada', productPlanId: plan.id, isCustomProductPlan: true, productPlan: agreed, productItems: [{ id: productItemId, meterApiName: 'calls' }], productItemPrices: [{ id: prices[0], model: { unitPrice: '0.02', baseAmount: '2' } }] },
    ]);
    await world.arriveAt(seller, '2027-01-10T12:00Z');
    await seller.use('ada', 300);
    expect((await shownInvoices(seller.client, 'ada')).at(-1)).toBe('cycle 2027-01-01..2027-02-01 (open): Support = 450; Calls = 800; Free usage, up to 1.25 USD = -125');
  });
});
