import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { isClosed } from '../invoice.entity.js';
import { InvoiceRepository } from '../invoice.repository.js';
import { InvoiceState } from '../invoice-state.js';
import { receivedStateOf } from '../payment-status.js';

/** The due time of an invoice that is paid by instructions: no provider tells when it has passed, the account's clock does. */
@Injectable()
export class OverdueInvoices {
  constructor(
    private readonly invoices: InvoiceRepository,
    private readonly state: InvoiceState,
  ) {}

  async turn(tx: Transaction, invoiceId: string, asOf: number): Promise<void> {
    const invoice = await this.invoices.lock(tx, invoiceId);
    if (invoice.priceStatus !== 'price_locked' || invoice.dueAt == null || invoice.dueAt > asOf) return;
    invoice.dueAt = null;
    await tx.flush();
    if (!isClosed(invoice) && invoice.paymentInstructions != null && invoice.handOver === 'waiting') await this.state.set(tx, invoice, receivedStateOf(invoice, asOf), 'waiting');
  }
}
