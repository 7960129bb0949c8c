/** Wall time of this process; leases, backoff, cursors and signatures follow it. Outage tests move this one. */
export abstract class ProcessClock {
  abstract now(): number;
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
