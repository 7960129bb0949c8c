import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { notFound } from '@tollkeeper/kernel';
import type { Transaction } from '../../platform/database/database.js';
import { afterCursor, type Cursor } from '../../platform/http/paging.js';
import { PaymentDuplicate, type DuplicateStatus } from './payment-duplicate.entity.js';

export interface DuplicateFilter {
  readonly customerId?: string | undefined;
  readonly invoiceId?: string | undefined;
  readonly status?: DuplicateStatus | undefined;
}

@Injectable()
export class DuplicateRepository {
  async get(tx: Transaction, accountId: string, duplicateId: string): Promise<PaymentDuplicate> {
    const duplicate = await tx.findOne(PaymentDuplicate, { id: duplicateId, accountId });
    if (!duplicate) throw notFound('duplicate', duplicateId);
    return duplicate;
  }

  lock(tx: Transaction, duplicateId: string): Promise<PaymentDuplicate> {
    return tx.findOneOrFail(PaymentDuplicate, { id: duplicateId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  list(tx: Transaction, accountId: string, { customerId, invoiceId, status }: DuplicateFilter, limit: number, cursor: Cursor | null): Promise<PaymentDuplicate[]> {
    const where = { ...(customerId === undefined ? {} : { customerId }), ...(invoiceId === undefined ? {} : { invoiceId }), ...(status === undefined ? {} : { status }) };
    return tx.find(PaymentDuplicate, { accountId, ...where, ...afterCursor(cursor) }, { orderBy: { createTime: 'asc', id: 'asc' }, limit: limit + 1 });
  }

  /** Oldest first. */
  ofInvoice(tx: Transaction, invoiceId: string): Promise<PaymentDuplicate[]> {
    return tx.find(PaymentDuplicate, { invoiceId }, { orderBy: { providerPaymentTime: 'asc', id: 'asc' } });
  }
}
