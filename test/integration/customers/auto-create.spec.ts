import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PaymentTestApplication, type PaymentAccount } from './payment-test-application.js';

const HOUR_IN_MILLIS = 3_600_000;

describe('creating the customer at the provider', () => {
  let app: PaymentTestApplication;
  let account: PaymentAccount & { providerAccountId: string };

  beforeAll(async () => {
    app = await PaymentTestApplication.start();
    account = await app.connectedAccount();
  });
  afterAll(() => app.stop());
  beforeEach(() => {
    Object.assign(app.world, { outage: false, loseAnswers: 0, delayInMillis: 0, rejectsCredentials: false, refusal: null });
    app.world.calls.length = 0;
  });

  const post = (customerId: string, extra: Record<string, unknown> = {}, query = '?autoCreateCustomerInStripe=True') =>
    account.call('POST', `/customers${query}`, { customerId, customerName: `Name of ${customerId}`, ...extra });
  const put = (customerId: string, extra: Record<string, unknown> = {}, query = '?autoCreateCustomerInStripe=true') =>
    account.call('PUT', `/customers${query}`, { customerId, customerName: `Name of ${customerId}`, ...extra });
  const get = async (customerId: string) => (await account.call('GET', `/customers/${customerId}`)).body;

  it('writes the traits of the new provider customer into the answer', async () => {
    const created = await post('a1', { customerEmail: 'a1@example.com', traits: { region: 'eu' } });
    expect(created.status).toBe(200);
    const [customer] = app.world.customersOf('a1');
    expect(created.body).toMatchObject({ id: 'a1', customerId: 'a1', traits: { region: 'eu', stripeId: customer?.id, paymentProviderName: 'STRIPE' } });
    expect(created.body).not.toHaveProperty('paymentProviderLink');
    expect(customer).toMatchObject({ name: 'Name of a1', email: 'a1@example.com', tags: { instance: 'ins_test', account: account.id, id: 'a1' } });
    expect((await app.eventTypes(account.id)).slice(-2)).toEqual(['customer.created', 'customer.linked']);
  });

  it('takes the flag from the body as well, and its generic twin with the account’s default provider', async () => {
    expect((await post('a2', { autoCreateCustomerInStripe: 'True' }, '')).body).toMatchObject({ traits: { paymentProviderName: 'STRIPE' } });
    const other = await app.connectedAccount({ defaultPaymentProviderName: 'stripe' });
    const created = await other.call('POST', '/customers', { customerId: 'x', customerName: 'X', autoCreateCustomerInProvider: true });
    expect(created.body).toMatchObject({ traits: { stripeId: expect.stringMatching(/^cus_/) as unknown, paymentProviderName: 'STRIPE' } });
  });

  it('creates one provider customer under 10 concurrent POSTs: one succeeds, nine are told that the id exists', async () => {
    app.world.delayInMillis = 20;
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('a3')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'customer_exists', errorMessage: expect.stringContaining("'a3'") as unknown });
    expect(app.world.customersOf('a3')).toHaveLength(1);
  });

  it('creates one provider customer under 10 concurrent PUTs, and all of them answer it', async () => {
    await post('a4', {}, '');
    app.world.delayInMillis = 20;
    const answers = await Promise.all(Array.from({ length: 10 }, () => put('a4')));
    const [customer, ...others] = app.world.customersOf('a4');
    expect(others).toEqual([]);
    expect(answers.map(({ status, body }) => [status, (body['traits'] as Record<string, string>)['stripeId']])).toEqual(Array.from({ length: 10 }, () => [200, customer?.id]));
  });

  it('creates nothing more when the flag is sent again', async () => {
    await post('a5');
    const again = await put('a5', { traits: {} });
    expect(app.world.customersOf('a5')).toHaveLength(1);
    expect(again.body).toMatchObject({ traits: { stripeId: app.world.customersOf('a5')[0]?.id, paymentProviderName: 'STRIPE' } });
  });

  it('answers pending when the answer is lost, and adopts what was created under the same key', async () => {
    app.world.loseAnswers = 1;
    const created = await post('a6');
    expect(created.status).toBe(200);
    expect(created.body).toMatchObject({ customerId: 'a6', traits: {}, paymentProviderLink: { providerName: 'STRIPE', status: 'pending', reason: 'The answer did not arrive.' } });
    await app.background(60_000);
    expect(await get('a6')).toMatchObject({ traits: { stripeId: app.world.customersOf('a6')[0]?.id, paymentProviderName: 'STRIPE' } });
    expect(await get('a6')).not.toHaveProperty('paymentProviderLink');
    expect(app.world.customersOf('a6')).toHaveLength(1);
    expect(new Set(app.world.calls.filter(({ operation }) => operation === 'customers.create').map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  });

  it('looks a lost answer up by list once the key is too old to be sent again', async () => {
    app.world.loseAnswers = 1;
    await post('a7');
    await app.background(24 * HOUR_IN_MILLIS);
    expect(app.world.countOf('customers.create')).toBe(1);
    expect(await get('a7')).toMatchObject({ traits: { stripeId: app.world.customersOf('a7')[0]?.id } });
  });

  it('makes another attempt under a new key when the list proves that nothing was created', async () => {
    app.world.outage = true;
    await post('a8');
    app.world.outage = false;
    await app.background(24 * HOUR_IN_MILLIS);
    await app.background(60_000);
    expect(app.world.customersOf('a8')).toHaveLength(1);
    expect(await get('a8')).toMatchObject({ traits: { stripeId: app.world.customersOf('a8')[0]?.id } });
  });

  it('stores the customer while the provider is unreachable and links it after recovery', async () => {
    app.world.outage = true;
    const created = await post('a9');
    expect(created.body).toMatchObject({ customerId: 'a9', traits: {}, paymentProviderLink: { status: 'pending' } });
    const listed = (await account.call('GET', '/customers')).body as unknown as { customerId: string; paymentProviderLink?: unknown }[];
    expect(listed.find(({ customerId }) => customerId === 'a9')?.paymentProviderLink).toMatchObject({ status: 'pending' });
    await app.background(60_000);
    expect(await get('a9')).toHaveProperty('paymentProviderLink');
    app.world.outage = false;
    await app.background(60_000);
    expect(await get('a9')).toMatchObject({ traits: { stripeId: app.world.customersOf('a9')[0]?.id } });
  });

  it('keeps a creation under way when a full replacement knows nothing of it, with the details of the replacement', async () => {
    app.world.outage = true;
    await post('a10');
    expect((await put('a10', { customerName: 'Renamed' }, '')).body).toMatchObject({ paymentProviderLink: { status: 'pending' } });
    app.world.outage = false;
    await app.background(60_000);
    await app.background(60_000);
    expect(app.world.customersOf('a10')).toMatchObject([{ name: 'Renamed' }]);
    expect(await get('a10')).toMatchObject({ customerName: 'Renamed', traits: { stripeId: expect.stringMatching(/^cus_/) as unknown } });
  });

  it('says why the provider refused, and starts over when asked again', async () => {
    app.world.refusal = 'The e-mail address is not valid.';
    const created = await post('a11', { customerEmail: 'a@b' });
    expect(created.body).toMatchObject({ customerId: 'a11', paymentProviderLink: { status: 'failed', reason: 'The e-mail address is not valid.' } });
    expect(await app.eventTypes(account.id)).toContain('customer.link_failed');
    app.world.refusal = null;
    const fixed = await put('a11', { customerEmail: 'a@b.example' });
    expect(fixed.body).not.toHaveProperty('paymentProviderLink');
    expect(fixed.body).toMatchObject({ traits: { stripeId: app.world.customersOf('a11')[0]?.id } });
    const keys = app.world.calls.filter(({ operation }) => operation === 'customers.create').map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(2);
  });

  it('waits for better credentials when they are rejected in use', async () => {
    const shop = await app.connectedAccount();
    app.world.rejectsCredentials = true;
    const created = await shop.call('POST', '/customers?autoCreateCustomerInStripe=true', { customerId: 'w', customerName: 'W' });
    expect(created.body).toMatchObject({ paymentProviderLink: { status: 'pending' } });
    expect((await shop.call('GET', '/payment-providers/STRIPE/connection')).body).toMatchObject({ status: 'paused', statusReason: 'Invalid API key.' });
    app.world.rejectsCredentials = false;
    expect((await shop.call('POST', '/payment-providers/STRIPE/connection/test')).body).toMatchObject({ result: 'ok' });
    await app.background(120_000);
    expect((await shop.call('GET', '/customers/w')).body).toMatchObject({ traits: { stripeId: expect.stringMatching(/^cus_/) as unknown } });
    const events = await app.eventTypes(shop.id);
    expect(events).toEqual(expect.arrayContaining(['payment_connection.paused', 'payment_connection.resumed']));
  });

  it('pushes later changes of name and e-mail to customers it created, and to no others', async () => {
    await post('a12', { customerEmail: 'old@example.com' });
    const given = app.world.addCustomer({ providerAccountId: account.providerAccountId, name: 'Theirs' });
    await post('a13', { traits: { stripeId: given.id } }, '');
    await put('a12', { customerName: 'New', customerEmail: 'new@example.com', traits: { stripeId: app.world.customersOf('a12')[0]?.id } }, '');
    await put('a13', { customerName: 'Ours', traits: { stripeId: given.id } }, '');
    await app.background(60_000);
    expect(app.world.customersOf('a12')).toMatchObject([{ name: 'New', email: 'new@example.com' }]);
    expect(given.name).toBe('Theirs');
  });

  it.each([
    ['another provider in the trait', { traits: { paymentProviderName: 'manual' } }, '?autoCreateCustomerInStripe=true', 'provider_mismatch'],
    ['a provider without customers', { traits: { paymentProviderName: 'MANUAL' } }, '?autoCreateCustomerInProvider=true', 'unsupported_by_provider'],
    ['no provider chosen', {}, '?autoCreateCustomerInProvider=true', 'no_payment_provider'],
    ['an unknown provider', { traits: { paymentProviderName: 'PAYPAL' } }, '', 'unknown_payment_provider'],
    ['a flag that is no boolean', {}, '?autoCreateCustomerInStripe=yes', 'invalid_query'],
  ])('refuses %s and stores nothing', async (_name, extra, query, code) => {
    const refused = await post('never', extra, query);
    expect([refused.status, refused.body['code']]).toEqual([400, code]);
    expect((await account.call('GET', '/customers?customerId=never')).body).toEqual({});
  });

  it('refuses the flag without a connection, naming the cure, and stores nothing', async () => {
    const unconnected = await app.account();
    const refused = await unconnected.call('POST', '/customers?autoCreateCustomerInStripe=true', { customerId: 'n', customerName: 'N' });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ code: 'no_connection', errorMessage: expect.stringContaining('PUT /payment-providers/STRIPE/connection') as unknown });
    expect((await unconnected.call('GET', '/customers/n')).status).toBe(404);
  });
});
