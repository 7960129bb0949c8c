import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnsupportedByProviderError, type FetchResult, type ProviderOutcome, type ProviderRefund, type RefundInput } from '@tollkeeper/payment-provider';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import type { Transaction } from '../../platform/database/database.js';
import type { IntentHandler, ProviderCall } from '../../provider-intents/intent-handlers.js';
import { madeFrom, sentAt, type ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { RefundRepository } from './refund.repository.js';
import { RefundState } from './refund-state.js';

export const CREATE_REFUND = 'refund.create';

export interface RefundParameters {
  readonly invoiceId: string;
  readonly providerPaymentId: string;
  /** Minor units, as text. */
  readonly amount: string;
  readonly currency: string;
  readonly reason: RefundInput['reason'];
}

/** Sends a refund; finds one whose answer was lost among those of its payment, by our tags. */
@Injectable()
export class RefundHandlers implements IntentHandler<ProviderRefund>, OnModuleInit {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly invoices: InvoiceRepository,
    private readonly refunds: RefundRepository,
    private readonly state: RefundState,
  ) {}

  onModuleInit(): void {
    this.intents.registerHandler(CREATE_REFUND, this);
  }

  async perform(intent: ProviderIntent, { provider, context, tags }: ProviderCall): Promise<ProviderOutcome<ProviderRefund>> {
    if (!provider.refunds) throw new UnsupportedByProviderError(provider.describe().name, 'refunds');
    const { amount, invoiceId: _invoiceId, ...parameters } = parametersOf(intent);
    return provider.refunds.create({ ...parameters, amount: BigInt(amount), tags: tags(intent.subjectId) }, context);
  }

  find(intent: ProviderIntent, { provider, context, tags }: ProviderCall): Promise<ProviderOutcome<FetchResult<ProviderRefund>>> {
    return provider.fetch('refund', { tags: tags(intent.subjectId), parentId: parametersOf(intent).providerPaymentId, createdAfterInMillis: madeFrom(intent) }, context);
  }

  objectId({ id }: ProviderRefund): string {
    return id;
  }

  /** A refusal says that nothing went back; what was sent without an answer may have. */
  async apply(tx: Transaction, intent: ProviderIntent, outcome: ProviderOutcome<ProviderRefund>): Promise<void> {
    const invoice = await this.invoices.lock(tx, parametersOf(intent).invoiceId);
    const refund = await this.refunds.lock(tx, intent.subjectId);
    if ('value' in outcome && outcome.value) await this.state.observe(tx, invoice, refund, outcome.value, sentAt(intent));
    else if (refund.providerRefundId != null) return;
    else if (outcome.outcome === 'failed') await this.state.set(tx, refund, 'failed', outcome.message);
    else if (outcome.outcome === 'unknown' && outcome.sent) await this.state.set(tx, refund, 'unknown', outcome.message);
    else if (outcome.outcome === 'requires_action') await this.state.set(tx, refund, 'pending', outcome.message);
  }
}

function parametersOf(intent: ProviderIntent): RefundParameters {
  return intent.parameters as unknown as RefundParameters;
}
