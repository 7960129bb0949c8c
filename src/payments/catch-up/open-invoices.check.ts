import { Injectable } from '@nestjs/common';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import { Database } from '../../platform/database/database.js';

/** Fetches every document of a connection that is still open: for when no list tells any more what happened to them. */
@Injectable()
export class OpenInvoicesCheck {
  constructor(
    private readonly database: Database,
    private readonly invoices: InvoiceRepository,
    private readonly refresh: InvoiceRefresh,
  ) {}

  /** @returns false when the provider could not be asked about all of them: to be done again, from the first one */
  async run(connectionId: string): Promise<boolean> {
    for (const id of await this.invoices.openDocumentIds(this.database.reader(), connectionId)) {
      if (!(await this.refresh.refresh(id))) return false;
    }
    return true;
  }
}
