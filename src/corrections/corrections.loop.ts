import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { Wakeups } from '../platform/jobs/wakeups.js';
import { WorkerLoops } from '../platform/jobs/worker-loops.js';
import { ObjectLeases } from '../platform/leases/object-leases.js';
import { CorrectionWork } from './correction-work.js';
import type { Correction } from './correction.entity.js';
import { CorrectionsRepository } from './corrections.repository.js';
import { CORRECTIONS_TOPIC } from './corrections.service.js';

const INTERVAL_IN_MILLIS = 5_000;
/** Of one correction in a row; then those of other accounts have their turn. */
const MOST_STEPS = 20;

/**
 * Applies and reverts corrections, a step of some thousand events at a time. A step and how far it has come are one transaction of the store, so that after a crash whichever
 * worker comes first goes on where the last one ended.
 */
@Injectable()
export class CorrectionsLoop implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly work: CorrectionWork,
    private readonly repository: CorrectionsRepository,
    private readonly leases: ObjectLeases,
    private readonly loops: WorkerLoops,
    private readonly wakeups: Wakeups,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: CORRECTIONS_TOPIC, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
    this.wakeups.listen(CORRECTIONS_TOPIC, () => this.loops.wake(CORRECTIONS_TOPIC));
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    let more = false;
    for (const correction of await this.repository.running(this.database.reader())) {
      if (signal.aborted) return false;
      if (await this.#advance(correction, signal)) more = true;
    }
    return more;
  }

  /** @returns whether there is more to do at once */
  async #advance({ accountId, id }: Correction, signal: AbortSignal): Promise<boolean> {
    const lease = await this.leases.tryAcquire(`usage-correction ${id}`);
    if (!lease) return false;
    try {
      for (let step = 0; step < MOST_STEPS && !signal.aborted; step += 1) {
        if (!(await this.work.step(accountId, id))) return false;
      }
      return !signal.aborted;
    } finally {
      await lease.release();
    }
  }
}
