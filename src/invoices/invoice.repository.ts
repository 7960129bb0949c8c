import { Injectable } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import { notFound } from '@tollkeeper/kernel';
import type { Transaction } from '../platform/database/database.js';
import { afterCursor, type Cursor } from '../platform/http/paging.js';
import type { TakenWork } from '../platform/jobs/refilling-pool.js';
import { Invoice, type InvoiceKind, type PaymentStatus, type PriceStatus } from './invoice.entity.js';
import { InvoiceLine } from './invoice-line.entity.js';
import { InvoiceTax } from './taxation/invoice-tax.entity.js';
import { InvoicePayment } from './invoice-payment.entity.js';
import { InvoiceEdit } from './edits/invoice-edit.entity.js';
import { RecordedPayment } from './recorded-payments/recorded-payment.entity.js';

export interface InvoiceFilter {
  readonly customerId?: string | undefined;
  readonly kind?: InvoiceKind | undefined;
  readonly priceStatus?: PriceStatus | undefined;
  readonly paymentStatus?: PaymentStatus | undefined;
}

interface IdRow {
  readonly id: string;
}

function idsOf(rows: readonly IdRow[]): string[] {
  return rows.map(({ id }) => id);
}

@Injectable()
export class InvoiceRepository {
  async get(tx: Transaction, accountId: string, invoiceId: string): Promise<Invoice> {
    const invoice = await tx.findOne(Invoice, { id: invoiceId, accountId });
    if (!invoice) throw notFound('invoice', invoiceId);
    return invoice;
  }

  /** Locked until the transaction ends. Internal ids only: the account was checked before. */
  lock(tx: Transaction, invoiceId: string): Promise<Invoice> {
    return tx.findOneOrFail(Invoice, { id: invoiceId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  /** The row of the invoice's customer, before the invoice's own: see the lock order in docs/architecture.md. */
  async lockCustomer(tx: Transaction, invoiceId: string): Promise<void> {
    await tx.execute('select 1 from customer where (account_id, customer_id) = (select account_id, customer_id from invoice where id = ?) for no key update', [invoiceId]);
  }

  list(tx: Transaction, accountId: string, filter: InvoiceFilter, limit: number, cursor: Cursor | null): Promise<Invoice[]> {
    const { customerId, kind, priceStatus, paymentStatus } = filter;
    return tx.find(
      Invoice,
      {
        accountId,
        ...(customerId === undefined ? {} : { customerId }),
        ...(kind === undefined ? {} : { kind }),
        ...(priceStatus === undefined ? {} : { priceStatus }),
        ...(paymentStatus === undefined ? {} : { paymentStatus }),
        ...afterCursor(cursor),
      },
      { orderBy: { createTime: 'asc', id: 'asc' }, limit: limit + 1 },
    );
  }

  lines(tx: Transaction, invoiceId: string): Promise<InvoiceLine[]> {
    return tx.find(InvoiceLine, { invoiceId }, { orderBy: { position: 'asc' } });
  }

  /** By position, which lines name them by. */
  taxes(tx: Transaction, invoiceId: string): Promise<InvoiceTax[]> {
    return tx.find(InvoiceTax, { invoiceId }, { orderBy: { position: 'asc' } });
  }

  payments(tx: Transaction, invoiceId: string): Promise<InvoicePayment[]> {
    return tx.find(InvoicePayment, { invoiceId }, { orderBy: { providerCreateTime: 'asc', providerPaymentId: 'asc' } });
  }

  edits(tx: Transaction, invoiceId: string): Promise<InvoiceEdit[]> {
    return tx.find(InvoiceEdit, { invoiceId }, { orderBy: { createTime: 'asc', id: 'asc' } });
  }

  recordedPayments(tx: Transaction, invoiceId: string): Promise<RecordedPayment[]> {
    return tx.find(RecordedPayment, { invoiceId }, { orderBy: { createTime: 'asc', id: 'asc' } });
  }

  /** By their own clocks. */
  async accountsDue(tx: Transaction, now: number): Promise<string[]> {
    return idsOf(await tx.execute<IdRow[]>('select a.id from account a where exists (select 1 from invoice i where i.account_id = a.id and i.due_at <= ? + a.clock_offset_in_millis)', [now]));
  }

  async accountsToRetry(tx: Transaction, now: number): Promise<string[]> {
    return idsOf(await tx.execute<IdRow[]>('select a.id from account a where exists (select 1 from invoice i where i.account_id = a.id and i.retry_at <= ? + a.clock_offset_in_millis)', [now]));
  }

  async nextDueAt(tx: Transaction, accountId: string, until: number): Promise<number | null> {
    const next = await tx.findOne(Invoice, { accountId, dueAt: { $lte: until } }, { fields: ['dueAt'], orderBy: { dueAt: 'asc' } });
    return next?.dueAt ?? null;
  }

  /** Due for the hand-over, longest waiting first. */
  handOverDue(tx: Transaction, now: number, { keys, groups, limit }: TakenWork): Promise<Pick<Invoice, 'id' | 'connectionId'>[]> {
    const notTaken = { ...(keys.length > 0 ? { id: { $nin: [...keys] } } : {}), ...(groups.length > 0 ? { $or: [{ connectionId: null }, { connectionId: { $nin: [...groups] } }] } : {}) };
    return tx.find(Invoice, { handOver: 'due', handOverTime: { $lte: now }, ...notTaken }, { fields: ['id', 'connectionId'], orderBy: { handOverTime: 'asc' }, limit });
  }

  /** Without those that wait for a person to mend the connection. */
  countHandingOver(tx: Transaction, accountId: string): Promise<number> {
    return tx.count(Invoice, { accountId, handOver: 'due', paymentStatusReason: { $ne: 'connection_rejected' } });
  }

  /** How many of the customer's documents are being charged at this moment, as far as is known. */
  countCollecting(tx: Transaction, customer: { accountId: string; customerId: string; connectionId: string }): Promise<number> {
    const { accountId, customerId, connectionId } = customer;
    return tx.count(Invoice, { accountId, customerId, connectionId, handOver: 'due', providerStatus: { $in: ['open', 'uncollectible'] } });
  }

  async findByProviderId(tx: Transaction, connectionId: string, providerInvoiceId: string): Promise<Invoice | null> {
    return tx.findOne(Invoice, { connectionId, providerInvoiceId });
  }
}
