import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TollkeeperClient, type UsageRecord } from '@tollkeeper/client';
import { runCommand, startCommand, type CommandEnd } from '../support/command-line.js';
import { ObjectStore } from '../support/object-store.js';
import { startTestApplication, type TestApplication } from '../support/test-application.js';

const DAY_IN_MILLIS = 86_400_000;
/** Over a year and its ends, and before the months that have partitions of their own. */
const TIMES = [Date.UTC(2018, 2, 3), ...Array.from({ length: 400 }, (_, index) => Date.UTC(2025, 5, 1) + index * DAY_IN_MILLIS + index)];
const NOTES = ['plain', 'a "quoted", one', 'two\r\nlines', ' spaces ', 'ü€😀'];

/** Equal but for their ids, without ids, of meters that nobody made, with long decimals. */
const RECORDS: readonly UsageRecord[] = TIMES.flatMap((time, index) => [
  { customerId: `customer ${index % 7}`, meterApiName: 'calls', meterValue: `${index}.000000000001`, meterTimeInMillis: time, uniqueId: `e,${index}`, dimensions: { region: ['eu', 'us'][index % 2]!, note: NOTES[index % NOTES.length]! } },
  { customerId: `customer ${index % 3}`, meterApiName: ['tokens', 'nobody made it'][index % 2]!, meterValue: '-12345678901234567890.5', meterTimeInMillis: time },
]);

describe('tollkeeper export events', () => {
  let application: TestApplication;
  let client: TollkeeperClient;
  let folder: string;

  beforeAll(async () => {
    application = await startTestApplication({ runLoops: false, connectStripe: false });
    client = new TollkeeperClient({ baseUrl: application.url, apiKey: application.adminKey });
    folder = mkdtempSync(join(tmpdir(), 'tollkeeper-export-'));
    await makeMeters(client);
    await client.ingest(RECORDS);
  });

  afterAll(async () => {
    await application.close();
    rmSync(folder, { recursive: true });
  });

  async function makeMeters(of: TollkeeperClient): Promise<void> {
    for (const meterApiName of ['calls', 'tokens']) await of.meters.create({ meterApiName, label: meterApiName, aggregation: 'sum', dimensions: ['region', 'note'] });
  }

  function run(words: string[], { key = application.adminKey, environment = {} }: { key?: string; environment?: Record<string, string> } = {}): Promise<CommandEnd> {
    return runCommand(words, { folder, environment: { TOLLKEEPER_URL: application.url, TOLLKEEPER_API_KEY: key, ...environment } });
  }

  async function totals(of: TollkeeperClient): Promise<unknown> {
    const timeRange = { startTimeInSeconds: Date.UTC(2018, 0, 1) / 1_000, endTimeInSeconds: Date.UTC(2027, 0, 1) / 1_000 };
    const reports = await of.usage.batch(
      (['sum', 'count'] as const).flatMap((aggregation) => [
        { meterApiName: 'calls', aggregation, timeGroupingInterval: 'month' as const, timeRange, groupBy: ['customerId', 'region', 'note'] },
        { meterApiName: 'tokens', aggregation, timeGroupingInterval: 'month' as const, timeRange, groupBy: ['customerId'] },
      ]),
    );
    return reports.map(({ clientMeters }) => clientMeters);
  }

  it.each(['all.ndjson', 'all.csv.gz'])('what it writes to %s comes back the same in another account, and counts nothing again in its own', async (name) => {
    expect(await run(['export', 'events', '-o', name])).toMatchObject({ code: 0, output: '', errors: expect.stringMatching(`^Exported 802 records to ${name} in `) });
    const again = await run(['import', 'events', name, '--json']);
    expect(JSON.parse(again.output)).toMatchObject({ records: 802, accepted: 0, duplicates: 802, conflicts: 0, rejected: 0 });
    const { adminKey: key } = await client.accounts.create({ name, mode: 'test' });
    const other = new TollkeeperClient({ baseUrl: application.url, apiKey: key });
    await makeMeters(other);
    const there = await run(['import', 'events', name, '--json'], { key });
    expect(JSON.parse(there.output)).toMatchObject({ records: 802, accepted: 802, duplicates: 0, conflicts: 0, rejected: 0 });
    expect(await totals(other)).toEqual(await totals(client));
    expect((await run(['export', 'events', '-o', 'other.ndjson'], { key })).code).toBe(0);
    expect((await run(['export', 'events', '-o', 'own.ndjson'])).code).toBe(0);
    const sorted = (file: string): string[] => readFileSync(join(folder, file), 'utf8').split('\n').sort();
    expect(sorted('other.ndjson')).toEqual(sorted('own.ndjson'));
  });

  it('takes a span of time, a meter and a customer', async () => {
    const { output } = await run(['export', 'events', '--from', '2025-12-31', '--to', '2026-01-02T00:00:00Z', '--meter', 'calls', '--quiet']);
    const found = output.trimEnd().split('\n').map((line) => JSON.parse(line) as UsageRecord);
    expect(found).toEqual(RECORDS.filter(({ meterTimeInMillis: time, ...rest }) => 'meterApiName' in rest && rest.meterApiName === 'calls' && time >= Date.UTC(2025, 11, 31) && time < Date.UTC(2026, 0, 2)));
    expect(found).toHaveLength(2);
    const of = await run(['export', 'events', '--customer', 'customer 5', '--quiet']);
    expect(of.output.trimEnd().split('\n')).toHaveLength(RECORDS.filter(({ customerId }) => customerId === 'customer 5').length);
  });

  it('ends with a sentence when nobody reads its output any more', async () => {
    const { child, end } = startCommand(['export', 'events', '--quiet'], { folder, environment: { TOLLKEEPER_URL: application.url, TOLLKEEPER_API_KEY: application.adminKey } });
    child.stdout?.destroy();
    expect(await end).toMatchObject({ code: 1, errors: 'Standard output cannot be written: write EPIPE\n' });
  });

  it('shows one moment: what comes while it runs is in none of its pages, and every page begins where the one before ended', async () => {
    const pages: string[] = [];
    let page = await client.usage.export({ limit: 1 });
    for (let count = 0; ; count += 1) {
      pages.push(...page.items.map((item) => JSON.stringify(item)));
      if (page.nextCursor === undefined) break;
      await client.ingest({ customerId: 'customer 9', meterApiName: 'zz', meterValue: 1, meterTimeInMillis: Date.now(), uniqueId: `late ${count}` });
      page = await client.usage.export({ limit: 1 + (count % 40), cursor: page.nextCursor });
    }
    expect(pages).toHaveLength(802);
    expect(new Set(pages).size).toBe(802);
    expect(pages.join()).not.toContain('late');
    await expect(client.usage.export({ cursor: 'nonsense' })).rejects.toMatchObject({ status: 400, code: 'invalid_cursor' });
    await expect(client.usage.export({ startTimeInSeconds: 5, endTimeInSeconds: 5 })).rejects.toMatchObject({ status: 400, code: 'invalid_time_range' });
  });

  it('writes into a bucket, in parts, from where it can be imported', async () => {
    const store = await ObjectStore.start('archive');
    try {
      const bucket = ['--endpoint', store.endpoint];
      const written = await run(['export', 'events', '-o', 's3://archive/2026/all.ndjson.gz', '--meter', 'calls', ...bucket], { environment: store.environment });
      expect(written).toMatchObject({ code: 0, errors: expect.stringContaining('to s3://archive/2026/all.ndjson.gz in ') });
      const read = await run(['import', 'events', 's3://archive/', '--json', ...bucket], { environment: store.environment });
      expect(JSON.parse(read.output)).toMatchObject({ files: 1, records: 401, accepted: 0, duplicates: 401 });
    } finally {
      await store.stop();
    }
  });

  it('leaves nothing half written, and refuses what a CSV cannot hold', async () => {
    await client.ingest({ customerId: 'odd', meterApiName: 'odd', meterValue: 1, meterTimeInMillis: Date.UTC(2026, 0, 1), dimensions: { customerId: 'another' } });
    expect(await run(['export', 'events', '--meter', 'odd', '-o', 'odd.csv'])).toMatchObject({ code: 1, errors: expect.stringContaining("The dimension 'customerId' has the name of a field") });
    expect(await run(['export', 'events', '-o', 'stopped.ndjson'], { key: 'wrong' })).toMatchObject({ code: 1, errors: expect.stringMatching(/key/i) });
    expect(readdirSync(folder).filter((file) => /odd|stopped/.test(file))).toEqual([]);
    expect(await run(['export', 'events', '--meter', 'odd', '--gzip', '-o', 'odd'])).toMatchObject({ code: 0 });
    expect(gunzipSync(readFileSync(join(folder, 'odd'))).toString()).toContain('"dimensions":{"customerId":"another"}');
    writeFileSync(join(folder, 'kept'), 'kept');
    expect(await run(['export', 'events', '--from', 'yesterday', '-o', 'kept'])).toMatchObject({ code: 1, errors: expect.stringContaining('--from must be a day') });
    expect(readFileSync(join(folder, 'kept'), 'utf8')).toBe('kept');
  });
});
