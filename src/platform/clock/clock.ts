import { setTimeout } from 'node:timers/promises';

/** Wall time of this process; leases, backoff, cursors and signatures follow it. Outage tests move this one. */
export abstract class ProcessClock {
  abstract now(): number;

  /** Resolves when so much of this clock's time has passed, or the signal aborts. */
  async pause(millis: number, signal?: AbortSignal): Promise<void> {
    await setTimeout(millis, undefined, { ...(signal ? { signal } : {}) }).catch(() => undefined);
  }
}

export class SystemClock extends ProcessClock {
  now(): number {
    return Date.now();
  }
}

/** The time by which an account is billed: wall time plus an offset that only grows, on test accounts. Accounts fill it. */
export abstract class AccountClock {
  abstract now(accountId: string): Promise<number>;
}
