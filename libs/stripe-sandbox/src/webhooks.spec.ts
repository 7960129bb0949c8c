import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { customerWithCard, draftInvoice, startHarness, startReceiver, waitFor, type Harness, type WebhookReceiver } from './testing/sandbox-harness.js';

describe('webhooks', () => {
  let harness: Harness;
  let stripe: Stripe;
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await harness.close();
    await receiver.close();
  });

  const endpoint = (events: string[] = ['*']) => stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: events as Stripe.WebhookEndpointCreateParams.EnabledEvent[] });

  it('signs the exact bytes, so that the SDK accepts them with the right secret only', async () => {
    const { secret = '' } = await endpoint();
    const customer = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'key-1' });
    const { body, signature } = await receiver.waitFor('customer.created');
    const event = stripe.webhooks.constructEvent(body, signature, secret);
    expect(event).toMatchObject({ object: 'event', type: 'customer.created', livemode: false, request: { idempotency_key: 'key-1' }, data: { object: { id: customer.id, name: 'Ada' } } });
    expect(() => stripe.webhooks.constructEvent(body, signature, 'whsec_wrong')).toThrow(Stripe.errors.StripeSignatureVerificationError);
    expect(() => stripe.webhooks.constructEvent(body.replace('Ada', 'Bob'), signature, secret)).toThrow(Stripe.errors.StripeSignatureVerificationError);
  });

  it('signs with wall time, however far the billing clock has moved', async () => {
    const { secret = '' } = await endpoint();
    await harness.sandbox.control.advanceClock(harness.key, 90 * 86_400_000);
    const customer = await stripe.customers.create({});
    const { body, signature } = await receiver.waitFor('customer.created');
    expect(stripe.webhooks.constructEvent(body, signature, secret, 300).created).toBe(customer.created);
    expect(customer.created - Date.now() / 1000).toBeGreaterThan(89 * 86_400);
  });

  it('shows the secret once and keeps it out of every later answer', async () => {
    const { id, secret } = await endpoint();
    expect(secret).toMatch(/^whsec_/);
    expect((await stripe.webhookEndpoints.retrieve(id)).secret).toBeUndefined();
    expect((await stripe.webhookEndpoints.list()).data[0]?.secret).toBeUndefined();
  });

  it('sends to enabled endpoints what they asked for', async () => {
    const { id } = await endpoint(['product.created']);
    await stripe.customers.create({});
    await stripe.products.create({ name: 'A' });
    await receiver.waitFor('product.created');
    expect(receiver.received.map((entry) => entry.type)).toEqual(['product.created']);
    await stripe.webhookEndpoints.update(id, { disabled: true });
    await stripe.products.create({ name: 'B' });
    await stripe.webhookEndpoints.del(id);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(receiver.received).toHaveLength(1);
  });

  it('repeats a failed delivery on the clock, with a fresh signature and the same event', async () => {
    const { secret = '' } = await endpoint(['customer.created']);
    receiver.failNext(500, 503);
    await stripe.customers.create({});
    await waitFor(() => (harness.sandbox.control.deliveryList(harness.key)[0]?.attempts === 1 ? true : undefined), 5000, 'the first attempt to be recorded');
    for (const attempts of [2, 3]) {
      await harness.sandbox.control.advanceClock(harness.key, 3_600_000);
      await waitFor(() => (receiver.received.length === attempts ? true : undefined), 5000, `attempt ${attempts}`);
      await waitFor(() => (harness.sandbox.control.deliveryList(harness.key)[0]?.attempts === attempts ? true : undefined), 5000, `attempt ${attempts} to be recorded`);
    }
    expect(new Set(receiver.received.map((entry) => entry.id)).size).toBe(1);
    expect(receiver.received.map((entry) => stripe.webhooks.constructEvent(entry.body, entry.signature, secret).type)).toEqual(Array.from({ length: 3 }, () => 'customer.created'));
    expect(harness.sandbox.control.deliveryList(harness.key)).toEqual([expect.objectContaining({ attempts: 3, lastStatus: 200, lastError: null })]);
    expect((await stripe.events.list({ type: 'customer.created' })).data[0]?.pending_webhooks).toBe(0);
  });

  it('holds events until they are flushed, and sends one again on demand', async () => {
    await endpoint(['customer.created']);
    harness.sandbox.control.holdEvents();
    await stripe.customers.create({});
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(receiver.received).toEqual([]);
    harness.sandbox.control.flushEvents();
    const { id } = await receiver.waitFor('customer.created');
    await harness.sandbox.control.redeliver(harness.key, id);
    await waitFor(() => (receiver.received.length === 2 ? true : undefined), 5000, 'the repeated delivery');
    expect(receiver.received[1]?.id).toBe(id);
  });

  it('carries the object as it was when the event was made', async () => {
    await endpoint(['invoice.created', 'invoice.finalized', 'invoice.paid']);
    const { customer } = await customerWithCard(stripe);
    await stripe.invoices.pay((await draftInvoice(stripe, customer.id)).id);
    await receiver.waitFor('invoice.paid');
    await receiver.waitFor('invoice.finalized');
    await receiver.waitFor('invoice.created');
    const states = receiver.received.map(({ body, type }) => [type, ((JSON.parse(body) as Stripe.Event).data.object as Stripe.Invoice).status]);
    expect(Object.fromEntries(states)).toEqual({ 'invoice.created': 'draft', 'invoice.finalized': 'open', 'invoice.paid': 'paid' });
  });

  it.each([
    ['a wrong secret', { wrongSecret: true }, /No signatures found matching/],
    ['a stale signature', { staleBySeconds: 301 }, /Timestamp outside the tolerance zone/],
    ['an altered body', { alterBody: true }, /No signatures found matching/],
  ])('can send %s, which the SDK refuses', async (_name, disorder, message) => {
    const { secret = '' } = await endpoint(['customer.created']);
    harness.sandbox.control.upsetEvents(disorder);
    await stripe.customers.create({});
    const { body, signature } = await receiver.waitFor('customer.created');
    expect(() => stripe.webhooks.constructEvent(body, signature, secret)).toThrow(message);
  });

  it('can send copies, leave events out and change the order', async () => {
    await endpoint(['product.created']);
    harness.sandbox.control.holdEvents();
    for (let index = 0; index < 8; index += 1) await stripe.products.create({ name: `p${index}` });
    harness.sandbox.control.upsetEvents({ copies: 2, dropEvery: 4, shuffleSeed: 7 });
    harness.sandbox.control.flushEvents();
    await waitFor(() => (harness.sandbox.control.deliveryList(harness.key).every((delivery) => delivery.attempts === 1) ? true : undefined), 5000, 'all deliveries');
    expect(receiver.received).toHaveLength(12);
    expect(new Set(receiver.received.map((entry) => entry.id)).size).toBe(6);
  });
});
