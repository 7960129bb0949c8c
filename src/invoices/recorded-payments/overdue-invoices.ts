import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Invoice, isClosed } from '../invoice.entity.js';
import { InvoiceState } from '../invoice-state.js';
import { receivedStateOf } from '../payment-status.js';

/** The due time of an invoice that is paid by instructions: no provider tells when it has passed, the account's clock does. */
@Injectable()
export class OverdueInvoices {
  constructor(
    private readonly database: Database,
    private readonly state: InvoiceState,
  ) {}

  /** @param ids of locked invoices */
  async turn(ids: readonly string[], asOf: number): Promise<void> {
    if (ids.length === 0) return;
    const due = { id: { $in: [...ids] }, priceStatus: 'price_locked' as const, dueAt: { $lte: asOf } };
    await this.database.transaction(async (tx) => {
      for (const invoice of await tx.find(Invoice, due, { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE })) {
        invoice.dueAt = null;
        await tx.flush();
        if (!isClosed(invoice) && invoice.paymentInstructions != null && invoice.handOver === 'waiting') await this.state.set(tx, invoice, receivedStateOf(invoice, asOf), 'waiting');
      }
    });
  }
}
