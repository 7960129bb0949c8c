import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { notFound } from '@tollkeeper/kernel';
import type { Transaction } from '../platform/database/database.js';
import { afterCursor, type Cursor } from '../platform/http/paging.js';
import { Correction, CorrectionEntry, type CorrectionState } from './correction.entity.js';

@Injectable()
export class CorrectionsRepository {
  /** @throws DomainError `usage_correction_not_found` */
  async get(tx: Transaction, accountId: string, id: string): Promise<Correction> {
    const correction = await tx.findOne(Correction, { accountId, id });
    if (!correction) throw notFound('usage_correction', id);
    return correction;
  }

  async exists(tx: Transaction, accountId: string, id: string): Promise<boolean> {
    return (await tx.count(Correction, { accountId, id })) > 0;
  }

  /** Locked until the transaction ends. */
  async lock(tx: Transaction, { accountId, id }: Pick<Correction, 'accountId' | 'id'>): Promise<Correction> {
    return tx.findOneOrFail(Correction, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }

  list(tx: Transaction, accountId: string, state: CorrectionState | undefined, limit: number, cursor: Cursor | null): Promise<Correction[]> {
    return tx.find(Correction, { accountId, ...(state === undefined ? {} : { state }), ...afterCursor(cursor) }, { orderBy: { createTime: 'asc', id: 'asc' }, limit });
  }

  /** What was done with them, oldest first. */
  entries(tx: Transaction, accountId: string, correctionIds: readonly string[]): Promise<CorrectionEntry[]> {
    return tx.find(CorrectionEntry, { accountId, correctionId: { $in: [...correctionIds] } }, { orderBy: { createTime: 'asc', id: 'asc' } });
  }

  /** Of one account, at most one; of all accounts without one. */
  running(tx: Transaction, accountId?: string): Promise<Correction[]> {
    return tx.find(Correction, { ...(accountId === undefined ? {} : { accountId }), state: { $in: ['applying', 'reverting'] } }, { orderBy: { updateTime: 'asc', id: 'asc' } });
  }
}
