import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '@tollkeeper/kernel';
import { ConnectionRejectedError, type ProviderCredentials } from '@tollkeeper/payment-provider';
import { endpointOf, StripeClientFactory } from './stripe-client.factory.js';

function credentials(key: string): ProviderCredentials {
  return { connectionId: 'pcon_1', secrets: { secretKey: new Secret(key) }, settings: {} };
}

describe('clients of the Stripe API', () => {
  it.each([
    ['http://stripe.internal:12111', /plain HTTP to another machine/],
    ['http://10.0.0.7', /plain HTTP to another machine/],
    ['http://127.0.0.1.evil.example', /plain HTTP to another machine/],
    ['http://localhost.evil.example', /plain HTTP to another machine/],
    ['https://proxy.example/stripe', /without a path/],
    ['https://user:pass@proxy.example', /must not hold credentials/],
    ['ftp://proxy.example', /not an http\(s\) URL/],
    ['proxy', /not an http\(s\) URL/],
  ])('stops the boot for the base %s', (base, message) => {
    expect(() => new StripeClientFactory({ apiBase: base })).toThrow(message);
    expect(() => new StripeClientFactory({ sandboxBase: base })).toThrow(message);
  });

  it.each(['http://127.0.0.1:4010', 'http://localhost:4010', 'http://[::1]:4010', 'https://proxy.example'])('accepts the base %s', (base) => {
    expect(new StripeClientFactory({ apiBase: base }).target(credentials('sk_test_a')).base.origin).toBe(base);
  });

  it('sends sandbox keys to the sandbox and all others to Stripe', () => {
    const factory = new StripeClientFactory({ sandboxBase: 'http://127.0.0.1:4010' });
    expect(factory.target(credentials('sk_test_sandbox_a')).base.href).toBe('http://127.0.0.1:4010/');
    for (const key of ['sk_test_a', 'rk_live_a', 'sk_live_sandbox_a']) {
      expect(factory.target(credentials(key)).base.href).toBe('https://api.stripe.com/');
    }
  });

  it('never lets a sandbox key go to Stripe', () => {
    expect(() => new StripeClientFactory({}).target(credentials('sk_test_sandbox_a'))).toThrow(ConnectionRejectedError);
  });

  it('refuses what is not a key, without repeating it', () => {
    expect(() => new StripeClientFactory({}).target(credentials('topsecret'))).toThrow(/^Connection pcon_1 has no usable Stripe secret key\.$/);
  });

  it('keeps one client per key and base, and forgets the oldest beyond a hundred', () => {
    const factory = new StripeClientFactory({});
    const first = factory.target(credentials('sk_test_0')).client;
    expect(factory.target(credentials('sk_test_0')).client).toBe(first);
    expect(factory.target(credentials('sk_test_1')).client).not.toBe(first);
    for (let i = 2; i <= 100; i += 1) factory.target(credentials(`sk_test_${i}`));
    expect(factory.target(credentials('sk_test_0')).client).not.toBe(first);
  });

  it('shows no key when it is inspected', () => {
    const factory = new StripeClientFactory({});
    factory.target(credentials('sk_test_topsecret'));
    expect(inspect(factory, { depth: 10, showHidden: true })).not.toContain('topsecret');
  });

  it.each([
    ['POST', '/v1/invoices/in_1ABCdefGHI/pay', 'POST /v1/invoices/*/pay'],
    ['GET', '/v1/invoice_payments', 'GET /v1/invoice_payments'],
    ['GET', '/v1/customers/cus_9s6XKzkNRiz8i3/payment_methods', 'GET /v1/customers/*/payment_methods'],
    ['DELETE', '/v1/webhook_endpoints/we_1Mr5jULkdIwHu7ix', 'DELETE /v1/webhook_endpoints/*'],
    ['POST', '/v1/checkout/sessions', 'POST /v1/checkout/sessions'],
  ])('knows the endpoint of %s %s', (method, path, expected) => {
    expect(endpointOf(method, path)).toBe(expected);
  });
});
