import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { sql } from '../platform/database/sql.js';
import type { TakenWork } from '../platform/jobs/refilling-pool.js';
import { CustomerLink } from './customer-link.entity.js';

interface OfCustomer {
  readonly accountId: string;
  readonly customerId: string;
}

@Injectable()
export class CustomerLinkRepository {
  /** The pending or linked one. */
  findCurrent(tx: Transaction, { accountId, customerId }: OfCustomer, connectionId: string): Promise<CustomerLink | null> {
    return tx.findOne(CustomerLink, { accountId, customerId, connectionId, status: { $in: ['pending', 'linked'] } });
  }

  findForUpdate(tx: Transaction, id: string): Promise<CustomerLink> {
    return tx.findOneOrFail(CustomerLink, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }

  find(tx: Transaction, id: string): Promise<CustomerLink | null> {
    return tx.findOne(CustomerLink, { id });
  }

  /** Newest first. */
  history(tx: Transaction, { accountId, customerId }: OfCustomer): Promise<CustomerLink[]> {
    return tx.find(CustomerLink, { accountId, customerId }, { orderBy: { createTime: 'desc', id: 'desc' } });
  }

  linkedTo(tx: Transaction, connectionId: string, providerCustomerId: string): Promise<CustomerLink[]> {
    return tx.find(CustomerLink, { connectionId, providerCustomerId, status: 'linked' }, { orderBy: { createTime: 'asc', id: 'asc' } });
  }

  /** The linked ones of these customers, at any connection. */
  linkedOf(tx: Transaction, accountId: string, customerIds: readonly string[]): Promise<{ customerId: string; connectionId: string; providerCustomerId: string }[]> {
    return sql(
      tx,
      `select customer_id as "customerId", connection_id as "connectionId", provider_customer_id as "providerCustomerId" from customer_link
       where account_id = $1 and customer_id = any($2) and status = 'linked' and provider_customer_id is not null`,
      [accountId, customerIds],
    );
  }

  countCurrentOf(tx: Transaction, connectionId: string): Promise<number> {
    return tx.count(CustomerLink, { connectionId, status: { $in: ['pending', 'linked'] } });
  }

  /** Whether we made this customer at the provider; only such ones are kept up to date there. */
  async wasCreatedByUs(tx: Transaction, link: CustomerLink): Promise<boolean> {
    const { accountId, customerId, connectionId, providerCustomerId } = link;
    return (await tx.count(CustomerLink, { accountId, customerId, connectionId, providerCustomerId, origin: 'created' })) > 0;
  }

  dueForCheck(tx: Transaction, now: number, { keys, groups, limit }: TakenWork): Promise<Pick<CustomerLink, 'id' | 'connectionId'>[]> {
    const notTaken = { ...(keys.length > 0 ? { id: { $nin: [...keys] } } : {}), ...(groups.length > 0 ? { connectionId: { $nin: [...groups] } } : {}) };
    return tx.find(CustomerLink, { nextCheckTime: { $lte: now }, ...notTaken }, { fields: ['id', 'connectionId'], orderBy: { nextCheckTime: 'asc' }, limit });
  }

  /** Of each of these customers, the newest link where it is not in force: what its answer has to mention. */
  async unsettledOf(tx: Transaction, accountId: string, customerIds: readonly string[]): Promise<Map<string, CustomerLink>> {
    const rows = await tx.find(
      CustomerLink,
      { accountId, customerId: { $in: [...customerIds] }, status: { $in: ['pending', 'failed'] } },
      { orderBy: { createTime: 'asc', id: 'asc' } },
    );
    return new Map(rows.map((link) => [link.customerId, link]));
  }
}
