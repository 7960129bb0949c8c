import { Injectable } from '@nestjs/common';
import { AccountClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { InvoicePartiesService } from '../parties/invoice-parties.service.js';
import { InvoicesService } from '../invoices.service.js';
import { documentOfInvoice } from './document-of-invoice.js';
import type { InvoiceDocument } from './invoice-document.js';

/** What the document of an invoice says at this moment. */
@Injectable()
export class InvoiceDocuments {
  constructor(
    private readonly database: Database,
    private readonly invoices: InvoicesService,
    private readonly parties: InvoicePartiesService,
    private readonly clock: AccountClock,
  ) {}

  /** @throws DomainError `invoice_not_found` */
  async of(accountId: string, invoiceId: string): Promise<InvoiceDocument> {
    const view = await this.invoices.get(accountId, invoiceId);
    return documentOfInvoice(view, await this.parties.of(this.database.reader(), view.invoice), await this.clock.now(accountId));
  }
}
