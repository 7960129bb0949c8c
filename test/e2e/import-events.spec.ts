import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TollkeeperClient } from '@tollkeeper/client';
import { runCommand, startCommand, type CommandEnd } from '../support/command-line.js';
import { ObjectStore } from '../support/object-store.js';
import { eventually, startTestApplication, type TestApplication } from '../support/test-application.js';

const TIME = Date.UTC(2026, 5, 1);
const HEADER = 'customerId,meterApiName,meterValue,meterTimeInMillis,uniqueId,region';

function line(customerId: string, number: number): string {
  return JSON.stringify({ customerId, meterApiName: 'calls', meterValue: '1.5', meterTimeInMillis: TIME + number, uniqueId: `e-${number}`, dimensions: { region: 'eu' } });
}

function lines(customerId: string, from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => `${line(customerId, from + index)}\n`).join('');
}

describe('tollkeeper import events', () => {
  let application: TestApplication;
  let client: TollkeeperClient;
  let folder: string;

  beforeAll(async () => {
    application = await startTestApplication({ runLoops: false, connectStripe: false });
    client = new TollkeeperClient({ baseUrl: application.url, apiKey: application.adminKey });
    await client.meters.create({ meterApiName: 'calls', label: 'Calls', aggregation: 'sum', dimensions: ['region'] });
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tollkeeper-import-'));
  });

  afterAll(() => application.close());

  const environment = (): Record<string, string> => ({ TOLLKEEPER_URL: application.url, TOLLKEEPER_API_KEY: application.adminKey });
  const put = (name: string, content: string | Buffer): void => writeFileSync(join(folder, name), content);
  const run = async (words: string[], more: { environment?: Record<string, string>; input?: string | Buffer } = {}): Promise<CommandEnd> => {
    const { environment: extra = {}, ...rest } = more;
    return runCommand(['import', 'events', ...words], { folder, environment: { ...environment(), ...extra }, ...rest });
  };
  const totals = ({ output }: CommandEnd): Record<string, unknown> => {
    const { records, accepted, duplicates, conflicts, rejected } = JSON.parse(output) as Record<string, unknown>;
    return { records, accepted, duplicates, conflicts, rejected };
  };
  const rejects = (name: string): Record<string, unknown>[] => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').map((text) => JSON.parse(text) as Record<string, unknown>);

  async function counted(customerId: string): Promise<number> {
    const timeRange = { startTimeInSeconds: TIME / 1_000, endTimeInSeconds: TIME / 1_000 + 3_600 };
    const { clientMeters } = await client.usage.query({ meterApiName: 'calls', timeGroupingInterval: 'hour', timeRange, filter: { customerId: [customerId] } });
    return clientMeters[0]?.groupValue ?? 0;
  }

  it('takes NDJSON and CSV, packed or not, by name, pattern and standard input; what comes twice counts once', async () => {
    put('a.ndjson', lines('formats', 0, 700));
    put('b.ndjson.gz', gzipSync(lines('formats', 600, 1_000)));
    put('c.csv', `\ufeff${HEADER}\r\n${Array.from({ length: 100 }, (_, index) => `formats,calls,1.5,${TIME + 1_000 + index},e-${1_000 + index},"eu"\r\n`).join('')}`);
    const files = await run(['*.ndjson*', 'c.csv', '--json', '--batch-size', '150']);
    expect(files).toMatchObject({ code: 0, errors: '' });
    expect(totals(files)).toEqual({ records: 1_200, accepted: 1_100, duplicates: 100, conflicts: 0, rejected: 0 });
    const input = await run(['-'], { input: gzipSync(lines('formats', 1_050, 1_200)) });
    expect(input).toMatchObject({ code: 0, output: expect.stringMatching(/^Imported 150 records of 1 file; .*\n {2}accepted +100 .*\n {2}duplicates +50 /) });
    expect(await counted('formats')).toBe(1_800);
    // Nothing is left behind.
    expect(readdirSync(folder).sort()).toEqual(['a.ndjson', 'b.ndjson.gz', 'c.csv']);
  });

  it('writes down what was not counted, where it stands and why, and goes on with the rest', async () => {
    put('bad.ndjson', `${line('rejects', 0)}\nnonsense\n\n{"customerId":"rejects","meterApiName":"calls","meterValue":"much","meterTimeInMillis":1}\n${line('rejects', 0).replace('1.5', '2')}\n${line('rejects', 1)}`);
    const end = await run(['bad.ndjson', '--json', '--rejects', 'bad.txt']);
    expect(end.code).toBe(2);
    expect(totals(end)).toEqual({ records: 5, accepted: 2, duplicates: 0, conflicts: 1, rejected: 2 });
    expect(rejects('bad.txt')).toEqual([
      { file: join(folder, 'bad.ndjson'), line: 2, code: 'invalid_json', message: expect.any(String), record: 'nonsense' },
      {
        file: join(folder, 'bad.ndjson'),
        line: 4,
        code: 'invalid_decimal',
        message: expect.stringMatching(/^meterValue 'much' is not a decimal/),
        errors: [expect.objectContaining({ field: 'meterValue' }), expect.objectContaining({ field: 'meterTimeInMillis', code: 'not_a_time' })],
        record: '{"customerId":"rejects","meterApiName":"calls","meterValue":"much","meterTimeInMillis":1}',
      },
      { file: join(folder, 'bad.ndjson'), line: 5, code: 'conflict', message: expect.any(String), record: line('rejects', 0).replace('1.5', '2') },
    ]);
    // Of a CSV a row that cannot be read costs no other one its place; a file without the columns is refused whole.
    const rows = Array.from({ length: 40 }, (_, index) => `rows,calls,1,${TIME},r-${index},${index === 20 ? '"a"b' : '"a\nb"'}`);
    put('rows.csv', `${HEADER}\n${rows.join('\n')}\n`);
    expect(totals(await run(['rows.csv', '--json', '--rejects', 'rows.txt']))).toEqual({ records: 40, accepted: 39, duplicates: 0, conflicts: 0, rejected: 1 });
    expect(rejects('rows.txt')).toEqual([{ file: join(folder, 'rows.csv'), line: 42, code: 'invalid_csv', message: expect.any(String), record: rows[20] }]);
    put('columns.csv', 'customer,value\nacme,1\n');
    expect(await run(['columns.csv'])).toMatchObject({ code: 1, output: '', errors: expect.stringContaining('columns.csv: Invalid request: the first line of a CSV names its columns') });
    // An existing file is nobody's to overwrite.
    expect(await run(['bad.ndjson', '--rejects', 'rows.csv'])).toMatchObject({ code: 1, errors: expect.stringContaining('rows.csv exists') });
  });

  it('goes on where a kill -9 ended it, without beginning again or telling of a record twice', async () => {
    const records = 24_000;
    const text = Array.from({ length: records }, (_, index) => (index % 100 === 99 ? 'nonsense' : line('killed', index))).join('\n');
    put('plain.ndjson', text.slice(0, text.length / 2).replace(/\n[^\n]*$/, ''));
    put('rest.ndjson.gz', gzipSync(text.slice(text.slice(0, text.length / 2).lastIndexOf('\n') + 1)));
    const words = ['import', 'events', '*.ndjson*', '--json', '--batch-size', '10', '--concurrency', '1', '--checkpoint', 'checkpoint', '--rejects', 'rejects'];
    const place = (): number => {
      try {
        return (JSON.parse(readFileSync(join(folder, 'checkpoint'), 'utf8')) as { totals: { records: number } }).totals.records;
      } catch {
        return 0;
      }
    };
    for (let kills = 0, reached = 0; kills < 2; kills += 1) {
      const { child, end } = startCommand(words, { folder, environment: environment() });
      const next = await eventually('a later checkpoint', async () => place(), (now) => now > reached || child.exitCode !== null);
      if (child.exitCode !== null) throw new Error(`The import ended before it was killed: ${JSON.stringify(await end)}`);
      child.kill('SIGKILL');
      await end;
      reached = Math.max(next, place());
      expect(reached).toBeLessThan(records);
    }
    const last = await runCommand(words, { folder, environment: environment() });
    expect(last).toMatchObject({ code: 2, errors: '' });
    const { accepted, duplicates, ...rest } = totals(last) as Record<string, number>;
    expect(rest).toEqual({ records, conflicts: 0, rejected: records / 100 });
    expect(accepted! + duplicates!).toBe(records - records / 100);
    expect(await counted('killed')).toBe((records - records / 100) * 1.5);
    expect(rejects('rejects').map(({ file, line: at }) => `${String(file)}:${String(at)}`)).toHaveLength(new Set(rejects('rejects').map((reject) => JSON.stringify(reject))).size);
    expect(rejects('rejects')).toHaveLength(records / 100);
    expect(readdirSync(folder)).not.toContain('checkpoint');
  });

  it('reads what begins with a prefix in an S3-compatible bucket, and with --incremental only what is new there', async () => {
    const store = await ObjectStore.start('usage');
    try {
      const upload = (key: string, body: string | Buffer): Promise<unknown> => store.client.send(new PutObjectCommand({ Bucket: 'usage', Key: key, Body: body }));
      await upload('2026/06/01.ndjson', lines('bucket', 0, 300));
      await upload('2026/06/02.ndjson.gz', gzipSync(lines('bucket', 300, 500)));
      await upload('2025/12/31.ndjson', lines('bucket', 900, 1_000));
      const words = ['s3://usage/2026/', '--endpoint', store.endpoint, '--json', '--incremental'];
      const first = await run(words, { environment: store.environment });
      expect(first).toMatchObject({ code: 0, errors: '' });
      expect(totals(first)).toEqual({ records: 500, accepted: 500, duplicates: 0, conflicts: 0, rejected: 0 });
      await upload('2026/06/03.ndjson', lines('bucket', 450, 600));
      expect(totals(await run(words, { environment: store.environment }))).toEqual({ records: 150, accepted: 100, duplicates: 50, conflicts: 0, rejected: 0 });
      expect(await counted('bucket')).toBe(900);
      const refused = await run(words, { environment: { ...store.environment, AWS_ACCESS_KEY_ID: 'ANOTHER' } });
      expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining("Bucket 'usage': InvalidAccessKeyId") });
      expect(await run(['s3://usage/nothing', '--endpoint', store.endpoint], { environment: store.environment })).toMatchObject({ code: 1, errors: expect.stringContaining("Nothing in bucket 'usage' begins with 'nothing'") });
    } finally {
      await store.stop();
    }
  });

  it('says what is wrong with the command, the server or the key', async () => {
    put('a.ndjson', lines('wrong', 0, 1));
    expect(await run([])).toMatchObject({ code: 1, errors: expect.stringContaining('usage: tollkeeper import events FILE') });
    expect(await run(['nowhere.ndjson'])).toMatchObject({ code: 1, errors: expect.stringContaining("There is no file 'nowhere.ndjson'") });
    expect(await run(['a.ndjson', '--batch-size', '0'])).toMatchObject({ code: 1, errors: expect.stringContaining('--batch-size must be') });
    expect(await run(['a.ndjson'], { environment: { TOLLKEEPER_API_KEY: 'wrong' } })).toMatchObject({ code: 1, errors: expect.stringMatching(/key/i) });
    expect(await run(['a.ndjson'], { environment: { TOLLKEEPER_API_KEY: '' } })).toMatchObject({ code: 1, errors: expect.stringContaining('TOLLKEEPER_API_KEY') });
    put('array.json', '[{"customerId":"wrong"}]');
    expect(await run(['array.json'])).toMatchObject({ code: 1, errors: expect.stringContaining("jq -c '.[]'") });
    put('damaged.gz', gzipSync(lines('wrong', 0, 100)).subarray(0, 200));
    expect(await run(['damaged.gz'])).toMatchObject({ code: 1, errors: expect.stringContaining('damaged.gz is damaged') });
    expect(await counted('wrong')).toBe(0);
    rmSync(folder, { recursive: true });
  });
});
