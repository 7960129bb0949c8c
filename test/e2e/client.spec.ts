import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TollkeeperClient, TollkeeperError, type Invoice, type Plan, type TollkeeperEvent } from '@tollkeeper/client';
import { startTestApplication, type TestApplication } from '../support/test-application.js';
import { PATIENCE_IN_MILLIS } from '../support/patience.js';

const DAY_IN_MILLIS = 86_400_000;

// A whole application starts and bills a month; on a busy machine that takes longer than the default of 5 s.
describe('The TypeScript client against the whole application', () => {
  let application: TestApplication;
  let client: TollkeeperClient;
  let plan: Plan;

  beforeAll(async () => {
    application = await startTestApplication();
    client = new TollkeeperClient({ baseUrl: application.url, apiKey: application.adminKey });
    await client.meters.create({ meterApiName: 'tokens', label: 'Tokens', aggregation: 'sum', dimensions: ['model'] });
    const item = await client.productItems.create({ productItemName: 'Tokens', meterApiName: 'tokens' });
    const price = await client.prices.create({ productItemId: item.id, priceName: 'tokens', currency: 'USD', model: { model: 'per_unit', unitPrice: 0.002, freeUnits: 500 } });
    expect(price.model).toEqual({ model: 'per_unit', unitPrice: '0.002', freeUnits: '500' });
    plan = await client.plans.create({
      planName: 'Growth',
      currency: 'USD',
      billingPeriod: { interval: 'month' },
      baseFee: { amountInMinorUnits: 4900, currency: 'USD' },
      prices: [price.id],
    });
    expect(plan).toMatchObject({ baseFee: { amountInMinorUnits: '4900', currency: 'USD' }, billingPeriod: { interval: 'month', intervalsCount: 1 }, status: 'active' });
  });

  afterAll(async () => {
    // fetch replaces the connection of an event stream that was broken off by one it does not use, and closing waits for it.
    (application.app.getHttpServer() as Server).closeAllConnections();
    await application.close();
  });

  it('goes from a customer to a settled invoice, and hears of it', async () => {
    const heard: TollkeeperEvent[] = [];
    const stop = new AbortController();
    const listening = (async () => {
      for await (const event of client.events({ signal: stop.signal, after: '0-0' })) heard.push(event);
    })();

    const customer = await client.customers.create({ customerId: 'acme', customerName: 'Acme' }, { autoCreateCustomerInStripe: true });
    expect(customer.traits['stripeId']).toMatch(/^cus_/);
    const card = await client.paymentMethods.attachTestCard('acme');
    expect(await client.paymentMethods.list('acme')).toEqual([{ ...card, isDefault: true }]);
    const assignment = await client.assignments.create({ customerId: 'acme', planId: plan.id });
    expect((await client.assignments.list({ customerId: 'acme' })).items).toEqual([assignment]);

    const { timeInMillis } = await client.testClock.get();
    const record = { customerId: 'acme', meterApiName: 'tokens', meterValue: '2500.5', meterTimeInMillis: timeInMillis, uniqueId: 'u-1', dimensions: { model: 'small' } };
    expect(await client.ingest([record, record])).toBe(2);
    expect(await client.ingestWithDetails([record, { ...record, meterValue: 'many' }], { partial: true })).toMatchObject({ received: 2, duplicates: 1, rejected: 1, records: [{ status: 'duplicate' }, { status: 'rejected', errors: [{ field: 'meterValue' }] }] });
    const startTimeInSeconds = Math.floor(timeInMillis / 1000);
    const usage = await client.usage.query({ meterApiName: 'tokens', timeGroupingInterval: 'day', timeRange: { startTimeInSeconds }, groupBy: ['customerId'], filter: { model: ['small'] } });
    expect(usage.clientMeters).toMatchObject([{ group: { groupInfo: { customerId: 'acme' } }, groupValue: 2500.5 }]);
    expect(await client.invoices.preview('acme')).toMatchObject({ isPreview: true, invoicePriceStatus: 'open', total: { amountInMinorUnits: '5300', currency: 'USD' } });

    await client.testClock.advance(timeInMillis + 33 * DAY_IN_MILLIS);
    expect(await client.testClock.waitUntilReady()).toMatchObject({ status: 'ready', targetTimeInMillis: null });
    const [locked] = (await client.invoices.list({ customerId: 'acme', invoicePriceStatus: 'price_locked' })).items;
    const invoice: Invoice = await client.invoices.get(locked!.id);
    expect(invoice).toMatchObject({ isPreview: false, paymentStatus: 'settled', total: { amountInMinorUnits: '5300', currency: 'USD' }, paymentProviderName: 'STRIPE' });
    expect(invoice.lines.map(({ kind, amount }) => [kind, amount.amountInMinorUnits])).toEqual([
      ['fee', '4900'],
      ['usage', '400'],
    ]);
    expect(invoice.payments).toMatchObject([{ status: 'succeeded', amount: { amountInMinorUnits: '5300' }, card: { last4: '4242' } }]);

    await heardOf(heard, (event) => event.objectId === invoice.id && event.type === 'invoice.settled');
    stop.abort();
    await listening;
    expect(new Set(heard.map(({ id }) => id)).size).toBe(heard.length);
  });

  it('goes on behind an event it has seen', async () => {
    const [first] = await take(client, '0-0');
    for await (const event of client.events({ after: first!.position })) {
      expect(event.id).not.toBe(first!.id);
      break;
    }
  });

  it('reads a list to its end, a page at a time', async () => {
    for (const customerId of ['list-1', 'list-2', 'list-3']) await client.customers.create({ customerId, customerName: customerId });
    const found: string[] = [];
    for await (const { customerId } of client.customers.all({ limit: 2 })) found.push(customerId);
    expect(found.filter((id) => id.startsWith('list-'))).toEqual(['list-1', 'list-2', 'list-3']);
    const page = await client.customers.list({ limit: 2 });
    expect(page.items).toHaveLength(2);
    expect(page.nextCursor).toEqual(expect.any(String));
  });

  it('does one thing for one key, and refuses the key for another', async () => {
    const created = await client.customers.create({ customerId: 'once', customerName: 'Once' }, { idempotencyKey: 'key-1' });
    expect(await client.customers.create({ customerId: 'once', customerName: 'Once' }, { idempotencyKey: 'key-1' })).toEqual(created);
    await expect(client.customers.create({ customerId: 'twice', customerName: 'Twice' }, { idempotencyKey: 'key-1' })).rejects.toMatchObject({ status: 409, code: 'idempotency_key_reused' });
    await expect(client.customers.create({ customerId: 'once', customerName: 'Once' })).rejects.toBeInstanceOf(TollkeeperError);
  });

  it('tells what is wrong with each record and field', async () => {
    const good = { customerId: 'acme', meterApiName: 'tokens', meterValue: 1, meterTimeInMillis: Date.now() };
    await expect(client.ingest([good, { ...good, meterValue: 'many' }])).rejects.toMatchObject({ status: 400, requestId: expect.any(String), errors: [{ index: 1, field: 'meterValue' }] });
    const item = (await client.productItems.list()).items[0]!;
    const model = { model: 'graduated', tiers: [{ upTo: '10', unitPrice: '-1' }] } as const;
    await expect(client.prices.create({ productItemId: item.id, priceName: 'bad', currency: 'USD', model })).rejects.toMatchObject({
      code: 'invalid_price_model',
      errors: [{ code: 'last_tier_not_open' }, { field: expect.stringMatching(/tiers\[0\]\.unitPrice$/), code: 'negative' }],
    });
    await expect(client.invoices.get('inv_nope')).rejects.toMatchObject({ status: 404, code: 'invoice_not_found' });
  });

  it('manages keys, accounts and meters', async () => {
    const key = await client.apiKeys.create({ name: 'meters only', scopes: ['ingest'] });
    const restricted = new TollkeeperClient({ baseUrl: application.url, apiKey: key.key });
    await expect(restricted.customers.list()).rejects.toMatchObject({ status: 403, code: 'missing_scope' });
    expect((await client.apiKeys.list()).items.map(({ id }) => id)).toContain(key.id);
    expect((await client.apiKeys.revoke(key.id)).id).toBe(key.id);

    const account = await client.accounts.create({ name: 'Second', mode: 'test' });
    const other = new TollkeeperClient({ baseUrl: application.url, apiKey: account.adminKey });
    expect(await other.accounts.current()).toMatchObject({ id: account.id, mode: 'test', timeZone: 'UTC' });
    expect(await other.accounts.update(account.id, { timeZone: 'Europe/Berlin' })).toMatchObject({ timeZone: 'Europe/Berlin' });
    expect((await other.customers.list()).items).toEqual([]);

    const meter = await other.meters.create({ meterApiName: 'seats', label: 'Seats', aggregation: 'max' });
    expect(await other.meters.find('seats')).toEqual(meter);
    await other.meters.update(meter.id, { meterApiName: 'seats', label: 'Seats', aggregation: 'max', lockingStatus: 'deprecated' });
    expect(await other.meters.delete(meter.id)).toMatchObject({ id: meter.id });
    expect(await other.meters.delete(meter.id)).toBeNull();
  });

  it('shows providers and the connection, never its secret', async () => {
    const providers = await client.paymentProviders.list();
    expect(providers).toMatchObject([
      { name: 'MANUAL', customerTrait: null, connection: { connected: false } },
      { name: 'STRIPE', customerTrait: 'stripeId', connection: { connected: true, status: 'active' } },
    ]);
    const connection = await client.paymentProviders.connection.put('stripe', { settings: { gracePeriodInHours: 2 } });
    expect(connection).toMatchObject({ settings: { gracePeriodInHours: 2 } });
    expect(connection.credentials).toContainEqual(expect.objectContaining({ name: 'secretKey', set: true, value: null }));
    const { following, ...read } = await client.paymentProviders.connection.get('STRIPE');
    expect(read).toEqual(connection);
    expect(following).toMatchObject({ waitingIntents: 0, grantedPerSecond: null });
    expect(await client.paymentProviders.connection.test('STRIPE')).toMatchObject({ result: 'ok', mode: 'test' });
  });

  it('begins a set-up, changes the default and takes a method away', async () => {
    await client.customers.create({ customerId: 'cards', customerName: 'Cards' }, { autoCreateCustomerInProvider: true });
    expect((await client.paymentMethods.beginSetup('cards', { returnUrl: 'https://shop.example/' })).url).toMatch(/^https?:/);
    const first = await client.paymentMethods.attachTestCard('cards');
    const second = await client.paymentMethods.attachTestCard('cards', 'pm_card_mastercard');
    expect(await client.paymentMethods.setDefault('cards', second.id)).toMatchObject({ id: second.id, isDefault: true });
    expect(await client.paymentMethods.detach('cards', first.id)).toMatchObject({ id: first.id });
    expect((await client.paymentMethods.list('cards')).map(({ id, isDefault }) => ({ id, isDefault }))).toEqual([{ id: second.id, isDefault: true }]);
  });
});

async function take(client: TollkeeperClient, after: string): Promise<TollkeeperEvent[]> {
  for await (const event of client.events({ after })) return [event];
  return [];
}

async function heardOf(heard: readonly TollkeeperEvent[], isIt: (event: TollkeeperEvent) => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_IN_MILLIS;
  while (!heard.some(isIt)) {
    if (Date.now() > deadline) throw new Error(`not heard; heard only: ${heard.map(({ type }) => type).join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
