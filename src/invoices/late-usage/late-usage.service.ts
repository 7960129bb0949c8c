import { Injectable } from '@nestjs/common';
import { UsageStore, type LateUsage } from '@tollkeeper/usage-store';
import { Database } from '../../platform/database/database.js';
import { Invoice } from '../invoice.entity.js';
import { InvoiceRepository } from '../invoice.repository.js';

export interface LateUsageReport {
  readonly invoice: Invoice;
  /** By meter; empty while the invoice is not locked. */
  readonly meters: readonly LateUsage[];
  /** What bills it, oldest first. */
  readonly adjustments: readonly Invoice[];
}

/** What came, or was corrected, after an invoice was locked. */
@Injectable()
export class LateUsageService {
  constructor(
    private readonly database: Database,
    private readonly invoices: InvoiceRepository,
    private readonly store: UsageStore,
  ) {}

  /** @throws DomainError `invoice_not_found` */
  async report(accountId: string, invoiceId: string): Promise<LateUsageReport> {
    const reader = this.database.reader();
    const invoice = await this.invoices.get(reader, accountId, invoiceId);
    const adjustments = await reader.find(Invoice, { accountId, adjustsId: invoiceId }, { orderBy: { createTime: 'asc', id: 'asc' } });
    const { customerId, periodStartInMillis: fromInMillis, periodEndInMillis: toInMillis, lockWatermark: since } = invoice;
    const meters = since == null ? [] : await this.store.late({ accountId, customerId, fromInMillis, toInMillis, since });
    return { invoice, meters, adjustments };
  }
}
