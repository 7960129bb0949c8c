import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { notFound } from '@tollkeeper/kernel';
import type { ProviderDisputeStatus } from '@tollkeeper/payment-provider';
import { InvoicePayment } from '../../invoices/invoice-payment.entity.js';
import { Invoice } from '../../invoices/invoice.entity.js';
import type { Transaction } from '../../platform/database/database.js';
import { afterCursor, type Cursor } from '../../platform/http/paging.js';
import { Dispute } from './dispute.entity.js';

export interface DisputeFilter {
  readonly customerId?: string | undefined;
  readonly invoiceId?: string | undefined;
  readonly status?: ProviderDisputeStatus | undefined;
}

@Injectable()
export class DisputeRepository {
  async get(tx: Transaction, accountId: string, disputeId: string): Promise<Dispute> {
    const dispute = await tx.findOne(Dispute, { id: disputeId, accountId });
    if (!dispute) throw notFound('dispute', disputeId);
    return dispute;
  }

  list(tx: Transaction, accountId: string, { customerId, invoiceId, status }: DisputeFilter, limit: number, cursor: Cursor | null): Promise<Dispute[]> {
    const filter = { ...(customerId === undefined ? {} : { customerId }), ...(invoiceId === undefined ? {} : { invoiceId }), ...(status === undefined ? {} : { status }) };
    return tx.find(Dispute, { accountId, ...filter, ...afterCursor(cursor) }, { orderBy: { createTime: 'asc', id: 'asc' }, limit: limit + 1 });
  }

  find(tx: Transaction, connectionId: string, providerDisputeId: string): Promise<Dispute | null> {
    return tx.findOne(Dispute, { connectionId, providerDisputeId });
  }

  findForUpdate(tx: Transaction, connectionId: string, providerDisputeId: string): Promise<Dispute | null> {
    return tx.findOne(Dispute, { connectionId, providerDisputeId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  ofInvoice(tx: Transaction, invoiceId: string): Promise<Dispute[]> {
    return tx.find(Dispute, { invoiceId }, { orderBy: { id: 'asc' } });
  }

  /** The invoice a payment at this connection belongs to, as far as is known here. */
  async invoiceIdOf(tx: Transaction, connectionId: string, providerPaymentId: string): Promise<string | null> {
    const payments = await tx.find(InvoicePayment, { providerPaymentId }, { fields: ['invoiceId'], orderBy: { invoiceId: 'asc' } });
    const invoice = await tx.findOne(Invoice, { connectionId, id: { $in: payments.map(({ invoiceId }) => invoiceId) } }, { fields: ['id'], orderBy: { id: 'asc' } });
    return invoice?.id ?? null;
  }
}
