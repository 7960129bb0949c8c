import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { PlatformOptions } from '../../platform/platform-options.js';
import { DriftStore } from './drift.store.js';

const DEFAULT_HOUR_IN_UTC = 3;

/** Rows, time and schedule, bundled so that constructors stay readable. */
@Injectable()
export class DriftPlatform {
  constructor(
    readonly store: DriftStore,
    private readonly clock: ProcessClock,
    private readonly options: PlatformOptions,
  ) {}

  /** Of the wall clock; null where nothing is compared by itself. */
  get hourInUtc(): number | null {
    return this.options.driftHourInUtc === undefined ? DEFAULT_HOUR_IN_UTC : this.options.driftHourInUtc;
  }

  now(): number {
    return this.clock.now();
  }
}
