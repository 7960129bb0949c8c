import { countOf, durationOf } from '../progress.js';
import type { Totals } from './outcome.js';

export interface ImportFacts {
  /** Of the whole import, earlier runs included. */
  readonly totals: Totals;
  /** Of this run. */
  readonly records: number;
  readonly elapsedInMillis: number;
  readonly files: number;
  readonly isComplete: boolean;
  readonly isResumed: boolean;
  /** Null where there are none. */
  readonly rejectsPath: string | null;
}

/** 0: all is counted; 2: some of it is not; 130: it was told to stop. A failure ends with 1. */
export function exitCodeOf({ totals, isComplete }: ImportFacts): number {
  if (!isComplete) return 130;
  return totals.rejected + totals.conflicts > 0 ? 2 : 0;
}

/** For programs. */
export function endOf(facts: ImportFacts): Record<string, unknown> {
  const { totals, files, isComplete, isResumed, rejectsPath, elapsedInMillis } = facts;
  return { complete: isComplete, resumed: isResumed, files, ...totals, recordsPerSecond: rateOf(facts), elapsedInMillis: Math.round(elapsedInMillis), rejectsFile: rejectsPath };
}

/** For people. */
export function summaryOf(facts: ImportFacts): string {
  const { totals, files, isComplete, isResumed, rejectsPath, elapsedInMillis } = facts;
  const row = (name: string, count: number, remark: string): string => `  ${name.padEnd(11)}${countOf(count).padStart(15)}  ${remark}`.trimEnd();
  return [
    `${isComplete ? 'Imported' : 'Stopped after'} ${countOf(totals.records)} records of ${countOf(files)} ${files === 1 ? 'file' : 'files'}${isResumed ? ', earlier runs included' : ''}; this run took ${durationOf(elapsedInMillis)}, ${countOf(rateOf(facts))} records/s.`,
    row('accepted', totals.accepted, 'events counted'),
    row('duplicates', totals.duplicates, 'known already with the same content, counted once'),
    row('conflicts', totals.conflicts, totals.conflicts === 0 ? '' : 'known with other content, not counted'),
    ...(totals.cancelled === 0 ? [] : [row('cancelled', totals.cancelled, 'their cancel came before them, not counted')]),
    row('rejected', totals.rejected, totals.rejected === 0 ? '' : 'records, not counted'),
    ...(rejectsPath === null ? [] : [`What was not counted, and why: ${rejectsPath}`]),
    ...(isComplete ? [] : ['Run the same command again to go on from there.']),
    '',
  ].join('\n');
}

function rateOf({ records, elapsedInMillis }: ImportFacts): number {
  return Math.round((records * 1_000) / Math.max(1, elapsedInMillis));
}
