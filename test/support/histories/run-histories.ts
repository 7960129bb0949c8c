import { availableParallelism } from 'node:os';
import { ChildProgram } from '../child-program.js';
import type { Batch, FailedHistory, Shrunk } from './history-batches.js';
import type { HistoryOrder, HistoryTask } from './history-child.js';

const PROGRAM = new URL('history-child.ts', import.meta.url);
/** So many sellers share an application and a sandbox; more of them only make each of its scans longer. */
const BATCH = 25;
/** What has died within a process is not freed by all libraries, so that it is replaced now and then. */
const BATCHES_PER_PROCESS = 20;
const LONGEST_SHRINKING_IN_MILLIS = 120_000;

export interface HistoryRun {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  /** Batches end in any order. @param failedNow of the batch that has ended */
  onBatch?(done: number, failedNow: readonly FailedHistory[]): void;
}

/** Plays histories `from` to `from + count` of a seed on all cores; the same numbers are the same histories. */
export async function runHistories({ seed, from, count, onBatch }: HistoryRun): Promise<FailedHistory[]> {
  const batches = batchesOf(from, count);
  const task: HistoryTask = { seed, upTo: from + count, atATime: Math.min(BATCH, count) };
  const failed: FailedHistory[] = [];
  let done = 0;
  const work = async (): Promise<void> => {
    while (batches.length > 0) {
      const child = ChildProgram.start(PROGRAM, task);
      try {
        for (let played = 0, batch = batches.shift(); batch; batch = (played += 1) < BATCHES_PER_PROCESS ? batches.shift() : undefined) {
          const failedNow = (await child.ask({ play: batch } satisfies HistoryOrder)) as FailedHistory[];
          failed.push(...failedNow);
          done += batch.count;
          onBatch?.(done, failedNow);
        }
      } finally {
        await child.end();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), batches.length) }, work));
  return failed.sort((one, other) => one.index - other.index);
}

/** The same history alone, made as short as it still fails: null when alone it does not fail. */
export async function shrinkHistory(seed: number, index: number): Promise<Shrunk | null> {
  const child = ChildProgram.start(PROGRAM, { seed, upTo: index + 1, atATime: 1 } satisfies HistoryTask);
  try {
    return (await child.ask({ shrink: index, longestInMillis: LONGEST_SHRINKING_IN_MILLIS } satisfies HistoryOrder)) as Shrunk | null;
  } finally {
    await child.end();
  }
}

function batchesOf(from: number, count: number): Batch[] {
  return Array.from({ length: Math.ceil(count / BATCH) }, (_, index) => ({ from: from + index * BATCH, count: Math.min(BATCH, count - index * BATCH) }));
}
