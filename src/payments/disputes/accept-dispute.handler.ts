import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnsupportedByProviderError, type FetchResult, type ProviderDispute, type ProviderOutcome } from '@tollkeeper/payment-provider';
import type { Transaction } from '../../platform/database/database.js';
import type { IntentHandler, ProviderCall } from '../../provider-intents/intent-handlers.js';
import { sentAt, type ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { DisputeRecords } from './dispute-records.js';
import { isEnded } from './dispute.entity.js';
import { DisputeRepository } from './dispute.repository.js';

export const ACCEPT_DISPUTE = 'dispute.accept';

/** Gives in to a dispute at the provider. */
@Injectable()
export class AcceptDisputeHandler implements IntentHandler<ProviderDispute>, OnModuleInit {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly disputes: DisputeRepository,
    private readonly records: DisputeRecords,
  ) {}

  onModuleInit(): void {
    this.intents.registerHandler(ACCEPT_DISPUTE, this);
  }

  async perform(intent: ProviderIntent, { provider, context }: ProviderCall): Promise<ProviderOutcome<ProviderDispute>> {
    if (!provider.disputes) throw new UnsupportedByProviderError(provider.describe().name, 'disputes');
    return provider.disputes.accept({ providerDisputeId: disputeOf(intent) }, context);
  }

  /** One that has ended is not given in to again, whoever ended it. */
  async find(intent: ProviderIntent, { provider, context }: ProviderCall): Promise<ProviderOutcome<FetchResult<ProviderDispute>>> {
    const fetched = await provider.fetch('dispute', { providerId: disputeOf(intent) }, context);
    if (fetched.outcome !== 'succeeded' || !fetched.value.found) return fetched;
    return isEnded(fetched.value.value) ? fetched : { outcome: 'succeeded', value: { found: false } };
  }

  objectId({ id }: ProviderDispute): string {
    return id;
  }

  async apply(tx: Transaction, intent: ProviderIntent, outcome: ProviderOutcome<ProviderDispute>): Promise<void> {
    if (!('value' in outcome) || !outcome.value) return;
    const { invoiceId } = await this.disputes.get(tx, intent.accountId, intent.subjectId);
    await this.records.observe(tx, invoiceId, outcome.value, sentAt(intent));
  }
}

function disputeOf(intent: ProviderIntent): string {
  return intent.parameters['providerDisputeId'] as string;
}
