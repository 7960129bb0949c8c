import { afterEach, describe, expect, it } from '@jest/globals';
import { ScriptedServer, hangUp, json, text } from '../testing/scripted-server.js';
import { TollkeeperClient } from './tollkeeper-client.js';

let server: ScriptedServer;

afterEach(async () => {
  await server.stop();
});

async function clientOf(...script: Parameters<typeof ScriptedServer.start>): Promise<TollkeeperClient> {
  server = await ScriptedServer.start(...script);
  return new TollkeeperClient({ baseUrl: server.url, apiKey: 'tk_test', retryDelayInMillis: 1 });
}

type Call = (client: TollkeeperClient) => Promise<unknown>;
const customer = { customerId: 'acme', customerName: 'Acme' };
const meter = { meterApiName: 'api_calls', label: 'API calls', aggregation: 'sum' } as const;
const usage = { meterApiName: 'api_calls', timeGroupingInterval: 'day', timeRange: { startTimeInSeconds: 1 } } as const;

describe('each method asks its route', () => {
  it.each<[string, Call, unknown]>([
    ['POST /accounts', (c) => c.accounts.create({ name: 'Acme', mode: 'test' }), { name: 'Acme', mode: 'test' }],
    ['GET /accounts/current', (c) => c.accounts.current(), undefined],
    ['GET /accounts/acc_1', (c) => c.accounts.get('acc_1'), undefined],
    ['PUT /accounts/acc_1', (c) => c.accounts.update('acc_1', { gracePeriodInHours: 1 }), { gracePeriodInHours: 1 }],
    ['GET /accounts?limit=5&cursor=c', (c) => c.accounts.list({ limit: 5, cursor: 'c' }), undefined],
    ['POST /api-keys', (c) => c.apiKeys.create({ name: 'meters', scopes: ['ingest'] }), { name: 'meters', scopes: ['ingest'] }],
    ['GET /api-keys', (c) => c.apiKeys.list(), undefined],
    ['DELETE /api-keys/key_1', (c) => c.apiKeys.revoke('key_1'), undefined],
    ['GET /test-clock', (c) => c.testClock.get(), undefined],
    ['PUT /test-clock', (c) => c.testClock.advance(5), { timeInMillis: 5 }],
    ['POST /customers', (c) => c.customers.create(customer), customer],
    ['POST /customers?autoCreateCustomerInStripe=true', (c) => c.customers.create(customer, { autoCreateCustomerInStripe: true }), customer],
    ['PUT /customers?autoCreateCustomerInProvider=true', (c) => c.customers.update(customer, { autoCreateCustomerInProvider: true }), customer],
    ['GET /customers/a%2Fb', (c) => c.customers.get('a/b'), undefined],
    ['GET /customers?limit=100', (c) => c.customers.list(), undefined],
    ['DELETE /customers/acme', (c) => c.customers.delete('acme'), undefined],
    ['POST /customers/acme/payment-method-setup', (c) => c.paymentMethods.beginSetup('acme', { returnUrl: 'https://a.example' }), { returnUrl: 'https://a.example' }],
    ['GET /customers/acme/payment-methods', (c) => c.paymentMethods.list('acme'), undefined],
    ['POST /customers/acme/payment-methods', (c) => c.paymentMethods.attachTestCard('acme'), { paymentMethodId: 'pm_card_visa' }],
    ['POST /customers/acme/payment-methods/pm_1/default', (c) => c.paymentMethods.setDefault('acme', 'pm_1'), undefined],
    ['DELETE /customers/acme/payment-methods/pm_1', (c) => c.paymentMethods.detach('acme', 'pm_1'), undefined],
    ['POST /meters', (c) => c.meters.create(meter), meter],
    ['PUT /meters', (c) => c.meters.update('mtr_1', meter), { ...meter, id: 'mtr_1' }],
    ['GET /meters/mtr_1', (c) => c.meters.get('mtr_1'), undefined],
    ['GET /meters?limit=100', (c) => c.meters.list(), undefined],
    ['POST /usage', (c) => c.usage.query(usage), usage],
    ['POST /usage/batch', (c) => c.usage.batch([usage]), [usage]],
    ['GET /usage/all?timeGroupingInterval=day&startTimeInSeconds=1', (c) => c.usage.all({ timeGroupingInterval: 'day', startTimeInSeconds: 1 }), undefined],
    ['GET /product-items/item_1', (c) => c.productItems.get('item_1'), undefined],
    ['GET /product-items', (c) => c.productItems.list(), undefined],
    ['GET /prices?productItemId=item_1', (c) => c.prices.list({ productItemId: 'item_1' }), undefined],
    ['GET /prices/price_1', (c) => c.prices.get('price_1'), undefined],
    ['PUT /plans/plan_1', (c) => c.plans.update('plan_1', { status: 'deprecated' }), { status: 'deprecated' }],
    ['GET /plans/plan_1', (c) => c.plans.get('plan_1'), undefined],
    ['PUT /assignments/asg_1', (c) => c.assignments.end('asg_1', null), { endTimeInMillis: null }],
    ['GET /assignments?customerId=acme', (c) => c.assignments.list({ customerId: 'acme' }), undefined],
    ['GET /invoices?customerId=acme&paymentStatus=failed', (c) => c.invoices.list({ customerId: 'acme', paymentStatus: 'failed' }), undefined],
    ['GET /invoices/inv_1', (c) => c.invoices.get('inv_1'), undefined],
    ['POST /invoices/inv_1/send', (c) => c.invoices.send('inv_1'), undefined],
    ['POST /invoices/inv_1/void', (c) => c.invoices.void('inv_1'), undefined],
    ['POST /invoices/inv_1/mark-paid', (c) => c.invoices.markPaid('inv_1'), undefined],
    ['GET /payment-providers', (c) => c.paymentProviders.list(), undefined],
    ['GET /payment-providers/STRIPE/connection', (c) => c.paymentProviders.connection.get('STRIPE'), undefined],
    ['PUT /payment-providers/STRIPE/connection', (c) => c.paymentProviders.connection.put('STRIPE', { settings: { sending: 'automatic' } }), { settings: { sending: 'automatic' } }],
    ['DELETE /payment-providers/STRIPE/connection', (c) => c.paymentProviders.connection.delete('STRIPE'), undefined],
    ['POST /payment-providers/STRIPE/connection/test', (c) => c.paymentProviders.connection.test('STRIPE'), undefined],
  ])('%s', async (route, call, body) => {
    const client = await clientOf(json([]));
    await call(client);
    expect(server.seen).toHaveLength(1);
    const [request] = server.seen;
    expect(`${request?.method} ${request?.url}`).toBe(route);
    expect(request?.body === '' ? undefined : JSON.parse(request?.body ?? '')).toEqual(body);
    expect(request?.headers['idempotency-key'] !== undefined).toBe(/^(PUT|DELETE|POST (?!\/usage))/.test(route));
  });
});

describe('ingest', () => {
  const record = { customerId: 'acme', meterApiName: 'api_calls', meterValue: '0.1', meterTimeInMillis: 1, uniqueId: 'u1' };

  it('answers how many records were received', async () => {
    const client = await clientOf(text('2 records were ingested'));
    expect(await client.ingest([record, { customerId: 'acme', values: { a: 1, b: '2' }, meterTimeInMillis: 1 }])).toBe(2);
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/ingest' });
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual([record, { customerId: 'acme', values: { a: 1, b: '2' }, meterTimeInMillis: 1 }]);
  });

  it('sends the same records again after a lost answer', async () => {
    const client = await clientOf(hangUp, text('1 records were ingested'));
    expect(await client.ingest(record)).toBe(1);
    expect(server.seen.map(({ body }) => body)).toEqual([JSON.stringify(record), JSON.stringify(record)]);
  });

  it('does not take the page of some other server for success', async () => {
    const client = await clientOf(text('<html>It works!</html>'));
    await expect(client.ingest(record)).rejects.toMatchObject({ code: 'unexpected_answer' });
  });

  it('names every bad record', async () => {
    const errors = [{ index: 1, field: 'meterValue', code: 'not_a_number', message: 'meterValue is no number' }];
    const client = await clientOf(json({ code: 'invalid_records', errorMessage: 'Invalid request: record 1.', errors }, 400));
    await expect(client.ingest([record, record])).rejects.toMatchObject({ status: 400, message: 'Invalid request: record 1.', errors });
  });
});

describe('the test clock', () => {
  const clock = (status: string) => json({ timeInMillis: 7, targetTimeInMillis: null, status, inProgress: { 'invoice hand-over': 2 } });

  it('is waited for until all due work is done', async () => {
    const client = await clientOf(clock('advancing'), clock('advancing'), clock('ready'));
    expect(await client.testClock.waitUntilReady()).toMatchObject({ status: 'ready', timeInMillis: 7 });
    expect(server.seen).toHaveLength(3);
  });

  it('is not waited for without end, and says what is missing', async () => {
    const client = await clientOf(clock('advancing'));
    await expect(client.testClock.waitUntilReady({ timeoutInMillis: 150 })).rejects.toMatchObject({
      code: 'test_clock_not_ready',
      message: 'The test clock was not ready after 150 ms; still on its way: {"invoice hand-over":2}.',
    });
  });
});

describe('answers that stand for nothing', () => {
  it('a meter of an unknown name is null', async () => {
    const client = await clientOf(json([]), json([{ id: 'mtr_1' }]));
    expect(await client.meters.find('nope')).toBeNull();
    expect(await client.meters.find('api_calls')).toEqual({ id: 'mtr_1' });
    expect(server.seen[1]?.url).toBe('/meters?meterApiName=api_calls');
  });

  it('a deletion of an unknown meter is null', async () => {
    const client = await clientOf(json({}), json({ id: 'mtr_1' }));
    expect(await client.meters.delete('x')).toBeNull();
    expect(await client.meters.delete('mtr_1')).toEqual({ id: 'mtr_1' });
  });

  it('a customer without a running period has no preview', async () => {
    const client = await clientOf(json([]), json([{ id: 'inv_1' }]), json({ id: 'inv_1', isPreview: true }));
    expect(await client.invoices.preview('acme')).toBeNull();
    expect(await client.invoices.preview('acme')).toEqual({ id: 'inv_1', isPreview: true });
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/invoices?customerId=acme&invoicePriceStatus=open&limit=1',
      '/invoices?customerId=acme&invoicePriceStatus=open&limit=1',
      '/invoices/inv_1',
    ]);
  });
});

describe('events', () => {
  it('come with their position', async () => {
    const client = await clientOf((response) => void response.writeHead(200).write('id: 7-1\ndata: {"id":"evt_1","type":"invoice.settled"}\n\n'));
    for await (const event of client.events({ after: '0-0' })) {
      expect(event).toEqual({ id: 'evt_1', type: 'invoice.settled', position: '7-1' });
      break;
    }
    expect(server.seen[0]?.headers['last-event-id']).toBe('0-0');
  });
});
