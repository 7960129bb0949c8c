import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CustomerDeletion } from '../../../src/customers/customer-deletion.service.js';
import { CustomerDeletionGuards } from '../../../src/customers/customer-deletion-guards.js';
import { CustomersService } from '../../../src/customers/customers.service.js';
import { PaymentTestApplication, type Fields, type PaymentAccount } from './payment-test-application.js';

describe('/customers', () => {
  let app: PaymentTestApplication;
  let account: PaymentAccount;

  beforeAll(async () => {
    app = await PaymentTestApplication.start();
    account = await app.account();
  });
  afterAll(() => app.stop());

  it('answers the reference shape, `id` equal to `customerId`, and leaves out what is not set', async () => {
    const created = await account.call('POST', '/customers/', {
      customerId: 'full',
      customerName: 'Full',
      customerEmail: 'full@example.com',
      description: 'all of it',
      lifecycleStage: 'TRIAL',
      traits: { region: 'eu' },
      address: { line1: '1 Road', city: 'Berlin', state: '', postalCode: '10115', country: 'DE' },
      unknownToUs: { nested: 1 },
    });
    expect(created.status).toBe(200);
    const expected = {
      id: 'full',
      customerId: 'full',
      customerName: 'Full',
      customerEmail: 'full@example.com',
      description: 'all of it',
      enabled: true,
      test: false,
      lifecycleStage: 'trial',
      traits: { region: 'eu' },
      address: { line1: '1 Road', city: 'Berlin', postalCode: '10115', country: 'DE' },
      createTime: expect.any(Number) as unknown,
      updateTime: expect.any(Number) as unknown,
    };
    expect(created.body).toEqual(expected);
    for (const url of ['/customers/full', '/customers/full/', '/customers?customerId=full', '/customers/?CustomerId=full']) {
      expect((await account.call('GET', url)).body).toEqual(expected);
    }
  });

  it('takes empty values of optional fields as absent', async () => {
    const created = await account.call('POST', '/customers', { customerId: 'empty', customerName: 'Empty', customerEmail: '', description: null, lifecycleStage: '', traits: { a: '', b: null, c: 'x' }, address: null, enabled: null });
    expect(created.body).toMatchObject({ traits: { c: 'x' }, enabled: true, lifecycleStage: 'active' });
    expect(created.body).not.toHaveProperty('customerEmail');
    expect(created.body).not.toHaveProperty('address');
  });

  it('replaces all of it, and keeps the states that are not sent', async () => {
    await account.call('POST', '/customers', { customerId: 'r', customerName: 'R', customerEmail: 'r@example.com', traits: { a: '1', b: '2' }, enabled: false, test: true, lifecycleStage: 'onboarding' });
    const replaced = await account.call('PUT', '/customers', { customerId: 'r', customerName: 'R2', traits: { b: '3' } });
    expect(replaced.body).toMatchObject({ customerName: 'R2', traits: { b: '3' }, enabled: false, test: true, lifecycleStage: 'onboarding', deactivateTimeStamp: expect.any(Number) as unknown });
    expect(replaced.body).not.toHaveProperty('customerEmail');
    const cleared = await account.call('PUT', '/customers', { customerId: 'r', customerName: 'R2', enabled: true });
    expect(cleared.body).toMatchObject({ traits: {}, enabled: true });
    expect(cleared.body).not.toHaveProperty('deactivateTimeStamp');
    expect((await app.eventTypes(account.id)).slice(-2)).toEqual(['customer.updated', 'customer.updated']);
  });

  it('answers {} for a missing customer by query and 404 by path, and refuses to replace one', async () => {
    expect(await account.call('GET', '/customers?customerId=nobody')).toMatchObject({ status: 200, text: '{}' });
    expect(await account.call('GET', '/customers/nobody')).toMatchObject({ status: 404, body: { code: 'customer_not_found' } });
    expect(await account.call('PUT', '/customers', { customerId: 'nobody', customerName: 'N' })).toMatchObject({ status: 404, body: { code: 'customer_not_found' } });
  });

  it('holds nothing under an id that no database can hold, over HTTP and without it', async () => {
    for (const method of ['GET', 'DELETE'] as const) expect(await account.call(method, '/customers/%00')).toMatchObject({ status: 400, body: { code: 'invalid_text' } });
    const service = app.application.app.get(CustomersService, { strict: false });
    expect(await service.read(account.id, '\0')).toBeNull();
    await expect(app.application.app.get(CustomerDeletion, { strict: false }).delete(account.id, '\0', null)).rejects.toMatchObject({ code: 'customer_not_found' });
    await expect(service.create(account.id, { customerId: 'v', customerName: '\0' })).rejects.toMatchObject({ code: 'invalid_text', details: [{ field: 'customerName' }] });
  });

  it('refuses an id that exists', async () => {
    await account.call('POST', '/customers', { customerId: 'twice', customerName: 'First' });
    const again = await account.call('POST', '/customers', { customerId: 'twice', customerName: 'Second' });
    expect(again).toMatchObject({ status: 409, body: { code: 'customer_exists', errorMessage: expect.stringContaining('PUT /customers') as unknown } });
    expect((await account.call('GET', '/customers/twice')).body).toMatchObject({ customerName: 'First' });
  });

  it('streams the whole list in creation order without limit, and pages with one', async () => {
    const shop = await app.account();
    const ids = Array.from({ length: 7 }, (_, index) => `c${6 - index}`);
    for (const customerId of ids) await shop.call('POST', '/customers', { customerId, customerName: customerId });
    expect(customerIds(await shop.call('GET', '/customers'))).toEqual(ids);
    const seen: string[] = [];
    let url: string | null = '/customers?limit=3';
    while (url) {
      const page: { payload: string; headers: Record<string, unknown> } = await app.application.app.inject({ method: 'GET', url, headers: { 'x-api-key': shop.key } });
      seen.push(...(JSON.parse(page.payload) as { customerId: string }[]).map(({ customerId }) => customerId));
      url = /<([^>]+)>; rel="next"/.exec(String(page.headers['link'] ?? ''))?.[1] ?? null;
    }
    expect(seen).toEqual(ids);
    expect((await (await app.account()).call('GET', '/customers')).text).toBe('[]');
  });

  it('streams more customers than one read holds', async () => {
    const shop = await app.account();
    await app.pool.query(
      `insert into customer (account_id, customer_id, customer_name, lifecycle_stage, traits, create_time, update_time)
       select $1, 'c' || lpad(n::text, 5, '0'), 'N', 'active', '{}', 1000 + n / 700, 1000 from generate_series(1, 1234) n`,
      [shop.id],
    );
    const ids = customerIds(await shop.call('GET', '/customers'));
    expect(ids).toHaveLength(1234);
    expect(new Set(ids).size).toBe(1234);
    expect(ids).toEqual([...ids].sort());
  });

  it('deletes once, answers the deleted customer, and does not give its id out again', async () => {
    await account.call('POST', '/customers', { customerId: 'gone', customerName: 'Gone' });
    expect(await account.call('DELETE', '/customers/gone')).toMatchObject({ status: 200, body: { customerId: 'gone', deleteTime: expect.any(Number) as unknown } });
    expect((await account.call('DELETE', '/customers/gone')).status).toBe(404);
    expect((await account.call('GET', '/customers?customerId=gone')).text).toBe('{}');
    expect(customerIds(await account.call('GET', '/customers'))).not.toContain('gone');
    expect((await account.call('PUT', '/customers', { customerId: 'gone', customerName: 'Back' })).status).toBe(404);
    expect(await account.call('POST', '/customers', { customerId: 'gone', customerName: 'Back' })).toMatchObject({ status: 409, body: { code: 'customer_deleted' } });
  });

  it('refuses to delete what is unfinished, naming it', async () => {
    await account.call('POST', '/customers', { customerId: 'busy', customerName: 'Busy' });
    app.application.app.get(CustomerDeletionGuards, { strict: false }).register((_tx, { customerId }) => Promise.resolve(customerId === 'busy' ? ['2 unpaid invoices'] : []));
    const refused = await account.call('DELETE', '/customers/busy');
    expect(refused).toMatchObject({ status: 409, body: { code: 'customer_in_use', errorMessage: expect.stringContaining('2 unpaid invoices') as unknown } });
    expect((await account.call('GET', '/customers/busy')).status).toBe(200);
  });

  it('shows accounts nothing of each other', async () => {
    const other = await app.account();
    await account.call('POST', '/customers', { customerId: 'mine', customerName: 'Mine' });
    const foreign = await other.call('GET', '/customers/mine');
    const absent = await other.call('GET', '/customers/none');
    expect(foreign.status).toBe(404);
    expect(withoutIds(foreign.body, 'mine')).toEqual(withoutIds(absent.body, 'none'));
    expect((await other.call('GET', '/customers?customerId=mine')).text).toBe('{}');
    expect((await other.call('PUT', '/customers', { customerId: 'mine', customerName: 'Theirs' })).status).toBe(404);
    expect((await other.call('DELETE', '/customers/mine')).status).toBe(404);
    expect((await other.call('POST', '/customers', { customerId: 'mine', customerName: 'Theirs' })).status).toBe(200);
    expect((await account.call('GET', '/customers/mine')).body).toMatchObject({ customerName: 'Mine' });
  });

  it.each([
    ['no id', { customerName: 'N' }, 'customerId'],
    ['no name', { customerId: 'v' }, 'customerName'],
    ['an empty id', { customerId: '', customerName: 'N' }, 'customerId'],
    ['a number as id', { customerId: 5, customerName: 'N' }, 'customerId'],
    ['a bad e-mail', { customerId: 'v', customerName: 'N', customerEmail: 'nobody' }, 'customerEmail'],
    ['an unknown stage', { customerId: 'v', customerName: 'N', lifecycleStage: 'retired' }, 'lifecycleStage'],
    ['traits that are a list', { customerId: 'v', customerName: 'N', traits: ['a'] }, 'traits'],
    ['a trait that is not text', { customerId: 'v', customerName: 'N', traits: { seats: { count: 5 } } }, 'traits.seats'],
    ['an address that is text', { customerId: 'v', customerName: 'N', address: 'Berlin' }, 'address'],
    ['a control character in the id', { customerId: 'v\u0000', customerName: 'N' }, 'customerId'],
    ['a zero character in the name', { customerId: 'v', customerName: 'N\u0000' }, 'customerName'],
    ['half a surrogate pair in a trait', { customerId: 'v', customerName: 'N', traits: { a: '\ud800' } }, 'traits.a'],
    ['a zero character in the name of a trait', { customerId: 'v', customerName: 'N', traits: { 'a\u0000': 'b' } }, 'traits'],
  ])('refuses %s, naming the field', async (_name, body, field) => {
    const refused = await account.call('POST', '/customers', body);
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body['errors'])).toContain(`"${field}"`);
  });

  it.each([
    ['customerId', { customerId: '4242424242424242', customerName: 'N' }],
    ['customerName', { customerId: 'card', customerName: 'N 4242 4242 4242 4242' }],
    ['customerEmail', { customerId: 'card', customerName: 'N', customerEmail: '4242-4242-4242-4242@example.com' }],
    ['description', { customerId: 'card', customerName: 'N', description: 'amex 378282246310005' }],
    ['traits.card', { customerId: 'card', customerName: 'N', traits: { card: '5555555555554444' } }],
    ['traits', { customerId: 'card', customerName: 'N', traits: { '4242424242424242': 'x' } }],
    ['address.line1', { customerId: 'card', customerName: 'N', address: { line1: '4242424242424242' } }],
  ])('refuses a card number in %s and repeats it nowhere', async (field, body) => {
    const refused = await account.call('POST', '/customers', body);
    expect(refused).toMatchObject({ status: 400, body: { code: 'card_number_refused', errors: [{ field }] } });
    const everything = `${refused.text} ${app.logs.join('\n')}`.replaceAll(/[ -]/g, '');
    for (const number of ['4242424242424242', '378282246310005', '5555555555554444']) expect(everything).not.toContain(number);
  });

  it('needs the write scope to write and no more than read to read', async () => {
    const reader = await keyOf(account, ['read']);
    expect((await app.application.app.inject({ method: 'GET', url: '/customers', headers: { 'x-api-key': reader } })).statusCode).toBe(200);
    const refused = await app.application.app.inject({ method: 'POST', url: '/customers', headers: { 'x-api-key': reader }, payload: { customerId: 'k', customerName: 'K' } });
    expect(refused.statusCode).toBe(403);
  });
});

async function keyOf(account: PaymentAccount, scopes: string[]): Promise<string> {
  const made = await account.call('POST', '/api-keys', { name: 'scoped', scopes });
  return String(made.body['key']);
}

function customerIds(answer: { body: Fields }): string[] {
  return (answer.body as unknown as { customerId: string }[]).map(({ customerId }) => customerId);
}

function withoutIds(body: Fields, id: string): string {
  return JSON.stringify({ ...body, requestId: '' }).replaceAll(id, '<id>');
}
