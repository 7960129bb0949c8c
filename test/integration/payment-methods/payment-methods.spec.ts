import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PaymentTestApplication, type Fields, type PaymentAccount } from '../customers/payment-test-application.js';

describe('payment methods', () => {
  let app: PaymentTestApplication;
  let account: PaymentAccount & { providerAccountId: string };
  let customerNumber = 0;
  let url: string;
  let customerId: string;

  beforeAll(async () => {
    app = await PaymentTestApplication.start();
    account = await app.connectedAccount({ defaultPaymentProviderName: 'STRIPE' });
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    Object.assign(app.world, { outage: false, loseAnswers: 0, delayInMillis: 0, rejectsCredentials: false, refusal: null });
    customerNumber += 1;
    customerId = `payer ${customerNumber}/a`;
    url = `/customers/${encodeURIComponent(customerId)}`;
    await account.call('POST', '/customers?autoCreateCustomerInProvider=true', { customerId, customerName: 'P' });
    app.world.calls.length = 0;
  });

  const attach = (paymentMethodId = 'pm_card_visa') => account.call('POST', `${url}/payment-methods`, { paymentMethodId });
  const list = async () => (await account.call('GET', `${url}/payment-methods`)).body as unknown as { id: string; isDefault: boolean }[];
  const changes = async () => (await app.eventTypes(account.id)).filter((type) => type === 'payment_method.changed').length;

  it('begin with a page of the provider', async () => {
    const setup = await account.call('POST', `${url}/payment-method-setup`, { returnUrl: 'https://shop.example/account' });
    expect(setup).toMatchObject({ status: 200, body: { id: 'cs_1', url: 'https://pay.example/cs_1?return=https%3A%2F%2Fshop.example%2Faccount', clientSecret: null } });
  });

  it('begin with a client secret that is stored nowhere in clear', async () => {
    const setup = await account.call('POST', `${url}/payment-method-setup`, { mode: 'client_secret' });
    expect(setup.body).toEqual({ id: 'seti_1', url: null, clientSecret: 'seti_1_secret_hidden' });
    const { rows } = await app.pool.query<{ row: string }>('select i::text as row from provider_intent i where account_id = $1', [account.id]);
    expect(rows.map(({ row }) => row).join() + app.logs.join()).not.toContain('seti_1_secret_hidden');
  });

  it.each([
    ['no return address', {}, 'missing_return_url'],
    ['a return address that is none', { returnUrl: 'javascript:alert(1)' }, 'invalid_request'],
    ['an unknown mode', { mode: 'popup' }, 'invalid_request'],
    ['a currency that is none', { returnUrl: 'https://shop.example', currency: 'euros' }, 'invalid_request'],
  ])('refuse a set-up with %s', async (_name, body, code) => {
    expect(await account.call('POST', `${url}/payment-method-setup`, body)).toMatchObject({ status: 400, body: { code } });
  });

  it('are attached by the name of a test card; the first becomes the default', async () => {
    const before = await changes();
    const first = await attach();
    expect(first).toMatchObject({ status: 200, body: { type: 'card', isDefault: true, card: { brand: 'visa', last4: '4242' } } });
    const second = await attach('pm_card_mastercard');
    expect(second.body).toMatchObject({ isDefault: false });
    expect((await list()).map(({ id, isDefault }) => [id, isDefault])).toEqual([[first.body['id'], true], [second.body['id'], false]]);
    expect((await changes()) - before).toBe(2);
  });

  it('change their default and are taken away', async () => {
    const first = (await attach()).body['id'] as string;
    const second = (await attach()).body['id'] as string;
    expect(await account.call('POST', `${url}/payment-methods/${second}/default`)).toMatchObject({ status: 200, body: { id: second, isDefault: true } });
    expect(await account.call('DELETE', `${url}/payment-methods/${first}`)).toMatchObject({ status: 200, body: { id: first, isDefault: false } });
    expect(await list()).toMatchObject([{ id: second, isDefault: true }]);
    expect((await account.call('DELETE', `${url}/payment-methods/${first}`)).status).toBe(404);
    expect((await account.call('POST', `${url}/payment-methods/${first}/default`)).status).toBe(404);
  });

  it('carry keys of their intents, and a lost answer does the work once', async () => {
    app.world.loseAnswers = 1;
    expect(await attach()).toMatchObject({ status: 503, body: { code: 'provider_unavailable' } });
    await app.background(60_000);
    expect(await list()).toHaveLength(1);
    const keys = app.world.calls.filter(({ operation }) => operation === 'paymentMethods.attach').map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('are attached once by requests that come at the same time', async () => {
    app.world.delayInMillis = 50;
    const answers = await Promise.all(Array.from({ length: 5 }, () => attach('pm_shared')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await list()).toHaveLength(1);
  });

  it('do not let a second change of the default overtake one that is not confirmed', async () => {
    const first = (await attach()).body['id'] as string;
    const second = (await attach()).body['id'] as string;
    app.world.loseAnswers = 1;
    expect((await account.call('POST', `${url}/payment-methods/${second}/default`)).status).toBe(503);
    expect(await account.call('POST', `${url}/payment-methods/${first}/default`)).toMatchObject({ status: 409, body: { code: 'default_change_in_progress' } });
    await app.background(60_000);
    expect((await account.call('POST', `${url}/payment-methods/${first}/default`)).status).toBe(200);
    expect(await list()).toMatchObject([{ id: first, isDefault: true }, { id: second, isDefault: false }]);
  });

  it('repeat the provider’s reason when it refuses', async () => {
    expect(await attach('src_unknown')).toMatchObject({ status: 400, body: { code: 'payment_method_refused', errorMessage: expect.stringContaining('No such PaymentMethod.') as unknown } });
    app.world.refusal = 'Your card was declined.';
    expect(await attach()).toMatchObject({ status: 400, body: { code: 'payment_method_refused', errorMessage: expect.stringContaining('Your card was declined.') as unknown } });
  });

  it('are refused as a card number, which is repeated nowhere', async () => {
    const refused = await attach('4242424242424242');
    expect(refused).toMatchObject({ status: 400, body: { code: 'card_number_refused' } });
    const { rows } = await app.pool.query<{ row: string }>('select i::text as row from provider_intent i where account_id = $1', [account.id]);
    expect(`${refused.text}${app.logs.join()}${rows.map(({ row }) => row).join()}`).not.toContain('4242424242424242');
  });

  it('are unavailable while the provider is', async () => {
    app.world.outage = true;
    expect(await account.call('GET', `${url}/payment-methods`)).toMatchObject({ status: 503, body: { code: 'provider_unavailable' } });
  });

  it('need a linked customer, and say how to get one', async () => {
    await account.call('POST', '/customers', { customerId: 'unlinked', customerName: 'U' });
    for (const [method, path, body] of setupsOf('unlinked')) {
      expect(await account.call(method, path, body)).toMatchObject({ status: 409, body: { code: 'not_linked', errorMessage: expect.stringContaining('autoCreateCustomerInProvider=true') as unknown } });
    }
  });

  it('are not offered by a provider that keeps none', async () => {
    await account.call('POST', '/customers', { customerId: 'manual', customerName: 'M', traits: { paymentProviderName: 'MANUAL' } });
    expect(await account.call('GET', '/customers/manual/payment-methods')).toMatchObject({ status: 400, body: { code: 'unsupported_by_provider' } });
  });

  it('refuse test cards on a live account', async () => {
    const live = await app.account({ mode: 'live', defaultPaymentProviderName: 'STRIPE' });
    await live.call('PUT', '/payment-providers/stripe/connection', { credentials: { secretKey: 'sk_live_shop_1' } });
    await live.call('POST', '/customers?autoCreateCustomerInProvider=true', { customerId: 'l', customerName: 'L' });
    expect(await live.call('POST', '/customers/l/payment-methods', { paymentMethodId: 'pm_card_visa' })).toMatchObject({ status: 400, body: { code: 'test_card_in_live_mode' } });
    expect((await live.call('POST', '/customers/l/payment-methods', { paymentMethodId: 'pm_real' })).status).toBe(200);
  });

  it('of a foreign account are answered like those of nobody, and methods of other customers like unknown ones', async () => {
    const method = (await attach()).body['id'] as string;
    const other = await app.connectedAccount();
    for (const [verb, path, body] of setupsOf(customerId)) {
      const foreign = await other.call(verb, path, body);
      expect(foreign).toMatchObject({ status: 404, body: { code: 'customer_not_found' } });
    }
    await account.call('POST', '/customers?autoCreateCustomerInProvider=true', { customerId: 'neighbour', customerName: 'N' });
    expect(await account.call('DELETE', `/customers/neighbour/payment-methods/${method}`)).toMatchObject({ status: 404, body: { code: 'payment_method_not_found' } });
    expect(await account.call('POST', `/customers/neighbour/payment-methods/${method}/default`)).toMatchObject({ status: 404 });
    expect(await list()).toMatchObject([{ id: method, isDefault: true }]);
  });
});

/** Every route of a customer's payment methods. */
function setupsOf(customerId: string): ['GET' | 'POST' | 'DELETE', string, Fields | undefined][] {
  const base = `/customers/${encodeURIComponent(customerId)}`;
  return [
    ['POST', `${base}/payment-method-setup`, { returnUrl: 'https://shop.example' }],
    ['GET', `${base}/payment-methods`, undefined],
    ['POST', `${base}/payment-methods`, { paymentMethodId: 'pm_card_visa' }],
    ['POST', `${base}/payment-methods/pm_1/default`, undefined],
    ['DELETE', `${base}/payment-methods/pm_1`, undefined],
  ];
}
