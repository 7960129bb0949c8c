import { Injectable } from '@nestjs/common';
import type { ProviderInvoice } from '@tollkeeper/payment-provider';
import { CREATE_DRAFT } from '../../invoices/hand-over/hand-over-step.js';
import { DocumentLookups } from '../../invoices/hand-over/document-lookups.js';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { Database } from '../../platform/database/database.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { isUnfinished } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { OtherDocuments } from '../duplicates/other-documents.js';
import type { DispatchResult } from './dispatch-result.js';
import type { ClaimedEvent } from './inbox-claims.js';

const DEADLINE_IN_MILLIS = 10_000;
const UNREACHABLE: DispatchResult = { result: 'unreachable', message: 'The provider could not be asked for the object.' };
const NOT_YET: DispatchResult = { result: 'unreachable', message: 'It carries our tags; the answer that made it ours has not been recorded yet.' };
const FOREIGN: DispatchResult = { result: 'foreign' };
const PROCESSED: DispatchResult = { result: 'processed' };

/** Invoices and payments of ours are refetched; of everything else it is found out whether it is ours at all. */
@Injectable()
export class InvoiceEventHandler {
  constructor(
    private readonly database: Database,
    private readonly refresh: InvoiceRefresh,
    private readonly gateway: ProviderGateway,
    private readonly intents: ProviderIntents,
    private readonly otherDocuments: OtherDocuments,
    private readonly lookups: DocumentLookups,
  ) {}

  async invoiceChanged(entry: ClaimedEvent, providerInvoiceId: string): Promise<DispatchResult> {
    const { accountId, connectionId } = entry;
    const invoiceId = await this.lookups.invoiceOfDocument(connectionId, providerInvoiceId);
    if (invoiceId !== null) return this.#refresh(invoiceId, entry);
    const fetched = await this.gateway.read(connectionId, (call) => call.provider.fetch('invoice', { providerId: providerInvoiceId }, call.context), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (fetched.outcome !== 'succeeded') return UNREACHABLE;
    if (!fetched.value.found) return FOREIGN;
    const { tags } = fetched.value.value;
    if (!this.gateway.owns(tags, accountId)) return FOREIGN;
    return this.#tagged(entry, fetched.value.value, tags.id ?? '');
  }

  /** The webhook can be faster than the answer to the call that caused it; or it tells of a document that was withdrawn and replaced. */
  async #tagged(entry: ClaimedEvent, document: ProviderInvoice, invoiceId: string): Promise<DispatchResult> {
    const { accountId, connectionId } = entry;
    // Asked in this order: an answer stored in between is found by the second question.
    const creation = await this.intents.latest(this.database.reader(), { accountId, subjectType: 'invoice', subjectId: invoiceId }, CREATE_DRAFT);
    const known = await this.lookups.invoiceOfDocument(connectionId, document.id);
    if (known !== null) return this.#refresh(known, entry);
    if (creation && isUnfinished(creation)) return NOT_YET;
    await this.otherDocuments.seen(accountId, connectionId, document);
    return PROCESSED;
  }

  async paymentChanged(entry: ClaimedEvent, providerPaymentId: string): Promise<DispatchResult> {
    const { accountId, connectionId } = entry;
    const known = await this.lookups.invoicesOfPayment(accountId, providerPaymentId);
    for (const invoiceId of known) {
      const result = await this.#refresh(invoiceId, entry);
      if (result !== PROCESSED) return result;
    }
    if (known.length > 0) return PROCESSED;
    const fetched = await this.gateway.read(connectionId, (call) => call.provider.fetch('payment', { providerId: providerPaymentId }, call.context), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (fetched.outcome !== 'succeeded') return UNREACHABLE;
    const providerInvoiceId = fetched.value.found ? fetched.value.value.providerInvoiceId : null;
    return providerInvoiceId === null ? FOREIGN : this.invoiceChanged(entry, providerInvoiceId);
  }

  async #refresh(invoiceId: string, { arrival }: ClaimedEvent): Promise<DispatchResult> {
    const refetch = await this.refresh.refreshAfter(invoiceId, arrival);
    if (refetch === 'current') return PROCESSED;
    return refetch === 'unreachable' ? UNREACHABLE : { result: 'postponed', untilInMillis: refetch.postponedUntil };
  }
}
