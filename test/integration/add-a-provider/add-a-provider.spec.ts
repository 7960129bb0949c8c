import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TollkeeperClient, type Invoice } from '@tollkeeper/client';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { ToyBank } from '@tollkeeper/payment-provider/testing';
import { PATIENCE_IN_MILLIS } from '../../support/patience.js';
import { startTestApplication, type TestApplication } from '../../support/test-application.js';
import { paymentProviders } from './payment-providers.js';
import { providerMentions } from './provider-mentions.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DAY_IN_MILLIS = 86_400_000;

describe('Adding a payment provider', () => {
  let application: TestApplication;
  let client: TollkeeperClient;
  let bank: ToyBank;

  beforeAll(async () => {
    application = await startTestApplication({ paymentProviders });
    client = new TollkeeperClient({ baseUrl: application.url, apiKey: application.adminKey });
    bank = application.app.get(ToyBank, { strict: false });
    await client.meters.create({ meterApiName: 'rides', label: 'Rides', aggregation: 'sum' });
    const item = await client.productItems.create({ productItemName: 'Rides', meterApiName: 'rides' });
    const price = await client.prices.create({ productItemId: item.id, priceName: 'rides', currency: 'EUR', model: { model: 'per_unit', unitPrice: '2.50' } });
    await client.plans.create({ planName: 'Rides', currency: 'EUR', billingPeriod: { interval: 'month' }, prices: [price.id], isDefault: true });
  });

  afterAll(() => application.close());

  async function invoiceOf(customerId: string): Promise<Invoice> {
    const { items } = await client.invoices.list({ customerId, limit: 1 });
    return client.invoices.get(items[0]!.id);
  }

  describe('is one folder and one line', () => {
    const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n');

    it('in the registration file, beside the import', () => {
      const before = linesOf(`${ROOT}src/payment-providers.ts`);
      const after = linesOf(fileURLToPath(new URL('payment-providers.ts', import.meta.url)));
      const added = after.filter((line) => !before.includes(line));
      expect(added).toEqual(["import { ToyPaymentProviderModule } from './payment-provider-toy/index.js';", '  ToyPaymentProviderModule.register(),']);
      expect(after.filter((line) => !added.includes(line))).toEqual(before);
    });

    it('because no feature names a provider: they ask the registry and its capabilities', async () => {
      const names = application.app.get(PaymentProviderRegistry, { strict: false }).names();
      expect(names).toEqual(['MANUAL', 'STRIPE', 'TOY']);
      const mentions: Record<string, string[]> = {};
      // Deployment settings and the process that reads them may name one; everything they set up does not.
      for await (const file of glob('src/**/*.ts', { cwd: ROOT, exclude: ['src/process/**', 'src/platform/config/**'] })) {
        if (file.endsWith('.spec.ts') || file === 'src/payment-providers.ts') continue;
        const found = providerMentions(`${ROOT}${file}`, [...names, 'payment-provider-']);
        if (found.length > 0) mentions[file] = [...new Set(found)].sort();
      }
      // The reference API has a flag with a provider's name in it; its generic twin serves all others.
      expect(mentions).toEqual({
        'src/customers/customers.controller.ts': ['autoCreateCustomerInStripe'],
        'src/customers/dto/customer.request.ts': ['autoCreateCustomerInStripe'],
        'src/customers/dto/customers.query.ts': ['autoCreateCustomerInStripe', 'inStripe'],
        'src/customers/link-wishes.ts': ['STRIPE', 'autoCreateCustomerInStripe is set, but the trait ', 'inStripe'],
      });
    });
  });

  it('shows it with what it can do and what its connection needs', async () => {
    const added = (await client.paymentProviders.list()).find(({ name }) => name === 'TOY');
    expect(added).toMatchObject({ displayName: 'Toy bank', customerTrait: 'toyId', capabilities: { invoices: true, paymentMethods: false }, connection: { connected: false } });
    expect(added?.configuration.map(({ name, secret }) => [name, secret])).toEqual([['apiKey', true]]);
  });

  it('takes its customers from usage to a collected invoice, beside those of another provider', async () => {
    await client.paymentProviders.connection.put('toy', { credentials: { apiKey: bank.apiKey } });
    for (const customerId of ['rider', 'broke']) {
      const customer = await client.customers.create({ customerId, customerName: customerId, traits: { paymentProviderName: 'toy' } }, { autoCreateCustomerInProvider: true });
      expect(customer.traits).toEqual({ paymentProviderName: 'TOY', toyId: expect.stringMatching(/^toycus_/) });
      bank.behaviours.set(customer.traits['toyId'] ?? '', customerId === 'rider' ? 'pays' : 'declines');
    }
    await client.customers.create({ customerId: 'striped', customerName: 'Striped' }, { autoCreateCustomerInStripe: true });
    await client.paymentMethods.attachTestCard('striped');

    const { timeInMillis } = await client.testClock.get();
    const customerIds = ['rider', 'broke', 'striped'];
    await client.ingest(customerIds.map((customerId) => ({ customerId, meterApiName: 'rides', meterValue: 4, meterTimeInMillis: timeInMillis, uniqueId: customerId })));
    await client.testClock.advance(timeInMillis + 33 * DAY_IN_MILLIS);
    await client.testClock.waitUntilReady({ timeoutInMillis: PATIENCE_IN_MILLIS });

    const collected = { invoicePriceStatus: 'price_locked', paymentStatus: 'settled', total: { amountInMinorUnits: '1000', currency: 'EUR' } };
    const rider = await invoiceOf('rider');
    expect(rider).toMatchObject({ ...collected, paymentProviderName: 'TOY', providerInvoiceId: expect.stringMatching(/^toyinv_/), payments: [{ status: 'succeeded' }] });
    expect(await invoiceOf('broke')).toMatchObject({ paymentStatus: 'failed', paymentStatusReason: 'declined', paymentProviderName: 'TOY' });
    expect(await invoiceOf('striped')).toMatchObject({ ...collected, paymentProviderName: 'STRIPE' });
    expect([...bank.invoices.values()].map(({ id, status, number }) => ({ id, status, number })).filter(({ status }) => status === 'paid')).toEqual([
      { id: rider.providerInvoiceId, status: 'paid', number: rider.number },
    ]);
  });

  it('says what it cannot do where a feature needs it', async () => {
    await expect(client.paymentMethods.list('rider')).rejects.toMatchObject({ status: 400, code: 'unsupported_by_provider' });
  });

  it('can be voided and marked paid there like with any other', async () => {
    const { id } = await invoiceOf('broke');
    expect(await client.invoices.markPaid(id)).toMatchObject({ paymentStatus: 'settled', paymentStatusReason: 'paid_elsewhere', providerStatus: 'paid' });
    await expect(client.invoices.void(id)).rejects.toMatchObject({ status: 409, code: 'invoice_closed' });
  });
});
