import { Injectable } from '@nestjs/common';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { DRIFT_LOOP } from './drift.loop.js';

/** A comparison that is asked for begins at once, in whichever process has the worker. */
@Injectable()
export class DriftWakeups {
  constructor(
    private readonly wakeups: Wakeups,
    loops: WorkerLoops,
  ) {
    wakeups.listen(DRIFT_LOOP, () => loops.wake(DRIFT_LOOP));
  }

  wake(tx: Parameters<Wakeups['notify']>[0], runId: string): Promise<void> {
    return this.wakeups.notify(tx, DRIFT_LOOP, runId);
  }
}
