import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { operationsOf, pathOf, readApiDocument, type ApiDocument, type ApiOperation } from '../support/api-document.js';
import { ApiSchemas } from '../support/api-schemas.js';
import { furnishAccount, type FurnishedAccount } from '../support/furnished-account.js';
import { HttpCaller, type HttpAnswer } from '../support/http-caller.js';
import { JunkRequests, type JunkRequest } from '../support/junk-requests.js';
import { startTestApplication, type TestApplication } from '../support/test-application.js';

/** The machine may be busy with other suites: a whole application starts in each. */
jest.setTimeout(180_000 + 1_000 * Number(process.env.FUZZ_REQUESTS ?? 0));

/** Another one asks other things: `FUZZ_SEED=7 npm run jest -- test/e2e/http-fuzz --selectProjects e2e`, and `FUZZ_REQUESTS=100` more of them. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_123);
const REQUESTS_PER_OPERATION = Number(process.env.FUZZ_REQUESTS ?? 8);

/** Of the router, which does not know the operation: an id can be longer than any path of ours. */
const OF_THE_ROUTER = ['route_not_found', 'path_too_long', 'request_refused'];

describe('Whatever is sent', () => {
  let application: TestApplication;
  let account: FurnishedAccount;
  let document: ApiDocument;
  let schemas: ApiSchemas;

  beforeAll(async () => {
    application = await startTestApplication({ connectStripe: false });
    account = await furnishAccount(new HttpCaller(application.url, application.adminKey), 'fuzz');
    document = await readApiDocument(account);
    schemas = new ApiSchemas(document);
  });

  afterAll(() => application.close());

  it('the answer is as documented, and never an error of ours', async () => {
    const real = Object.values(account.objects);
    const junk = new JunkRequests(document, real);
    const statuses = new Map<number, number>();
    const faults: string[] = [];
    for (const [index, operation] of operationsOf(document).entries()) {
      for (const request of junk.of(operation, REQUESTS_PER_OPERATION, SEED + index)) {
        const answer = await send(operation, request);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        for (const fault of faultsOf(operation, answer)) faults.push(`${operation.operationId} ${JSON.stringify(request)} answered ${answer.status} ${answer.text.slice(0, 300)}: ${fault}`);
      }
    }
    expect(faults).toEqual([]);
    // Junk that is all refused at the door would prove little.
    expect(statuses.get(200)).toBeGreaterThan(40);
    expect(statuses.get(400)).toBeGreaterThan(100);
    expect(statuses.get(404)).toBeGreaterThan(20);
    expect((await account.call('GET', '/health/ready')).status).toBe(200);
  });

  /** A stream is answered by its first bytes and then left. */
  async function send(operation: ApiOperation, { pathValues, query, headers, body }: JunkRequest): Promise<HttpAnswer> {
    const path = `${pathOf(operation, pathValues)}${query === '' ? '' : `?${query}`}`;
    const caller = operation.path === '/accounts' ? account.as(application.adminKey) : account;
    if (operation.operationId !== 'Events_stream') return caller.call(operation.method, path, body, headers);
    const abort = new AbortController();
    const response = await fetch(`${account.url}${path}`, { headers: { 'X-API-KEY': account.key!, ...headers }, signal: abort.signal });
    const text = response.status === 200 ? '' : await response.text();
    abort.abort();
    return { status: response.status, headers: response.headers, text, body: text === '' ? '' : JSON.parse(text) };
  }

  function faultsOf(operation: ApiOperation, { status, headers, body }: HttpAnswer): string[] {
    const mediaType = headers.get('content-type')?.split(';')[0] ?? '';
    if (status >= 500) return ['an error of ours'];
    if (status >= 400 && mediaType !== 'application/problem+json') return [`content type ${mediaType}`];
    if (status >= 400 && OF_THE_ROUTER.includes((body as { code: string }).code)) return schemas.faultsOfComponent('ProblemResponse', body);
    return schemas.faultsOfAnswer(operation, status, mediaType, body);
  }
});
