import { Injectable } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import { conflict, invalid } from '@tollkeeper/kernel';
import { AccountClock, ProcessClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { DueWork } from '../platform/jobs/due-work.js';
import { WorkerLoops } from '../platform/jobs/worker-loops.js';
import { Wakeups } from '../platform/jobs/wakeups.js';
import { Account } from './account.entity.js';
import { AccountsService } from './accounts.service.js';
import { ACCOUNT_CLOCKS_LOOP } from './account-clocks.loop.js';

/** Ten years: enough for any demonstration, small enough that a value in another unit is noticed. */
const FURTHEST_JUMP_IN_MILLIS = 10 * 366 * 86_400_000;

export interface TestClock {
  readonly timeInMillis: number;
  readonly targetTimeInMillis: number | null;
  readonly status: 'ready' | 'advancing';
  readonly inProgress: Record<string, number>;
}

@Injectable()
export class AccountClockService extends AccountClock {
  constructor(
    private readonly accounts: AccountsService,
    private readonly database: Database,
    private readonly clock: ProcessClock,
    private readonly dueWork: DueWork,
    private readonly loops: WorkerLoops,
    private readonly wakeups: Wakeups,
  ) {
    super();
  }

  override async now(accountId: string): Promise<number> {
    const account = await this.accounts.get(accountId);
    return this.clock.now() + account.clockOffsetInMillis;
  }

  async read(accountId: string): Promise<TestClock> {
    const account = await this.accounts.get(accountId);
    const now = this.clock.now() + account.clockOffsetInMillis;
    const inProgress = await this.dueWork.inProgress(accountId);
    const due = account.clockTargetInMillis != null || (await this.dueWork.nextDueAt(accountId, now)) !== null;
    const busy = due || Object.values(inProgress).some((count) => count > 0);
    return { timeInMillis: now, targetTimeInMillis: account.clockTargetInMillis ?? null, status: busy ? 'advancing' : 'ready', inProgress };
  }

  /** Answers at once; the worker walks there boundary by boundary. @throws DomainError for live accounts and for times in the past */
  async moveTo(accountId: string, timeInMillis: number): Promise<TestClock> {
    await this.database.transaction(async (tx) => {
      const account = await tx.findOneOrFail(Account, { id: accountId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (account.mode !== 'test') throw conflict('not_a_test_account', 'Only the clock of a test account can be moved. Live accounts follow wall time.');
      const now = Math.max(this.clock.now() + account.clockOffsetInMillis, account.clockTargetInMillis ?? 0);
      if (timeInMillis < now) {
        throw invalid('clock_moves_forwards_only', `The account's time is ${now} (${new Date(now).toISOString()}) and moves forwards only; ${timeInMillis} is earlier. Is it in milliseconds?`);
      }
      if (timeInMillis > now + FURTHEST_JUMP_IN_MILLIS) throw invalid('clock_jump_too_far', `${timeInMillis} is more than ten years ahead of the account's time. Is it in milliseconds?`);
      account.clockTargetInMillis = timeInMillis;
      account.updateTime = this.clock.now();
      await tx.flush();
      await this.wakeups.notify(tx, ACCOUNT_CLOCKS_LOOP, accountId);
    });
    this.loops.wake(ACCOUNT_CLOCKS_LOOP);
    return this.read(accountId);
  }
}
