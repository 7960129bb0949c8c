import { Injectable } from '@nestjs/common';
import type { FilterQuery } from '@mikro-orm/core';
import type { Transaction } from '../platform/database/database.js';
import { afterCursor } from '../platform/http/paging.js';
import { AssignmentChange, type ChangeStatus } from './assignment-change.entity.js';
import type { ListRange } from './catalog.repository.js';

export interface ChangeFilter {
  readonly customerId?: string | undefined;
  readonly assignmentId?: string | undefined;
  readonly status?: ChangeStatus | undefined;
}

@Injectable()
export class AssignmentChangesRepository {
  find(tx: Transaction, accountId: string, id: string): Promise<AssignmentChange | null> {
    return tx.findOne(AssignmentChange, { accountId, id });
  }

  /** The one that is still to come. @param nowInMillis account time */
  findScheduled(tx: Transaction, accountId: string, assignmentId: string, nowInMillis: number): Promise<AssignmentChange | null> {
    return tx.findOne(AssignmentChange, { accountId, assignmentId, ...statusFilter('scheduled', nowInMillis) });
  }

  list(tx: Transaction, accountId: string, { customerId, assignmentId, status }: ChangeFilter, nowInMillis: number, range: ListRange): Promise<AssignmentChange[]> {
    return tx.find(
      AssignmentChange,
      {
        accountId,
        ...(customerId === undefined ? {} : { customerId }),
        ...(assignmentId === undefined ? {} : { assignmentId }),
        ...(status === undefined ? {} : statusFilter(status, nowInMillis)),
        ...afterCursor(range.after),
      },
      { orderBy: { createTime: 'asc', id: 'asc' }, limit: range.limit },
    );
  }
}

function statusFilter(status: ChangeStatus, now: number): FilterQuery<AssignmentChange> {
  if (status === 'cancelled') return { cancelTime: { $ne: null } };
  return { cancelTime: null, effectiveInMillis: status === 'scheduled' ? { $gt: now } : { $lte: now } };
}
