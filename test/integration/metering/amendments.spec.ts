import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { UsageApplication, type HttpAnswer, type TestAccount } from '../../support/usage-application.js';

const DAY_IN_MILLIS = 86_400_000;

interface Amendment {
  readonly meterApiName: string;
  readonly customerId: string;
  readonly dayStartInMillis: number;
}

let application: UsageApplication;

beforeAll(async () => {
  application = await UsageApplication.start();
});

afterAll(() => application.stop());

it('days that usage came late for are listed with what it added, a page at a time, of one account alone', async () => {
  const [one, other] = [await application.account(), await application.account()];
  const today = Math.floor(Date.now() / DAY_IN_MILLIS) * DAY_IN_MILLIS;
  const ingest = (to: TestAccount, customerId: string, meterApiName: string, meterTimeInMillis: number, meterValue: string): Promise<HttpAnswer> =>
    to.call('POST', '/ingest', { customerId, meterApiName, meterTimeInMillis, meterValue, uniqueId: `${meterTimeInMillis} ${meterValue}` });
  for (const to of [one, other]) for (const meterApiName of ['calls', 'tokens']) await to.call('POST', '/meters', { meterApiName, label: meterApiName, aggregation: 'sum' });
  // Ahead of now, so that the day cannot end on the way.
  await ingest(one, 'ada', 'calls', today + DAY_IN_MILLIS, '1');
  await ingest(one, 'ada', 'calls', today - DAY_IN_MILLIS, '2.50');
  await ingest(one, 'ada', 'calls', today - 1, '-0.5');
  await ingest(one, 'bob', 'tokens', today - DAY_IN_MILLIS, '7');
  await ingest(one, 'ada', 'tokens', today - 40 * DAY_IN_MILLIS, '3');
  await application.run(['usage-rollup']);

  const list = async (query = '', of = one): Promise<{ rows: Amendment[]; next: string | null }> => {
    const { status, body, headers } = await of.call('GET', `/usage/amendments${query}`);
    expect(status).toBe(200);
    return { rows: body as Amendment[], next: /<([^>]+)>/.exec(String(headers['link'] ?? ''))?.[1] ?? null };
  };
  const { rows } = await list();
  expect(rows).toEqual([
    { meterApiName: 'tokens', customerId: 'ada', dayStartInMillis: today - 40 * DAY_IN_MILLIS, eventCount: 1, valueSum: '3', lateEventCount: 1, lateValueSum: '3', updateTimeInMillis: expect.any(Number) },
    { meterApiName: 'calls', customerId: 'ada', dayStartInMillis: today - DAY_IN_MILLIS, eventCount: 2, valueSum: '2', lateEventCount: 2, lateValueSum: '2', updateTimeInMillis: expect.any(Number) },
    { meterApiName: 'tokens', customerId: 'bob', dayStartInMillis: today - DAY_IN_MILLIS, eventCount: 1, valueSum: '7', lateEventCount: 1, lateValueSum: '7', updateTimeInMillis: expect.any(Number) },
  ]);
  expect((await list('', other)).rows).toEqual([]);
  const paged: Amendment[] = [];
  for (let query: string | null = '?limit=1'; query !== null; ) {
    const page: Awaited<ReturnType<typeof list>> = await list(query);
    expect(page.rows).toHaveLength(1);
    paged.push(...page.rows);
    query = page.next?.replace('/usage/amendments', '') ?? null;
  }
  expect(paged).toEqual(rows);
  expect((await list(`?customerId=ada&startTimeInSeconds=${today / 1_000 - 86_400}`)).rows).toEqual([rows[1]]);
  expect((await list(`?meterApiName=tokens&endTimeInSeconds=${today / 1_000 - 86_400}`)).rows).toEqual([rows[0]]);
  expect((await one.call('GET', '/usage/amendments?cursor=x')).status).toBe(400);
});
