import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { Wakeups } from '../platform/jobs/wakeups.js';

/** The platform services intents stand on, bundled so that constructors stay readable. */
@Injectable()
export class IntentPlatform {
  constructor(
    readonly database: Database,
    readonly clock: ProcessClock,
    readonly wakeups: Wakeups,
  ) {}
}
