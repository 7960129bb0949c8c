import fc from 'fast-check';
import { history, type History } from './history.js';
import { HistoryWorld, type Played } from './history-world.js';

/** So many sellers share an application and a sandbox; more of them only make each of its scans longer. */
const BATCH = 25;
const LONGEST_SHRINKING_IN_MILLIS = 120_000;

export interface FailedHistory extends Played {
  /** Which one of its seed. */
  readonly index: number;
}

export interface HistoryRun {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  /** @param failedNow of the batch that has ended */
  onBatch?(done: number, failedNow: readonly FailedHistory[]): void;
}

/** Plays histories `from` to `from + count` of a seed; the same numbers are the same histories. */
export async function runHistories({ seed, from, count, onBatch }: HistoryRun): Promise<FailedHistory[]> {
  const histories = fc.sample(history, { seed, numRuns: from + count }).slice(from);
  const failed: FailedHistory[] = [];
  for (let start = 0; start < histories.length; start += BATCH) {
    const batch = histories.slice(start, start + BATCH);
    const failedNow = (await playTogether(batch)).flatMap((one, index) => (one.problems.length > 0 ? [{ ...one, index: from + start + index }] : []));
    failed.push(...failedNow);
    onBatch?.(start + batch.length, failedNow);
  }
  return failed;
}

async function playTogether(histories: readonly History[]): Promise<Played[]> {
  const world = await HistoryWorld.start();
  try {
    return await world.play(histories);
  } finally {
    await world.stop();
  }
}

/** The same history alone, made as short as it still fails: null when alone it does not fail. */
export async function shrinkHistory(seed: number, index: number): Promise<{ history: unknown; problems: readonly string[] } | null> {
  let problems: readonly string[] = [];
  const property = fc.asyncProperty(history, async (one) => {
    const [played] = await playTogether([one]);
    if (!played || played.problems.length === 0) return;
    problems = played.problems;
    throw new Error(played.problems.join('\n'));
  });
  const { counterexample } = await fc.check(property, { seed, path: String(index), numRuns: 1, interruptAfterTimeLimit: LONGEST_SHRINKING_IN_MILLIS, markInterruptAsFailure: false });
  return counterexample ? { history: counterexample[0], problems } : null;
}
