import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UsageStore, type UsageChange } from '@tollkeeper/usage-store';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { ObjectLeases } from '../../platform/leases/object-leases.js';
import { Adjustments } from './adjustments.js';

const LOOP = 'late-usage';
const INTERVAL_IN_MILLIS = 5_000;
/** Of one run; each stands for a batch of invoices. */
const MOST_LOCKS = 1_000;
/** Later than any period. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER;

interface Lock {
  readonly id: string;
  readonly watermark: string;
}

/**
 * Looks through what has come or was removed for usage of periods that are locked; one process at a time. Invoices that were locked since the last look are looked after from their own
 * watermark on: what came while they were being locked had been seen before they were. A lot is looked through
 * some at a time, and locks come along with it.
 */
@Injectable()
export class LateUsageLoop implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly store: UsageStore,
    private readonly adjustments: Adjustments,
    private readonly leases: ObjectLeases,
    private readonly loops: WorkerLoops,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: () => this.runOnce() });
  }

  async runOnce(): Promise<boolean> {
    const lease = await this.leases.tryAcquire(LOOP);
    if (!lease) return false;
    try {
      return await this.#look();
    } finally {
      await lease.release();
    }
  }

  async #look(): Promise<boolean> {
    const reader = this.database.reader();
    const locks = await sql<Lock>(reader, 'select id, watermark from late_usage_lock order by id limit $1', [MOST_LOCKS]);
    const [position] = await sql<{ looked_up_to: string }>(reader, 'select looked_up_to from late_usage_position', []);
    const { upTo, isAll, changes } = await this.store.changed([position!.looked_up_to, ...locks.map(({ watermark }) => watermark)]);
    for (const { account_id, id } of await this.#touched(changes)) await this.adjustments.open(account_id, id);
    await this.database.transaction(async (tx) => {
      await sql(tx, 'update late_usage_position set looked_up_to = greatest(looked_up_to::bigint, $1::bigint)::text', [upTo]);
      const ids = locks.map(({ id }) => id);
      await sql(tx, 'update late_usage_lock set watermark = $2::bigint::text where id = any($1) and watermark::bigint < $2::bigint', [ids, upTo]);
      // From the position on everything is looked through anyway.
      await sql(tx, 'delete from late_usage_lock using late_usage_position where id = any($1) and watermark::bigint >= looked_up_to::bigint', [ids]);
    });
    return !isAll || locks.length === MOST_LOCKS;
  }

  /** Locked invoices of these customers and times. Of one that was voided nobody owes anything. */
  async #touched(changes: readonly UsageChange[]): Promise<{ account_id: string; id: string }[]> {
    if (changes.length === 0) return [];
    const holding = await this.#holdingMeters();
    const isHeld = ({ accountId, meterApiNames }: UsageChange): boolean => meterApiNames.some((name) => holding.has(JSON.stringify([accountId, name])));
    return sql(
      this.database.reader(),
      `select distinct invoice.account_id, invoice.id
       from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) as change (account_id, customer_id, from_time, to_time)
       join invoice on invoice.account_id = change.account_id and invoice.customer_id = change.customer_id
         and invoice.period_start_in_millis < change.to_time and invoice.period_end_in_millis > change.from_time
       where invoice.price_status = 'price_locked' and invoice.kind in ('cycle', 'final') and invoice.plan_id is not null and invoice.lock_watermark is not null and invoice.payment_status_reason is distinct from 'voided'
       order by invoice.account_id, invoice.id`,
      [changes.map(({ accountId }) => accountId), changes.map(({ customerId }) => customerId), changes.map(({ fromInMillis }) => fromInMillis), changes.map((change) => (isHeld(change) ? END_OF_TIME : change.toInMillis))],
    );
  }

  /** Where a value holds until the next one, a change of it reaches every period that comes after. */
  async #holdingMeters(): Promise<ReadonlySet<string>> {
    const rows = await sql<{ account_id: string; name: string }>(this.database.reader(), `select account_id, meter_api_name as name from meter where aggregation = 'time_weighted'`, []);
    return new Set(rows.map(({ account_id, name }) => JSON.stringify([account_id, name])));
  }
}
