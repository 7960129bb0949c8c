import { setTimeout as sleep } from 'node:timers/promises';
import { TollkeeperError } from '@tollkeeper/client';
import { CommandError } from './command-error.js';

const FIRST_PAUSE_IN_MILLIS = 500;
const LONGEST_PAUSE_IN_MILLIS = 30_000;
/** A restart, an upgrade or a failover ends within it; after it a person has to look. */
const PATIENCE_IN_MILLIS = 600_000;

export interface PatienceOptions {
  readonly signal: AbortSignal;
  /** Told before each pause, for whoever watches. */
  readonly onPause: (reason: string, pauseInMillis: number) => void;
}

/** Calls again for as long as the server cannot be reached or asks to wait. @throws CommandError after ten minutes without an answer */
export async function withPatience<T>(call: () => Promise<T>, { signal, onPause }: PatienceOptions): Promise<T> {
  const deadline = performance.now() + PATIENCE_IN_MILLIS;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TollkeeperError) || !isPassing(error) || signal.aborted) throw error;
      const drawn = Math.min(LONGEST_PAUSE_IN_MILLIS, FIRST_PAUSE_IN_MILLIS * 2 ** attempt) * (0.5 + Math.random() / 2);
      const pauseInMillis = error.retryAfterInSeconds === undefined ? drawn : Math.max(error.retryAfterInSeconds * 1_000, Math.min(drawn, 2_000));
      if (performance.now() + pauseInMillis > deadline) throw new CommandError(`The server has given no answer for ten minutes. The last word: ${error.message}`, error);
      onPause(error.message, pauseInMillis);
      await sleep(pauseInMillis, undefined, { signal });
    }
  }
}

function isPassing({ status }: TollkeeperError): boolean {
  return status === 0 || status === 429 || status >= 500;
}
