import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { sql } from '../platform/database/sql.js';
import { afterCursor, type Cursor } from '../platform/http/paging.js';
import { isStorable } from '../platform/http/storable-input.js';
import { Customer } from './customer.entity.js';

export interface CustomerTraits {
  readonly customerId: string;
  readonly traits: Record<string, string>;
}

@Injectable()
export class CustomerRepository {
  /** Deleted ones too. */
  async find(tx: Transaction, accountId: string, customerId: string): Promise<Customer | null> {
    return isStorable(customerId) ? tx.findOne(Customer, { accountId, customerId }) : null;
  }

  async findLive(tx: Transaction, accountId: string, customerId: string): Promise<Customer | null> {
    return isStorable(customerId) ? tx.findOne(Customer, { accountId, customerId, deleteTime: null }) : null;
  }

  /** Deleted ones too; waits for whoever else changes it. */
  async findForUpdate(tx: Transaction, accountId: string, customerId: string): Promise<Customer | null> {
    if (!isStorable(customerId)) return null;
    return tx.findOne(Customer, { accountId, customerId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }

  async countLive(tx: Transaction, accountId: string, customerId: string): Promise<number> {
    return isStorable(customerId) ? tx.count(Customer, { accountId, customerId, deleteTime: null }) : 0;
  }

  /** Live ones in creation order. */
  page(tx: Transaction, accountId: string, cursor: Cursor | null, limit: number): Promise<Customer[]> {
    return tx.find(Customer, { accountId, deleteTime: null, ...afterCursor(cursor, 'customerId') }, { orderBy: { createTime: 'asc', customerId: 'asc' }, limit });
  }

  /** Those of these ids that live customers have. */
  async existing(tx: Transaction, accountId: string, customerIds: readonly string[]): Promise<string[]> {
    const rows = await sql<{ id: string }>(tx, 'select customer_id as id from customer where account_id = $1 and customer_id = any($2) and delete_time is null', [accountId, customerIds]);
    return rows.map(({ id }) => id);
  }

  /** Of deleted ones too. */
  traitsOf(tx: Transaction, accountId: string, customerIds: readonly string[]): Promise<CustomerTraits[]> {
    return sql(tx, 'select customer_id as "customerId", traits from customer where account_id = $1 and customer_id = any($2)', [accountId, customerIds]);
  }
}
