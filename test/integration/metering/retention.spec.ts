import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/test-application.js';
import { UsageApplication, type TestAccount } from '../../support/usage-application.js';

const RETENTION = ['usage-rollup', 'usage-retention'];

interface Answer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly records: readonly { readonly status: string; readonly errors?: readonly { readonly code: string }[] }[];
}

describe('Retention of usage', () => {
  let application: UsageApplication;
  let keysBefore: number;

  beforeAll(async () => {
    application = await UsageApplication.start();
  });

  beforeEach(async () => {
    keysBefore = (await application.pool.query<{ keys: number }>('select count(*)::integer as keys from usage_event_key')).rows[0]!.keys;
  });

  afterAll(() => application.stop());

  async function account(now: string, options: { timeZone?: string } = {}): Promise<TestAccount> {
    const made = await application.account(options);
    for (const [meterApiName, aggregation] of [['calls', 'sum'], ['seats', 'time_weighted']]) await made.call('POST', '/meters', { meterApiName, label: meterApiName, aggregation, dimensions: ['plan'] });
    await application.moveClock(made.id, Date.parse(now));
    return made;
  }

  async function ingest(to: TestAccount, time: string, more: object = {}): Promise<Answer['records'][number] & { code: string | undefined }> {
    const record = { customerId: 'ada', meterApiName: 'calls', meterValue: 1, meterTimeInMillis: Date.parse(time), uniqueId: time, ...more };
    const [result] = ((await to.call('POST', '/ingest?partial=true', [record])).body as Answer).records;
    return { ...result!, code: result!.errors?.[0]?.code };
  }

  async function monthly(of: TestAccount, meterApiName: string, from: string, to: string): Promise<number[]> {
    const timeRange = { startTimeInSeconds: Date.parse(from) / 1_000, endTimeInSeconds: Date.parse(to) / 1_000 };
    const { body } = await of.call('POST', '/usage', { meterApiName, timeGroupingInterval: 'month', timeRange });
    return (body as { clientMeters: { values: { value: number }[] }[] }).clientMeters[0]!.values.map(({ value }) => value);
  }

  async function keep(of: TestAccount, usageRetentionInMonths: number | null): Promise<void> {
    expect((await of.call('PUT', `/accounts/${of.id}`, { usageRetentionInMonths })).body).toMatchObject({ usageRetentionInMonths });
  }

  const drop = (): Promise<void> => application.run(RETENTION);

  async function rowsOf(of: TestAccount): Promise<Record<string, number>> {
    const { rows } = await application.pool.query<Record<string, number>>(
      `select (select count(*)::integer from usage_event where account_id = $1) as events, (select count(*)::integer from usage_event_key) as keys,
              (select count(*)::integer from usage_rollup where account_id = $1 and customer_id <> '') as days, (select count(*)::integer from usage_conflict where account_id = $1) as conflicts,
              (select count(*)::integer from usage_event_removed where account_id = $1) + (select count(*)::integer from usage_cancel where account_id = $1) as cancelled`,
      [of.id],
    );
    return { ...rows[0]!, keys: rows[0]!['keys']! - keysBefore };
  }

  it('refuses what is older, drops it with everything that was made of it, and lets no other account feel it', async () => {
    const [short, long] = [await account('2027-06-15T00:00Z', { timeZone: 'Europe/Berlin' }), await account('2027-06-15T00:00Z')];
    for (const to of [short, long]) {
      for (const month of ['01', '02', '03', '04', '05', '06']) await ingest(to, `2027-${month}-10T12:00Z`);
      await ingest(to, '2027-03-31T22:00Z');
      await ingest(to, '2027-02-10T12:00Z', { meterValue: 2 });
      await ingest(to, '2027-01-20T12:00Z', { uniqueId: undefined, dimensions: { plan: 'pro' }, meterValue: '1.50' });
    }
    for (const to of [short, long]) {
      const cancel = { dimensions: { 'aflo.cancel_previous_resource_event': 'true' } };
      for (const time of ['2027-02-20T12:00Z', '2027-05-20T12:00Z']) {
        await ingest(to, time);
        await ingest(to, time, cancel);
      }
      await ingest(to, '2027-02-21T12:00Z', cancel);
    }
    await drop();
    expect(await monthly(short, 'calls', '2026-12-31T23:00Z', '2027-07-01T00:00Z')).toEqual([2.5, 1, 1, 2, 1, 1, 0]);
    await keep(short, 2);
    await eventually('a refusal', () => ingest(short, '2027-03-31T21:59:59.999Z'), ({ code }) => code === 'time_beyond_retention');
    // In the zone of the account it is April.
    expect((await ingest(short, '2027-03-31T22:00Z')).status).toBe('duplicate');
    await drop();
    expect(await rowsOf(short)).toEqual({ events: 4, keys: 5 + 11, days: 4, conflicts: 0, cancelled: 2 });
    expect(await rowsOf(long)).toMatchObject({ events: 8, conflicts: 1, cancelled: 5 });
    const shown = await eventually('the dropped months', () => monthly(short, 'calls', '2026-12-31T23:00Z', '2027-07-01T00:00Z'), ([january]) => january === 0);
    expect(shown).toEqual([0, 0, 0, 2, 1, 1, 0]);
    expect(await monthly(long, 'calls', '2027-01-01T00:00Z', '2027-07-01T00:00Z')).toEqual([2.5, 1, 2, 1, 1, 1]);
  });

  it('never takes back what was given up: what is dropped is refused for ever, under any setting', async () => {
    const of = await account('2027-06-15T00:00Z');
    await ingest(of, '2027-01-10T12:00Z');
    await keep(of, 1);
    await drop();
    await keep(of, null);
    await eventually('the old bound', () => ingest(of, '2027-04-30T23:59Z'), ({ code }) => code === 'time_beyond_retention');
    expect((await ingest(of, '2027-05-01T00:00Z')).status).toBe('accepted');
    await application.moveClock(of.id, Date.parse('2029-01-01T00:00Z'));
    await drop();
    expect(await monthly(of, 'calls', '2027-05-01T00:00Z', '2027-06-01T00:00Z')).toEqual([1]);
  });

  it('keeps what still holds: seats set long ago count today, through every month that is dropped', async () => {
    const of = await account('2027-06-15T00:00Z');
    await ingest(of, '2026-11-01T00:00Z', { meterApiName: 'seats', meterValue: 3 });
    await ingest(of, '2026-12-01T00:00Z', { meterApiName: 'seats', meterValue: 5 });
    await ingest(of, '2026-12-01T00:00Z', { meterApiName: 'seats', meterValue: 2, dimensions: { plan: 'pro' }, uniqueId: 'pro' });
    const before = await monthly(of, 'seats', '2027-04-01T00:00Z', '2027-06-01T00:00Z');
    expect(before).toEqual([7 * 720, 7 * 744]);
    await keep(of, 2);
    await drop();
    expect(await rowsOf(of)).toMatchObject({ events: 2, keys: 2 });
    expect(await monthly(of, 'seats', '2027-04-01T00:00Z', '2027-06-01T00:00Z')).toEqual(before);
    await ingest(of, '2027-06-01T00:00Z', { meterApiName: 'seats', meterValue: 1 });
    await application.moveClock(of.id, Date.parse('2027-10-15T00:00Z'));
    await drop();
    expect(await rowsOf(of)).toMatchObject({ events: 2, keys: 2 });
    expect(await monthly(of, 'seats', '2027-09-01T00:00Z', '2027-10-01T00:00Z')).toEqual([3 * 720]);
  });

  it('gives months back that are empty for everybody, and makes them again for an account that keeps all', async () => {
    const [short, long] = [await account('2031-06-15T00:00Z'), await account('2031-06-15T00:00Z')];
    await ingest(short, '2030-02-10T12:00Z');
    await ingest(short, '2031-06-10T12:00Z');
    const months = async (): Promise<string[]> => (await application.pool.query<{ name: string }>(`select relname as name from pg_class where relkind = 'r' and (relname like 'usage_event_2030%' or relname = 'usage_event_2031_06') order by 1`)).rows.map(({ name }) => name);
    expect(await months()).toEqual(['usage_event_2030_02', 'usage_event_2031_06']);
    await keep(short, 3);
    await drop();
    expect(await months()).toEqual(['usage_event_2031_06']);
    // This process still thinks that the month is there.
    expect((await ingest(long, '2030-02-11T12:00Z')).status).toBe('accepted');
    expect(await months()).toEqual(['usage_event_2030_02', 'usage_event_2031_06']);
    expect(await monthly(long, 'calls', '2030-02-01T00:00Z', '2030-03-01T00:00Z')).toEqual([1]);
  });

  it('drops more than a batch holds', async () => {
    const of = await account('2027-06-15T00:00Z');
    const records = Array.from({ length: 9_000 }, (_, index) => ({ customerId: `c${index % 10}`, meterApiName: 'calls', meterValue: 1, meterTimeInMillis: Date.UTC(2027, 0, 1) + index * 60_000, ...(index % 2 ? { uniqueId: String(index) } : {}) }));
    expect((await of.call('POST', '/ingest', records)).status).toBe(200);
    await keep(of, 1);
    await drop();
    expect(await rowsOf(of)).toEqual({ events: 0, keys: 0, days: 0, conflicts: 0, cancelled: 0 });
  });

  it.each([0, -1, 1.5, 'x', 1_201])('is a whole number of months, not %s', async (usageRetentionInMonths) => {
    const of = await account('2027-06-15T00:00Z');
    expect((await of.call('PUT', `/accounts/${of.id}`, { usageRetentionInMonths })).status).toBe(400);
  });
});
