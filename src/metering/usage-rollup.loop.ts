import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UsageStore } from '@tollkeeper/usage-store';
import { ProcessClock } from '../platform/clock/clock.js';
import { DatabasePool } from '../platform/database/database.js';
import { WorkerLoops } from '../platform/jobs/worker-loops.js';
import { ObjectLeases } from '../platform/leases/object-leases.js';

const LOOP = 'usage-rollup';
/** Queries read what is not added up yet event by event, so a pause costs them the events of so long. */
const INTERVAL_IN_MILLIS = 1_000;
/** Steps of one run; then the loop's other end (a shutdown) is looked at. */
const MOST_STEPS = 50;

interface MeterRow {
  readonly account_id: string;
  readonly meter_api_name: string;
  readonly fields: string[];
  readonly time_zone: string;
}

/** Keeps usage added up by the days of its account; one process at a time. */
@Injectable()
export class UsageRollupLoop implements OnModuleInit {
  /** What was the last change of a meter or an account that the store was told of. */
  #toldUpTo = '';
  readonly #told = new Map<string, string>();

  constructor(
    private readonly pool: DatabasePool,
    private readonly store: UsageStore,
    private readonly leases: ObjectLeases,
    private readonly loops: WorkerLoops,
    private readonly clock: ProcessClock,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const lease = await this.leases.tryAcquire(LOOP);
    if (!lease) return false;
    try {
      await this.#tellStore();
      for (let step = 0; step < MOST_STEPS && !signal.aborted; step += 1) {
        if (!(await this.store.rollUp(this.clock.now()))) return false;
      }
      return !signal.aborted;
    } finally {
      await lease.release();
    }
  }

  /** Which definitions have changed is found by looking through all of them, after any change of a meter or an account. */
  async #tellStore(): Promise<void> {
    const { rows: changes } = await this.pool.query<{ mark: string }>(
      `select concat_ws(' ', (select count(*) from meter), (select max(update_time) from meter), (select max(update_time) from account)) as mark`,
    );
    const mark = changes[0]?.mark ?? '';
    if (mark === this.#toldUpTo) return;
    const { rows } = await this.pool.query<MeterRow>(
      `select meter.account_id, meter.meter_api_name, account.time_zone,
              meter.dimensions || meter.aggregation_dimensions || array_remove(array[meter.unique_dimension], null) as fields
       from meter join account on account.id = meter.account_id order by meter.account_id, meter.meter_api_name`,
    );
    for (const { account_id: accountId, meter_api_name: meterApiName, fields: dimensions, time_zone: timeZone } of rows) {
      const [meter, definition] = [JSON.stringify([accountId, meterApiName]), JSON.stringify([dimensions, timeZone])];
      if (this.#told.get(meter) === definition) continue;
      await this.store.defineRollup({ accountId, meterApiName, dimensions, timeZone });
      this.#told.set(meter, definition);
    }
    this.#toldUpTo = mark;
  }
}
