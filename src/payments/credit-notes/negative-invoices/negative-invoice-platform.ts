import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../../platform/clock/clock.js';
import { Wakeups } from '../../../platform/jobs/wakeups.js';
import { Outbox } from '../../../platform/outbox/outbox.js';

/** Bundled, so that constructors stay readable. */
@Injectable()
export class NegativeInvoicePlatform {
  constructor(
    readonly clock: ProcessClock,
    readonly outbox: Outbox,
    readonly wakeups: Wakeups,
  ) {}
}
