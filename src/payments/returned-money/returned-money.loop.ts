import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { forEachConcurrently } from '../../platform/jobs/for-each-concurrently.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { ObjectLeases } from '../../platform/leases/object-leases.js';
import type { ReturnedMoneyCheck } from './returned-money-check.entity.js';
import { RETURNED_MONEY_TOPIC, ReturnedMoneyChecks } from './returned-money-checks.js';
import { ReturnedMoneyLook } from './returned-money.look.js';

const INTERVAL_IN_MILLIS = 1_000;
const BATCH = 50;
const CONCURRENCY = 4;

/** Reads what has gone back of the invoices that are marked; one reader per invoice over all processes. */
@Injectable()
export class ReturnedMoneyLoop implements OnModuleInit {
  readonly #logger = new Logger(ReturnedMoneyLoop.name);

  constructor(
    private readonly checks: ReturnedMoneyChecks,
    private readonly money: ReturnedMoneyLook,
    private readonly leases: ObjectLeases,
    private readonly loops: WorkerLoops,
    private readonly wakeups: Wakeups,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: RETURNED_MONEY_TOPIC, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
    this.wakeups.listen(RETURNED_MONEY_TOPIC, () => this.loops.wake(RETURNED_MONEY_TOPIC));
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const due = await this.checks.due(BATCH);
    const onError = ({ invoiceId }: ReturnedMoneyCheck, error: unknown): void => this.#logger.error(`what has gone back of invoice ${invoiceId} could not be read and is tried again: ${(error as Error).stack ?? String(error)}`);
    await forEachConcurrently(due, { concurrency: CONCURRENCY, signal, onError }, (check) => this.#read(check));
    return due.length === BATCH && !signal.aborted;
  }

  async #read(check: ReturnedMoneyCheck): Promise<void> {
    const lease = await this.leases.tryAcquire(`returned-money:${check.invoiceId}`);
    if (!lease) return;
    let isRead = false;
    try {
      isRead = await this.money.look(check.invoiceId);
    } finally {
      await (isRead ? this.checks.done(check) : this.checks.postpone(check));
      await lease.release();
    }
  }
}
