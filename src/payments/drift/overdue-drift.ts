import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DriftLooks } from './drift-look.js';
import { DriftPlatform } from './drift-platform.js';
import type { Drift } from './drift.store.js';

/** By far longer than status may lag behind; what still differs then does not end by itself. */
export const OVERDUE_AFTER_IN_MILLIS = 3_600_000;
const BATCH = 50;

/** Looks once more at what has differed for long, and tells of it once. */
@Injectable()
export class OverdueDrift implements OnModuleInit {
  constructor(
    private readonly platform: DriftPlatform,
    private readonly looks: DriftLooks,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge({ name: 'provider_drift_open', help: 'Differences between us and a provider, by kind of object.', labels: ['kind'] }, async (open) => {
      open.reset();
      for (const { kind, count } of await this.platform.store.countByKind()) open.set({ kind }, count);
    });
    this.metrics.gauge({ name: 'provider_drift_oldest_age_seconds', help: 'For how long the oldest open difference has been known.', labels: ['kind'] }, async (age) => {
      age.reset();
      for (const { kind, oldest } of await this.platform.store.countByKind()) age.set({ kind }, (this.platform.now() - oldest) / 1_000);
    });
  }

  async tell(signal: AbortSignal): Promise<void> {
    for (const drift of await this.platform.store.overdue(this.platform.now() - OVERDUE_AFTER_IN_MILLIS, BATCH)) {
      if (signal.aborted) return;
      if ((await this.looks.look(drift)) === 'differs') await this.database.transaction((tx) => this.#tell(tx, drift));
    }
  }

  async #tell(tx: Transaction, { id, accountId, connectionId, kind, ownId, providerId, field, ownValue, providerValue, firstSeenTime }: Drift): Promise<void> {
    const told = await sql(tx, 'update drift set overdue_time = $1 where id = $2 and overdue_time is null and resolved_time is null returning id', [this.platform.now(), id]);
    if (told.length === 0) return;
    await this.outbox.record(tx, { accountId, type: 'drift.overdue', objectType: 'drift', objectId: id, data: { connectionId, kind, ownId, providerId, field, ownValue, providerValue, firstSeenTime } });
  }
}
