import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { notFound } from '@tollkeeper/kernel';
import type { Transaction } from '../../platform/database/database.js';
import { afterCursor, type Cursor } from '../../platform/http/paging.js';
import { Refund } from './refund.entity.js';

export interface RefundFilter {
  readonly customerId?: string | undefined;
  readonly invoiceId?: string | undefined;
}

@Injectable()
export class RefundRepository {
  async get(tx: Transaction, accountId: string, refundId: string): Promise<Refund> {
    const refund = await tx.findOne(Refund, { id: refundId, accountId });
    if (!refund) throw notFound('refund', refundId);
    return refund;
  }

  lock(tx: Transaction, refundId: string): Promise<Refund> {
    return tx.findOneOrFail(Refund, { id: refundId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  list(tx: Transaction, accountId: string, { customerId, invoiceId }: RefundFilter, limit: number, cursor: Cursor | null): Promise<Refund[]> {
    return tx.find(
      Refund,
      { accountId, ...(customerId === undefined ? {} : { customerId }), ...(invoiceId === undefined ? {} : { invoiceId }), ...afterCursor(cursor) },
      { orderBy: { createTime: 'asc', id: 'asc' }, limit: limit + 1 },
    );
  }

  /** Oldest first. */
  ofInvoice(tx: Transaction, invoiceId: string): Promise<Refund[]> {
    return tx.find(Refund, { invoiceId }, { orderBy: { createTime: 'asc', id: 'asc' } });
  }

  findByProviderId(tx: Transaction, connectionId: string, providerRefundId: string): Promise<Refund | null> {
    return tx.findOne(Refund, { connectionId, providerRefundId });
  }
}
