import { Injectable } from '@nestjs/common';
import type { ListedObjects } from '@tollkeeper/payment-provider';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { Invoice } from '../../invoices/invoice.entity.js';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import { InvoiceState } from '../../invoices/invoice-state.js';
import type { ActiveConnection } from '../../payment-connections/payment-connections.service.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { ListingUnavailableError } from '../listing/provider-listing.js';
import type { UnsentInvoice } from './adoption-plan.js';

/** The invoices of a copied database beside the documents the provider has. */
@Injectable()
export class InvoiceDocuments {
  constructor(
    private readonly database: Database,
    private readonly repository: InvoiceRepository,
    private readonly state: InvoiceState,
    private readonly refresh: InvoiceRefresh,
  ) {}

  /** @returns `unknown` documents no invoice has, `existing` ids of invoices named by a tag, `unsent` locked invoices without a document, oldest first */
  async among({ id: connectionId, accountId }: ActiveConnection, documents: readonly ListedObjects['invoice'][]): Promise<{ unsent: UnsentInvoice[]; unknown: ListedObjects['invoice'][]; existing: Set<string> }> {
    const reader = this.database.reader();
    const [have, existing, unsent] = await Promise.all([
      reader.find(Invoice, { connectionId, providerInvoiceId: { $in: documents.map(({ id }) => id) } }, { fields: ['providerInvoiceId'] }),
      reader.find(Invoice, { accountId, id: { $in: documents.map(({ tags }) => tags.id ?? '') } }, { fields: ['id'] }),
      reader.find(
        Invoice,
        { connectionId, providerInvoiceId: null, priceStatus: 'price_locked', paymentStatus: { $nin: ['settled', 'not_needed'] } },
        { fields: ['id', 'providerCustomerId', 'currency', 'total', 'tax'], orderBy: { periodEndInMillis: 'asc', id: 'asc' } },
      ),
    ]);
    const known = new Set(have.map(({ providerInvoiceId }) => providerInvoiceId));
    return {
      unsent: unsent.map(({ id, providerCustomerId, currency, total, tax }) => ({ id, providerCustomerId: providerCustomerId ?? null, currency, total: total + tax })),
      unknown: documents.filter(({ id }) => !known.has(id)),
      existing: new Set(existing.map(({ id }) => id)),
    };
  }

  /** It may be collected already under another id: a person looks first. */
  async hold(invoiceId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const invoice = await this.repository.lock(tx, invoiceId);
      const message = 'This database was restored, and the provider has documents of this customer that belong to no invoice here. Compare them, then send or void this invoice.';
      await this.state.set(tx, invoice, { status: 'pre_payment', reason: 'awaiting_review', message }, 'review');
      await sql(tx, `update provider_intent set outcome = 'failed', code = 'held_for_review', message = $1, next_check_time = null where subject_id = $2 and outcome = 'created' and send_count = 0`, [message, invoiceId]);
    });
  }

  /** What became of the documents this database knows. @throws ListingUnavailableError */
  async refreshOpen({ id: connectionId }: ActiveConnection): Promise<void> {
    const open = await this.database.reader().find(Invoice, { connectionId, providerInvoiceId: { $ne: null }, paymentStatus: { $nin: ['settled', 'not_needed'] } }, { fields: ['id'], orderBy: { id: 'asc' } });
    for (const { id } of open) {
      if (!(await this.refresh.refresh(id))) throw new ListingUnavailableError('The provider could not be asked for an invoice.');
    }
  }
}
