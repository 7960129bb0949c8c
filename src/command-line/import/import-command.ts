import { createHash } from 'node:crypto';
import { ConfigurationError, type Environment } from '../../platform/config/environment.js';
import { readCommand, readCount, serverOf, type Server } from '../command-options.js';
import { Progress } from '../progress.js';
import { sourcesOf } from '../sources/source-list.js';
import { stopOnSignals } from '../stop-signals.js';
import { CommandError } from '../command-error.js';
import { Checkpoint } from './checkpoint.js';
import { ChunkSender } from './chunk-sender.js';
import { ImportRun } from './import-run.js';
import { endOf, exitCodeOf, summaryOf } from './import-summary.js';
import type { LineFormat } from './record-splitter.js';
import { RejectFile } from './reject-file.js';

/** The server takes so many at most. */
const MOST_RECORDS = 10_000;

const OPTIONS = {
  format: { type: 'string' },
  server: { type: 'string' },
  endpoint: { type: 'string' },
  region: { type: 'string' },
  rejects: { type: 'string' },
  checkpoint: { type: 'string' },
  incremental: { type: 'boolean' },
  'batch-size': { type: 'string' },
  concurrency: { type: 'string' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
} as const;

const USAGE = `usage: tollkeeper import events FILE… [options]
  FILE                a file, a pattern such as 'usage/*.ndjson.gz', s3://bucket/prefix, or - for standard input
  --format FORMAT     ndjson or csv, where neither name nor content tells
  --server URL        another server than this machine's, with the key in TOLLKEEPER_API_KEY
  --endpoint URL      of an S3-compatible store; --region NAME where it wants one
  --rejects FILE      where records go that were not counted
  --checkpoint FILE   where it is kept how far the import has come
  --incremental       keeps the checkpoint: the next run takes only new and changed files
  --batch-size N      records in a request (5000); --concurrency N requests at once (4)
  --json              the summary as JSON; --quiet shows no progress`;

/** `tollkeeper import events`: files of usage to the ingest route of a running server. */
export async function importCommand(environment: Environment, words: readonly string[]): Promise<void> {
  const { values, positionals } = readCommand(words, OPTIONS, USAGE);
  const [what, ...files] = positionals;
  if (what !== 'events' || files.length === 0) throw new ConfigurationError(USAGE);
  const { format, rejects: rejectsPath, checkpoint: checkpointPath } = values;
  if (format !== undefined && format !== 'ndjson' && format !== 'csv') throw new ConfigurationError('--format is ndjson or csv.');
  const recordsPerRequest = readCount(values['batch-size'], 'batch-size', { fallback: 5_000, most: MOST_RECORDS });
  const requestsAtOnce = readCount(values.concurrency, 'concurrency', { fallback: 4, most: 32 });
  const server = await serverOf(environment, values.server);
  const name = `tollkeeper-import-${nameOf(server, files)}`;
  const sources = await sourcesOf(files, values);
  const checkpoint = await Checkpoint.open(checkpointPath ?? `${name}.checkpoint.json`, targetOf(server));
  const rejects = await RejectFile.open(rejectsPath ?? `${name}.rejected.ndjson`, checkpoint.rejectsSizeInBytes, rejectsPath === undefined);
  const isResumed = checkpoint.totals.records > 0;

  const stopping = stopOnSignals();
  const progress = new Progress(values.quiet || values.json ? SILENT : process.stderr, () => {
    const { rejected, conflicts, records } = run.totals;
    return { records, share: run.share, notes: [...(rejected > 0 ? [`${rejected} rejected`] : []), ...(conflicts > 0 ? [`${conflicts} conflicts`] : [])] };
  });
  const sender = new ChunkSender({ client: server.client, compress: !server.isNear, signal: stopping.giveUp, onPause: (reason, millis) => progress.pause(reason, millis) });
  const run = new ImportRun({ sources, sender, checkpoint, rejects, format: format ?? (null as LineFormat | null), recordsPerRequest, requestsAtOnce, signal: stopping.signal });
  const before = run.totals.records;
  try {
    await sender.probe(null);
    const isComplete = await run.run();
    const facts = { totals: run.totals, records: run.totals.records - before, elapsedInMillis: progress.elapsedInMillis, files: sources.length, isComplete, isResumed, rejectsPath: rejects.sizeInBytes > 0 ? rejects.path : null };
    progress.stop();
    await rejects.close();
    if (isComplete) await (values.incremental ? checkpoint.startNextRun() : checkpoint.remove());
    process.stdout.write(values.json ? `${JSON.stringify(endOf(facts))}\n` : summaryOf(facts));
    process.exitCode = exitCodeOf(facts);
  } catch (error) {
    progress.stop();
    await rejects.close();
    if (stopping.giveUp.aborted) return void (process.exitCode = 130);
    throw error instanceof CommandError && run.totals.records > 0 ? new CommandError(`${error.message}\nRun the same command again to go on from there.`, error) : error;
  } finally {
    stopping.close();
  }
}

const SILENT = { write: (): void => undefined };

/** The same command finds its own checkpoint, and another one in the same folder does not. */
function nameOf(server: Server, files: readonly string[]): string {
  return hashOf(JSON.stringify([targetOf(server), ...files])).slice(0, 8);
}

function targetOf({ url, key }: Server): string {
  return hashOf(`${url} ${key}`).slice(0, 32);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
