import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { assertDone } from '../provider-intents/intent-answers.js';
import { isUnfinished, type ProviderIntent } from '../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../provider-intents/provider-intents.service.js';
import { HandOverPlanner } from './hand-over/hand-over-planner.js';
import { InvoiceRefresh } from './hand-over/invoice-refresh.js';
import type { Invoice } from './invoice.entity.js';

const CALL_DEADLINE_IN_MILLIS = 15_000;

/** What is asked of a provider to close an invoice's document, and what became of it. */
@Injectable()
export class ClosingRequests {
  constructor(
    private readonly planner: HandOverPlanner,
    private readonly intents: ProviderIntents,
    private readonly refresh: InvoiceRefresh,
  ) {}

  /** One that was sent to the provider and of which nobody knows yet. */
  async unfinished(tx: Transaction, accountId: string, invoiceId: string): Promise<ProviderIntent | undefined> {
    return (await this.intents.ofSubject(tx, { accountId, subjectType: 'invoice', subjectId: invoiceId })).find(isUnfinished);
  }

  plan(tx: Transaction, invoice: Invoice, kind: string, more: Record<string, unknown>): Promise<ProviderIntent> {
    return this.planner.plan(tx, invoice, kind, more);
  }

  /** @throws DomainError `provider_unavailable`, `refused_by_provider` */
  async send(intent: ProviderIntent): Promise<void> {
    assertDone(await this.intents.run(intent.id, { deadlineInMillis: CALL_DEADLINE_IN_MILLIS }), 'invoice');
  }

  /** A look that began while the request was under way, and was answered before it took effect, counts as newer than its answer. The next look sees it. */
  async lookAgain(invoiceId: string): Promise<void> {
    await this.refresh.refresh(invoiceId);
  }
}
