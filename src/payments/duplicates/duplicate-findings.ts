import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { DuplicateState } from './duplicate-state.js';
import { DuplicateRepository } from './duplicate.repository.js';

/** Rows, rules and clock of money taken twice, bundled so that constructors stay readable. */
@Injectable()
export class DuplicateFindings {
  constructor(
    readonly duplicates: DuplicateRepository,
    readonly state: DuplicateState,
    private readonly clock: ProcessClock,
  ) {}

  now(): number {
    return this.clock.now();
  }
}
