import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestApplication, type TestApplication } from '../support/test-application.js';

const DAY_IN_MILLIS = 86_400_000;

interface InvoiceJson {
  id: string;
  number: string | null;
  invoicePriceStatus: string;
  paymentStatus: string;
  paymentStatusReason: string | null;
  total: { amountInMinorUnits: string } | null;
  hostedInvoiceUrl: string | null;
  providerInvoiceId: string | null;
  payments: { status: string; declineCode: string | null }[];
  lines: { description: string; amount: { amountInMinorUnits: string } }[];
}

describe('From usage to a paid Stripe invoice', () => {
  let application: TestApplication;

  beforeAll(async () => {
    application = await startTestApplication();
    await prepareCatalog();
  });

  afterAll(() => application.close());

  const call = async <T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> => {
    const response = await fetch(`${application.url}${path}`, {
      method,
      headers: { 'X-API-KEY': application.adminKey, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text) as T };
  };

  async function prepareCatalog(): Promise<void> {
    await call('POST', '/meters', { meterApiName: 'api_calls', label: 'API calls', meterType: 'sum_of_all_usage', dimensions: ['region'] });
    const item = await call<{ id: string }>('POST', '/product-items', { productItemName: 'API calls', meterApiName: 'api_calls' });
    const tiers = [
      { upTo: '1000', unitPrice: '0.01' },
      { upTo: null, unitPrice: '0.005' },
    ];
    const price = await call<{ id: string }>('POST', '/prices', { productItemId: item.body.id, priceName: 'calls', currency: 'USD', model: { model: 'graduated', tiers } });
    const plan = await call('POST', '/plans', {
      planName: 'Pro',
      currency: 'USD',
      billingPeriod: { interval: 'month', intervalsCount: 1 },
      baseFee: { amountInMinorUnits: '1000', currency: 'USD' },
      prices: [price.body.id],
      isDefault: true,
    });
    expect(plan.status).toBe(200);
  }

  async function customerWithCard(customerId: string, card: string | null): Promise<void> {
    const created = await call<{ traits: Record<string, string> }>('POST', '/customers?autoCreateCustomerInStripe=true', { customerId, customerName: customerId });
    expect(created).toMatchObject({ status: 200, body: { id: customerId, traits: { stripeId: expect.stringMatching(/^cus_/), paymentProviderName: 'STRIPE' } } });
    if (card !== null) expect((await call('POST', `/customers/${customerId}/payment-methods`, { paymentMethodId: card })).status).toBe(200);
  }

  async function useAndPassAMonth(customerIds: string[]): Promise<void> {
    const { timeInMillis } = (await call<{ timeInMillis: number }>('GET', '/test-clock')).body;
    const events = customerIds.map((customerId) => ({ customerId, meterApiName: 'api_calls', meterValue: 3000, meterTimeInMillis: timeInMillis, uniqueId: `${customerId}-${timeInMillis}` }));
    expect(await call('POST', '/ingest', events)).toEqual({ status: 200, body: `${events.length} records were ingested` });
    await call('PUT', '/test-clock', { timeInMillis: timeInMillis + 33 * DAY_IN_MILLIS });
    await eventually('the test clock', () => call<{ status: string }>('GET', '/test-clock'), ({ body }) => body.status === 'ready');
  }

  async function firstInvoice(customerId: string): Promise<InvoiceJson> {
    const { body } = await call<InvoiceJson[]>('GET', `/invoices?customerId=${customerId}`);
    return (await call<InvoiceJson>('GET', `/invoices/${body[0]!.id}`)).body;
  }

  it('collects from a good card, says why from a bad one, and settles once the card is replaced', async () => {
    await customerWithCard('good', 'pm_card_visa');
    await customerWithCard('bad', 'pm_card_chargeCustomerFail');
    await customerWithCard('secure', 'pm_card_threeDSecure2Required');
    await customerWithCard('none', null);
    const preview = await firstInvoice('good');
    expect(preview).toMatchObject({ invoicePriceStatus: 'open', paymentStatus: 'pre_payment', total: { amountInMinorUnits: '1000' } });
    await useAndPassAMonth(['good', 'bad', 'secure', 'none']);

    const good = await firstInvoice('good');
    // 10.00 base fee + 1,000 × 0.01 + 2,000 × 0.005
    expect(good).toMatchObject({ invoicePriceStatus: 'price_locked', paymentStatus: 'settled', paymentStatusReason: 'paid', total: { amountInMinorUnits: '3000' } });
    expect(good.lines.map((line) => line.amount.amountInMinorUnits)).toEqual(['1000', '2000']);
    expect(good.payments).toMatchObject([{ status: 'succeeded' }]);

    expect(await firstInvoice('bad')).toMatchObject({ paymentStatus: 'failed', paymentStatusReason: 'declined' });
    expect(await firstInvoice('secure')).toMatchObject({ paymentStatus: 'requires_action', paymentStatusReason: 'customer_authentication', hostedInvoiceUrl: expect.stringContaining('http') });
    expect(await firstInvoice('none')).toMatchObject({ paymentStatus: 'requires_action', paymentStatusReason: 'no_payment_method' });

    await call('POST', '/customers/none/payment-methods', { paymentMethodId: 'pm_card_visa' });
    const replaced = await call<{ id: string }>('POST', '/customers/bad/payment-methods', { paymentMethodId: 'pm_card_visa' });
    await call('POST', `/customers/bad/payment-methods/${replaced.body.id}/default`);
    for (const customerId of ['none', 'bad']) {
      await eventually(`the invoice of ${customerId}`, () => firstInvoice(customerId), (invoice) => invoice.paymentStatus === 'settled');
    }
  });
});
