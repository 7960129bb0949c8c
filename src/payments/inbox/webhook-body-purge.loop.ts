import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { DatabasePool } from '../../platform/database/database.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';

/** Raw bodies hold personal data; after as long as the provider itself keeps its events, nothing needs them any more. */
const KEPT_FOR_IN_MILLIS = 30 * 24 * 3_600_000;
const INTERVAL_IN_MILLIS = 3_600_000;
const BATCH = 1_000;

/** Forgets what webhooks said, not that they came: the event's id stays, so that it is still recognised. */
@Injectable()
export class WebhookBodyPurgeLoop implements OnModuleInit {
  constructor(
    private readonly pool: DatabasePool,
    private readonly clock: ProcessClock,
    private readonly loops: WorkerLoops,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: 'webhook-body-purge', intervalInMillis: INTERVAL_IN_MILLIS, run: () => this.runOnce() });
  }

  async runOnce(): Promise<boolean> {
    const { rowCount } = await this.pool.query(`delete from webhook_body where id in (select id from webhook_body where receive_time < $1 order by receive_time limit ${BATCH})`, [
      this.clock.now() - KEPT_FOR_IN_MILLIS,
    ]);
    return rowCount === BATCH;
  }
}
