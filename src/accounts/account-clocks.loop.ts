import { LockMode } from '@mikro-orm/core';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { DueWork } from '../platform/jobs/due-work.js';
import { ObjectLeases } from '../platform/leases/object-leases.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { Account } from './account.entity.js';
import { JobTriggers } from './job-triggers.js';

export const ACCOUNT_CLOCKS_LOOP = 'account-clocks';
const INTERVAL_IN_MILLIS = 500;

/** Runs what is due by each account's clock, and walks moved clocks from boundary to boundary so that nothing is skipped. */
@Injectable()
export class AccountClocksLoop implements OnModuleInit {
  readonly #logger = new Logger(AccountClocksLoop.name);
  readonly #database: Database;
  readonly #clock: ProcessClock;
  readonly #dueWork: DueWork;
  readonly #leases: ObjectLeases;
  readonly #outbox: Outbox;

  constructor(
    database: Database,
    clock: ProcessClock,
    dueWork: DueWork,
    leases: ObjectLeases,
    outbox: Outbox,
    private readonly jobs: JobTriggers,
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#dueWork = dueWork;
    this.#leases = leases;
    this.#outbox = outbox;
  }

  onModuleInit(): void {
    const { loops, wakeups } = this.jobs;
    loops.register({ name: ACCOUNT_CLOCKS_LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
    wakeups.listen(ACCOUNT_CLOCKS_LOOP, () => loops.wake(ACCOUNT_CLOCKS_LOOP));
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const accounts = await this.#database.reader().find(Account, {}, { fields: ['id'], orderBy: { id: 'asc' } });
    for (const { id } of accounts) {
      if (signal.aborted) break;
      const lease = await this.#leases.tryAcquire(`account-clock:${id}`);
      if (!lease) continue;
      try {
        await this.#advance(id, signal);
      } catch (error) {
        // One account's trouble must not stop the others; it is tried again at the next run.
        this.#logger.error(`due work of account ${id} failed: ${(error as Error).stack ?? String(error)}`);
      } finally {
        await lease.release();
      }
    }
    return false;
  }

  async #advance(accountId: string, signal: AbortSignal): Promise<void> {
    for (let last = Number.NEGATIVE_INFINITY; !signal.aborted; ) {
      const account = await this.#database.reader().findOneOrFail(Account, { id: accountId });
      const target = account.clockTargetInMillis ?? this.#clock.now() + account.clockOffsetInMillis;
      const boundary = await this.#dueWork.nextDueAt(accountId, target);
      if (boundary === null) {
        if (account.clockTargetInMillis != null) await this.#setClock(accountId, target, true);
        return;
      }
      if (boundary <= last) throw new Error(`due work at ${boundary} was run and is due again: its source makes no progress`);
      if (account.clockTargetInMillis != null) await this.#setClock(accountId, boundary, false);
      await this.#dueWork.runDue(accountId, boundary);
      last = boundary;
    }
  }

  /** Never backwards: the offset only grows. Locked, so that a target set in between is not taken for the one arrived at. */
  #setClock(accountId: string, timeInMillis: number, arrived: boolean): Promise<void> {
    return this.#database.transaction(async (tx) => {
      const account = await tx.findOneOrFail(Account, { id: accountId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      account.clockOffsetInMillis = Math.max(account.clockOffsetInMillis, timeInMillis - this.#clock.now());
      if (!arrived || account.clockTargetInMillis !== timeInMillis) return;
      account.clockTargetInMillis = null;
      await tx.flush();
      await this.#outbox.record(tx, { accountId, type: 'test_clock.advanced', objectType: 'account', objectId: accountId, data: { timeInMillis } });
    });
  }
}
