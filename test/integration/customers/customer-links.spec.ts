import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CustomerLinks } from '../../../src/customers/customer-links.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { PaymentTestApplication, type Fields, type PaymentAccount } from './payment-test-application.js';

describe('linking customers to ids of the provider', () => {
  let app: PaymentTestApplication;
  let account: PaymentAccount & { providerAccountId: string };

  beforeAll(async () => {
    app = await PaymentTestApplication.start();
    account = await app.connectedAccount();
  });
  afterAll(() => app.stop());
  beforeEach(() => {
    Object.assign(app.world, { outage: false, loseAnswers: 0, rejectsCredentials: false, refusal: null });
    app.world.calls.length = 0;
  });

  const post = (customerId: string, traits: Fields, query = '') => account.call('POST', `/customers${query}`, { customerId, customerName: customerId, traits });
  const put = (customerId: string, traits: Fields, query = '') => account.call('PUT', `/customers${query}`, { customerId, customerName: customerId, traits });
  const get = async (customerId: string) => (await account.call('GET', `/customers/${customerId}`)).body;
  const existing = (extra = {}) => app.world.addCustomer({ providerAccountId: account.providerAccountId, ...extra }).id;
  const inForce = (customerId: string) => app.application.app.get(CustomerLinks, { strict: false }).inForce(app.application.app.get(Database).reader(), account.id, customerId);

  it('links a given id after checking it, reading trait names and values in any case', async () => {
    const id = existing();
    const created = await post('g1', { STRIPEID: id, paymentprovidername: 'stripe' });
    expect(created.body).toMatchObject({ traits: { stripeId: id, paymentProviderName: 'STRIPE' } });
    expect(Object.keys(created.body['traits'] as object).sort()).toEqual(['paymentProviderName', 'stripeId']);
    expect(app.world.countOf('fetch')).toBe(1);
    expect(await inForce('g1')).toMatchObject({ providerName: 'STRIPE', providerCustomerId: id });
  });

  it('asks again only for an id that changes', async () => {
    const id = existing();
    await post('g2', { stripeId: id });
    app.world.outage = true;
    const again = await put('g2', { stripeId: id, plan: 'gold' });
    expect(again.body).toMatchObject({ traits: { stripeId: id, plan: 'gold' } });
    expect(again.body).not.toHaveProperty('paymentProviderLink');
  });

  it('links and never creates when the auto-create flag comes with a given id', async () => {
    const id = existing();
    const created = await post('g3', { stripeId: id }, '?autoCreateCustomerInStripe=true');
    expect(created.body).toMatchObject({ traits: { stripeId: id, paymentProviderName: 'STRIPE' } });
    expect(app.world.countOf('customers.create')).toBe(0);
  });

  it.each([
    ['does not exist', () => 'cus_nowhere', 'provider_customer_not_found', /no such customer in test mode/],
    ['was deleted there', () => existing({ deleted: true }), 'provider_customer_deleted', /was deleted at Stripe/],
    ['exists in live mode only', () => existing({ mode: 'live' }), 'provider_customer_not_found', /test mode/],
    ['belongs to another provider account', () => app.world.addCustomer({ providerAccountId: 'acct_other' }).id, 'provider_customer_not_found', /another Stripe account/],
    ['is no customer id at all', () => 'sub_123', 'invalid_provider_customer_id', /not an id of a Stripe customer/],
  ])('refuses an id that %s, saying so, and stores nothing', async (_name, idOf, code, sentence) => {
    const refused = await post('bad', { stripeId: idOf() });
    expect([refused.status, refused.body['code']]).toEqual([400, code]);
    expect(refused.body['errorMessage']).toMatch(sentence);
    expect(refused.body['errors']).toMatchObject([{ field: 'traits.stripeId' }]);
    expect((await account.call('GET', '/customers/bad')).status).toBe(404);
  });

  it('refuses a bad id in a replacement and leaves the customer as it was', async () => {
    const id = existing();
    await post('g4', { stripeId: id });
    expect((await put('g4', { stripeId: 'cus_nowhere' })).status).toBe(400);
    expect(await get('g4')).toMatchObject({ traits: { stripeId: id } });
  });

  it('refuses an id where nothing is connected', async () => {
    const unconnected = await app.account();
    const refused = await unconnected.call('POST', '/customers', { customerId: 'n', customerName: 'N', traits: { stripeId: 'cus_1' } });
    expect([refused.status, refused.body['code']]).toEqual([400, 'no_connection']);
  });

  it('stores an id that cannot be checked as pending, and confirms it once the provider is back', async () => {
    const id = existing();
    app.world.outage = true;
    const created = await post('g5', { stripeId: id, paymentProviderName: 'STRIPE' });
    expect(created.status).toBe(200);
    expect(created.body).toMatchObject({ traits: { stripeId: id }, paymentProviderLink: { status: 'pending' } });
    expect(await inForce('g5')).toMatchObject({ providerName: 'STRIPE', providerCustomerId: null });
    app.world.outage = false;
    await app.background(60_000);
    expect(await get('g5')).not.toHaveProperty('paymentProviderLink');
    expect(await inForce('g5')).toMatchObject({ providerCustomerId: id });
    expect(await app.eventTypes(account.id)).toContain('customer.linked');
  });

  it('says that an unchecked id turned out bad, until the customer is sent again', async () => {
    app.world.outage = true;
    await post('g6', { stripeId: 'cus_nowhere' });
    app.world.outage = false;
    await app.background(60_000);
    expect(await get('g6')).toMatchObject({ paymentProviderLink: { status: 'failed', reason: expect.stringContaining('no such customer') as unknown } });
    expect((await put('g6', {})).body).not.toHaveProperty('paymentProviderLink');
  });

  it('unlinks with an event when the trait is left out, and takes the same provider customer up again later', async () => {
    const created = await post('u1', {}, '?autoCreateCustomerInStripe=true');
    const { stripeId } = created.body['traits'] as { stripeId: string };
    const unlinked = await put('u1', { note: 'none' });
    expect(unlinked.body['traits']).toEqual({ note: 'none' });
    expect(await app.eventTypes(account.id)).toContain('customer.unlinked');
    expect(app.world.customers.get(stripeId)?.deleted).toBe(false);
    const again = await put('u1', {}, '?autoCreateCustomerInStripe=true');
    expect(again.body).toMatchObject({ traits: { stripeId, paymentProviderName: 'STRIPE' } });
    expect(app.world.customersOf('u1')).toHaveLength(1);
  });

  it('creates a new one when the earlier one is gone at the provider', async () => {
    await post('u2', {}, '?autoCreateCustomerInStripe=true');
    await put('u2', {});
    const [first] = app.world.customersOf('u2');
    if (first) first.deleted = true;
    const again = await put('u2', {}, '?autoCreateCustomerInStripe=true');
    const second = app.world.customersOf('u2').find(({ deleted }) => !deleted);
    expect(again.body).toMatchObject({ traits: { stripeId: second?.id } });
    expect(second?.id).not.toBe(first?.id);
  });

  it('decides in the background between the earlier one and a new one when the provider cannot be reached', async () => {
    await post('u3', {}, '?autoCreateCustomerInStripe=true');
    await post('u4', {}, '?autoCreateCustomerInStripe=true');
    await put('u3', {});
    await put('u4', {});
    const [kept] = app.world.customersOf('u3');
    const [gone] = app.world.customersOf('u4');
    app.world.outage = true;
    for (const id of ['u3', 'u4']) expect((await put(id, {}, '?autoCreateCustomerInStripe=true')).body).toMatchObject({ traits: {}, paymentProviderLink: { status: 'pending' } });
    app.world.outage = false;
    if (gone) gone.deleted = true;
    await app.background(60_000);
    await app.background(60_000);
    expect(await get('u3')).toMatchObject({ traits: { stripeId: kept?.id } });
    expect(await get('u4')).toMatchObject({ traits: { stripeId: app.world.customersOf('u4').find(({ deleted }) => !deleted)?.id } });
    expect(app.world.customersOf('u3')).toHaveLength(1);
  });

  it('moves to another given id, keeping the history', async () => {
    const [first, second] = [existing(), existing()];
    await post('m1', { stripeId: first });
    expect((await put('m1', { stripeId: second })).body).toMatchObject({ traits: { stripeId: second } });
    const { rows } = await app.pool.query('select status, origin, provider_customer_id from customer_link where account_id = $1 and customer_id = $2 order by create_time, id', [account.id, 'm1']);
    expect(rows).toEqual([
      { status: 'unlinked', origin: 'given', provider_customer_id: first },
      { status: 'linked', origin: 'given', provider_customer_id: second },
    ]);
  });

  it('lets several customers share one provider customer and finds them all', async () => {
    const id = existing();
    await post('s1', { stripeId: id });
    await post('s2', { stripeId: id });
    const database = app.application.app.get(Database);
    const links = app.application.app.get(CustomerLinks, { strict: false });
    const { connectionId } = await links.inForce(database.reader(), account.id, 's1');
    expect(connectionId).toBeNull();
    const connection = (await account.call('GET', '/payment-providers/STRIPE/connection')).body['id'] as string;
    expect(await links.byProviderCustomer(database.reader(), connection, id)).toEqual([
      { accountId: account.id, customerId: 's1' },
      { accountId: account.id, customerId: 's2' },
    ]);
  });

  it('refuses two spellings of a trait that contradict each other', async () => {
    const refused = await post('x1', { stripeId: existing(), StripeId: existing() });
    expect([refused.status, refused.body['code']]).toEqual([400, 'ambiguous_trait']);
  });

  it('drops what a delete leaves: the link ends, nothing is deleted at the provider', async () => {
    const created = await post('d1', {}, '?autoCreateCustomerInStripe=true');
    const { stripeId } = created.body['traits'] as { stripeId: string };
    const deleted = await account.call('DELETE', '/customers/d1');
    expect(deleted.body).toMatchObject({ customerId: 'd1', traits: { stripeId }, deleteTime: expect.any(Number) as unknown });
    expect(app.world.customers.get(stripeId)?.deleted).toBe(false);
    expect((await app.eventTypes(account.id)).slice(-2)).toEqual(['customer.unlinked', 'customer.deleted']);
  });
});
