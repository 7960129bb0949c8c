import { Injectable } from '@nestjs/common';
import { Wakeups } from '../platform/jobs/wakeups.js';
import { WorkerLoops } from '../platform/jobs/worker-loops.js';

/** What starts the loop; bundled so that the loop's constructor stays readable. */
@Injectable()
export class JobTriggers {
  constructor(
    readonly loops: WorkerLoops,
    readonly wakeups: Wakeups,
  ) {}
}
