import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UsageStore, type UsageChange } from '@tollkeeper/usage-store';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { ObjectLeases } from '../../platform/leases/object-leases.js';
import { Adjustments } from './adjustments.js';

const LOOP = 'late-usage';
const INTERVAL_IN_MILLIS = 5_000;
/** Newly locked invoices that one run looks after. */
const MOST_UNCHECKED = 5_000;

interface Unchecked {
  readonly id: string;
  readonly lock_watermark: string;
}

/**
 * Looks through what has come or was removed for usage of periods that are locked; one process at a time. An invoice that was locked since the last look is looked after from its own
 * watermark on: what came while it was being locked had been seen before it was.
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
    const unchecked = await sql<Unchecked>(
      reader,
      `select id, lock_watermark from invoice where price_status = 'price_locked' and not late_checked and lock_watermark is not null order by id limit $1`,
      [MOST_UNCHECKED],
    );
    const [position] = await sql<{ looked_up_to: string }>(reader, 'select looked_up_to from late_usage_position', []);
    const { upTo, changes } = await this.store.changed([position!.looked_up_to, ...unchecked.map(({ lock_watermark }) => lock_watermark)]);
    for (const { account_id, id } of await this.#touched(changes)) await this.adjustments.open(account_id, id);
    await this.database.transaction(async (tx) => {
      await sql(tx, 'update invoice set late_checked = true where id = any($1)', [unchecked.map(({ id }) => id)]);
      await sql(tx, 'update late_usage_position set looked_up_to = $1', [upTo]);
    });
    return unchecked.length === MOST_UNCHECKED;
  }

  /** Locked invoices of these customers and times. Of one that was voided nobody owes anything. */
  async #touched(changes: readonly UsageChange[]): Promise<{ account_id: string; id: string }[]> {
    if (changes.length === 0) return [];
    return sql(
      this.database.reader(),
      `select distinct invoice.account_id, invoice.id
       from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) as change (account_id, customer_id, from_time, to_time)
       join invoice on invoice.account_id = change.account_id and invoice.customer_id = change.customer_id
         and invoice.period_start_in_millis < change.to_time and invoice.period_end_in_millis > change.from_time
       where invoice.price_status = 'price_locked' and invoice.kind in ('cycle', 'final') and invoice.lock_watermark is not null and invoice.payment_status_reason is distinct from 'voided'
       order by invoice.account_id, invoice.id`,
      [changes.map(({ accountId }) => accountId), changes.map(({ customerId }) => customerId), changes.map(({ fromInMillis }) => fromInMillis), changes.map(({ toInMillis }) => toInMillis)],
    );
  }
}
