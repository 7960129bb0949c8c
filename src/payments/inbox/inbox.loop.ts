import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { forEachConcurrently } from '../../platform/jobs/for-each-concurrently.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import type { DispatchResult } from './dispatch-result.js';
import { EventDispatch } from './event-dispatch.js';
import { InboxEntry } from './inbox-entry.entity.js';
import { MAXIMUM_ATTEMPTS, pauseAfterFailure, UNMATCHED_PAUSES_IN_MILLIS } from './inbox-schedule.js';
import { INBOX_TOPIC } from './inbox.store.js';

const INTERVAL_IN_MILLIS = 500;
const BATCH = 200;
const CONCURRENCY = 4;

/** Handles stored events: those of one object together, by one fetch; a failing one waits and blocks nobody. */
@Injectable()
export class InboxLoop implements OnModuleInit {
  readonly #logger = new Logger(InboxLoop.name);

  constructor(
    private readonly database: Database,
    private readonly clock: ProcessClock,
    private readonly loops: WorkerLoops,
    private readonly wakeups: Wakeups,
    private readonly dispatch: EventDispatch,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: INBOX_TOPIC, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
    this.wakeups.listen(INBOX_TOPIC, () => this.loops.wake(INBOX_TOPIC));
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const due = await this.database
      .reader()
      .find(InboxEntry, { status: 'pending', nextAttemptTime: { $lte: this.clock.now() } }, { orderBy: { nextAttemptTime: 'asc', id: 'asc' }, limit: BATCH });
    const groups = [...Map.groupBy(due, (entry) => this.dispatch.subjectOf(entry)).values()];
    const onError = (group: readonly InboxEntry[], error: unknown): void =>
      this.#logger.error(`what came of provider events ${idsOf(group).join(', ')} could not be stored: ${(error as Error).stack ?? String(error)}`);
    await forEachConcurrently(groups, { concurrency: CONCURRENCY, signal, onError }, (group) => this.#handle(group));
    return due.length === BATCH && !signal.aborted;
  }

  async #handle(entries: readonly InboxEntry[]): Promise<void> {
    let result: DispatchResult;
    try {
      result = await this.dispatch.handle(entries);
    } catch (error) {
      this.#logger.error(`provider events ${idsOf(entries).join(', ')} failed and are tried again: ${(error as Error).stack ?? String(error)}`);
      result = { result: 'failed', message: (error as Error).message };
    }
    const ids = idsOf(entries);
    await this.database.transaction(async (tx) => {
      const rows = await tx.find(InboxEntry, { id: { $in: ids }, status: 'pending' }, { orderBy: { id: 'asc' } });
      for (const row of rows) this.#settle(row, result);
    });
  }

  #settle(row: InboxEntry, result: DispatchResult): void {
    const now = this.clock.now();
    row.attempts += 1;
    row.error = 'message' in result ? result.message : null;
    if (result.result === 'processed') {
      row.status = 'processed';
      row.processTime = now;
    } else if (result.result === 'foreign') {
      row.status = 'foreign';
    } else if (result.result === 'unmatched') {
      const pause = UNMATCHED_PAUSES_IN_MILLIS[row.attempts - 1];
      if (pause === undefined) row.status = 'foreign';
      else row.nextAttemptTime = now + pause;
    } else if (result.result === 'unreachable') {
      // The provider's outage is not the event's fault: it does not count towards the dead.
      row.nextAttemptTime = now + pauseAfterFailure(Math.min(row.attempts, 5));
    } else if (row.attempts >= MAXIMUM_ATTEMPTS) {
      row.status = 'dead';
    } else {
      row.nextAttemptTime = now + pauseAfterFailure(row.attempts);
    }
  }
}

function idsOf(entries: readonly InboxEntry[]): string[] {
  return entries.map((entry) => entry.id);
}
