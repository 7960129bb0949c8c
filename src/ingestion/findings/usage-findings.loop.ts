import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UsageStore, type SeenSince } from '@tollkeeper/usage-store';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { ObjectLeases } from '../../platform/leases/object-leases.js';
import { UsageFindings } from './usage-findings.js';

const LOOP = 'usage-findings';
const INTERVAL_IN_MILLIS = 2_000;

/** Looks through what has come for customers and meters that do not exist and for conflicts; one process at a time. */
@Injectable()
export class UsageFindingsLoop implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly store: UsageStore,
    private readonly findings: UsageFindings,
    private readonly leases: ObjectLeases,
    private readonly loops: WorkerLoops,
    private readonly clock: ProcessClock,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: () => this.runOnce() });
  }

  async runOnce(): Promise<boolean> {
    const lease = await this.leases.tryAcquire(LOOP);
    if (!lease) return false;
    try {
      const since = await this.#position();
      const seen = await this.store.seen(since);
      await this.database.transaction((tx) => this.#keep(tx, seen));
      return !seen.isAll;
    } finally {
      await lease.release();
    }
  }

  async #keep(tx: Transaction, seen: SeenSince): Promise<void> {
    const now = this.clock.now();
    await this.findings.add(tx, seen, now);
    await this.findings.match(tx, now);
    await tx.execute('update usage_findings_position set looked_up_to = ?', [seen.upTo]);
  }

  async #position(): Promise<string> {
    const rows = await this.database.reader().execute<{ looked_up_to: string }[]>('select looked_up_to from usage_findings_position');
    return rows[0]?.looked_up_to ?? '0';
  }
}
