import { Injectable } from '@nestjs/common';
import { conflict } from '@tollkeeper/kernel';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import { Database } from '../../platform/database/database.js';
import type { Cursor } from '../../platform/http/paging.js';
import { assertDone } from '../../provider-intents/intent-answers.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { ACCEPT_DISPUTE } from './accept-dispute.handler.js';
import { isEnded, type Dispute } from './dispute.entity.js';
import { DisputeRepository, type DisputeFilter } from './dispute.repository.js';

const CALL_DEADLINE_IN_MILLIS = 15_000;

@Injectable()
export class DisputesService {
  constructor(
    private readonly database: Database,
    private readonly disputes: DisputeRepository,
    private readonly invoices: InvoiceRepository,
    private readonly intents: ProviderIntents,
    private readonly registry: PaymentProviderRegistry,
  ) {}

  list(accountId: string, filter: DisputeFilter, limit: number, cursor: Cursor | null): Promise<Dispute[]> {
    return this.disputes.list(this.database.reader(), accountId, filter, limit, cursor);
  }

  /** @throws DomainError `dispute_not_found` */
  get(accountId: string, disputeId: string): Promise<Dispute> {
    return this.disputes.get(this.database.reader(), accountId, disputeId);
  }

  /**
   * Gives in: final. Sent again while its outcome is not known, it joins the first request.
   * @throws DomainError `dispute_not_found`, `nothing_to_accept`, `dispute_closed`, `refused_by_provider`, `provider_unavailable`
   */
  async accept(accountId: string, disputeId: string): Promise<Dispute> {
    const intent = await this.database.transaction(async (tx) => {
      const { kind, invoiceId, connectionId, providerName, providerDisputeId } = await this.disputes.get(tx, accountId, disputeId);
      if (kind === 'fraud_warning') throw conflict('nothing_to_accept', 'This is a warning of the card’s issuer and no dispute: there is nothing to give in to. A refund may spare the dispute.');
      // Asked for the typed error before anything is planned.
      this.registry.operations(providerName, 'disputes');
      await this.invoices.lock(tx, invoiceId);
      const dispute = await this.disputes.findForUpdate(tx, connectionId, providerDisputeId);
      if (dispute && isEnded(dispute)) throw conflict('dispute_closed', `The dispute has ended already: it is ${dispute.status}.`);
      return this.intents.plan(tx, { accountId, connectionId, kind: ACCEPT_DISPUTE, subjectType: 'dispute', subjectId: disputeId, parameters: { providerDisputeId } });
    });
    const sent = await this.intents.run(intent.id, { deadlineInMillis: CALL_DEADLINE_IN_MILLIS });
    assertDone(sent, 'dispute');
    return this.get(accountId, disputeId);
  }
}
