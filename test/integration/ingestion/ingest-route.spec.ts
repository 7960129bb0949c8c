import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IngestionService } from '../../../src/ingestion/ingestion.service.js';
import { UsageApplication, type TestAccount } from '../../support/usage-application.js';

interface ProblemBody {
  code: string;
  errorMessage: string;
  errors: { index: number; field: string; code: string; message: string }[];
}

const HOUR = 3_600_000;

describe('POST /ingest', () => {
  let application: UsageApplication;
  let account: TestAccount;

  beforeAll(async () => {
    application = await UsageApplication.start();
  });

  afterAll(() => application.stop());

  const stored = async (accountId: string): Promise<number> => {
    const { rows } = await application.pool.query<{ count: number }>('select count(*)::integer as count from usage_event where account_id = $1', [accountId]);
    return rows[0]!.count;
  };

  const recordOf = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
    customerId: 'acme',
    meterApiName: 'api_calls',
    meterValue: 1,
    meterTimeInMillis: Date.now() - HOUR,
    uniqueId: 'a',
    ...change,
  });

  describe('stores', () => {
    beforeAll(async () => {
      account = await application.account();
    });

    it('one record, and an array, and answers how many it received, in plain text', async () => {
      const one = await account.call('POST', '/ingest', recordOf());
      expect(one).toMatchObject({ status: 200, text: '1 records were ingested' });
      expect(one.headers['content-type']).toMatch(/^text\/plain/);
      expect((await account.call('POST', '/ingest/', [recordOf(), recordOf({ uniqueId: 'b' })])).text).toBe('2 records were ingested');
      expect(await stored(account.id)).toBe(2);
      expect((await account.call('POST', '/ingest', [])).text).toBe('0 records were ingested');
    });

    it('gzip bodies', async () => {
      const body = gzipSync(JSON.stringify([recordOf({ uniqueId: 'gz' })]));
      expect(await account.call('POST', '/ingest', body, { 'content-encoding': 'gzip' })).toMatchObject({ status: 200, text: '1 records were ingested' });
    });

    it('several meters of one record, each under its own key', async () => {
      const record = { customerId: 'acme', meterTimeInMillis: Date.now(), uniqueId: 'multi', values: { tokens_in: 5, tokens_out: '7.25' } };
      const service = application.nest.get(IngestionService);
      expect(await service.ingest(account.id, [record])).toMatchObject({ received: 1, accepted: 2, duplicates: 0, conflicts: 0, rejected: 0 });
      expect(await service.ingest(account.id, [record, { ...record, values: { tokens_in: 6 } }])).toMatchObject({ received: 2, accepted: 0, duplicates: 2, conflicts: 1, rejected: 0 });
    });

    it('what a client with empty optional fields sends, ignoring fields it does not know', async () => {
      const record = recordOf({ uniqueId: '', dimensions: null, values: {}, variants: { deep: [1] }, somethingElse: 'x' });
      expect(await account.call('POST', '/ingest', record)).toMatchObject({ status: 200 });
    });

    it('events up to 24 h ahead of the account’s clock, wherever that has been moved', async () => {
      const moved = await application.account();
      const ahead = Date.now() + 40 * 24 * HOUR;
      expect(await moved.call('POST', '/ingest', recordOf({ meterTimeInMillis: ahead }))).toMatchObject({ status: 400, body: { errors: [{ index: 0, code: 'time_in_future' }] } });
      await application.moveClock(moved.id, ahead - 23 * HOUR);
      expect(await moved.call('POST', '/ingest', recordOf({ meterTimeInMillis: ahead }))).toMatchObject({ status: 200 });
      expect(await moved.call('POST', '/ingest', recordOf({ meterTimeInMillis: ahead + 2 * HOUR, uniqueId: 'b' }))).toMatchObject({ status: 400 });
    });
  });

  describe('refuses, storing nothing,', () => {
    beforeAll(async () => {
      account = await application.account();
    });

    it.each<[string, Record<string, unknown>, string, string]>([
      ['a missing customer', { customerId: '' }, 'customerId', 'missing'],
      ['a customer that is no text', { customerId: 7 }, 'customerId', 'not_text'],
      ['a name that is too long', { meterApiName: 'x'.repeat(257) }, 'meterApiName', 'too_long'],
      ['text that cannot be stored', { uniqueId: 'a\u0000b' }, 'uniqueId', 'invalid_text'],
      ['half a character', { customerId: '\ud800' }, 'customerId', 'invalid_text'],
      ['a missing value', { meterValue: null }, 'meterValue', 'missing'],
      ['a number with more digits than it holds', { meterValue: 0.1234567890123456 }, 'meterValue', 'invalid_decimal'],
      ['a value that is no number', { meterValue: 'many' }, 'meterValue', 'invalid_decimal'],
      ['a value out of range', { meterValue: '1e27' }, 'meterValue', 'invalid_decimal'],
      ['a time in seconds', { meterTimeInMillis: 1_767_225_600 }, 'meterTimeInMillis', 'time_in_seconds'],
      ['a time in microseconds', { meterTimeInMillis: 1_767_225_600_000_000 }, 'meterTimeInMillis', 'time_in_microseconds'],
      ['a time that is no number', { meterTimeInMillis: '2027-01-01' }, 'meterTimeInMillis', 'not_a_time'],
      ['a dimension that is no text', { dimensions: { region: 1 } }, 'dimensions.region', 'not_text'],
      ['dimensions that are no map', { dimensions: ['region'] }, 'dimensions', 'not_an_object'],
      ['too many dimensions', { dimensions: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`d${index}`, 'x'])) }, 'dimensions', 'too_many_dimensions'],
      ['a dimension that is too long', { dimensions: { region: 'x'.repeat(1_025) } }, 'dimensions.region', 'too_long'],
      ['a cancel that may be one or not', { dimensions: { 'aflo.cancel_previous_resource_event': 'yes' } }, 'dimensions.aflo.cancel_previous_resource_event', 'invalid_cancel'],
      ['a meter beside values', { values: { tokens: 1 } }, 'values', 'meter_given_twice'],
    ])('%s', async (_what, change, field, code) => {
      const answer = await account.call('POST', '/ingest', [recordOf({ uniqueId: 'good' }), recordOf(change)]);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_records', errors: [{ index: 1, field, code, message: expect.any(String) }] } });
      expect((answer.body as ProblemBody).errorMessage).toMatch(/^Invalid request: 1 of 2 records is invalid, so none was ingested\. Record 1, /);
      expect(await stored(account.id)).toBe(0);
    });

    it('every bad record by index, and counts those it does not list', async () => {
      const answer = await account.call('POST', '/ingest', [7, recordOf(), null, [], ...Array.from({ length: 120 }, () => recordOf({ meterValue: 'x', customerId: null }))]);
      const { errors, errorMessage } = answer.body as ProblemBody;
      expect(errors).toHaveLength(100);
      expect(errors.slice(0, 5).map(({ index, code }) => [index, code])).toEqual([[0, 'not_an_object'], [2, 'not_an_object'], [3, 'not_an_object'], [4, 'missing'], [4, 'invalid_decimal']]);
      expect(errorMessage).toContain('123 of 124 records are invalid');
      expect(errorMessage).toContain('143 more are not');
      expect(await stored(account.id)).toBe(0);
    });

    it('bodies that are too large, too many, too deep, or no JSON', async () => {
      const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
      expect(await account.call('POST', '/ingest', `{"customerId":"a","extra":${deep}}`)).toMatchObject({ status: 400, body: { errors: [{ index: 0, code: 'nested_too_deep' }] } });
      expect(await account.call('POST', '/ingest', deep)).toMatchObject({ status: 400, body: { errors: [{ code: 'not_an_object' }] } });
      expect(await account.call('POST', '/ingest', Array.from({ length: 10_001 }, () => 1))).toMatchObject({ status: 413, body: { code: 'too_many_records' } });
      const values = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`m${index}`, 1]));
      const wide = Array.from({ length: 201 }, () => ({ customerId: 'a', meterTimeInMillis: Date.now(), values }));
      expect(await account.call('POST', '/ingest', wide)).toMatchObject({ status: 413, body: { code: 'too_many_records' } });
      expect(await account.call('POST', '/ingest', `"${'x'.repeat(9 * 1024 * 1024)}"`)).toMatchObject({ status: 413 });
      expect(await account.call('POST', '/ingest', gzipSync(`"${'x'.repeat(9 * 1024 * 1024)}"`), { 'content-encoding': 'gzip' })).toMatchObject({ status: 413 });
      expect(await account.call('POST', '/ingest', '{"customerId":')).toMatchObject({ status: 400, body: { code: 'invalid_json' } });
      expect(await account.call('POST', '/ingest', '7')).toMatchObject({ status: 400, body: { code: 'invalid_body' } });
      expect(await stored(account.id)).toBe(0);
    });
  });

  it('answers 503 while events cannot be stored, and counts the resend', async () => {
    const patient = await application.account();
    await application.pool.query('alter table usage_event rename to usage_event_away');
    const refused = await patient.call('POST', '/ingest', recordOf());
    await application.pool.query('alter table usage_event_away rename to usage_event');
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { code: 'ingestion_unavailable' } });
    expect(refused.text).not.toContain('usage_event');
    expect(await patient.call('POST', '/ingest', recordOf())).toMatchObject({ status: 200 });
    expect(await stored(patient.id)).toBe(1);
  });

  it('needs the scope ingest, which read keys lack and write keys include', async () => {
    const reader = await application.account({ scopes: ['read'] });
    expect(await reader.call('POST', '/ingest', recordOf())).toMatchObject({ status: 403 });
    const sender = await application.account({ scopes: ['ingest'] });
    expect(await sender.call('POST', '/ingest', recordOf())).toMatchObject({ status: 200 });
    expect(await sender.call('GET', '/meters')).toMatchObject({ status: 403 });
  });

  it('keeps accounts apart: the same record of two accounts is two events', async () => {
    const [one, other] = [await application.account(), await application.account()];
    await one.call('POST', '/ingest', recordOf());
    await other.call('POST', '/ingest', recordOf());
    expect([await stored(one.id), await stored(other.id)]).toEqual([1, 1]);
  });

  it('counts overlapping batches of concurrent requests once', async () => {
    const busy = await application.account();
    const batch = Array.from({ length: 50 }, (_, index) => recordOf({ uniqueId: `id-${index}`, meterTimeInMillis: Date.UTC(2026, 5, 1) }));
    const answers = await Promise.all(Array.from({ length: 20 }, (_, round) => busy.call('POST', '/ingest', [...batch.slice(round), ...batch.slice(0, round)])));
    expect(answers.every((answer) => answer.text === '50 records were ingested')).toBe(true);
    expect(await stored(busy.id)).toBe(50);
  });
});
