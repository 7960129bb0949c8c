import { TollkeeperError } from '@tollkeeper/client';
import { ConfigurationError, type Environment } from '../../platform/config/environment.js';
import { CommandError } from '../command-error.js';
import { readCommand, readTime, serverOf } from '../command-options.js';
import { stopOnSignals } from '../stop-signals.js';
import { dryRun } from './dry-run.js';
import { runInvoices } from './run-invoices.js';

const OPTIONS = {
  'as-of': { type: 'string' },
  'dry-run': { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  server: { type: 'string' },
  quiet: { type: 'boolean' },
} as const;

const USAGE = `usage: tollkeeper invoices run [options]
  --as-of TIME    invoices whose period or grace is over then: 2026-12-01 (UTC) or 2026-12-01T00:00:00+01:00; otherwise now
  --dry-run       changes nothing: shows what each comes to by the usage there is now; TIME may be one to come
  -o FILE         of a dry run: every invoice as CSV; - for standard output
  --server URL    another server than this machine's, with the key in TOLLKEEPER_API_KEY
  --quiet         shows no progress`;

/** `tollkeeper invoices run`: locks what waits for it, or shows what would be locked. Ends with 2 where there are invoices that cannot be rated. */
export async function invoicesCommand(environment: Environment, words: readonly string[]): Promise<void> {
  const { values, positionals } = readCommand(words, OPTIONS, USAGE);
  const { 'as-of': asOf, 'dry-run': isDryRun = false, output, quiet: isQuiet = false } = values;
  if (positionals.length !== 1 || positionals[0] !== 'run') throw new ConfigurationError(USAGE);
  if (output !== undefined && !isDryRun) throw new ConfigurationError(`-o goes with --dry-run.\n${USAGE}`);
  const query = asOf === undefined ? {} : { asOfTimeInMillis: readTime(asOf, 'as-of') };
  const { client } = await serverOf(environment, values.server);
  const stopping = stopOnSignals();
  try {
    const isWhole = isDryRun ? await dryRun(client, { query, output, isQuiet, signal: stopping.signal }) : await runInvoices(client, { query, isQuiet, signal: stopping.signal });
    process.exitCode = isWhole ? 0 : 2;
  } catch (error) {
    if (!stopping.signal.aborted) throw error instanceof TollkeeperError ? new CommandError(error.message, error) : error;
    process.exitCode = 130;
  } finally {
    stopping.close();
  }
}
