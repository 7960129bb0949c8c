import { Injectable } from '@nestjs/common';
import { notFound } from '@tollkeeper/kernel';
import { Database } from '../../platform/database/database.js';
import { DriftLooks } from './drift-look.js';
import { DriftPlatform } from './drift-platform.js';
import { DriftRepair } from './drift-repair.js';
import { DriftRunsStore, type DriftRun } from './drift-runs.store.js';
import { DriftWakeups } from './drift-wakeups.js';
import type { Drift } from './drift.store.js';

export interface DriftReport {
  /** The last that came to its end; null before there was one. */
  readonly lastRun: DriftRun | null;
  readonly running: DriftRun | null;
  readonly openCount: number;
  readonly differences: readonly Drift[];
}

/** Comparisons of an account with its providers, asked for by people. */
@Injectable()
export class DriftService {
  constructor(
    private readonly runs: DriftRunsStore,
    private readonly platform: DriftPlatform,
    private readonly repairs: DriftRepair,
    private readonly looks: DriftLooks,
    private readonly database: Database,
    private readonly wakeups: DriftWakeups,
  ) {}

  async report(accountId: string, limit: number): Promise<DriftReport> {
    const [lastRun, running, openCount, differences] = await Promise.all([
      this.runs.lastDone(accountId),
      this.runs.running(accountId),
      this.platform.store.countOpen(accountId),
      this.platform.store.open(accountId, limit),
    ]);
    return { lastRun, running, openCount, differences };
  }

  /** While one is running, that one. */
  async start(accountId: string): Promise<DriftRun> {
    const run = await this.runs.start(accountId, 'request', this.platform.now());
    await this.database.transaction((tx) => this.wakeups.wake(tx, run.id));
    return run;
  }

  /** @throws DomainError `drift_run_not_found` */
  async run(accountId: string, id: string): Promise<DriftRun> {
    const run = await this.runs.find(accountId, id);
    if (!run) throw notFound('drift_run', id);
    return run;
  }

  /**
   * Repairs, and looks whether that ended it, also for what else differed at the same thing.
   * @throws DomainError `drift_not_found`, `provider_unreachable` (unavailable)
   */
  async repair(accountId: string, id: string): Promise<Drift> {
    const drift = await this.#get(accountId, id);
    if (drift.resolvedTime !== null) return drift;
    await this.repairs.repair(drift);
    for (const object of await this.platform.store.alsoOf(drift)) await this.looks.look(object);
    return this.#get(accountId, id);
  }

  async #get(accountId: string, id: string): Promise<Drift> {
    const drift = await this.platform.store.find(accountId, id);
    if (!drift) throw notFound('drift', id);
    return drift;
  }
}
