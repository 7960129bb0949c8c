import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { StripeContract } from './contract/stripe-contract.js';
import { ALL_ROUTES } from './resources/all-routes.js';
import { startStripeSandbox } from './stripe-sandbox.js';
import { customerWithCard, draftInvoice, sdkFor, startHarness, type Harness } from './testing/sandbox-harness.js';

describe('the HTTP dialect', () => {
  let harness: Harness;
  let stripe: Stripe;
  const version = StripeContract.shared().apiVersion;
  beforeEach(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
  });
  afterEach(() => harness.close());

  const call = (method: string, path: string, init: { body?: string; key?: string; headers?: Record<string, string>; version?: string | null } = {}) =>
    fetch(`${harness.sandbox.url}${path}`, {
      method,
      ...(init.body !== undefined && { body: init.body }),
      headers: {
        authorization: `Bearer ${init.key ?? harness.key}`,
        'content-type': 'application/x-www-form-urlencoded',
        ...(init.version !== null && { 'stripe-version': init.version ?? version }),
        ...init.headers,
      },
    });

  it('serves only operations that Stripe has', () => {
    const known = StripeContract.shared().operations;
    expect(ALL_ROUTES.map((route) => route.operation).filter((operation) => !known.includes(operation))).toEqual([]);
    expect(new Set(ALL_ROUTES.map((route) => route.operation)).size).toBe(ALL_ROUTES.length);
  });

  it('listens on loopback only', async () => {
    await expect(startStripeSandbox({ host: '0.0.0.0' })).rejects.toThrow('loopback only');
  });

  it.each([['sk_live_abcdefgh'], ['rk_live_abcdefgh'], ['pk_test_abcdefgh'], ['nonsense'], ['']])('refuses the key "%s" with 401 and does not repeat it', async (key) => {
    const response = await call('GET', '/v1/account', { key });
    const text = await response.text();
    expect(response.status).toBe(401);
    expect(JSON.parse(text)).toMatchObject({ error: { type: 'invalid_request_error' } });
    if (key) expect(text).not.toContain(key);
  });

  it('gives each key an account of its own', async () => {
    const other = sdkFor(harness.sandbox, 'rk_test_sandbox_other');
    const customer = await stripe.customers.create({});
    await expect(other.customers.retrieve(customer.id)).rejects.toMatchObject({ statusCode: 404, code: 'resource_missing' });
    const ids = [(await stripe.accounts.retrieveCurrent()).id, (await other.accounts.retrieveCurrent()).id];
    expect(ids[0]).toMatch(/^acct_/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it.each([
    ['an unknown parameter', 'POST', '/v1/customers', 'nmae=Ada', 'parameter_unknown', 'nmae'],
    ['a nested unknown parameter', 'POST', '/v1/customers', 'address[zip]=1', 'parameter_unknown', 'address[zip]'],
    ['a missing parameter', 'POST', '/v1/payment_intents', 'amount=100', 'parameter_missing', 'currency'],
    ['text for a number', 'POST', '/v1/payment_intents', 'amount=ten&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['payment_method_types', 'POST', '/v1/payment_intents', 'amount=100&currency=usd&payment_method_types[0]=card', 'payment_method_types_no_longer_supported', 'payment_method_types'],
    ['an unknown query parameter', 'GET', '/v1/customers?nmae=x', undefined, 'parameter_unknown', 'nmae'],
  ])('refuses %s', async (_name, method, path, body, code, param) => {
    const response = await call(method, path, body === undefined ? {} : { body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code, param } });
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    expect(response.headers.get('stripe-version')).toBe(version);
  });

  it.each([[null], ['2024-06-20']])('helps a caller of version %s along and says so in the ledger', async (other) => {
    const response = await call('POST', '/v1/payment_intents', { body: 'amount=100&currency=usd&payment_method_types[]=card', version: other });
    expect(response.status).toBe(200);
    expect(harness.sandbox.control.ledger().at(-1)).toMatchObject({ lenient: true, stripeVersion: other, leniencies: [expect.stringContaining('payment_method_types')] });
  });

  it('answers an unknown route with 404 and marks it in the ledger', async () => {
    const response = await call('GET', '/v1/issuing/cards');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', message: expect.stringContaining('/v1/issuing/cards') } });
    expect(harness.sandbox.control.ledger({ unknownRoute: true })).toEqual([expect.objectContaining({ path: '/v1/issuing/cards', outcome: 404, route: null })]);
  });

  it('pages newest first, both ways', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.unshift((await stripe.customers.create({ name: `c${index}` })).id);
    const first = await stripe.customers.list({ limit: 2 });
    expect(first).toMatchObject({ has_more: true, url: '/v1/customers' });
    const second = await stripe.customers.list({ limit: 2, starting_after: ids[1] ?? '' });
    const back = await stripe.customers.list({ limit: 2, ending_before: ids[2] ?? '' });
    expect([first, second, back].map((page) => page.data.map((customer) => customer.id))).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(0, 2)]);
    expect((await stripe.customers.list().autoPagingToArray({ limit: 100 })).map((customer) => customer.id)).toEqual(ids);
    await expect(stripe.customers.list({ limit: 101 })).rejects.toMatchObject({ statusCode: 400, param: 'limit' });
  });

  it('filters by creation time and event type', async () => {
    const { customer } = await customerWithCard(stripe);
    await harness.sandbox.control.advanceClock(harness.key, 3_600_000);
    const later = await stripe.customers.create({});
    expect((await stripe.customers.list({ created: { gt: customer.created + 60 } })).data.map((entry) => entry.id)).toEqual([later.id]);
    const events = await stripe.events.list({ types: ['customer.created', 'payment_method.attached'], created: { lte: customer.created + 60 } });
    expect(events.data.map((event) => event.type)).toEqual(['payment_method.attached', 'customer.created']);
  });

  it('expands up to four levels and refuses what cannot be expanded', async () => {
    const { customer } = await customerWithCard(stripe);
    const paid = await stripe.invoices.pay((await draftInvoice(stripe, customer.id)).id);
    const deep = await stripe.invoices.retrieve(paid.id, { expand: ['customer.invoice_settings.default_payment_method.customer'] });
    expect(deep).toMatchObject({ customer: { invoice_settings: { default_payment_method: { customer: { id: customer.id } } } } });
    await expect(stripe.invoices.retrieve(paid.id, { expand: ['status'] })).rejects.toMatchObject({ statusCode: 400, param: 'expand' });
    await expect(stripe.invoices.retrieve(paid.id, { expand: ['a.b.c.d.e'] })).rejects.toMatchObject({ statusCode: 400, param: 'expand' });
    await expect(stripe.invoices.create({ customer: customer.id, expand: ['nonsense'] })).rejects.toMatchObject({ statusCode: 400 });
    expect((await stripe.invoices.list({ expand: ['data.customer'] })).data).toHaveLength(1);
  });
});
