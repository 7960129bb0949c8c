import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { UsageStore } from '@tollkeeper/usage-store';
import { DatabasePool } from '../../platform/database/database.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { ObjectLeases } from '../../platform/leases/object-leases.js';
import { UsageRetention } from './usage-retention.js';

const LOOP = 'usage-retention';
/** What is kept moves on once a month. */
const INTERVAL_IN_MILLIS = 600_000;
/** Batches of one run; then the other loops of this process, and its end, are looked at. */
const MOST_STEPS = 20;

/** Drops what accounts keep no longer, a bounded batch at a time; one process at a time. */
@Injectable()
export class UsageRetentionLoop implements OnModuleInit {
  readonly #logger = new Logger(UsageRetentionLoop.name);

  constructor(
    private readonly pool: DatabasePool,
    private readonly store: UsageStore,
    private readonly retention: UsageRetention,
    private readonly leases: ObjectLeases,
    private readonly loops: WorkerLoops,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const lease = await this.leases.tryAcquire(LOOP);
    if (!lease) return false;
    try {
      return await this.#run(signal);
    } finally {
      await lease.release();
    }
  }

  async #run(signal: AbortSignal): Promise<boolean> {
    const { rows } = await this.pool.query<{ id: string }>('select id from account where usage_retention_in_months is not null or id in (select account_id from usage_retention where kept_from > dropped_to) order by id');
    let steps = MOST_STEPS;
    let dropped = Number.NEGATIVE_INFINITY;
    for (const { id } of rows) {
      const keptFrom = await this.retention.advance(id);
      if (keptFrom === null || !(await this.#isToBeDropped(id, keptFrom))) continue;
      const drop = { accountId: id, beforeInMillis: keptFrom, heldMeters: await this.#heldMeters(id) };
      for (let more = true; more; steps -= 1) {
        if (signal.aborted) return false;
        if (steps === 0) return true;
        more = await this.store.dropBefore(drop);
      }
      await this.pool.query('update usage_retention set dropped_to = greatest(dropped_to, $2) where account_id = $1', [id, keptFrom]);
      this.#logger.log(`usage of account ${id} before ${new Date(keptFrom).toISOString()} is dropped`);
      dropped = Math.max(dropped, keptFrom);
    }
    if (dropped > Number.NEGATIVE_INFINITY) await this.store.dropEmptyMonths(dropped);
    return false;
  }

  async #isToBeDropped(accountId: string, keptFrom: number): Promise<boolean> {
    const { rows } = await this.pool.query('select from usage_retention where account_id = $1 and dropped_to < $2', [accountId, keptFrom]);
    return rows.length > 0;
  }

  /** What was set there long ago, and never since, is still so many seats today. */
  async #heldMeters(accountId: string): Promise<string[]> {
    const { rows } = await this.pool.query<{ name: string }>(`select meter_api_name as name from meter where account_id = $1 and aggregation = 'time_weighted'`, [accountId]);
    return rows.map(({ name }) => name);
  }
}
