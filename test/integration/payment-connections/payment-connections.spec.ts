import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectionSetup } from '../../../src/payment-connections/connection-setup.service.js';
import { PaymentConnections } from '../../../src/payment-connections/payment-connections.service.js';
import { PaymentTestApplication, type PaymentAccount } from '../customers/payment-test-application.js';

const PATH = '/payment-providers/stripe/connection';
const anyText = expect.any(String) as unknown;

describe('payment connections', () => {
  let app: PaymentTestApplication;
  let account: PaymentAccount;

  beforeAll(async () => {
    app = await PaymentTestApplication.start();
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    Object.assign(app.world, { outage: false, loseAnswers: 0, delayInMillis: 0, rejectsCredentials: false, refusal: null, missingPermissions: [] });
    account = await app.account();
  });

  const put = (credentials?: Record<string, unknown>, settings?: Record<string, unknown>) => account.call('PUT', PATH, { ...(credentials ? { credentials } : {}), ...(settings ? { settings } : {}) });
  const link = async (customerId = 'linked') => account.call('POST', '/customers?autoCreateCustomerInStripe=true', { customerId, customerName: customerId });

  it('lists the providers with their capabilities, forms and this account’s status', async () => {
    const before = (await account.call('GET', '/payment-providers')).body as unknown as Record<string, unknown>[];
    expect(before.map(({ name }) => name)).toEqual(['MANUAL', 'STRIPE']);
    expect(before[1]).toMatchObject({
      displayName: 'Stripe',
      customerTrait: 'stripeId',
      capabilities: { customers: true, invoices: false },
      configuration: [{ name: 'secretKey', secret: true, required: true }, { name: 'webhookSecret' }, { name: 'region', values: ['eu', 'us'] }],
      currencies: [{ currency: 'USD', exponent: 2, step: '1', minimum: '50', maximum: '99999999' }],
      connection: { connected: false, status: null },
    });
    await put({ secretKey: 'sk_test_list_1' });
    const after = (await account.call('GET', '/payment-providers')).body as unknown as Record<string, unknown>[];
    expect(after[1]).toMatchObject({ connection: { connected: true, status: 'active' } });
  });

  it('tries new credentials, ties the connection to the provider’s account and shows no secret', async () => {
    const saved = await put({ secretKey: 'sk_test_shop_abcd1234', region: 'eu' });
    expect(saved.status).toBe(200);
    expect(saved.body).toMatchObject({
      id: expect.stringMatching(/^con_/) as unknown,
      providerName: 'STRIPE',
      status: 'active',
      providerAccountId: 'acct_shop',
      credentials: [
        { name: 'secretKey', set: true, value: null, hint: '…1234' },
        { name: 'webhookSecret', set: false, value: null, hint: null },
        { name: 'region', set: true, value: 'eu', hint: null },
      ],
      settings: { gracePeriodInHours: null, collectionMethod: 'charge_automatically', daysUntilDue: null, sending: 'automatic', requestsPerSecond: null, requestsPerSecondPerEndpoint: null },
      webhook: { url: null, status: 'polling_only', statusFollowedBy: 'polling', events: ['invoice.paid', 'customer.deleted'] },
    });
    expect(saved.body).not.toHaveProperty('warning');
    const read = await account.call('GET', PATH);
    expect(read.body).toEqual({ ...saved.body, following: expect.objectContaining({ eventListReadTime: null, isEventListRead: false, waitingEvents: 0, waitingIntents: 0 }) as unknown });
    expect(`${saved.text}${read.text}`).not.toContain('sk_test_shop_abcd1234');
    expect(await app.eventTypes(account.id)).toEqual(['payment_connection.saved']);
  });

  it('stores credentials encrypted and never logs them', async () => {
    await put({ secretKey: 'sk_test_hidden_abcd1234', webhookSecret: 'whsec_hidden' });
    await put({ secretKey: 'sk_test_hidden_rejected' });
    const { rows } = await app.pool.query<{ row: string; secrets: Buffer }>('select c::text as row, secrets from payment_connection c where account_id = $1', [account.id]);
    const everything = `${rows.map(({ row, secrets }) => row + secrets.toString('latin1')).join()}${app.logs.join('\n')}`;
    expect(everything).not.toMatch(/sk_test_hidden|whsec_hidden/);
    const { credentials } = await app.application.app.get(PaymentConnections, { strict: false }).open(String((await account.call('GET', PATH)).body['id']));
    expect(credentials.secrets['secretKey']?.reveal()).toBe('sk_test_hidden_abcd1234');
    expect(JSON.stringify(credentials)).not.toContain('sk_test_hidden');
  });

  it('changes settings alone without asking the provider, and keeps the credentials', async () => {
    await put({ secretKey: 'sk_test_shop_1' });
    app.world.outage = true;
    const saved = await put(undefined, { collectionMethod: 'send_invoice', daysUntilDue: 14, gracePeriodInHours: 2 });
    expect(saved.body).toMatchObject({ settings: { collectionMethod: 'send_invoice', daysUntilDue: 14, gracePeriodInHours: 2, sending: 'automatic' }, providerAccountId: 'acct_shop' });
    expect((await put(undefined, { sending: 'after_review' })).body).toMatchObject({ settings: { daysUntilDue: 14, sending: 'after_review' } });
    expect((await put(undefined, { requestsPerSecond: 10 })).body).toMatchObject({ settings: { daysUntilDue: 14, requestsPerSecond: 10, requestsPerSecondPerEndpoint: null } });
    expect((await put(undefined, { collectionMethod: 'charge_automatically', gracePeriodInHours: null })).body).toMatchObject({ settings: { daysUntilDue: null, gracePeriodInHours: null } });
    expect((await put({}, {})).body).toMatchObject({ credentials: [{ set: true }, { set: false }, { set: false }] });
  });

  it('keeps fields that are not sent and removes an optional one with null', async () => {
    await put({ secretKey: 'sk_test_shop_1', region: 'eu', webhookSecret: 'whsec_1' });
    expect((await put({ region: null })).body).toMatchObject({ credentials: [{ set: true }, { set: true }, { set: false }] });
  });

  it.each([
    ['an unknown field', { secretKey: 'sk_test_a_1', apiToken: 'hush-hush' }, 'invalid_credentials', 'credentials.apiToken'],
    ['a missing field', { region: 'eu' }, 'invalid_credentials', 'credentials.secretKey'],
    ['a value of the wrong form', { secretKey: 'hush-hush' }, 'invalid_credentials', 'credentials.secretKey'],
    ['a value that is no text', { secretKey: { key: 'hush-hush' } }, 'invalid_credentials', 'credentials.secretKey'],
    ['a line end in a value', { secretKey: 'sk_test_hush-hush\n' }, 'invalid_credentials', 'credentials.secretKey'],
    ['a value that is not offered', { secretKey: 'sk_test_a_1', region: 'hush-hush' }, 'invalid_credentials', 'credentials.region'],
    ['a key of the other mode', { secretKey: 'sk_live_hush-hush_1' }, 'invalid_credentials', 'credentials.secretKey'],
  ])('refuses %s, naming the field and never the value', async (_name, credentials, code, field) => {
    const refused = await put(credentials);
    expect([refused.status, refused.body['code']]).toEqual([400, code]);
    expect(refused.body['errors']).toMatchObject([{ field }]);
    expect(refused.text).not.toContain('hush-hush');
    expect((await account.call('GET', PATH)).status).toBe(404);
  });

  it.each([
    ['days without sending', { daysUntilDue: 5 }],
    ['sending without days', { collectionMethod: 'send_invoice' }],
    ['a negative grace', { gracePeriodInHours: -1 }],
    ['an unknown method', { collectionMethod: 'cash' }],
    ['an unknown setting', { color: 'red' }],
  ])('refuses %s among the settings', async (_name, settings) => {
    expect((await put({ secretKey: 'sk_test_shop_1' }, settings)).status).toBe(400);
    expect((await account.call('GET', PATH)).status).toBe(404);
  });

  it('refuses credentials the provider rejects, or that lack permissions', async () => {
    expect(await put({ secretKey: 'sk_test_shop_rejected' })).toMatchObject({ status: 400, body: { code: 'credentials_rejected' } });
    app.world.missingPermissions = ['invoices: write'];
    expect(await put({ secretKey: 'sk_test_shop_1' })).toMatchObject({ status: 400, body: { code: 'missing_permissions', errorMessage: expect.stringContaining('invoices: write') as unknown } });
    expect((await account.call('GET', PATH)).status).toBe(404);
  });

  it('stores a first connection while the provider is unreachable, and tries it in the background', async () => {
    app.world.outage = true;
    const saved = await put({ secretKey: 'sk_test_later_1' });
    expect(saved).toMatchObject({ status: 200, body: { status: 'active', providerAccountId: null, warning: anyText } });
    expect((await account.call('POST', `${PATH}/test`)).body).toMatchObject({ result: 'unreachable', message: 'connect ECONNREFUSED' });
    app.world.outage = false;
    await app.background(120_000);
    expect((await account.call('GET', PATH)).body).toMatchObject({ status: 'active', providerAccountId: 'acct_later' });
  });

  it('does not exchange tried credentials for untried ones', async () => {
    await put({ secretKey: 'sk_test_shop_1' });
    app.world.outage = true;
    expect(await put({ secretKey: 'sk_test_shop_2' })).toMatchObject({ status: 503, body: { code: 'provider_unavailable' } });
    app.world.outage = false;
    expect((await put({ secretKey: 'sk_test_shop_2' })).status).toBe(200);
  });

  it('pauses what the background finds rejected and resumes it when it works again', async () => {
    app.world.outage = true;
    await put({ secretKey: 'sk_test_flaky_1' });
    Object.assign(app.world, { outage: false, rejectsCredentials: true });
    await app.background(120_000);
    expect((await account.call('GET', PATH)).body).toMatchObject({ status: 'paused', statusReason: 'Invalid API key.' });
    app.world.rejectsCredentials = false;
    await app.background(120_000);
    expect((await account.call('GET', PATH)).body).toMatchObject({ status: 'active', statusReason: null, providerAccountId: 'acct_flaky' });
  });

  it('refuses a key of another provider account while customers are linked, and begins anew when none is', async () => {
    const first = await put({ secretKey: 'sk_test_one_1' });
    await link();
    expect(await put({ secretKey: 'sk_test_one_2' })).toMatchObject({ status: 200, body: { id: first.body['id'] } });
    const refused = await put({ secretKey: 'sk_test_two_1' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'provider_account_changed', errorMessage: expect.stringContaining('1 linked customers') as unknown } });
    await account.call('DELETE', '/customers/linked');
    const second = await put({ secretKey: 'sk_test_two_1' });
    expect(second).toMatchObject({ status: 200, body: { providerAccountId: 'acct_two' } });
    expect(second.body['id']).not.toBe(first.body['id']);
    const { rows } = await app.pool.query('select provider_account_id, delete_time is null as live from payment_connection where account_id = $1 order by create_time, id', [account.id]);
    expect(rows).toEqual([
      { provider_account_id: 'acct_one', live: false },
      { provider_account_id: 'acct_two', live: true },
    ]);
  });

  it('refuses to delete while customers are linked, then keeps the row and forgets the keys', async () => {
    const saved = await put({ secretKey: 'sk_test_shop_1' });
    await link();
    expect(await account.call('DELETE', PATH)).toMatchObject({ status: 409, body: { code: 'connection_in_use', errorMessage: expect.stringContaining('1 linked customers') as unknown } });
    await account.call('DELETE', '/customers/linked');
    expect(await account.call('DELETE', PATH)).toMatchObject({ status: 200, body: { deleteTime: expect.any(Number) as unknown } });
    expect((await account.call('GET', PATH)).status).toBe(404);
    expect((await account.call('DELETE', PATH)).status).toBe(404);
    const { credentials } = await app.application.app.get(PaymentConnections, { strict: false }).open(String(saved.body['id']));
    expect(credentials.secrets).toEqual({});
  });

  it('lets one of two concurrent first PUTs win', async () => {
    app.world.delayInMillis = 100;
    const answers = await Promise.all([put({ secretKey: 'sk_test_race_1' }), put({ secretKey: 'sk_test_race_1' })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('seeds a connection once, and not again after it was deleted', async () => {
    const setup = app.application.app.get(ConnectionSetup, { strict: false });
    const seed = () => setup.seed({ accountId: account.id, providerName: 'STRIPE', credentials: { secretKey: 'sk_test_seed_1' } });
    const seeded = await Promise.all([seed(), seed()]);
    expect(seeded.filter((connection) => connection !== null)).toHaveLength(1);
    expect((await account.call('GET', PATH)).body).toMatchObject({ providerAccountId: null });
    await app.background();
    expect((await account.call('GET', PATH)).body).toMatchObject({ providerAccountId: 'acct_seed' });
    await account.call('DELETE', PATH);
    expect(await seed()).toBeNull();
    const wrongMode = setup.seed({ accountId: (await app.account({ mode: 'live' })).id, providerName: 'STRIPE', credentials: { secretKey: 'sk_test_seed_1' } });
    await expect(wrongMode).rejects.toMatchObject({ code: 'invalid_credentials', details: [{ field: 'credentials.secretKey' }] });
  });

  it('names the known providers for an unknown one', async () => {
    for (const method of ['GET', 'DELETE'] as const) {
      expect(await account.call(method, '/payment-providers/paypal/connection')).toMatchObject({ status: 400, body: { code: 'unknown_payment_provider', errorMessage: expect.stringContaining('MANUAL, STRIPE') as unknown } });
    }
  });

  it('keeps accounts apart, and needs an admin to change anything', async () => {
    await put({ secretKey: 'sk_test_shop_1' });
    const other = await app.account();
    expect((await other.call('GET', PATH)).status).toBe(404);
    expect((await other.call('POST', `${PATH}/test`)).status).toBe(404);
    expect((await other.call('DELETE', PATH)).status).toBe(404);
    const made = await account.call('POST', '/api-keys', { name: 'writer', scopes: ['write'] });
    for (const [method, url] of [['PUT', PATH], ['DELETE', PATH], ['POST', `${PATH}/test`]] as const) {
      const answer = await app.application.app.inject({ method, url, headers: { 'x-api-key': String(made.body['key']) }, payload: {} });
      expect(answer.statusCode).toBe(403);
    }
    expect((await account.call('GET', PATH)).status).toBe(200);
  });
});
