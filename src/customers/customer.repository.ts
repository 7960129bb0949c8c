import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { afterCursor, type Cursor } from '../platform/http/paging.js';
import { Customer } from './customer.entity.js';

@Injectable()
export class CustomerRepository {
  /** Deleted ones too. */
  find(tx: Transaction, accountId: string, customerId: string): Promise<Customer | null> {
    return tx.findOne(Customer, { accountId, customerId });
  }

  findLive(tx: Transaction, accountId: string, customerId: string): Promise<Customer | null> {
    return tx.findOne(Customer, { accountId, customerId, deleteTime: null });
  }

  /** Deleted ones too; waits for whoever else changes it. */
  findForUpdate(tx: Transaction, accountId: string, customerId: string): Promise<Customer | null> {
    return tx.findOne(Customer, { accountId, customerId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }

  countLive(tx: Transaction, accountId: string, customerId: string): Promise<number> {
    return tx.count(Customer, { accountId, customerId, deleteTime: null });
  }

  /** Live ones in creation order. */
  page(tx: Transaction, accountId: string, cursor: Cursor | null, limit: number): Promise<Customer[]> {
    return tx.find(Customer, { accountId, deleteTime: null, ...afterCursor(cursor, 'customerId') }, { orderBy: { createTime: 'asc', customerId: 'asc' }, limit });
  }
}
