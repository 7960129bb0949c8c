import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { hangUp, json, ScriptedServer, silence, type Answer, type SeenRequest } from '../../testing/scripted-server.js';
import type { UsageRecord } from '../resources/usage-record.js';
import { TollkeeperClient } from '../tollkeeper-client.js';
import type { UsageFailure } from './usage-failure.js';
import type { UsageProducer, UsageProducerOptions } from './usage-producer.js';

/** Answers as POST /ingest does; records whose value is 'bad' are rejected. */
const accept: Answer = (response, request) => {
  const records = recordsOf(request).map(({ meterValue }, index) => (meterValue === 'bad' ? { index, status: 'rejected', errors: [{ index, field: 'meterValue', code: 'invalid_decimal', message: 'is no number' }] } : { index, status: 'accepted' }));
  json({ received: records.length, accepted: 0, duplicates: 0, conflicts: 0, rejected: 0, records })(response, request);
};

function recordsOf({ headers, bytes }: SeenRequest): { uniqueId: string; meterValue: unknown }[] {
  return JSON.parse((headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()) as { uniqueId: string; meterValue: unknown }[];
}

const record = (uniqueId?: string, meterValue: string | number = 1): UsageRecord => ({ customerId: 'acme', meterApiName: 'calls', meterValue, meterTimeInMillis: 1_767_225_600_000, ...(uniqueId === undefined ? {} : { uniqueId }) });

describe('UsageProducer', () => {
  let server: ScriptedServer;
  let failures: UsageFailure[];
  let folder: string;
  let producer: UsageProducer | undefined;

  beforeEach(() => {
    failures = [];
    folder = mkdtempSync(join(tmpdir(), 'tollkeeper-spool-'));
  });

  afterEach(async () => {
    await producer?.close({ timeoutInMillis: 0 });
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  async function open(script: Answer[], options: Partial<UsageProducerOptions> = {}): Promise<UsageProducer> {
    server = await ScriptedServer.start(...script);
    const client = new TollkeeperClient({ baseUrl: server.url, apiKey: 'tk_test_0123456789' });
    producer = client.usageProducer({ onError: (failure) => failures.push(failure), retryDelayInMillis: 1, flushIntervalInMillis: 60_000, flushOnExit: false, ...options });
    return producer;
  }

  const sent = (): string[][] => server.seen.map((request) => recordsOf(request).map(({ uniqueId }) => uniqueId));

  it('sends full batches at once and the rest when flushed, compressed, each record under an id', async () => {
    const opened = await open([accept], { recordsPerRequest: 40, maximumRequestsInFlight: 1 });
    for (let index = 0; index < 90; index += 1) expect(opened.add(record(index < 80 ? `r${index}` : undefined))).toBe(true);
    await opened.flush();
    expect(sent().map((ids) => ids.length)).toEqual([40, 40, 10]);
    expect(server.seen[0]).toMatchObject({ url: '/ingest?partial=true', headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' } });
    expect(new Set(sent().flat()).size).toBe(90);
    expect(opened.buffered).toBe(0);
    expect(failures).toEqual([]);
  });

  it('sends what is not full when it has waited long enough', async () => {
    const opened = await open([accept], { flushIntervalInMillis: 5 });
    opened.add(record('a'));
    await expect(opened.drained()).resolves.toBeUndefined();
    for (let waited = 0; server.seen.length === 0 && waited < 2_000; waited += 5) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(sent()).toEqual([['a']]);
  });

  it('tries again under the same ids until the server has it: lost answers, 5xx and 429', async () => {
    const opened = await open([hangUp, json({ code: 'x' }, 503), json({ code: 'ingestion_overloaded' }, 429, { 'Retry-After': '0' }), accept]);
    opened.add(record());
    await opened.flush();
    const [first, ...others] = sent();
    expect(others).toEqual([first, first, first]);
    expect(failures).toEqual([]);
  });

  it('waits as long as the server asks', async () => {
    const opened = await open([json({ code: 'ingestion_overloaded' }, 429, { 'Retry-After': '1' }), accept]);
    const startedAt = performance.now();
    opened.add(record('a'));
    await opened.flush();
    expect(performance.now() - startedAt).toBeGreaterThan(990);
  });

  it.each([400, 401, 403, 404])('never repeats a %s, and hands over its records', async (status) => {
    const opened = await open([json({ code: 'refused', errorMessage: 'No.' }, status), accept]);
    const mine = record('a');
    opened.add(mine);
    await opened.flush();
    opened.add(record('b'));
    await opened.flush();
    expect(sent()).toEqual([['a'], ['b']]);
    expect(failures).toEqual([{ error: expect.objectContaining({ status, code: 'refused' }), records: [mine] }]);
  });

  it('hands over the records that were refused, and those alone', async () => {
    const opened = await open([accept]);
    for (const [id, value] of [['a', 1], ['b', 'bad'], ['c', 2]] as const) opened.add(record(id, value));
    await opened.flush();
    expect(failures).toEqual([{ error: expect.objectContaining({ code: 'record_rejected', errors: [expect.objectContaining({ field: 'meterValue' })] }), records: [record('b', 'bad')] }]);
  });

  it('sends in halves what the server finds too large', async () => {
    const small: Answer = (response, request) => (recordsOf(request).length > 2 ? json({ code: 'too_many_records' }, 413)(response, request) : accept(response, request));
    const opened = await open([small]);
    for (const id of ['a', 'b', 'c', 'd', 'e']) opened.add(record(id));
    await opened.flush();
    expect(sent()).toEqual([['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'c'], ['a', 'b'], ['c'], ['d', 'e']]);
    expect(failures).toEqual([]);
  });

  it('takes no more than it has room for, and says when there is room again', async () => {
    let answerFirst: () => void = () => undefined;
    const held: Answer = (response: ServerResponse, request: SeenRequest) => {
      answerFirst = () => accept(response, request);
    };
    const opened = await open([held, accept], { recordsPerRequest: 2, maximumBufferedRecords: 3, maximumRequestsInFlight: 1 });
    expect(['a', 'b', 'c', 'd'].map((id) => opened.add(record(id)))).toEqual([true, true, true, false]);
    const drained = opened.drained();
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    answerFirst();
    await drained;
    expect(opened.add(record('d'))).toBe(true);
    await opened.flush();
    expect(sent().flat()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('hands over what is left when it is closed without having been sent', async () => {
    const opened = await open([silence], { recordsPerRequest: 2 });
    for (const id of ['a', 'b', 'c']) opened.add(record(id));
    await opened.close({ timeoutInMillis: 20 });
    expect(failures).toEqual([{ error: expect.objectContaining({ code: 'producer_closed' }), records: ['a', 'b', 'c'].map((id) => record(id)) }]);
    expect(() => opened.add(record('d'))).toThrow('closed');
  });

  it('spools what memory has no room for and what is left at the end; the next producer sends it', async () => {
    const away = await open([hangUp], { recordsPerRequest: 2, maximumBufferedRecords: 4, maximumRequestsInFlight: 1, retryDelayInMillis: 60_000, spoolDirectory: folder });
    const ids = Array.from({ length: 11 }, (_, index) => `r${index}`);
    for (const id of ids) expect(away.add(record(id))).toBe(true);
    await away.close({ timeoutInMillis: 10 });
    expect(failures).toEqual([]);
    expect(readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n')).length).toBe(11);
    await server.stop();

    const back = await open([accept], { spoolDirectory: folder });
    while (readdirSync(folder).length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await back.flush();
    expect(sent().flat().toSorted()).toEqual(ids.toSorted());
  });

  it('keeps a damaged spool file aside, sends what can be read of it, and says so', async () => {
    writeFileSync(join(folder, '00000000000001-x.ndjson'), `${JSON.stringify(record('a'))}\n{"half`);
    await open([accept], { spoolDirectory: folder });
    while (!readdirSync(folder).some((file) => file.endsWith('.damaged'))) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(sent()).toEqual([['a']]);
    expect(failures).toEqual([{ error: expect.objectContaining({ code: 'spool_damaged' }), records: [] }]);
  });

  it('refuses a record when neither memory nor spool has room', async () => {
    const opened = await open([silence], { recordsPerRequest: 10, maximumBufferedRecords: 2, spoolDirectory: folder, maximumSpoolBytes: 10 });
    expect(['a', 'b', 'c'].map((id) => opened.add(record(id)))).toEqual([true, true, false]);
    await opened.close({ timeoutInMillis: 0 });
    expect(failures.flatMap(({ records }) => records)).toEqual([record('a'), record('b')]);
  });

  it('goes on when the application fails at taking a refused record, and shows that failure as the application’s own', async () => {
    const thrown: unknown[] = [];
    const nextTick = process.nextTick.bind(process);
    const uncaught = jest.spyOn(process, 'nextTick').mockImplementation((callback) => {
      nextTick(() => {
        try {
          callback();
        } catch (error) {
          thrown.push(error);
        }
      });
    });
    const onError = (): void => {
      throw new Error('a fault of the application');
    };
    try {
      const opened = await open([accept], { recordsPerRequest: 2, onError });
      for (const [id, value] of [['a', 'bad'], ['b', 1], ['c', 1]] as const) opened.add(record(id, value));
      await opened.flush();
      expect(sent()).toEqual([['a', 'b'], ['c']]);
      expect(opened.buffered).toBe(0);
      expect(thrown).toEqual([new Error('a fault of the application')]);
    } finally {
      uncaught.mockRestore();
    }
  });
});
