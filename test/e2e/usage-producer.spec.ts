import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TollkeeperClient } from '@tollkeeper/client';
import { eventually, startTestApplication, type TestApplication } from '../support/test-application.js';

const LOADER = fileURLToPath(new URL('../support/typescript-loader.mjs', import.meta.url));
const TIME = Date.UTC(2026, 5, 1);
const NOBODY = 'http://127.0.0.1:1';

/** Programs that produce usage and end in their own way. */
describe('The usage producer of a program that ends', () => {
  let application: TestApplication;
  let client: TollkeeperClient;
  let folder: string;

  beforeAll(async () => {
    application = await startTestApplication({ runLoops: false, connectStripe: false });
    client = new TollkeeperClient({ baseUrl: application.url, apiKey: application.adminKey });
    await client.meters.create({ meterApiName: 'calls', label: 'Calls', aggregation: 'sum' });
    folder = mkdtempSync(join(tmpdir(), 'tollkeeper-spool-'));
  });

  afterAll(async () => {
    await application.close();
    rmSync(folder, { recursive: true });
  });

  /** @returns what it printed */
  async function run(customerId: string, options: { baseUrl?: string; spoolDirectory?: string; records: number; last?: string }): Promise<string> {
    const program = `
      import { TollkeeperClient } from '@tollkeeper/client';
      const client = new TollkeeperClient({ baseUrl: ${JSON.stringify(options.baseUrl ?? application.url)}, apiKey: ${JSON.stringify(application.adminKey)} });
      const producer = client.usageProducer({ flushIntervalInMillis: 60_000, onError: ({ error, records }) => console.log(error.code, records.length)${options.spoolDirectory ? `, spoolDirectory: ${JSON.stringify(options.spoolDirectory)}` : ''} });
      for (let index = 0; index < ${options.records}; index += 1) producer.add({ customerId: ${JSON.stringify(customerId)}, meterApiName: 'calls', meterValue: 1, meterTimeInMillis: ${TIME}, uniqueId: 'r' + index });
      ${options.last ?? ''}`;
    const child = spawn(process.execPath, ['--import', LOADER, '--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    return output;
  }

  async function counted(customerId: string): Promise<number> {
    const timeRange = { startTimeInSeconds: TIME / 1_000, endTimeInSeconds: TIME / 1_000 + 3_600 };
    const { clientMeters } = await client.usage.query({ meterApiName: 'calls', timeGroupingInterval: 'hour', timeRange, filter: { customerId: [customerId] } });
    return clientMeters[0]?.groupValue ?? 0;
  }

  it('sends the last records before a program ends that has nothing else to do', async () => {
    expect(await run('by-itself', { records: 1_203 })).toBe('');
    expect(await counted('by-itself')).toBe(1_203);
  });

  it('keeps them in the spool when it exits at once, and sends them at the next start', async () => {
    expect(await run('exits', { records: 700, spoolDirectory: folder, baseUrl: NOBODY, last: 'process.exit(0);' })).toBe('');
    expect(await counted('exits')).toBe(0);
    const next = client.usageProducer({ onError: () => undefined, spoolDirectory: folder, flushOnExit: false });
    await eventually('an empty spool', async () => readdirSync(folder), (files) => files.length === 0);
    await next.close();
    expect(await counted('exits')).toBe(700);
  });

  it('hands them over when it exits at once without a spool', async () => {
    expect(await run('forgetful', { records: 5, baseUrl: NOBODY, last: 'process.exit(0);' })).toBe('producer_closed 5\n');
  });
});
