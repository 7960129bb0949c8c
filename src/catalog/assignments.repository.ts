import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { afterCursor } from '../platform/http/paging.js';
import { Assignment } from './assignment.entity.js';
import type { ListRange } from './catalog.repository.js';

@Injectable()
export class AssignmentsRepository {
  find(tx: Transaction, accountId: string, id: string): Promise<Assignment | null> {
    return tx.findOne(Assignment, { accountId, id });
  }

  list(tx: Transaction, accountId: string, filter: { customerId?: string }, range: ListRange): Promise<Assignment[]> {
    return tx.find(Assignment, { accountId, ...filter, ...afterCursor(range.after) }, { orderBy: { createTime: 'asc', id: 'asc' }, limit: range.limit });
  }

  /** Of these assignments the plans. */
  async plansOf(tx: Transaction, accountId: string, ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.find(Assignment, { accountId, id: { $in: [...new Set(ids)] } }, { fields: ['id', 'planId'], disableIdentityMap: true });
    return new Map(rows.map(({ id, planId }) => [id, planId]));
  }

  /** The assignment in force at an instant; there is at most one. */
  findAt(tx: Transaction, accountId: string, customerId: string, atInMillis: number): Promise<Assignment | null> {
    return tx.findOne(Assignment, {
      accountId,
      customerId,
      startInMillis: { $lte: atInMillis },
      $or: [{ endInMillis: null }, { endInMillis: { $gt: atInMillis } }],
    });
  }

  /** Another assignment that covers some instant of the span; withdrawn ones cover none. */
  async findOverlapping(tx: Transaction, assignment: Pick<Assignment, 'accountId' | 'customerId' | 'id' | 'startInMillis' | 'endInMillis'>): Promise<Assignment | null> {
    const { accountId, customerId, id, startInMillis, endInMillis } = assignment;
    const candidates = await tx.find(
      Assignment,
      {
        accountId,
        customerId,
        id: { $ne: id },
        ...(endInMillis === null ? {} : { startInMillis: { $lt: endInMillis } }),
        $or: [{ endInMillis: null }, { endInMillis: { $gt: startInMillis } }],
      },
      { orderBy: { startInMillis: 'asc' } },
    );
    return candidates.find((other) => other.endInMillis == null || other.endInMillis > other.startInMillis) ?? null;
  }

  /**
   * Holds the customer's row until the transaction ends, so that two assignments of one customer are checked one after the other.
   * False when there is no such customer.
   */
  async lockCustomer(tx: Transaction, accountId: string, customerId: string): Promise<boolean> {
    const rows = await tx.execute<unknown[]>('select 1 from customer where account_id = ? and customer_id = ? and delete_time is null for no key update', [
      accountId,
      customerId,
    ]);
    return rows.length > 0;
  }
}
