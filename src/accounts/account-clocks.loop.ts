import { LockMode } from '@mikro-orm/core';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { DueWork } from '../platform/jobs/due-work.js';
import { RefillingPool } from '../platform/jobs/refilling-pool.js';
import { ObjectLeases } from '../platform/leases/object-leases.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { Account } from './account.entity.js';
import { JobTriggers } from './job-triggers.js';

export const ACCOUNT_CLOCKS_LOOP = 'account-clocks';
const INTERVAL_IN_MILLIS = 500;
/** Accounts at a time: one that closes a hundred thousand invoices does not keep the others waiting. */
const CONCURRENCY = 4;

/** Runs what is due by each account's clock, and walks moved clocks from boundary to boundary so that nothing is skipped. */
@Injectable()
export class AccountClocksLoop implements OnModuleInit {
  readonly #logger = new Logger(AccountClocksLoop.name);
  readonly #database: Database;
  readonly #clock: ProcessClock;
  readonly #dueWork: DueWork;
  readonly #leases: ObjectLeases;
  readonly #outbox: Outbox;
  readonly #pool: RefillingPool<string>;

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
    this.#pool = new RefillingPool<string>({
      concurrency: CONCURRENCY,
      perGroup: 1,
      batch: Number.POSITIVE_INFINITY,
      scan: ({ keys }) => this.#accounts(keys),
      keyOf: (accountId) => accountId,
      groupOf: (accountId) => accountId,
      work: (accountId, signal) => this.#work(accountId, signal),
      // It is tried again at the next run.
      onError: (accountId, error) => this.#logger.error(`due work of account ${accountId} failed: ${(error as Error).stack ?? String(error)}`),
      onRoom: () => this.jobs.loops.wake(ACCOUNT_CLOCKS_LOOP),
    });
  }

  onModuleInit(): void {
    const { loops, wakeups } = this.jobs;
    loops.register({ name: ACCOUNT_CLOCKS_LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal), idle: () => this.#pool.idle() });
    wakeups.listen(ACCOUNT_CLOCKS_LOOP, () => loops.wake(ACCOUNT_CLOCKS_LOOP));
  }

  runOnce(signal: AbortSignal): Promise<boolean> {
    return this.#pool.run(signal);
  }

  async #accounts(taken: readonly string[]): Promise<string[]> {
    const moving = await this.#database.reader().find(Account, { clockTargetInMillis: { $ne: null } }, { fields: ['id'], orderBy: { id: 'asc' } });
    const due = await this.#dueWork.accountsDue(this.#clock.now());
    return [...new Set([...moving.map(({ id }) => id), ...due])].filter((id) => !taken.includes(id));
  }

  async #work(accountId: string, signal: AbortSignal): Promise<void> {
    const lease = await this.#leases.tryAcquire(`account-clock:${accountId}`);
    if (!lease) return;
    try {
      await this.#advance(accountId, signal);
    } finally {
      await lease.release();
    }
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
