import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operationsOf, pathOf, readApiDocument, type ApiOperation } from '../support/api-document.js';
import { openAccount } from '../support/furnished-account.js';
import { HttpCaller, type HttpAnswer } from '../support/http-caller.js';
import { startTestApplication, type TestApplication } from '../support/test-application.js';

/** The machine may be busy with other suites: a whole application starts in each. */
const NOBODYS = { id: 'none', customerId: 'none', paymentMethodId: 'none', name: 'STRIPE', provider: 'stripe', connectionId: 'none' };
/** Reference shapes: their clients send more than we know. */
const LENIENT = ['Customers_create', 'ReferencePricing_assign', 'ReferencePricing_cancel', 'ReferenceCustomPlans_create', 'ReferencePromotions_save', 'ReferenceCustomerPromotions_give', 'Customers_replace', 'ProviderSwitches_schedule', 'Meters_create', 'Meters_update', 'Usage_report', 'Usage_batch', 'Usage_sparse', 'Usage_sparseBatch', 'UsageCost_read', 'Ingestion_ingest', 'Ingestion_ingestAtRoot', 'Webhooks_receive'];
const ADMINS_ONLY = /^(WebhookSecrets_rotate|Installation_\w+|Accounts_(create|list|update)|ApiKeys_\w+|TestClock_move|Metrics_read|PaymentConnections_(save|delete|test)|Mails_test)$/;
/** They compute and store nothing. */
const READING_POSTS = ['InvoiceExplanations_preview', 'UsageCost_read', 'InvoiceExplanations_previewAll'];
const MAY: Record<string, readonly string[]> = { admin: ['admin', 'write', 'read', 'ingest'], write: ['write', 'read', 'ingest'], read: ['read'], ingest: ['ingest'] };

describe('HTTP conventions', () => {
  let application: TestApplication;
  let installation: HttpCaller;
  let account: HttpCaller & { accountId: string };
  let operations: ApiOperation[];

  beforeAll(async () => {
    application = await startTestApplication({ runLoops: false, connectStripe: false });
    installation = new HttpCaller(application.url, application.adminKey);
    account = await openAccount(installation, 'conventions');
    await account.expectOk('POST', '/meters', { meterApiName: 'calls', label: 'Calls', meterType: 'sum_of_all_usage' });
    operations = operationsOf(await readApiDocument(account));
  });

  afterAll(() => application.close());

  const newKey = async (...scopes: string[]): Promise<HttpCaller & { id: string }> => {
    const { id, key } = await account.expectOk<{ id: string; key: string }>('POST', '/api-keys', { name: 'x', scopes });
    return Object.assign(account.as(key), { id });
  };

  /** The stream never ends by itself, so it is asked for something that it refuses. */
  const ask = (caller: HttpCaller, operation: ApiOperation, slash = ''): Promise<HttpAnswer> =>
    caller.call(operation.method, pathOf(operation, NOBODYS) + slash, operation.requestBody ? {} : undefined, operation.operationId === 'Events_stream' ? { 'Last-Event-ID': 'bad' } : {});

  const item = (name: string): object => ({ productItemName: name, meterApiName: 'calls' });

  describe('keys and scopes', () => {
    it('takes the key as X-API-KEY or as bearer token', async () => {
      const key = account.key!;
      const withHeader = (name: string, value: string): Promise<HttpAnswer> => account.as(null).call('GET', '/plans', undefined, { [name]: value });
      for (const [name, value] of [['X-API-KEY', key], ['x-api-key', key], ['Authorization', `Bearer ${key}`], ['authorization', `bearer  ${key}`]] as const) {
        expect((await withHeader(name, value)).status).toBe(200);
      }
      for (const [name, value] of [['Authorization', `Basic ${key}`], ['Authorization', key], ['X-API-KEY', ''], ['API-KEY', key]] as const) {
        expect(await withHeader(name, value)).toMatchObject({ status: 401, body: { code: 'missing_api_key' } });
      }
    });

    it('answers 401 as a problem that says how to send a key', async () => {
      const answer = await account.as('tk_test_unknown').call('GET', '/plans');
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.body).toEqual({
        type: 'urn:tollkeeper:error:invalid_api_key',
        title: 'Unauthorized',
        status: 401,
        code: 'invalid_api_key',
        errorMessage: expect.stringContaining('unknown or revoked') as unknown,
        requestId: answer.headers.get('x-request-id'),
      });
      expect(answer.text).not.toContain('tk_test_unknown');
    });

    it('asks for the scope that fits what a route does', () => {
      const expected = ({ operationId, method }: ApiOperation): string => {
        if (ADMINS_ONLY.test(operationId)) return 'admin';
        if (operationId.startsWith('Ingestion_')) return 'ingest';
        return method === 'GET' || operationId.startsWith('Usage_') || READING_POSTS.includes(operationId) ? 'read' : 'write';
      };
      const scopes = operations.filter(({ security }) => security).map((operation) => [operation.operationId, (operation as unknown as Record<string, unknown>)['x-required-scope']]);
      expect(scopes).toEqual(operations.filter(({ security }) => security).map((operation) => [operation.operationId, expected(operation)]));
    });

    it.each(Object.keys(MAY))('lets a key with the scope %s do that and nothing more', async (scope) => {
      const caller = await newKey(scope);
      for (const operation of operations.filter(({ security }) => security)) {
        const { 'x-required-scope': needed, 'x-requires-installation-admin': installation } = operation as unknown as Record<string, string>;
        const { status, body } = await ask(caller, operation);
        const code = (body as { code?: string }).code;
        const seen = { operation: operation.operationId, forbidden: status === 403, code: status === 403 ? code : undefined };
        if (!MAY[scope]!.includes(needed!)) expect(seen).toEqual({ operation: operation.operationId, forbidden: true, code: 'missing_scope' });
        else if (installation) expect(seen).toEqual({ operation: operation.operationId, forbidden: true, code: 'not_installation_admin' });
        else expect({ ...seen, allowed: status === 200 || status === 400 || status === 404 }).toEqual({ operation: operation.operationId, forbidden: false, code: undefined, allowed: true });
      }
    });

    it('stops working when it is revoked', async () => {
      const caller = await newKey('write', 'ingest');
      expect((await caller.call('GET', '/plans')).status).toBe(200);
      await account.expectOk('DELETE', `/api-keys/${caller.id}`);
      expect(await caller.call('GET', '/plans')).toMatchObject({ status: 401, body: { code: 'invalid_api_key' } });
      expect(await account.call('DELETE', `/api-keys/${caller.id}`)).toMatchObject({ status: 404, body: { code: 'api_key_not_found' } });
      expect((await account.expectOk<{ id: string }[]>('GET', '/api-keys?limit=1000')).map(({ id }) => id)).not.toContain(caller.id);
    });
  });

  describe('addresses', () => {
    it('makes a trailing slash optional on every route', async () => {
      for (const operation of operations) {
        const [without, withSlash] = [await ask(account, operation), await ask(account, operation, '/')];
        expect({ operation: operation.operationId, status: withSlash.status, code: (withSlash.body as { code?: string }).code }).toEqual({
          operation: operation.operationId,
          status: without.status,
          code: (without.body as { code?: string }).code,
        });
        expect((withSlash.body as { code?: string }).code).not.toBe('route_not_found');
      }
    });

    it('answers unknown and unreadable addresses as problems', async () => {
      const cases = [
        ['GET', '/nothing/here', 404, 'route_not_found'],
        ['PATCH', '/plans', 404, 'route_not_found'],
        ['GET', '//plans', 404, 'route_not_found'],
        ['GET', '/customers/%zz', 400, 'request_refused'],
        ['GET', '/customers/%ED%A0%80', 400, 'request_refused'],
        ['GET', '/plans/a%00b', 400, 'invalid_text'],
        ['GET', `/plans/${'x'.repeat(1_200)}`, 414, 'path_too_long'],
        ['GET', '/plans/%27%3Bdrop%20table%20plan', 404, 'plan_not_found'],
      ] as const;
      for (const [method, path, status, code] of cases) {
        const answer = await account.call(method, path);
        expect({ path, ...answer }).toMatchObject({ path, status, body: { status, code, requestId: answer.headers.get('x-request-id') } });
        expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      }
    });

    it('reads every id that a customer may have from a path', async () => {
      for (const customerId of ['a/b', 'a b', 'ä ö', '100%', 'a?b#c', '日本'.repeat(120), '/'.repeat(255), '%2F', 'current']) {
        await account.expectOk('POST', '/customers', { customerId, customerName: 'x' });
        expect(await account.expectOk('GET', `/customers/${encodeURIComponent(customerId)}`)).toMatchObject({ customerId });
      }
    });

    it('answers HEAD like GET without a body, streams included', async () => {
      for (const path of ['/plans', '/health/live', '/events']) {
        const answer = await account.call('HEAD', path);
        expect(answer).toMatchObject({ status: 200, text: '' });
      }
    });
  });

  describe('fields', () => {
    it('refuses unknown fields by name, but for the shapes of the reference API', async () => {
      for (const operation of operations.filter(({ requestBody }) => requestBody)) {
        const one = { nobodyKnowsThis: 1 };
        const caller = ['Accounts_create', 'Installation_resume'].includes(operation.operationId) ? installation : account;
        const { text } = await caller.call(operation.method, pathOf(operation, NOBODYS), operation.operationId === 'Usage_batch' ? [one] : one);
        const refused = text.includes('"code":"unknown_field"') && text.includes("there is no field 'nobodyKnowsThis'");
        expect({ operation: operation.operationId, refused }).toEqual({ operation: operation.operationId, refused: !LENIENT.includes(operation.operationId) });
      }
      const meter = await account.expectOk('POST', '/meters', { meterApiName: 'lenient', label: 'x', meterType: 'sum_of_all_usage', nobodyKnowsThis: 1, name: 'y' });
      expect(meter).not.toHaveProperty('nobodyKnowsThis');
    });

    it('names nested fields by their path and says what is missing', async () => {
      const { body } = await account.call('POST', '/plans', { planName: 5, billingPeriod: { interval: 'month', every: 2 }, baseFee: { amountInMinorUnits: -1 } });
      expect(body).toMatchObject({
        status: 400,
        code: 'invalid_request',
        errors: expect.arrayContaining([
          { field: 'planName', code: 'invalid_field', message: 'planName must be a string' },
          { field: 'currency', code: 'missing_field', message: 'currency is required' },
          { field: 'billingPeriod.every', code: 'unknown_field', message: "there is no field 'billingPeriod.every'" },
          { field: 'baseFee.amountInMinorUnits', code: 'invalid_field', message: expect.stringContaining('whole number') as unknown },
          { field: 'baseFee.currency', code: 'missing_field', message: 'baseFee.currency is required' },
        ]) as unknown,
      });
    });

    it.each([
      ['text for a list', '/plans', { planName: 'x', currency: 'USD', billingPeriod: { interval: 'month' }, prices: 'p' }],
      ['a list for an object', '/plans', { planName: 'x', currency: 'USD', billingPeriod: [{ interval: 'month' }] }],
      ['an object for text', '/product-items', { productItemName: { $ne: null }, meterApiName: 'calls' }],
      ['a list for text', '/product-items', { productItemName: ['x'], meterApiName: 'calls' }],
      ['null for text', '/product-items', { productItemName: null, meterApiName: 'calls' }],
      ['text for a number', '/assignments', { customerId: 'x', planId: 'y', startTimeInMillis: '5' }],
      ['a fraction for a time', '/assignments', { customerId: 'x', planId: 'y', startTimeInMillis: 1.5 }],
      ['text for a flag', '/plans', { planName: 'x', currency: 'USD', billingPeriod: { interval: 'month' }, isDefault: 'yes' }],
      ['an unknown scope', '/api-keys', { name: 'x', scopes: ['root'] }],
      ['a scope twice', '/api-keys', { name: 'x', scopes: ['read', 'read'] }],
      ['a number for money', '/plans', { planName: 'x', currency: 'USD', billingPeriod: { interval: 'month' }, baseFee: 12.5 }],
      ['a fraction of a cent', '/plans', { planName: 'x', currency: 'USD', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 12.5, currency: 'USD' } }],
      ['an unknown currency', '/plans', { planName: 'x', currency: 'XYZ', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 1, currency: 'XYZ' } }],
      ['a zero character', '/product-items', item('a\0b')],
      ['half of a surrogate pair', '/product-items', '{"productItemName":"\\ud800","meterApiName":"calls"}'],
      ['a number beyond exactness', '/assignments', { customerId: 'x', planId: 'y', startTimeInMillis: 1e300 }],
      ['a number beyond all numbers', '/assignments', '{"customerId":"x","planId":"y","startTimeInMillis":1e999}'],
    ])('refuses %s', async (_what, path, body) => {
      expect(await account.call('POST', path, body)).toMatchObject({ status: 400, body: { status: 400, title: 'Bad Request' } });
    });
  });

  describe('bodies', () => {
    const nested = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
    const post = (body?: string | Uint8Array, headers: Record<string, string> = {}, path = '/product-items'): Promise<HttpAnswer> => account.call('POST', path, body, headers);

    it.each([
      ['no body', undefined, {}, 400, 'invalid_body'],
      ['an empty body', '', {}, 400, 'invalid_body'],
      ['malformed JSON', '{"productItemName":', {}, 400, 'invalid_json'],
      ['a key named __proto__', '{"productItemName":"x","meterApiName":"calls","__proto__":{"admin":true}}', {}, 400, 'invalid_json'],
      ['a list', '[]', {}, 400, 'invalid_body'],
      ['null', 'null', {}, 400, 'invalid_body'],
      ['text', '"x"', {}, 400, 'invalid_body'],
      ['a form', 'productItemName=x&meterApiName=calls', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
      ['XML', '<item/>', { 'Content-Type': 'application/xml' }, 415, 'unsupported_media_type'],
      ['an unreadable content type', '{}', { 'Content-Type': 'json' }, 415, 'unsupported_media_type'],
      ['endless nesting', `{"productItemName":"x","meterApiName":"calls","more":${nested(50_000)}}`, {}, 400, 'nested_too_deep'],
      ['endless nesting in a list', '['.repeat(100_000) + ']'.repeat(100_000), {}, 400, 'invalid_body'],
      ['another encoding', Buffer.from('x'), { 'Content-Encoding': 'br' }, 400, 'unsupported_encoding'],
      ['no gzip at all', Buffer.from('{}'), { 'Content-Encoding': 'gzip' }, 400, 'invalid_gzip'],
      ['half of a gzip', gzipSync('{"productItemName":"x","meterApiName":"calls"}').subarray(0, 30), { 'Content-Encoding': 'gzip' }, 400, 'invalid_gzip'],
      ['gzip of malformed JSON', gzipSync('{'), { 'Content-Encoding': 'gzip' }, 400, 'invalid_json'],
    ] as const)('refuses %s', async (_what, body, headers, status, code) => {
      expect(await post(body, headers)).toMatchObject({ status, body: { status, code } });
      if (body !== undefined) expect((await post(body, { ...headers, 'Idempotency-Key': `body ${_what}` })).status).toBe(status);
    });

    it('refuses deep nesting where a route reads its body itself', async () => {
      for (const path of ['/ingest', '/usage/batch']) {
        expect((await post(nested(50_000), {}, path)).status).toBe(400);
        expect((await post(`[${nested(50_000)}]`, {}, path)).status).toBe(400);
        expect((await post('['.repeat(100_000) + ']'.repeat(100_000), {}, path)).status).toBe(400);
      }
    });

    it('refuses more than it takes, compressed or not, and lives on', async () => {
      const tooMuch = Buffer.alloc(9 * 1024 * 1024, ' ');
      const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024, ' '), { level: 1 });
      const before = process.memoryUsage().rss;
      for (const path of ['/product-items', '/ingest']) {
        expect(await post(tooMuch, {}, path)).toMatchObject({ status: 413, body: { status: 413, code: 'body_too_large' } });
        expect(await post(bomb, { 'Content-Encoding': 'gzip' }, path)).toMatchObject({ status: 413, body: { status: 413, code: 'body_too_large' } });
      }
      expect(process.memoryUsage().rss - before).toBeLessThan(160 * 1024 * 1024);
      expect((await account.call('GET', '/health/ready')).status).toBe(200);
    });

    it('reads JSON plain, compressed, and as browsers send it', async () => {
      const json = JSON.stringify(item('a good one'));
      for (const [body, headers] of [
        [json, {}],
        [json, { 'Content-Type': 'application/json; charset=utf-8' }],
        [json, { 'Content-Type': 'text/plain;charset=UTF-8' }],
        [`\uFEFF${json}`, {}],
        [gzipSync(json), { 'Content-Encoding': 'gzip' }],
        [gzipSync(json), { 'Content-Encoding': 'GZIP' }],
        [json, { 'Content-Encoding': 'identity' }],
      ] as const) {
        expect(await post(body, headers)).toMatchObject({ status: 200, body: { productItemName: 'a good one' } });
      }
    });

    it('needs no body where a route takes none, whatever content type is named', async () => {
      expect(await account.call('DELETE', '/api-keys/none', '', { 'Content-Type': 'application/json' })).toMatchObject({ status: 404, body: { code: 'api_key_not_found' } });
      expect(await account.call('POST', '/invoices/none/send', '', { 'Content-Type': 'application/json' })).toMatchObject({ status: 404, body: { code: 'invoice_not_found' } });
      expect(await account.call('GET', '/plans', undefined, { 'Content-Type': 'application/json' })).toMatchObject({ status: 200 });
    });
  });
});
