import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { sdkFor, startHarness, startReceiver, type Harness, type WebhookReceiver } from './testing/sandbox-harness.js';

const OTHER_KEY = 'sk_test_sandbox_neighbour';

describe('disorder of webhooks', () => {
  let harness: Harness;
  let stripe: Stripe;
  let receiver: WebhookReceiver;
  let secret: string;
  let endpointId: string;
  beforeEach(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
    receiver = await startReceiver();
    const endpoint = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['product.created', 'customer.created'] });
    secret = endpoint.secret ?? '';
    endpointId = endpoint.id;
  });
  afterEach(async () => {
    await harness.close();
    await receiver.close();
  });

  const names = () => receiver.received.map(({ body }) => ((JSON.parse(body) as Stripe.Event).data.object as Stripe.Product).name);

  async function makeProducts(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) await stripe.products.create({ name: `p${index}` });
  }

  it.each([
    ['reversed', { reverse: true }, ['p4', 'p3', 'p2', 'p1', 'p0']],
    ['shuffled by a seed', { shuffleSeed: 3 }, undefined],
  ])('delivers what was held %s', async (_name, disorder, order) => {
    harness.sandbox.control.holdEvents(harness.key);
    await makeProducts(5);
    harness.sandbox.control.upsetEvents(disorder, harness.key);
    harness.sandbox.control.flushEvents(harness.key);
    await harness.sandbox.control.eventsSettled(harness.key);
    expect([...names()].sort()).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
    expect(names()).not.toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
    if (order) expect(names()).toEqual(order);
  });

  it('sends copies one after another: the same event, each with a signature of its own', async () => {
    harness.sandbox.control.upsetEvents({ copies: 3 }, harness.key);
    await makeProducts(1);
    await harness.sandbox.control.eventsSettled(harness.key);
    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.received.map((entry) => entry.id)).size).toBe(1);
    for (const { body, signature } of receiver.received) expect(stripe.webhooks.constructEvent(body, signature, secret).type).toBe('product.created');
  });

  it('delays on the account\'s clock', async () => {
    harness.sandbox.control.upsetEvents({ delayInMillis: 3_600_000 }, harness.key);
    await makeProducts(1);
    await harness.sandbox.control.eventsSettled(harness.key);
    expect(receiver.received).toEqual([]);
    await harness.sandbox.control.advanceClock(harness.key, 3_600_000);
    await harness.sandbox.control.eventsSettled(harness.key);
    expect(names()).toEqual(['p0']);
  });

  it('delivers early: the notice is there before the answer', async () => {
    harness.sandbox.control.upsetEvents({ early: true }, harness.key);
    const order: string[] = [];
    const watched = receiver.waitFor('customer.created').then(() => order.push('webhook'));
    await stripe.customers.create({ name: 'Ada' });
    order.push('answer');
    expect(receiver.received.map((entry) => entry.type)).toEqual(['customer.created']);
    await watched;
  });

  it('leaves other accounts of the same sandbox alone', async () => {
    const neighbour = sdkFor(harness.sandbox, OTHER_KEY);
    await neighbour.webhookEndpoints.create({ url: receiver.url, enabled_events: ['customer.created'] });
    harness.sandbox.control.holdEvents(harness.key);
    harness.sandbox.control.upsetEvents({ dropEvery: 1 }, harness.key);
    harness.sandbox.control.addFault({ kind: 'unavailable', key: harness.key, count: 100 });
    harness.sandbox.control.limitRates(harness.key, { perSecond: 0 });
    const { id } = await neighbour.customers.create({});
    const arrived = await receiver.waitFor('customer.created');
    expect((JSON.parse(arrived.body) as Stripe.Event).data.object).toMatchObject({ id });
    await harness.sandbox.control.reset(harness.key);
    expect(harness.sandbox.control.listFaults()).toEqual([]);
    expect((await stripe.customers.list()).data).toEqual([]);
    expect((await neighbour.customers.list()).data).toHaveLength(1);
  });

  it('signs with both secrets while a rolled one is honoured, then with the new one alone', async () => {
    const fresh = await harness.sandbox.control.rollSecret(harness.key, endpointId, 3600);
    await makeProducts(1);
    const both = await receiver.waitFor('product.created');
    expect(both.signature.match(/v1=/g)).toHaveLength(2);
    for (const known of [secret, fresh]) expect(stripe.webhooks.constructEvent(both.body, both.signature, known).type).toBe('product.created');
    await harness.sandbox.control.advanceClock(harness.key, 3_600_000);
    await makeProducts(1);
    await harness.sandbox.control.eventsSettled(harness.key);
    const { body, signature } = receiver.received.at(-1) ?? both;
    expect(stripe.webhooks.constructEvent(body, signature, fresh).type).toBe('product.created');
    expect(() => stripe.webhooks.constructEvent(body, signature, secret)).toThrow(Stripe.errors.StripeSignatureVerificationError);
  });

  it('signs in the future, which the SDK lets pass', async () => {
    harness.sandbox.control.upsetEvents({ futureBySeconds: 900 }, harness.key);
    await makeProducts(1);
    const { body, signature } = await receiver.waitFor('product.created');
    expect(Number(/t=(\d+)/.exec(signature)?.[1]) * 1000).toBeGreaterThan(Date.now() + 600_000);
    expect(stripe.webhooks.constructEvent(body, signature, secret).type).toBe('product.created');
  });

  it('renders events in another version', async () => {
    harness.sandbox.control.upsetEvents({ apiVersion: '2020-08-27' }, harness.key);
    await makeProducts(1);
    expect(JSON.parse((await receiver.waitFor('product.created')).body)).toMatchObject({ api_version: '2020-08-27' });
  });

  it.each([
    ['an unknown type', { type: 'surprise.happened', object: { object: 'surprise', id: 'sur_1' } }],
    ['an object that the project never made', { type: 'charge.succeeded' }],
    ['another version', { type: 'invoice.paid', apiVersion: '2019-05-16' }],
    ['a huge body', { type: 'charge.failed', padToBytes: 3_000_000 }],
  ])('forges an event of %s, well signed and listed', async (_name, forged) => {
    const { id } = await harness.sandbox.control.forgeEvent(harness.key, forged);
    const { body, signature } = await receiver.waitFor(forged.type);
    expect(stripe.webhooks.constructEvent(body, signature, secret)).toMatchObject({ id, type: forged.type });
    if ('padToBytes' in forged) expect(Buffer.byteLength(body)).toBeGreaterThanOrEqual(3_000_000);
    if ('apiVersion' in forged) expect(JSON.parse(body)).toMatchObject({ api_version: '2019-05-16' });
    expect((await stripe.events.list()).data[0]).toMatchObject({ id });
    if (!('object' in forged)) await expect(stripe.charges.retrieve((JSON.parse(body) as { data: { object: { id: string } } }).data.object.id)).rejects.toMatchObject({ statusCode: 404 });
  });

  it('gives an endpoint up that fails for longer than its patience', async () => {
    harness.sandbox.control.upsetEvents({ disableAfterSeconds: 600 }, harness.key);
    receiver.failNext(...Array.from({ length: 10 }, () => 500));
    await makeProducts(1);
    for (let round = 0; round < 4; round += 1) {
      await harness.sandbox.control.eventsSettled(harness.key);
      await harness.sandbox.control.advanceClock(harness.key, 400_000);
    }
    await harness.sandbox.control.eventsSettled(harness.key);
    expect((await stripe.webhookEndpoints.retrieve(endpointId)).status).toBe('disabled');
    const before = receiver.received.length;
    await makeProducts(1);
    await harness.sandbox.control.eventsSettled(harness.key);
    expect(receiver.received).toHaveLength(before);
    await stripe.webhookEndpoints.update(endpointId, { disabled: false });
    receiver.failNext();
    await makeProducts(1);
    await harness.sandbox.control.eventsSettled(harness.key);
    expect(receiver.received.length).toBeGreaterThan(before);
  });
});
