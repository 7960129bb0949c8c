import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { CommitmentEvents } from './commitment.events.js';

/** Clock and events, bundled so that constructors stay readable. */
@Injectable()
export class CommitmentPlatform {
  constructor(
    readonly clock: ProcessClock,
    readonly events: CommitmentEvents,
  ) {}
}
