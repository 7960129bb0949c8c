import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ExportedUsage } from '@tollkeeper/client';
import { ConfigurationError, type Environment } from '../../platform/config/environment.js';
import { readCommand, readTime, serverOf } from '../command-options.js';
import { countOf, durationOf, Progress, progressOutput } from '../progress.js';
import { stopOnSignals } from '../stop-signals.js';
import { bucketDestination } from '../destinations/bucket-destination.js';
import { csvOf } from './csv-rows.js';
import type { Destination } from '../destinations/destination.js';
import { exportedPages } from './exported-pages.js';
import { fileDestination, standardOutput } from '../destinations/local-destinations.js';

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  meter: { type: 'string' },
  customer: { type: 'string' },
  format: { type: 'string' },
  gzip: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  server: { type: 'string' },
  endpoint: { type: 'string' },
  region: { type: 'string' },
  quiet: { type: 'boolean' },
} as const;

const USAGE = `usage: tollkeeper export events [options]
  --from TIME --to TIME   events at or after the one and before the other: 2026-01-01 (UTC) or 2026-01-01T00:00:00+01:00
  --meter NAME            only this meter; --customer ID only this customer
  --format FORMAT         ndjson or csv; otherwise as the output's name says
  --gzip                  packed; otherwise where the output's name ends in .gz
  -o OUTPUT               a file, s3://bucket/key, or - for standard output
  --server URL            another server than this machine's, with the key in TOLLKEEPER_API_KEY
  --endpoint URL          of an S3-compatible store; --region NAME where it wants one
  --quiet                 shows no progress`;

/** `tollkeeper export events`: what a running server has counted, in a form that can be imported again. */
export async function exportCommand(environment: Environment, words: readonly string[]): Promise<void> {
  const { values, positionals } = readCommand(words, OPTIONS, USAGE);
  if (positionals.length !== 1 || positionals[0] !== 'events') throw new ConfigurationError(USAGE);
  const output = values.output ?? '-';
  const format = values.format ?? (/\.csv(\.gz)?$/i.test(output) ? 'csv' : 'ndjson');
  if (format !== 'ndjson' && format !== 'csv') throw new ConfigurationError('--format is ndjson or csv.');
  const query = {
    ...(values.from === undefined ? {} : { startTimeInSeconds: readTime(values.from, 'from') / 1_000 }),
    ...(values.to === undefined ? {} : { endTimeInSeconds: readTime(values.to, 'to') / 1_000 }),
    ...(values.meter === undefined ? {} : { meterApiName: values.meter }),
    ...(values.customer === undefined ? {} : { customerId: values.customer }),
  };
  const server = await serverOf(environment, values.server);
  const stopping = stopOnSignals();
  let records = 0;
  const progress = new Progress(progressOutput(values.quiet ?? false), () => ({ records, share: null, notes: [] }));
  const pages = counted(exportedPages(server.client, query, { signal: stopping.signal, onPause: (reason, millis) => progress.pause(reason, millis) }), (count) => (records += count));
  const destination = output === '-' ? standardOutput() : output.startsWith('s3://') ? await bucketDestination(output, values) : await fileDestination(output);
  try {
    await write(format === 'csv' ? csvOf(pages) : ndjsonOf(pages), values.gzip ?? output.toLowerCase().endsWith('.gz'), destination, stopping.signal);
    await destination.finish();
    progress.stop();
    if (!values.quiet) process.stderr.write(`Exported ${countOf(records)} records to ${destination.name} in ${durationOf(progress.elapsedInMillis)}.\n`);
  } catch (error) {
    progress.stop();
    await destination.abandon();
    if (!stopping.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    stopping.close();
  }
}

async function write(text: AsyncIterable<string>, isPacked: boolean, destination: Destination, signal: AbortSignal): Promise<void> {
  const sink = async (blocks: AsyncIterable<Buffer | string>): Promise<void> => {
    for await (const block of blocks) await destination.write(Buffer.from(block));
  };
  const source = Readable.from(text);
  await (isPacked ? pipeline(source, createGzip(), sink, { signal }) : pipeline(source, sink, { signal }));
}

async function* counted(pages: AsyncIterable<readonly ExportedUsage[]>, onPage: (records: number) => void): AsyncGenerator<readonly ExportedUsage[]> {
  for await (const page of pages) {
    onPage(page.length);
    yield page;
  }
}

async function* ndjsonOf(pages: AsyncIterable<readonly ExportedUsage[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((record) => `${JSON.stringify(record)}\n`).join('');
}
