import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UsageApplication, type TestAccount } from '../../support/usage-application.js';

interface EventsBody {
  readonly columns: string[];
  readonly rows: unknown[][];
  readonly nextPageToken: string | null;
}

const HOUR = 3_600_000;
const TIME = Date.UTC(2026, 5, 1);

describe('Single events and sparse usage', () => {
  let application: UsageApplication;
  let account: TestAccount;

  beforeAll(async () => {
    application = await UsageApplication.start();
    account = await application.account();
    await account.call('POST', '/meters', { meterApiName: 'calls', label: 'Calls', aggregation: 'sum', dimensions: ['region'] });
    const record = (index: number, change: object = {}): object => ({ customerId: 'acme', meterApiName: 'calls', meterValue: `${index}.50`, meterTimeInMillis: TIME + Math.floor(index / 2) * HOUR, uniqueId: `r${index}`, dimensions: { region: index % 2 === 0 ? 'eu' : 'us' }, ...change });
    await account.call('POST', '/ingest', [...Array.from({ length: 7 }, (_, index) => record(index)), record(7, { customerId: 'beta' }), record(8, { meterApiName: 'other' })]);
    await account.call('POST', '/ingest', [record(9, { meterTimeInMillis: Date.now() - 60_000, meterValue: 3 }), record(10, { meterTimeInMillis: Date.now() - 2 * HOUR })]);
  });

  afterAll(() => application.stop());

  const range = `startTimeInSeconds=${TIME / 1_000}&endTimeInSeconds=${TIME / 1_000 + 36_000}`;
  const ask = async (query: string): Promise<EventsBody> => {
    const answer = await account.call('GET', `/usage/events?meterApiName=calls&${query}`);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body as EventsBody;
  };
  const idsOf = ({ columns, rows }: EventsBody): unknown[] => rows.map((row) => row[columns.indexOf('uniqueId')]);

  it('lists events as they were sent, in columns', async () => {
    const body = await ask(`${range}&customerId=acme&dimensions=${encodeURIComponent('{"region":"us"}')}`);
    expect(body).toMatchObject({ nextPageToken: null, columns: ['customerId', 'meterApiName', 'meterValue', 'meterTimeInMillis', 'uniqueId', 'dimensions', 'ingestTimeInMillis'] });
    expect(body.rows[0]).toEqual(['acme', 'calls', '1.5', TIME, 'r1', { region: 'us' }, expect.any(Number)]);
    expect(idsOf(body)).toEqual(['r1', 'r3', 'r5']);
  });

  it.each([true, false])('goes through them a page at a time, several of the same time included (ascending: %s)', async (isAscending) => {
    const whole = idsOf(await ask(`${range}&isAscending=${isAscending}`));
    expect(whole).toHaveLength(8);
    const walked: unknown[] = [];
    for (let token: string | null = ''; token !== null; ) {
      const page: EventsBody = await ask(`${range}&isAscending=${isAscending}&pageSize=3${token === '' ? '' : `&nextPageToken=${token}`}`);
      walked.push(...idsOf(page));
      token = page.nextPageToken;
    }
    expect(walked).toEqual(whole);
  });

  it.each([
    [`${range}&nextPageToken=nonsense`, 'invalid_page_token'],
    [`${range}&dimensions=nonsense`, 'invalid_request'],
    [`${range}&pageSize=0`, 'invalid_request'],
    [`startTimeInSeconds=${TIME / 1_000}&endTimeInSeconds=1`, 'invalid_time_range'],
    [`startTimeInSeconds=${TIME}`, 'time_in_milliseconds'],
  ])('refuses %s', async (query, code) => {
    expect(await account.call('GET', `/usage/events?meterApiName=calls&${query}`)).toMatchObject({ status: 400, body: { code } });
  });

  it('says what a customer used in the last hour', async () => {
    expect((await account.call('GET', '/usage/current-usage-rate?meterApiName=calls&customerId=acme')).body).toEqual({ rate: 3, request: { meterApiName: 'calls', customerId: 'acme' } });
    expect((await account.call('GET', '/usage/current-usage-rate?meterApiName=calls&customerId=nobody')).body).toMatchObject({ rate: 0 });
  });

  it('leaves the empty intervals of a sparse report out', async () => {
    const request = { meterApiName: 'calls', timeGroupingInterval: 'hour', timeRange: { startTimeInSeconds: TIME / 1_000, endTimeInSeconds: TIME / 1_000 + 36_000 }, filter: { region: ['us'] } };
    const { body } = await account.call('POST', '/usage/sparse', request);
    expect(body).toMatchObject({ clientMeters: [{ values: [{ value: 1.5 }, { value: 3.5 }, { value: 5.5 }, { value: 7.5 }] }] });
    expect(body).not.toHaveProperty('secondsSinceEpochIntervals');
    expect((body as { clientMeters: { groupValue: number }[] }).clientMeters[0]?.groupValue).toBe(18);
    expect((await account.call('POST', '/usage/sparse/batch', [request])).body).toEqual([body]);
  });
});
