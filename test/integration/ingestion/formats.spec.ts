import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IngestResponse } from '../../../src/ingestion/dto/ingest.response.js';
import { UsageApplication, type TestAccount } from '../../support/usage-application.js';

const TIME = Date.UTC(2026, 5, 1);

describe('Formats and answers of ingestion', () => {
  let application: UsageApplication;
  let account: TestAccount;

  beforeAll(async () => {
    application = await UsageApplication.start();
  });

  afterAll(() => application.stop());

  beforeEach(async () => {
    account = await application.account();
  });

  const send = (body: string | Buffer, type: string, query = '', headers: Record<string, string> = {}) =>
    account.call('POST', `/ingest${query}`, body, { 'content-type': type, ...headers });

  const stored = async (): Promise<Record<string, unknown>[]> => {
    const { rows } = await application.pool.query<Record<string, unknown>>(
      'select customer_id, meter_api_name, trim_scale(meter_value)::text as value, unique_id, dimensions from usage_event where account_id = $1 order by sequence',
      [account.id],
    );
    return rows;
  };

  const record = (uniqueId: string, change: Record<string, unknown> = {}): Record<string, unknown> => ({ customerId: 'acme', meterApiName: 'calls', meterValue: 1, meterTimeInMillis: TIME, uniqueId, ...change });

  const NDJSON = `${JSON.stringify(record('a'))}\r\n\n${JSON.stringify(record('b', { dimensions: { region: 'eu' } }))}`;
  const CSV = `\ufeffcustomerId,meterApiName,meterValue,meterTimeInMillis,uniqueId,region,"plan, name"\nacme,calls,1,${TIME},a,,\nacme,calls,0.10,${TIME},b,eu,"Large, ""XL"""\n`;

  it.each([
    ['NDJSON', 'application/x-ndjson', NDJSON],
    ['NDJSON under another name', 'application/jsonl; charset=utf-8', NDJSON],
    ['CSV', 'text/csv', CSV],
  ])('takes %s, also as gzip, and knows the records again', async (_what, type, body) => {
    expect(await send(body, type)).toMatchObject({ status: 200, text: '2 records were ingested', headers: { 'content-type': 'text/plain; charset=utf-8' } });
    expect(await send(gzipSync(body), type, '', { 'content-encoding': 'gzip' })).toMatchObject({ status: 200, text: '2 records were ingested' });
    expect(await stored()).toMatchObject([
      { customer_id: 'acme', meter_api_name: 'calls', value: '1', unique_id: 'a', dimensions: {} },
      { unique_id: 'b', value: type === 'text/csv' ? '0.1' : '1', dimensions: type === 'text/csv' ? { region: 'eu', 'plan, name': 'Large, "XL"' } : { region: 'eu' } },
    ]);
  });

  it('is the same event in every format', async () => {
    await send(JSON.stringify(record('a', { dimensions: { region: 'eu' } })), 'application/json');
    await send(JSON.stringify(record('a', { dimensions: { region: 'eu' } })), 'application/x-ndjson');
    const answer = await send(`customerId,meterApiName,meterValue,meterTimeInMillis,uniqueId,region\nacme,calls,1.0,${TIME},a,eu`, 'text/csv', '?details=true');
    expect(answer.body).toMatchObject({ received: 1, accepted: 0, duplicates: 1, records: [{ index: 0, status: 'duplicate', uniqueId: 'a' }] });
  });

  it.each([
    ['a CSV without a needed column', 'text/csv', 'customerId,meterValue\nacme,1', 'invalid_csv', /meterApiName, meterTimeInMillis are missing/],
    ['a CSV with a column twice', 'text/csv', 'customerId,meterApiName,meterValue,meterTimeInMillis,x,x\n', 'invalid_csv', /two columns of the CSV are called 'x'/],
    ['a CSV that is none', 'text/csv', 'customerId,meterApiName,meterValue,meterTimeInMillis\nacme,"secret', 'invalid_csv', /CSV_QUOTE_NOT_CLOSED, near line 2/],
    ['a line that is no JSON', 'application/x-ndjson', `${JSON.stringify(record('a'))}\n{"secret`, 'invalid_records', /Record 1: is not valid JSON/],
    ['a row with too many cells', 'text/csv', `customerId,meterApiName,meterValue,meterTimeInMillis\nacme,calls,1,${TIME},more`, 'invalid_records', /Record 0: has 5 cells/],
  ])('refuses %s by name and stores nothing', async (_what, type, body, code, message) => {
    const answer = await send(body, type);
    expect(answer).toMatchObject({ status: 400, body: { code, errorMessage: expect.stringMatching(message) as unknown } });
    expect(answer.text).not.toContain('secret');
    expect(await stored()).toEqual([]);
  });

  it('stops at too many records, whatever the format', async () => {
    const line = JSON.stringify(record('a'));
    expect(await send(`${line}\n`.repeat(10_001), 'application/x-ndjson')).toMatchObject({ status: 413, body: { code: 'too_many_records' } });
    expect(await send(`customerId,meterApiName,meterValue,meterTimeInMillis\n${`acme,calls,1,${TIME}\n`.repeat(10_001)}`, 'text/csv')).toMatchObject({ status: 413, body: { code: 'too_many_records' } });
    expect(await stored()).toEqual([]);
  });

  it('takes these formats nowhere else', async () => {
    expect(await account.call('POST', '/meters', 'a,b\n1,2', { 'content-type': 'text/csv' })).toMatchObject({ status: 415 });
  });

  it('tells what became of every record when asked', async () => {
    await send(JSON.stringify([record('known'), record('disputed')]), 'application/json');
    const records = [record('new'), record('known'), record('disputed', { meterValue: 2 }), record('several', { meterApiName: '', meterValue: null, values: { calls: 1, tokens: '2.5' } })];
    const answer = await send(JSON.stringify(records), 'application/json', '?details=True&schemaDetection=AUTO');
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' } });
    expect(answer.body).toEqual({
      received: 4,
      accepted: 3,
      duplicates: 1,
      conflicts: 1,
      cancelled: 0,
      rejected: 0,
      records: [
        { index: 0, status: 'accepted', uniqueId: 'new' },
        { index: 1, status: 'duplicate', uniqueId: 'known' },
        { index: 2, status: 'conflict', uniqueId: 'disputed' },
        { index: 3, status: 'accepted', uniqueId: 'several', events: [{ meterApiName: 'calls', status: 'accepted' }, { meterApiName: 'tokens', status: 'accepted' }] },
      ],
    } satisfies IngestResponse);
  });

  it('takes back what is sent again as a cancel, in every format, of every meter of a record, and tells of events whose cancel came first', async () => {
    const cancelling = { dimensions: { 'aflo.cancel_previous_resource_event': 'True' } };
    const several = record('both', { meterApiName: '', meterValue: null, values: { calls: 1, tokens: 2 } });
    await send(JSON.stringify([record('json'), record('csv'), several, record('kept', { dimensions: { 'aflo.cancel_previous_resource_event': 'false' } })]), 'application/json');
    await send(JSON.stringify([record('json', cancelling), { ...several, ...cancelling }, record('ahead', cancelling)]), 'application/json');
    await send(`customerId,meterApiName,meterValue,meterTimeInMillis,uniqueId,aflo.cancel_previous_resource_event\nacme,calls,1,${TIME},csv,true`, 'text/csv');
    const { rows } = await application.pool.query<{ unique_id: string; dimensions: object }>('select unique_id, dimensions from usage_event where account_id = $1', [account.id]);
    expect(rows).toEqual([{ unique_id: 'kept', dimensions: {} }]);
    const answer = await send(JSON.stringify([record('ahead'), record('json')]), 'application/json', '?details=true');
    expect(answer.body).toMatchObject({ accepted: 0, duplicates: 1, cancelled: 1, records: [{ status: 'cancelled' }, { status: 'duplicate' }] });
  });

  it('takes the good and reports the bad with partial=true, and refuses everything without', async () => {
    const future = Date.now() + 3 * 86_400_000;
    const body = [JSON.stringify(record('good')), JSON.stringify(record('bad', { meterValue: 'much', customerId: '' })), 'nonsense', JSON.stringify(record('late', { meterTimeInMillis: future }))].join('\n');
    expect(await send(body, 'application/x-ndjson', '?details=true')).toMatchObject({ status: 400, body: { code: 'invalid_records' } });
    expect(await stored()).toEqual([]);
    const { status, body: told } = await send(body, 'application/x-ndjson', '?partial=true');
    expect(status).toBe(200);
    expect(told).toMatchObject({
      received: 4,
      accepted: 1,
      rejected: 3,
      records: [
        { index: 0, status: 'accepted' },
        { index: 1, status: 'rejected', uniqueId: 'bad', errors: [{ index: 1, field: 'customerId', code: 'missing' }, { field: 'meterValue', code: 'invalid_decimal' }] },
        { index: 2, status: 'rejected', errors: [{ index: 2, code: 'invalid_json' }] },
        { index: 3, status: 'rejected', uniqueId: 'late', errors: [{ index: 3, field: 'meterTimeInMillis', code: 'time_in_future' }] },
      ],
    });
    expect(await stored()).toMatchObject([{ unique_id: 'good' }]);
  });

  it('takes what LLM gateways send to the root, where a dimension names the customer', async () => {
    const body = gzipSync(JSON.stringify([record('a', { customerId: undefined, dimensions: { business_unit_id: 'unit-7' } }), record('b')]));
    expect(await account.call('POST', '/', body, { 'content-encoding': 'gzip' })).toMatchObject({ status: 200, text: '2 records were ingested' });
    expect(await stored()).toMatchObject([{ customer_id: 'unit-7' }, { customer_id: 'acme' }]);
    expect(await account.call('POST', '/ingest', [record('c', { customerId: undefined, dimensions: { business_unit_id: 'unit-7' } })])).toMatchObject({ status: 400 });
  });
});
