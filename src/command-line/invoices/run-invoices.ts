import { setTimeout as sleep } from 'node:timers/promises';
import type { InvoiceRun, TollkeeperClient } from '@tollkeeper/client';
import { withPatience } from '../patience.js';
import { countOf, durationOf, Progress, progressOutput } from '../progress.js';

const LOOK_IN_MILLIS = 500;

export interface RunOptions {
  readonly query: { readonly asOfTimeInMillis?: number };
  readonly isQuiet: boolean;
  readonly signal: AbortSignal;
}

/** Lets the server lock what is due, and watches it. Stopped and asked again it goes on. @returns whether all of it is locked */
export async function runInvoices(client: TollkeeperClient, { query, isQuiet, signal }: RunOptions): Promise<boolean> {
  let [atFirst, now]: [number, InvoiceRun] = [0, { asOfTimeInMillis: 0, due: 0, waiting: 0, failed: 0, handingOver: 0, callsLeft: 0, forecastTimeInMillis: null }];
  const left = (): number => now.due + now.waiting;
  const locked = (): number => Math.max(0, atFirst - left());
  const progress = new Progress(
    progressOutput(isQuiet),
    () => ({ records: locked(), share: atFirst === 0 ? null : locked() / atFirst, notes: now.failed > 0 ? [`${countOf(now.failed)} failed`] : [] }),
    'invoices',
  );
  const patience = { signal, onPause: (reason: string, millis: number) => progress.pause(reason, millis) };
  try {
    now = await withPatience(() => client.invoices.run(query), patience);
    const asOf = { asOfTimeInMillis: now.asOfTimeInMillis };
    for (atFirst = left(); left() > 0; ) {
      await sleep(LOOK_IN_MILLIS, undefined, { signal });
      // What was still open when it was asked waits only after its period was ended.
      const hasWaiting = now.waiting > 0;
      now = await withPatience(() => (hasWaiting ? client.invoices.run(asOf) : client.invoices.runProgress(asOf)), patience);
    }
    progress.stop();
    process.stdout.write(summaryOf(atFirst, now, progress.elapsedInMillis));
    return now.failed === 0;
  } finally {
    progress.stop();
  }
}

function summaryOf(locked: number, { asOfTimeInMillis, failed, ...run }: InvoiceRun, elapsedInMillis: number): string {
  const done = Math.max(0, locked - failed);
  const text = `Locked ${countOf(done)} ${done === 1 ? 'invoice' : 'invoices'} that were due by ${new Date(asOfTimeInMillis).toISOString()}, in ${durationOf(elapsedInMillis)}.\n`;
  const whole = `${text}${handOverOf(run)}`;
  return failed === 0 ? whole : `${whole}${countOf(failed)} cannot be rated. Each says why: tollkeeper invoices run --dry-run\n`;
}

/** What goes on after the lock, by itself. */
function handOverOf({ handingOver, callsLeft, forecastTimeInMillis }: Pick<InvoiceRun, 'handingOver' | 'callsLeft' | 'forecastTimeInMillis'>): string {
  if (callsLeft === 0) return '';
  const through = forecastTimeInMillis === null ? 'nobody can say until when' : `until about ${new Date(forecastTimeInMillis).toISOString().slice(0, 16)}Z, in ${durationOf(Math.max(0, forecastTimeInMillis - Date.now()))}`;
  return `${countOf(handingOver)} ${handingOver === 1 ? 'is' : 'are'} being handed over: ${countOf(callsLeft)} requests to providers, ${through}.\n`;
}
