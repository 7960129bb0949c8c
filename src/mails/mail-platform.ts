import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../platform/clock/clock.js';
import { WorkerLoops } from '../platform/jobs/worker-loops.js';
import { Wakeups } from '../platform/jobs/wakeups.js';
import { Outbox } from '../platform/outbox/outbox.js';

/** What mails need of the platform beside the database, bundled so that constructors stay readable. */
@Injectable()
export class MailPlatform {
  constructor(
    readonly clock: ProcessClock,
    readonly outbox: Outbox,
    readonly wakeups: Wakeups,
    readonly loops: WorkerLoops,
  ) {}
}
