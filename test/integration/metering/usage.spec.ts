import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UsageApplication, type TestAccount } from '../../support/usage-application.js';

const seconds = (text: string): number => Date.parse(text) / 1_000;

interface UsageBody {
  metadata: unknown;
  secondsSinceEpochIntervals: number[];
  clientMeters: { group: { groupInfo: Record<string, string> }; groupValue: number; values: { value: number; secondsSinceEpochUtc: number; percentageFromPrevious: number | null }[] }[];
}

describe('Usage', () => {
  let application: UsageApplication;
  let account: TestAccount;

  beforeAll(async () => {
    application = await UsageApplication.start();
    account = await application.account();
    await account.call('POST', '/meters', { meterApiName: 'calls', label: 'Calls', meterType: 'sum_of_all_usage', dimensions: ['region'] });
    await account.call('POST', '/meters', { meterApiName: 'users', label: 'Users', aggregation: 'unique', uniqueDimension: 'user' });
    const record = (at: string, meterValue: number | string, customerId: string, dimensions: Record<string, string>, meterApiName = 'calls'): unknown => ({
      customerId,
      meterApiName,
      meterValue,
      meterTimeInMillis: Date.parse(at),
      dimensions,
    });
    const answer = await account.call('POST', '/ingest', [
      record('2026-05-30T23:59:59.999Z', 1, 'acme', { region: 'eu' }),
      record('2026-05-31T00:00Z', '2.5', 'acme', { region: 'eu' }),
      record('2026-05-31T12:00Z', 4, 'beta', { region: 'us' }),
      record('2026-06-02T00:00Z', 8, 'acme', {}),
      record('2026-06-01T08:00Z', 1, 'acme', { user: 'ann' }, 'users'),
      record('2026-06-01T09:00Z', 1, 'acme', { user: 'ann' }, 'users'),
      record('2026-06-02T08:00Z', 1, 'acme', { user: 'ann' }, 'users'),
      record('2026-06-02T08:00Z', 1, 'acme', { user: 'ben' }, 'users'),
    ]);
    expect(answer.status).toBe(200);
  });

  afterAll(() => application.stop());

  const RANGE = { startTimeInSeconds: seconds('2026-05-30T10:00Z'), endTimeInSeconds: seconds('2026-06-02T00:00:01Z') };
  const ask = async (change: Record<string, unknown> = {}): Promise<UsageBody> => {
    const answer = await account.call('POST', '/usage', { meterApiName: 'calls', timeGroupingInterval: 'day', timeRange: RANGE, ...change });
    expect(answer).toMatchObject({ status: 200 });
    return answer.body as UsageBody;
  };
  const valuesOf = (body: UsageBody): unknown[] => body.clientMeters.map(({ group, groupValue, values }) => [group.groupInfo, groupValue, values.map(({ value }) => value)]);

  it('answers a series without gaps, widened to whole intervals, with plain numbers', async () => {
    const body = await ask();
    const days = ['2026-05-30T00:00Z', '2026-05-31T00:00Z', '2026-06-01T00:00Z', '2026-06-02T00:00Z'].map(seconds);
    expect(body).toEqual({
      metadata: { meterApiName: 'calls', timeGroupingInterval: 'day', timeRange: RANGE },
      secondsSinceEpochIntervals: days,
      clientMeters: [
        {
          group: { groupInfo: {} },
          groupValue: 15.5,
          percentageFromPrevious: 700,
          values: [
            { value: 1, secondsSinceEpochUtc: days[0], percentageFromPrevious: null },
            { value: 6.5, secondsSinceEpochUtc: days[1], percentageFromPrevious: 550 },
            { value: 0, secondsSinceEpochUtc: days[2], percentageFromPrevious: -100 },
            { value: 8, secondsSinceEpochUtc: days[3], percentageFromPrevious: null },
          ],
        },
      ],
    });
  });

  it.each([
    ['hour', 63],
    ['Day', 4],
    ['WEEK', 2],
    ['month', 2],
  ])('by %s: %i intervals', async (timeGroupingInterval, count) => {
    const body = await ask({ timeGroupingInterval });
    expect(body.secondsSinceEpochIntervals).toHaveLength(count);
    expect(body.clientMeters[0]!.groupValue).toBe(15.5);
  });

  it('groups, filters and takes the largest or smallest groups', async () => {
    expect(valuesOf(await ask({ groupBy: ['customerId'] }))).toEqual([
      [{ customerId: 'acme' }, 11.5, [1, 2.5, 0, 8]],
      [{ customerId: 'beta' }, 4, [0, 4, 0, 0]],
    ]);
    expect(valuesOf(await ask({ groupBy: ['region', 'customerId'], filter: { region: ['eu', 'us'] }, take: { limit: 1 } }))).toEqual([[{ region: 'us', customerId: 'beta' }, 4, [0, 4, 0, 0]]]);
    expect(valuesOf(await ask({ groupBy: ['customerId'], take: { limit: 1, isAscending: true } }))).toEqual([[{ customerId: 'beta' }, 4, [0, 4, 0, 0]]]);
    expect(valuesOf(await ask({ filter: { customerId: 'nobody' } }))).toEqual([[{}, 0, [0, 0, 0, 0]]]);
    expect(valuesOf(await ask({ filter: { customerId: 'nobody' }, groupBy: ['region'] }))).toEqual([]);
  });

  it('takes another aggregation in any case, and the total in its way', async () => {
    expect(valuesOf(await ask({ aggregation: 'MAX' }))).toEqual([[{}, 8, [1, 4, 0, 8]]]);
    expect(valuesOf(await ask({ aggregation: 'Count', filter: null, groupBy: null, take: null }))).toEqual([[{}, 4, [1, 2, 0, 1]]]);
  });

  it('counts unique values of the whole range once, though they are in several days', async () => {
    expect(valuesOf(await ask({ meterApiName: 'users' }))).toEqual([[{}, 2, [0, 0, 1, 2]]]);
  });

  it('counts days in the account’s zone', async () => {
    const berlin = await application.account({ timeZone: 'Europe/Berlin' });
    await berlin.call('POST', '/meters', { meterApiName: 'calls', label: 'Calls', meterType: 'sum_of_all_usage' });
    const events = ['2026-03-28T22:59:59Z', '2026-03-28T23:00Z', '2026-03-29T21:59:59Z', '2026-03-29T22:00Z'];
    await berlin.call('POST', '/ingest', events.map((at) => ({ customerId: 'a', meterApiName: 'calls', meterValue: 1, meterTimeInMillis: Date.parse(at) })));
    const timeRange = { startTimeInSeconds: seconds('2026-03-28T12:00Z'), endTimeInSeconds: seconds('2026-03-30T12:00Z') };
    const { body } = await berlin.call('POST', '/usage', { meterApiName: 'calls', timeGroupingInterval: 'day', timeRange });
    expect(valuesOf(body as UsageBody)).toEqual([[{}, 4, [1, 2, 1]]]);
    expect((body as UsageBody).secondsSinceEpochIntervals).toEqual(['2026-03-27T23:00Z', '2026-03-28T23:00Z', '2026-03-29T22:00Z'].map(seconds));
  });

  it('counts events of a meter that is made after them', async () => {
    const late = await application.account();
    await late.call('POST', '/ingest', { customerId: 'unknown', meterApiName: 'later', meterValue: 3, meterTimeInMillis: Date.parse('2026-06-01T00:00Z') });
    expect(await late.call('POST', '/usage', { meterApiName: 'later', timeGroupingInterval: 'day', timeRange: RANGE })).toMatchObject({ status: 400, body: { code: 'unknown_meter' } });
    await late.call('POST', '/meters', { meterApiName: 'later', label: 'Later', meterType: 'sum_of_all_usage' });
    expect(valuesOf((await late.call('POST', '/usage', { meterApiName: 'later', timeGroupingInterval: 'month', timeRange: RANGE })).body as UsageBody)).toEqual([[{}, 3, [0, 3]]]);
  });

  it('answers a batch in order, and says which request of it is wrong', async () => {
    const request = { meterApiName: 'calls', timeGroupingInterval: 'day', timeRange: RANGE };
    const { body } = await account.call('POST', '/usage/batch', [{ ...request, filter: { customerId: ['beta'] } }, request]);
    expect((body as UsageBody[]).map((report) => report.clientMeters[0]!.groupValue)).toEqual([4, 15.5]);
    expect(await account.call('POST', '/usage/batch', [request, { ...request, timeGroupingInterval: 'year' }])).toMatchObject({ status: 400, body: { errors: [{ index: 1, field: 'timeGroupingInterval' }] } });
    expect(await account.call('POST', '/usage/batch', request)).toMatchObject({ status: 400, body: { code: 'invalid_body' } });
  });

  it('answers all meters, a report for each', async () => {
    const query = `startTimeInSeconds=${RANGE.startTimeInSeconds}&endTimeInSeconds=${RANGE.endTimeInSeconds}&timeGroupingInterval=MONTH`;
    const { body } = await account.call('GET', `/usage/all?${query}&groupBy=customerId&customerId=acme`);
    expect((body as UsageBody[]).map(valuesOf)).toEqual([[[{ customerId: 'acme' }, 11.5, [3.5, 8]]], [[{ customerId: 'acme' }, 2, [0, 2]]]]);
    expect((body as UsageBody[]).map(({ metadata }) => metadata)).toMatchObject([{ meterApiName: 'calls' }, { meterApiName: 'users' }]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a filter on an unknown field', { filter: { colour: ['red'] } }, 'unknown_field'],
    ['a group by an unknown field', { groupBy: ['colour'] }, 'unknown_field'],
    ['an unknown meter', { meterApiName: 'nothing' }, 'unknown_meter'],
    ['an unknown aggregation', { aggregation: 'median' }, 'unknown_aggregation'],
    ['unique where nothing is', { aggregation: 'unique' }, 'unique_dimension_missing'],
    ['an unknown interval', { timeGroupingInterval: 'minute' }, 'invalid_request'],
    ['a range in milliseconds', { timeRange: { startTimeInSeconds: Date.now() } }, 'time_in_milliseconds'],
    ['a range that ends before it starts', { timeRange: { startTimeInSeconds: 200, endTimeInSeconds: 100 } }, 'invalid_time_range'],
    ['too many intervals', { timeGroupingInterval: 'hour', timeRange: { startTimeInSeconds: 0 } }, 'too_many_intervals'],
    ['a missing range', { timeRange: undefined }, 'invalid_request'],
    ['a filter that is no text', { filter: { region: [1] } }, 'invalid_request'],
  ])('refuses %s', async (_what, change, code) => {
    expect(await account.call('POST', '/usage', { meterApiName: 'calls', timeGroupingInterval: 'day', timeRange: RANGE, ...change })).toMatchObject({ status: 400, body: { code } });
  });

  it('shows an account its own usage only', async () => {
    const other = await application.account();
    await other.call('POST', '/meters', { meterApiName: 'calls', label: 'Calls', meterType: 'sum_of_all_usage', dimensions: ['region'] });
    expect(valuesOf((await other.call('POST', '/usage', { meterApiName: 'calls', timeGroupingInterval: 'day', timeRange: RANGE })).body as UsageBody)).toEqual([[{}, 0, [0, 0, 0, 0]]]);
  });

  it('answers the same once it is added up by day, also after the account has moved to another time zone', async () => {
    const questions = [{}, { groupBy: ['customerId'] }, { groupBy: ['region'] }, { timeGroupingInterval: 'month', filter: { customerId: ['acme'] } }, { meterApiName: 'users', timeRange: { startTimeInSeconds: seconds('2026-06-01T00:00Z'), endTimeInSeconds: seconds('2026-06-03T00:00Z') } }];
    const all = async (): Promise<UsageBody[]> => Promise.all(questions.map((question) => ask(question)));
    const rows = async (): Promise<unknown[]> => (await application.pool.query('select distinct day_start::text from usage_rollup where account_id = $1 order by 1', [account.id])).rows;
    const before = await all();
    await application.run(['usage-rollup']);
    expect(await rows()).toContainEqual({ day_start: String(Date.parse('2026-06-02T00:00Z')) });
    expect(await all()).toEqual(before);
    await account.call('PUT', `/accounts/${account.id}`, { timeZone: 'Asia/Kolkata' });
    const moved = await all();
    await application.run(['usage-rollup']);
    expect(await rows()).toContainEqual({ day_start: String(Date.parse('2026-06-01T18:30Z')) });
    expect(await all()).toEqual(moved);
  });
});
