import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '@tollkeeper/kernel';
import { ConnectionRejectedError, type CallContext } from '@tollkeeper/payment-provider';
import { StripePaymentProvider } from './stripe-payment-provider.js';

/** Stripe's own restricted keys cannot be made in the sandbox, so the answers are played by route. */
describe('the check of a restricted Stripe key', () => {
  let server: Server;
  let refuse: (route: string) => number | null;
  let routes: string[];
  let provider: StripePaymentProvider;

  beforeEach(async () => {
    routes = [];
    refuse = () => null;
    server = createServer((request, response) => {
      const route = `${request.method} ${request.url?.split('?')[0]}`;
      routes.push(route);
      const status = refuse(route) ?? (request.method === 'POST' ? 404 : 200);
      const answer = route === 'GET /v1/account' ? { id: 'acct_1', object: 'account', settings: { dashboard: { display_name: 'Acme' } } } : { object: 'list', data: [], has_more: false };
      const error = { error: { type: 'invalid_request_error', message: 'No.', code: status === 404 ? 'resource_missing' : undefined } };
      request.resume().on('end', () => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(status === 200 ? answer : error)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    provider = new StripePaymentProvider({ apiBase: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function context(secretKey = 'rk_test_a'): CallContext {
    return { credentials: { connectionId: 'pcon_1', secrets: { secretKey: new Secret(secretKey) }, settings: {} }, deadlineInMillis: 2_000 };
  }

  it('names each permission that is missing', async () => {
    refuse = (route) => (['POST /v1/invoices/in_tollkeeper_permission_probe', 'GET /v1/events'].includes(route) ? 403 : null);
    expect(await provider.testConnection(context())).toEqual({
      outcome: 'succeeded',
      value: { providerAccountId: 'acct_1', mode: 'test', displayName: 'Acme', missingPermissions: ['Invoices: write', 'Events: read'] },
    });
  });

  it('finds nothing missing where Stripe only says that the probed object is not there', async () => {
    expect(await provider.testConnection(context())).toMatchObject({ outcome: 'succeeded', value: { missingPermissions: [] } });
    expect(routes.length).toBe(12);
  });

  it('asks a full key for the account alone', async () => {
    expect(await provider.testConnection(context('sk_test_a'))).toMatchObject({ outcome: 'succeeded' });
    expect(routes).toEqual(['GET /v1/account']);
  });

  it('is unknown when one probe was not answered, instead of calling a permission present', async () => {
    refuse = (route) => (route === 'GET /v1/payment_intents' ? 500 : null);
    expect(await provider.testConnection(context())).toMatchObject({ outcome: 'unknown', cause: 'server_error' });
  });

  it('rejects a key that may not even see its account', async () => {
    refuse = (route) => (route === 'GET /v1/account' ? 403 : null);
    await expect(provider.testConnection(context())).rejects.toThrow(ConnectionRejectedError);
  });
});
