import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { RefillingPool } from '../../platform/jobs/refilling-pool.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { ObjectLeases } from '../../platform/leases/object-leases.js';
import { ListingUnavailableError } from '../listing/provider-listing.js';
import { DriftComparison } from './drift-comparison.js';
import { DriftPlatform } from './drift-platform.js';
import { DriftRunsStore, type DriftRun } from './drift-runs.store.js';
import { OverdueDrift } from './overdue-drift.js';

export const DRIFT_LOOP = 'provider-drift';
const INTERVAL_IN_MILLIS = 1_000;
const SCHEDULE_INTERVAL_IN_MILLIS = 60_000;
/** Accounts at a time. */
const CONCURRENCY = 4;
const PAUSE_WHILE_UNREACHABLE_IN_MILLIS = 60_000;
/** A comparison that a provider does not let come to its end is begun anew the next night. */
const GIVEN_UP_AFTER_IN_MILLIS = 20 * 3_600_000;

const HOUR_IN_MILLIS = 3_600_000;
const DAY_IN_MILLIS = 24 * HOUR_IN_MILLIS;

/** Begins the comparison of each night, carries on those that run, and tells of differences that stay. */
@Injectable()
export class DriftLoop implements OnModuleInit {
  readonly #logger = new Logger(DriftLoop.name);
  readonly #pool: RefillingPool<DriftRun>;
  #nextSchedule = 0;

  constructor(
    private readonly runs: DriftRunsStore,
    private readonly comparison: DriftComparison,
    private readonly overdue: OverdueDrift,
    private readonly leases: ObjectLeases,
    private readonly loops: WorkerLoops,
    private readonly platform: DriftPlatform,
  ) {
    this.#pool = new RefillingPool<DriftRun>({
      concurrency: CONCURRENCY,
      perGroup: 1,
      batch: CONCURRENCY,
      scan: ({ groups, limit }) => this.runs.due(this.platform.now(), groups, limit),
      keyOf: ({ id }) => id,
      groupOf: ({ accountId }) => accountId,
      work: (run, signal) => this.#carryOn(run, signal),
      onError: (run, error) => this.#logger.error(`the comparison ${run.id} failed and goes on later: ${(error as Error).stack ?? String(error)}`),
      onRoom: () => this.loops.wake(DRIFT_LOOP),
    });
  }

  onModuleInit(): void {
    this.loops.register({ name: DRIFT_LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal), idle: () => this.#pool.idle() });
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const now = this.platform.now();
    if (this.#nextSchedule <= now) {
      this.#nextSchedule = now + SCHEDULE_INTERVAL_IN_MILLIS;
      await this.#schedule(now);
      await this.overdue.tell(signal);
    }
    return this.#pool.run(signal);
  }

  async #schedule(now: number): Promise<void> {
    const { hourInUtc } = this.platform;
    if (hourInUtc === null) return;
    const today = Math.floor(now / DAY_IN_MILLIS) * DAY_IN_MILLIS + hourInUtc * HOUR_IN_MILLIS;
    const latest = today <= now ? today : today - DAY_IN_MILLIS;
    for (const accountId of await this.runs.accountsNotComparedSince(latest)) await this.runs.start(accountId, 'schedule', now);
  }

  /** Until its end, or until the provider or this process stops it; one process at a time. */
  async #carryOn({ id, accountId }: DriftRun, signal: AbortSignal): Promise<void> {
    const lease = await this.leases.tryAcquire(`drift:${accountId}`);
    if (!lease) return;
    try {
      for (let run = await this.runs.find(accountId, id); run?.state === 'running' && !signal.aborted; run = await this.runs.find(accountId, id)) {
        if (!(await this.comparison.step(run, signal))) return;
      }
    } catch (error) {
      await this.#stopped(id, accountId, error);
    } finally {
      await lease.release();
    }
  }

  async #stopped(id: string, accountId: string, error: unknown): Promise<void> {
    const now = this.platform.now();
    const run = await this.runs.find(accountId, id);
    if (run && now - run.startTime > GIVEN_UP_AFTER_IN_MILLIS) await this.runs.ended(id, 'failed', (error as Error).message, now);
    else await this.runs.postponed(id, now + PAUSE_WHILE_UNREACHABLE_IN_MILLIS, error instanceof ListingUnavailableError ? error.message : 'An error on our side; see the log.');
    if (!(error instanceof ListingUnavailableError)) throw error;
  }
}
