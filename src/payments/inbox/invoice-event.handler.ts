import { Injectable } from '@nestjs/common';
import { InvoicePayment } from '../../invoices/invoice-payment.entity.js';
import { Invoice } from '../../invoices/invoice.entity.js';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { Database } from '../../platform/database/database.js';
import type { DispatchResult } from './dispatch-result.js';
import type { InboxEntry } from './inbox-entry.entity.js';

const UNREACHABLE: DispatchResult = { result: 'unreachable', message: 'The provider could not be asked for the invoice.' };

@Injectable()
export class InvoiceEventHandler {
  constructor(
    private readonly database: Database,
    private readonly refresh: InvoiceRefresh,
  ) {}

  async invoiceChanged({ connectionId }: InboxEntry, providerInvoiceId: string): Promise<DispatchResult> {
    const invoice = await this.database.reader().findOne(Invoice, { connectionId, providerInvoiceId }, { fields: ['id'] });
    return invoice ? this.#refresh(invoice.id) : { result: 'unmatched' };
  }

  async paymentChanged({ accountId }: InboxEntry, providerPaymentId: string): Promise<DispatchResult> {
    const payments = await this.database.reader().find(InvoicePayment, { accountId, providerPaymentId }, { orderBy: { invoiceId: 'asc' } });
    for (const payment of payments) {
      const result = await this.#refresh(payment.invoiceId);
      if (result.result !== 'processed') return result;
    }
    return payments.length > 0 ? { result: 'processed' } : { result: 'unmatched' };
  }

  async #refresh(invoiceId: string): Promise<DispatchResult> {
    return (await this.refresh.refresh(invoiceId)) ? { result: 'processed' } : UNREACHABLE;
  }
}
