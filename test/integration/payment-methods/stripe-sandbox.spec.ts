import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sandboxKey, startTestApplication, type TestApplication } from '../../support/test-application.js';

type Fields = Readonly<Record<string, unknown>>;

/** The same stations over the real Stripe provider and its SDK, against the sandbox over HTTP. */
describe('connections, customers and payment methods through Stripe', () => {
  let test: TestApplication;
  const key = sandboxKey();

  beforeAll(async () => {
    test = await startTestApplication({ runLoops: false, connectStripe: false, publicUrl: 'http://127.0.0.1:9' });
    const connected = await call('PUT', '/payment-providers/stripe/connection', { credentials: { secretKey: key } });
    if (connected.status !== 200) throw new Error(connected.text);
  });
  afterAll(() => test.close());
  beforeEach(() => test.sandbox.control.clearFaults());

  async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown): Promise<{ status: number; text: string; body: Fields }> {
    const answer = await test.app.inject({
      method,
      url,
      headers: { 'x-api-key': test.adminKey, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, text: answer.payload, body: JSON.parse(answer.payload) as Fields };
  }

  const create = (customerId: string, extra: Fields = {}) => call('POST', '/customers?autoCreateCustomerInStripe=true', { customerId, customerName: customerId, ...extra });
  const background = async (laterInMillis: number): Promise<void> => {
    test.clock.advance(laterInMillis);
    await test.loops.drain(['webhook-endpoints', 'customer-link-checks', 'provider-intents']);
  };
  /** Customers of ours at Stripe, read with its own API. */
  const atStripe = async (customerId: string): Promise<Fields[]> => {
    const answer = await fetch(`${test.sandbox.url}/v1/customers?limit=100`, { headers: { Authorization: `Bearer ${key}` } });
    const { data } = (await answer.json()) as { data: { metadata: Record<string, string> }[] };
    return data.filter(({ metadata }) => metadata['tollkeeper_id'] === customerId);
  };

  it('ties the connection to the account of the key', async () => {
    expect((await call('POST', '/payment-providers/STRIPE/connection/test')).body).toMatchObject({ result: 'ok', mode: 'test', providerAccountId: test.sandbox.control.accountId(key), missingPermissions: [] });
    expect(await call('PUT', '/payment-providers/STRIPE/connection', { credentials: { secretKey: 'sk_live_abc' } })).toMatchObject({ status: 400, body: { code: 'invalid_credentials' } });
  });

  it('registers the webhook endpoint and shows its address and events', async () => {
    await background(0);
    const { webhook, id } = (await call('GET', '/payment-providers/STRIPE/connection')).body;
    expect(webhook).toMatchObject({ status: 'registered', url: `http://127.0.0.1:9/webhooks/stripe/${String(id)}`, events: expect.arrayContaining(['invoice.paid']) as unknown });
  });

  it('creates the customer with its details and our marks', async () => {
    const created = await create('acme', { customerEmail: 'billing@acme.example', address: { line1: '1 Road', city: 'Berlin', postalCode: '10115', country: 'DE' } });
    const [customer, ...others] = await atStripe('acme');
    expect(others).toEqual([]);
    expect(created.body).toMatchObject({ traits: { stripeId: customer?.['id'], paymentProviderName: 'STRIPE' } });
    expect(customer).toMatchObject({
      name: 'acme',
      email: 'billing@acme.example',
      address: { line1: '1 Road', city: 'Berlin', postal_code: '10115', country: 'DE' },
      metadata: { tollkeeper_instance: 'ins_test', tollkeeper_account: test.accountId, tollkeeper_id: 'acme' },
    });
  });

  it.each(['half_body', 'reset_after'] as const)('creates one customer when the answer is lost (%s)', async (kind) => {
    test.sandbox.control.addFault({ kind, method: 'POST', path: '/v1/customers', count: 2 });
    const created = await create(`lost-${kind}`);
    expect(created.status).toBe(200);
    await background(60_000);
    await background(60_000);
    const [customer, ...others] = await atStripe(`lost-${kind}`);
    expect(others).toEqual([]);
    expect((await call('GET', `/customers/lost-${kind}`)).body).toMatchObject({ traits: { stripeId: customer?.['id'] } });
  });

  it('finds a lost customer by list a day later instead of creating a second one', async () => {
    test.sandbox.control.addFault({ kind: 'half_body', method: 'POST', path: '/v1/customers' });
    await create('day-later');
    await background(25 * 3_600_000);
    expect(await atStripe('day-later')).toHaveLength(1);
    expect((await call('GET', '/customers/day-later')).body).toMatchObject({ traits: { paymentProviderName: 'STRIPE' } });
  });

  it('creates one customer under concurrent PUTs', async () => {
    await call('POST', '/customers', { customerId: 'crowd', customerName: 'C' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => call('PUT', '/customers?autoCreateCustomerInStripe=true', { customerId: 'crowd', customerName: 'C' })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await atStripe('crowd')).toHaveLength(1);
  });

  it('links an existing customer and refuses bad ones by what is wrong with them', async () => {
    const { stripeId } = (await create('origin')).body['traits'] as { stripeId: string };
    expect((await call('POST', '/customers', { customerId: 'second', customerName: 'S', traits: { stripeid: stripeId } })).body).toMatchObject({ traits: { stripeId } });
    const post = (id: string) => call('POST', '/customers', { customerId: 'refused', customerName: 'R', traits: { stripeId: id } });
    expect((await post('cus_doesnotexist')).body).toMatchObject({ status: 400, code: 'provider_customer_not_found' });
    expect((await post('in_123')).body).toMatchObject({ status: 400, code: 'invalid_provider_customer_id' });
    await fetch(`${test.sandbox.url}/v1/customers/${stripeId}`, { method: 'DELETE', headers: { Authorization: `Bearer ${key}` } });
    expect((await post(stripeId)).body).toMatchObject({ status: 400, code: 'provider_customer_deleted' });
  });

  it('stores the customer while Stripe cannot be reached', async () => {
    test.sandbox.control.addFault({ kind: 'reset_before', count: 50 });
    expect((await create('offline')).body).toMatchObject({ customerId: 'offline', paymentProviderLink: { status: 'pending' } });
    test.sandbox.control.clearFaults();
    await background(60_000);
    expect((await call('GET', '/customers/offline')).body).toMatchObject({ traits: { paymentProviderName: 'STRIPE' } });
    expect(await atStripe('offline')).toHaveLength(1);
  });

  it('pushes a new name and clears what is gone', async () => {
    const { stripeId } = (await create('renamed', { customerEmail: 'old@example.com' })).body['traits'] as { stripeId: string };
    await call('PUT', '/customers', { customerId: 'renamed', customerName: 'New name', traits: { stripeId } });
    await background(60_000);
    expect((await atStripe('renamed'))[0]).toMatchObject({ name: 'New name', email: null });
  });

  it('attaches test cards by name, changes the default and detaches', async () => {
    await create('payer');
    const attach = async (name: string) => (await call('POST', '/customers/payer/payment-methods', { paymentMethodId: name })).body;
    const visa = await attach('pm_card_visa');
    const mastercard = await attach('pm_card_mastercard');
    expect([visa['isDefault'], mastercard['isDefault']]).toEqual([true, false]);
    expect((await call('POST', `/customers/payer/payment-methods/${String(mastercard['id'])}/default`)).body).toMatchObject({ isDefault: true, card: { brand: 'mastercard', last4: '4444' } });
    expect((await call('DELETE', `/customers/payer/payment-methods/${String(visa['id'])}`)).status).toBe(200);
    expect((await call('GET', '/customers/payer/payment-methods')).body).toMatchObject([{ id: mastercard['id'], isDefault: true }]);
    expect(await call('POST', '/customers/payer/payment-methods', { paymentMethodId: 'pm_nonsense' })).toMatchObject({ status: 400, body: { code: 'payment_method_refused' } });
  });

  it('begins set-ups on a page of Stripe and with a client secret', async () => {
    await create('visitor');
    const page = await call('POST', '/customers/visitor/payment-method-setup', { returnUrl: 'https://shop.example/back', currency: 'eur' });
    expect(page).toMatchObject({ status: 200, body: { id: expect.stringMatching(/^cs_/) as unknown, url: expect.stringMatching(/^http/) as unknown, clientSecret: null } });
    const script = await call('POST', '/customers/visitor/payment-method-setup', { mode: 'client_secret' });
    expect(script).toMatchObject({ status: 200, body: { url: null, clientSecret: expect.stringMatching(/^seti_.+_secret_/) as unknown } });
  });

  it('sends every write under a key of ours', () => {
    const writes = test.sandbox.control.ledger({ key }).filter(({ method }) => method === 'POST');
    expect(writes.length).toBeGreaterThan(10);
    expect(writes.filter(({ idempotencyKey }) => !idempotencyKey?.startsWith('tollkeeper-'))).toEqual([]);
  });
});
