import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ProviderInvoice } from '@tollkeeper/payment-provider';
import { Invoice } from '../../invoices/invoice.entity.js';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import { Database } from '../../platform/database/database.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { JanitorSources, type JanitorLook } from '../janitor/janitor-sources.js';
import { OtherDocumentFindings } from './other-document-findings.js';

const DEADLINE_IN_MILLIS = 10_000;
/** Long after that nobody pays a document that was withdrawn. */
const WATCHED_FOR_IN_MILLIS = 30 * 86_400_000;

/** Documents of an invoice beside the one it has: withdrawn and replaced, or copied at the provider. What is paid on them was taken twice. */
@Injectable()
export class OtherDocuments implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly gateway: ProviderGateway,
    private readonly sources: JanitorSources,
    private readonly intents: ProviderIntents,
    private readonly invoices: InvoiceRepository,
    private readonly findings: OtherDocumentFindings,
  ) {}

  onModuleInit(): void {
    this.sources.register({
      kind: 'withdrawn_document',
      unsettled: `select intent.id, intent.account_id, intent.connection_id from provider_intent intent join invoice on invoice.id = intent.subject_id
        where intent.kind = 'invoice.create_draft' and intent.outcome = 'succeeded' and intent.provider_object_id is distinct from invoice.provider_invoice_id
          and intent.finish_time > (extract(epoch from now()) * 1000)::bigint - ${WATCHED_FOR_IN_MILLIS}`,
      look: (id) => this.#look(id),
    });
  }

  /** A document that carries our tags was seen. Unknown invoices and those of other accounts are left alone. */
  async seen(accountId: string, connectionId: string, document: ProviderInvoice): Promise<void> {
    if (!document.payments.some(({ status }) => status === 'succeeded')) return;
    const ours = await this.database.reader().findOne(Invoice, { id: document.tags.id ?? '', accountId, connectionId });
    if (!ours) return;
    await this.database.transaction(async (tx) => {
      const invoice = await this.invoices.lock(tx, ours.id);
      await this.findings.state.examineOther(tx, invoice, document);
      await this.findings.checks.mark(tx, invoice.id);
    });
  }

  async #look(intentId: string): Promise<JanitorLook> {
    const { accountId, connectionId, providerObjectId } = await this.intents.get(this.database.reader(), intentId);
    if (providerObjectId == null) return 'ended';
    const fetched = await this.gateway.read(connectionId, (call) => call.provider.fetch('invoice', { providerId: providerObjectId }, call.context), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (fetched.outcome !== 'succeeded') return 'unreachable';
    if (!fetched.value.found || fetched.value.value.status === 'deleted') return 'ended';
    await this.seen(accountId, connectionId, fetched.value.value);
    return 'looked';
  }
}
