import { Injectable } from '@nestjs/common';
import { IntentOutcomes } from './intent-outcomes.js';
import { ProviderIntentRepository } from './provider-intent.repository.js';

/** Rows of intents and what becomes of them, bundled so that constructors stay readable. */
@Injectable()
export class IntentRecords {
  constructor(
    readonly repository: ProviderIntentRepository,
    readonly outcomes: IntentOutcomes,
  ) {}
}
