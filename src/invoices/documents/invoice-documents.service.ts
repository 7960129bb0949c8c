import { Injectable } from '@nestjs/common';
import { UsageStore, type UsageWatermark } from '@tollkeeper/usage-store';
import { AccountClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { InvoiceRating } from '../invoice-rating.js';
import { InvoicePartiesService } from '../parties/invoice-parties.service.js';
import { InvoicesService, type InvoiceView } from '../invoices.service.js';
import type { Invoice } from '../invoice.entity.js';
import { documentOfInvoice } from './document-of-invoice.js';
import type { InvoiceDocument } from './invoice-document.js';

/** A document with the position of the usage store that it is made at: what is read there fits it. */
export interface StandingDocument {
  readonly invoice: Invoice;
  readonly document: InvoiceDocument;
  /** Null where no usage was rated. */
  readonly watermark: UsageWatermark | null;
}

/** What the document of an invoice says at this moment. */
@Injectable()
export class InvoiceDocuments {
  constructor(
    private readonly database: Database,
    private readonly invoices: InvoicesService,
    private readonly parties: InvoicePartiesService,
    private readonly clock: AccountClock,
    private readonly rating: InvoiceRating,
    private readonly usage: UsageStore,
  ) {}

  /** @throws DomainError `invoice_not_found` */
  async of(accountId: string, invoiceId: string): Promise<InvoiceDocument> {
    return this.ofView(await this.invoices.get(accountId, invoiceId));
  }

  async ofView(view: InvoiceView): Promise<InvoiceDocument> {
    return documentOfInvoice(view, await this.parties.of(this.database.reader(), view.invoice), await this.clock.now(view.invoice.accountId));
  }

  /** A preview is computed with what there is at one position, so that usage that arrives meanwhile does not show in one half of an answer only. */
  async standing(accountId: string, invoiceId: string): Promise<StandingDocument> {
    const view = await this.invoices.get(accountId, invoiceId);
    const { invoice } = view;
    if (view.preview === null) return { invoice, document: await this.ofView(view), watermark: invoice.lockWatermark ?? null };
    const parties = await this.parties.of(this.database.reader(), invoice);
    const now = await this.clock.now(accountId);
    const watermark = await this.usage.watermark();
    const preview = await this.rating.rateAt(invoice, { watermark, heldUntilInMillis: now });
    return { invoice, document: documentOfInvoice({ ...view, preview }, parties, now), watermark };
  }
}
