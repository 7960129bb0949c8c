import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { HttpCaller } from '../../support/http-caller.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';

jest.setTimeout(90_000);

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
});
