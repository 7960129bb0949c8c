import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProviderSwitchInput } from '@tollkeeper/client';
import { Database } from '../../../src/platform/database/database.js';
import { startTestApplication, type TestApplication } from '../../support/test-application.js';
import { DAY_IN_MILLIS, ManualSeller, statusOf } from '../manual-provider/manual-seller.js';

const DAY_IN_SECONDS = DAY_IN_MILLIS / 1_000;

describe('Switching a customer to another payment provider', () => {
  let application: TestApplication;

  beforeAll(async () => {
    application = await startTestApplication({ connectStripe: false });
  });

  afterAll(() => application.close());

  async function striped(seller: ManualSeller, customerId: string): Promise<string> {
    const { traits } = await seller.client.customers.create({ customerId, customerName: customerId, traits: { paymentProviderName: 'stripe' } }, { autoCreateCustomerInStripe: true });
    await seller.client.paymentMethods.attachTestCard(customerId);
    return traits['stripeId']!;
  }

  async function nowInSeconds(seller: ManualSeller): Promise<number> {
    return Math.floor((await seller.client.testClock.get()).timeInMillis / 1_000);
  }

  /** End of the running period. */
  async function periodEnd(seller: ManualSeller, customerId: string): Promise<number> {
    return (await seller.invoices(customerId)).at(-1)!.invoiceEndTimeInSeconds;
  }

  async function collectors(seller: ManualSeller, customerId: string): Promise<string[]> {
    const locked = (await seller.invoices(customerId)).filter(({ invoicePriceStatus }) => invoicePriceStatus === 'price_locked');
    return locked.map((invoice) => `${invoice.paymentProviderName} ${statusOf(invoice)}`);
  }

  it('takes place at its time by the clock of the account, there and back, and leaves bills in flight where they are', async () => {
    const seller = await ManualSeller.open(application);
    const stripeId = await striped(seller, 'ada');
    const end = await periodEnd(seller, 'ada');
    const switchTimeInSeconds = end + 1_800;
    const planned = await seller.client.providerSwitches.schedule({ customerId: 'ada', targetPaymentType: 'Manual', targetPaymentId: 'MANUAL', switchTimeInSeconds });
    expect(planned).toMatchObject({
      customerId: 'ada',
      sourcePaymentType: 'stripe',
      sourcePaymentId: 'stripe',
      targetPaymentType: 'manual',
      targetPaymentId: 'MANUAL',
      targetCustomerIdentifier: null,
      switchTimeInSeconds,
      status: 'scheduled',
      createdTimeInSeconds: expect.any(Number),
      updatedTimeInSeconds: expect.any(Number),
    });
    // Half an hour after the period's end and half an hour before its lock: the bill is in grace when the switch comes.
    await seller.pass(32 * DAY_IN_MILLIS);
    expect(await collectors(seller, 'ada')).toEqual(['STRIPE settled paid']);
    expect(await seller.client.customers.get('ada')).toMatchObject({ traits: { paymentProviderName: 'MANUAL', stripeId } });
    expect((await seller.client.providerSwitches.list({ customerId: 'ada' })).items).toMatchObject([{ id: planned.id, status: 'done' }]);

    await seller.client.providerSwitches.schedule({ customerId: 'ada', targetPaymentType: 'stripe', switchTimeInSeconds: (await periodEnd(seller, 'ada')) + DAY_IN_SECONDS });
    await seller.pass(62 * DAY_IN_MILLIS);
    expect(await collectors(seller, 'ada')).toEqual(['STRIPE settled paid', 'MANUAL pending overdue', 'STRIPE settled paid']);
    expect(await seller.stripe.list('charges')).toHaveLength(2);
    const events = await application.app.get(Database, { strict: false }).reader().getConnection().execute<{ type: string; source: string; target: string }[]>(
      `select type, data ->> 'sourceProviderName' as source, data ->> 'targetProviderName' as target from outbox_event where object_id = 'ada' and type like 'customer.provider_switch%' order by sequence`,
    );
    expect(events.map(({ type, source, target }) => [type, source, target])).toEqual([
      ['customer.provider_switch_scheduled', 'STRIPE', 'MANUAL'],
      ['customer.provider_switch_done', 'STRIPE', 'MANUAL'],
      ['customer.provider_switch_scheduled', 'MANUAL', 'STRIPE'],
      ['customer.provider_switch_done', 'MANUAL', 'STRIPE'],
    ]);
  });

  it('comes after what ends at the same time and before what ends a second later, in one jump over all of them', async () => {
    const seller = await ManualSeller.open(application);
    for (const customerId of ['same', 'before']) await striped(seller, customerId);
    const end = await periodEnd(seller, 'same');
    await seller.client.providerSwitches.schedule({ customerId: 'same', targetPaymentType: 'MANUAL', switchTimeInSeconds: end });
    await seller.client.providerSwitches.schedule({ customerId: 'before', targetPaymentType: 'MANUAL', switchTimeInSeconds: end - 1 });
    const back = await seller.client.providerSwitches.schedule({ customerId: 'before', targetPaymentType: 'STRIPE', switchTimeInSeconds: end + 10 * DAY_IN_SECONDS });
    expect(back.sourcePaymentType).toBe('manual');
    await seller.pass(95 * DAY_IN_MILLIS);
    expect(await collectors(seller, 'same')).toEqual(['STRIPE settled paid', 'MANUAL pending overdue', 'MANUAL pending awaiting_customer']);
    expect((await collectors(seller, 'before')).map((line) => line.split(' ')[0])).toEqual(['MANUAL', 'STRIPE', 'STRIPE']);
  });

  it('brings the customer its id at the provider: a given one is checked, linked and written', async () => {
    const seller = await ManualSeller.open(application);
    await seller.customer('ada');
    const { id } = await seller.stripe.call('POST', '/v1/customers', { name: 'Ada' });
    await seller.stripe.call('POST', '/v1/payment_methods/pm_card_visa/attach', { customer: id });
    await seller.client.providerSwitches.schedule({ customerId: 'ada', targetPaymentType: 'STRIPE', targetPaymentId: 'stripe', targetCustomerIdentifier: id, switchTimeInSeconds: (await nowInSeconds(seller)) + 60 });
    expect((await seller.client.customers.get('ada')).traits).toEqual({});
    await seller.pass(120_000);
    expect((await seller.client.customers.get('ada')).traits).toEqual({ paymentProviderName: 'STRIPE', stripeId: id });
    await seller.pass(32 * DAY_IN_MILLIS);
    expect(await seller.invoice('ada')).toMatchObject({ paymentProviderName: 'STRIPE', providerCustomerId: id });
  });

  it('can be scheduled while the provider cannot be reached, and is checked later', async () => {
    const seller = await ManualSeller.open(application);
    await seller.customer('ada');
    const { id } = await seller.stripe.call('POST', '/v1/customers', { name: 'Ada' });
    const { control, key } = seller.stripe;
    control.addFault({ method: 'GET', path: '/v1/customers/*', account: control.accountId(key), kind: 'error', status: 500, count: 3 });
    await seller.client.providerSwitches.schedule({ customerId: 'ada', targetPaymentType: 'STRIPE', targetCustomerIdentifier: id, switchTimeInSeconds: (await nowInSeconds(seller)) + 60 });
    control.clearFaults();
    await seller.pass(120_000);
    for (let look = 0; look < 100 && (await seller.client.customers.get('ada')).traits['stripeId'] !== id; look += 1) await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await seller.client.customers.get('ada')).traits).toMatchObject({ paymentProviderName: 'STRIPE', stripeId: id });
  });

  describe('while it is scheduled', () => {
    let seller: ManualSeller;
    let later: number;

    beforeAll(async () => {
      seller = await ManualSeller.open(application, null);
      for (const customerId of ['ada', 'ben', 'gone']) await seller.customer(customerId);
      later = (await nowInSeconds(seller)) + 3_600;
    });

    it('is listed, repeated without effect, refused beside another one, and cancelled, by its id or by customer and time', async () => {
      const wanted: ProviderSwitchInput = { customerId: 'ada', targetPaymentType: 'manual', targetPaymentId: 'manual', switchTimeInSeconds: later };
      const { id } = await seller.client.providerSwitches.schedule(wanted);
      expect(await seller.client.providerSwitches.schedule(wanted)).toMatchObject({ id, sourcePaymentType: null });
      await expect(seller.client.providerSwitches.schedule({ ...wanted, targetCustomerIdentifier: 'debtor 7' })).rejects.toMatchObject({ status: 409, code: 'switch_exists' });
      const second = await seller.client.providerSwitches.schedule({ ...wanted, targetCustomerIdentifier: 'debtor 7', switchTimeInSeconds: later + 1 });
      expect((await seller.client.providerSwitches.list({ customerId: 'ada' })).items.map((change) => [change.id, change.status])).toEqual([[id, 'scheduled'], [second.id, 'scheduled']]);
      expect(await seller.client.providerSwitches.cancel(id)).toMatchObject({ id, status: 'cancelled' });
      await expect(seller.client.providerSwitches.cancel(id)).rejects.toMatchObject({ status: 409, code: 'switch_not_scheduled' });
      const response = await fetch(`${application.url}/customers/payment-method/switch?customerId=ada&switchTimeInSeconds=${later + 1}`, { method: 'DELETE', headers: { 'X-API-KEY': seller.apiKey } });
      expect(await response.json()).toMatchObject({ id: second.id, status: 'cancelled' });
      await expect(seller.client.providerSwitches.cancel('psw_none')).rejects.toMatchObject({ status: 404, code: 'provider_switch_not_found' });
    });

    it('keeps the connection it leads to, and ends with its customer', async () => {
      const { id } = await seller.client.providerSwitches.schedule({ customerId: 'gone', targetPaymentType: 'manual', switchTimeInSeconds: later });
      await expect(seller.client.paymentProviders.connection.delete('manual')).rejects.toMatchObject({ status: 409, code: 'connection_in_use', message: expect.stringMatching(/1 scheduled provider switch/) });
      const { items: [assignment] } = await seller.client.assignments.list({ customerId: 'gone' });
      await seller.client.assignments.end(assignment!.id, assignment!.startTimeInMillis);
      await seller.client.customers.delete('gone');
      expect((await seller.client.providerSwitches.list({ customerId: 'gone' })).items).toMatchObject([{ id, status: 'cancelled', statusReason: 'The customer was deleted.' }]);
    });

    it.each<[string, (seller: ManualSeller) => Partial<ProviderSwitchInput> | Promise<Partial<ProviderSwitchInput>>, number, string]>([
      ['a time that has passed', async () => ({ switchTimeInSeconds: (await nowInSeconds(seller)) - 1 }), 400, 'switch_in_past'],
      ['a time in milliseconds', () => ({ switchTimeInSeconds: later * 1_000 }), 400, 'invalid_request'],
      ['an unknown customer', () => ({ customerId: 'nobody' }), 404, 'customer_not_found'],
      ['an unknown provider', () => ({ targetPaymentType: 'piggybank' }), 400, 'unknown_payment_provider'],
      ['an unknown source', () => ({ sourcePaymentType: 'piggybank' }), 400, 'unknown_payment_provider'],
      ['the connection of another provider', () => ({ targetPaymentType: 'manual', targetPaymentId: 'stripe' }), 400, 'unknown_target_payment_id'],
      ['no id where the provider needs one', () => ({ targetCustomerIdentifier: '' }), 400, 'missing_customer_identifier'],
      ['what is no id there', () => ({ targetCustomerIdentifier: 'toycus_1' }), 400, 'invalid_provider_customer_id'],
      ['an id that is not there', () => ({ targetCustomerIdentifier: 'cus_unknown' }), 400, 'provider_customer_not_found'],
    ])('refuses %s', async (_what, change, status, code) => {
      const input = { customerId: 'ben', targetPaymentType: 'stripe', switchTimeInSeconds: later, ...(await change(seller)) };
      await expect(seller.client.providerSwitches.schedule(input)).rejects.toMatchObject({ status, code });
      expect((await seller.client.providerSwitches.list({ customerId: 'ben' })).items).toEqual([]);
    });

    it('refuses a provider that is not connected', async () => {
      const other = await ManualSeller.open(application);
      await other.customer('ben');
      await other.client.paymentProviders.connection.delete('stripe');
      await expect(other.client.providerSwitches.schedule({ customerId: 'ben', targetPaymentType: 'stripe', targetCustomerIdentifier: 'cus_1', switchTimeInSeconds: later })).rejects.toMatchObject({ status: 400, code: 'no_connection' });
    });
  });
});
