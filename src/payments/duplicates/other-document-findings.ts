import { Injectable } from '@nestjs/common';
import { ReturnedMoneyChecks } from '../returned-money/returned-money-checks.js';
import { DuplicateState } from './duplicate-state.js';

/** What is done with a finding, bundled so that constructors stay readable. */
@Injectable()
export class OtherDocumentFindings {
  constructor(
    readonly state: DuplicateState,
    readonly checks: ReturnedMoneyChecks,
  ) {}
}
