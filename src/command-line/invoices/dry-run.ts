import type { DueInvoice, TollkeeperClient } from '@tollkeeper/client';
import { csvLine } from '../../platform/http/csv-line.js';
import { fileDestination, standardOutput } from '../destinations/local-destinations.js';
import type { Destination } from '../destinations/destination.js';
import { withPatience } from '../patience.js';
import { Progress, progressOutput } from '../progress.js';
import { DryRunTotals } from './dry-run-totals.js';
import { DRY_RUN_COLUMNS, dryRunCells } from './dry-run-cells.js';

const ROWS_PER_PAGE = 500;

export interface DryRun {
  readonly query: { readonly asOfTimeInMillis?: number };
  /** Where every invoice is written to, or nowhere. */
  readonly output: string | undefined;
  readonly isQuiet: boolean;
  readonly signal: AbortSignal;
}

/** Shows what each invoice would be locked with. @returns whether all of them can be */
export async function dryRun(client: TollkeeperClient, { query, output, isQuiet, signal }: DryRun): Promise<boolean> {
  const totals = new DryRunTotals();
  let expected = 0;
  const progress = new Progress(progressOutput(isQuiet), () => ({ records: totals.count, share: expected === 0 ? null : totals.count / expected, notes: [] }), 'invoices');
  const patience = { signal, onPause: (reason: string, millis: number) => progress.pause(reason, millis) };
  const destination = await destinationOf(output);
  try {
    const { asOfTimeInMillis, due, waiting, failed } = await withPatience(() => client.invoices.runProgress(query), patience);
    expected = due + waiting + failed;
    await destination?.write(Buffer.from(csvLine(DRY_RUN_COLUMNS)));
    let cursor: string | undefined;
    do {
      const page = await withPatience(() => client.invoices.due({ asOfTimeInMillis, limit: ROWS_PER_PAGE, ...(cursor === undefined ? {} : { cursor }) }, { signal }), patience);
      await take(page.items, totals, destination);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    await destination?.finish();
    progress.stop();
    (output === '-' ? process.stderr : process.stdout).write(totals.text(asOfTimeInMillis));
    return totals.areWhole;
  } catch (error) {
    await destination?.abandon();
    throw error;
  } finally {
    progress.stop();
  }
}

async function take(invoices: readonly DueInvoice[], totals: DryRunTotals, destination: Destination | null): Promise<void> {
  for (const invoice of invoices) totals.add(invoice);
  if (invoices.length > 0) await destination?.write(Buffer.from(invoices.map((invoice) => csvLine(dryRunCells(invoice))).join('')));
}

async function destinationOf(output: string | undefined): Promise<Destination | null> {
  if (output === undefined) return null;
  return output === '-' ? standardOutput() : fileDestination(output);
}
