import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operationsOf, readApiDocument, type ApiDocument, type ApiOperation, type SchemaObject } from '../support/api-document.js';
import { ApiSchemas } from '../support/api-schemas.js';
import { HttpCaller } from '../support/http-caller.js';
import { startTestApplication, type TestApplication } from '../support/test-application.js';

/** The machine may be busy with other suites: a whole application starts in each. */
const PUBLIC = ['Health_live', 'Health_ready', 'Webhooks_receive'];
/** Answers {} where there is none, as clients of the reference API expect. */
const NEVER_404 = ['Meters_delete'];
/** Names the provider, not an object; an unknown provider is a 400 that lists the known ones. */
const CREATES_WHAT_IT_NAMES = ['PaymentConnections_save'];
const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemResponse' } } };
/** Of OpenAPI 3.0, which 3.1 has replaced by JSON Schema's own. */
const OUTDATED_KEYWORDS = ['nullable', 'x-nullable'];

describe('/openapi.json', () => {
  let application: TestApplication;
  let document: ApiDocument;
  let operations: ApiOperation[];
  let caller: HttpCaller;

  beforeAll(async () => {
    application = await startTestApplication({ runLoops: false, connectStripe: false });
    caller = new HttpCaller(application.url, null);
    document = await readApiDocument(caller);
    operations = operationsOf(document);
  });

  afterAll(() => application.close());

  /** Findings by operation, so that one run names everything that is missing. */
  const findingsOf = (findings: (operation: ApiOperation) => readonly string[]): string[] =>
    operations.flatMap((operation) => findings(operation).map((finding) => `${operation.operationId}: ${finding}`));

  it('is OpenAPI 3.1 and readable at /docs', async () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: 'Tollkeeper', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as unknown });
    expect(operations.length).toBeGreaterThan(50);
    expect((await caller.call('GET', '/docs')).headers.get('content-type')).toContain('text/html');
    expect((await caller.call('GET', '/openapi.yaml')).text).toContain('openapi: 3.1.0');
  });

  it('has schemas that are JSON Schema 2020-12, without what OpenAPI 3.0 had instead', () => {
    const schemas = new ApiSchemas(document);
    const faults = Object.entries(document.components.schemas).flatMap(([name, schema]) => schemas.faultsOfSchema(schema).map((fault) => `${name}${fault}`));
    expect(faults).toEqual([]);
    const names = nodesOf(document).flatMap(({ path, node }) => OUTDATED_KEYWORDS.filter((keyword) => keyword in node && !path.endsWith('/properties')).map((keyword) => `${path}/${keyword}`));
    expect(names).toEqual([]);
  });

  it('has no reference that leads nowhere, and no schema that nobody uses', () => {
    const references = nodesOf(document).flatMap(({ node }) => (typeof node['$ref'] === 'string' ? [node['$ref']] : []));
    expect(references.length).toBeGreaterThan(100);
    const used = new Set(references.map((reference) => reference.replace('#/components/schemas/', '')));
    expect([...used].filter((name) => !(name in document.components.schemas))).toEqual([]);
    expect(Object.keys(document.components.schemas).filter((name) => !used.has(name))).toEqual([]);
  });

  it('names every operation once, says what it does and where it belongs', () => {
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    expect(
      findingsOf(({ operationId, summary, tags }) => [
        ...(/^[A-Z]\w+_[a-z]\w+$/.test(operationId) ? [] : ['operationId']),
        ...(summary && summary.length > 5 ? [] : ['summary']),
        ...(tags?.length === 1 ? [] : ['one tag']),
      ]),
    ).toEqual([]);
  });

  it('describes every parameter, and declares every placeholder of a path', () => {
    expect(
      findingsOf(({ path, parameters }) => {
        const placeholders = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
        const declared = parameters.filter(({ in: place, required }) => place === 'path' && required).map(({ name }) => name);
        return [
          ...placeholders.filter((name) => !declared.includes(name)).map((name) => `placeholder ${name}`),
          ...declared.filter((name) => !placeholders.includes(name)).map((name) => `no placeholder ${name}`),
          ...parameters.filter(({ description, schema }) => !description || !schema || Object.keys(schema).length === 0).map(({ name }) => `parameter ${name} lacks description or schema`),
          ...(new Set(parameters.map(({ name }) => name)).size === parameters.length ? [] : ['a parameter twice']),
        ];
      }),
    ).toEqual([]);
  });

  it('describes every request body down to its fields', () => {
    const undescribed = (schema: SchemaObject, path: string): string[] => {
      const target = resolved(schema, document);
      const variants = [target['oneOf'], target['anyOf'], target['allOf']].flatMap((list) => (list ?? []) as SchemaObject[]).flatMap((variant) => undescribed(variant, path));
      const items = target['items'] ? undescribed(target['items'] as SchemaObject, `${path}[]`) : [];
      const fields = Object.entries((target['properties'] ?? {}) as Record<string, SchemaObject>).flatMap(([name, field]) => [
        ...(field['description'] || field['example'] !== undefined || field['enum'] ? [] : [`${path}.${name}`]),
        ...undescribed(field, `${path}.${name}`),
      ]);
      return [...variants, ...items, ...fields];
    };
    expect(
      findingsOf(({ requestBody }) => {
        if (!requestBody) return [];
        const schema = requestBody.content['application/json']?.schema;
        return [...(requestBody.required ? [] : ['body is not required']), ...(schema && Object.keys(schema).length > 0 ? undescribed(schema, 'body') : ['no schema of the body'])];
      }),
    ).toEqual([]);
    const writes = operations.filter(({ method, requestBody }) => (method === 'PUT' || method === 'POST') && !requestBody).map(({ operationId }) => operationId);
    expect(writes.toSorted()).toEqual(['CreditNotes_void', 'Disputes_accept', 'Drift_repair', 'Drift_start', 'Duplicates_refund', 'Invoices_markPaid', 'Invoices_send', 'Invoices_void', 'Invoices_writeOff', 'Mails_resend', 'PaymentConnections_test', 'PaymentMethods_setDefault', 'WebhookEvents_replay']);
  });

  it('says what success answers', () => {
    expect(
      findingsOf(({ responses }) => {
        const successes = Object.keys(responses).filter((status) => Number(status) < 400);
        const schemas = Object.values(responses['200']?.content ?? {}).map(({ schema }) => schema);
        return [
          ...(successes.join() === '200' ? [] : [`successes ${successes.join()}`]),
          ...(schemas.length > 0 && schemas.every((schema) => schema && saysSomething(resolved(schema, document))) ? [] : ['an empty schema']),
        ];
      }),
    ).toEqual([]);
  });

  it('says which errors each operation answers, all of them as problems', () => {
    expect(
      findingsOf(({ operationId, method, path, parameters, requestBody, responses, security }) => {
        const takesKey = parameters.some(({ name }) => name === 'Idempotency-Key');
        const takesName = path.includes('{') && ![...NEVER_404, ...CREATES_WHAT_IT_NAMES].includes(operationId);
        const expected = [
          500,
          ...(security ? [401, 403] : []),
          ...(parameters.length > 0 || requestBody ? [400] : []),
          ...(requestBody ? [413, 415] : []),
          ...(takesName ? [404] : []),
          ...(takesKey ? [409] : []),
        ];
        const errors = Object.entries(responses).filter(([status]) => Number(status) >= 400);
        return [
          ...expected.filter((status) => !(String(status) in responses)).map((status) => `${status} is missing`),
          ...errors.filter(([, { content }]) => JSON.stringify(content) !== JSON.stringify(PROBLEM)).map(([status]) => `${status} is no problem`),
          ...(takesKey === (method !== 'GET' && security !== undefined && !operationId.startsWith('Ingestion_')) ? [] : ['Idempotency-Key']),
        ];
      }),
    ).toEqual([]);
  });

  it('asks for a key and a scope everywhere but where the whole world may ask', () => {
    expect(Object.keys(document.components.securitySchemes).toSorted()).toEqual(['apiKey', 'bearer']);
    expect(operations.filter(({ security }) => !security).map(({ operationId }) => operationId).toSorted()).toEqual(PUBLIC);
    expect(
      findingsOf((operation) => {
        if (PUBLIC.includes(operation.operationId)) return [];
        const scope = (operation as unknown as Record<string, unknown>)['x-required-scope'];
        const schemes = operation.security?.flatMap((alternative) => Object.keys(alternative)).toSorted().join();
        return [...(schemes === 'apiKey,bearer' ? [] : [`security ${schemes ?? 'none'}`]), ...(['admin', 'write', 'read', 'ingest'].includes(scope as string) ? [] : ['no scope'])];
      }),
    ).toEqual([]);
  });

  it('offers the next page wherever it takes a cursor', () => {
    const paged = operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));
    expect(paged.length).toBeGreaterThanOrEqual(9);
    expect(paged.filter(({ parameters, responses }) => !parameters.some(({ name }) => name === 'limit') || !responses['200']?.headers?.['Link'])).toEqual([]);
  });
});

function resolved(schema: SchemaObject, document: ApiDocument): SchemaObject {
  return schema.$ref ? document.components.schemas[schema.$ref.replace('#/components/schemas/', '')]! : schema;
}

/** A schema that admits anything at all says nothing. */
function saysSomething(schema: SchemaObject): boolean {
  if (schema['type'] === 'object') return schema['properties'] !== undefined;
  if (schema['type'] === 'array') return Object.keys((schema['items'] ?? {}) as object).length > 0;
  return schema['type'] !== undefined || schema['oneOf'] !== undefined;
}

function nodesOf(node: unknown, path = ''): { path: string; node: Record<string, unknown> }[] {
  if (typeof node !== 'object' || node === null) return [];
  return [{ path, node: node as Record<string, unknown> }, ...Object.entries(node).flatMap(([name, child]) => nodesOf(child, `${path}/${name}`))];
}
