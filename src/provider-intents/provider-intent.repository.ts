import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { sql } from '../platform/database/sql.js';
import { afterCursor, type Cursor } from '../platform/http/paging.js';
import type { TakenWork } from '../platform/jobs/refilling-pool.js';
import { LockMode } from '@mikro-orm/core';
import { ProviderIntent, type IntentOutcome } from './provider-intent.entity.js';

export interface IntentSubject {
  readonly accountId: string;
  readonly subjectType: string;
  readonly subjectId: string;
}

export interface IntentFilter {
  readonly outcome?: IntentOutcome | undefined;
  readonly kind?: string | undefined;
  readonly connectionId?: string | undefined;
  /** Only those of which a person has to say whether they were done. */
  readonly undecidable?: boolean | undefined;
}

@Injectable()
export class ProviderIntentRepository {
  /** In order of creation. @returns one more than the limit where there are more */
  list(tx: Transaction, accountId: string, { undecidable, ...filter }: IntentFilter, limit: number, cursor: Cursor | null): Promise<ProviderIntent[]> {
    const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
    const stuck = undecidable ? { $and: [{ outcome: 'unknown' as const, nextCheckTime: null }] } : {};
    return tx.find(ProviderIntent, { accountId, ...given, ...stuck, ...afterCursor(cursor) }, { orderBy: { createTime: 'asc', id: 'asc' }, limit: limit + 1 });
  }

  findOwn(tx: Transaction, accountId: string, intentId: string): Promise<ProviderIntent | null> {
    return tx.findOne(ProviderIntent, { accountId, id: intentId });
  }

  find(tx: Transaction, intentId: string): Promise<ProviderIntent | null> {
    return tx.findOne(ProviderIntent, { id: intentId });
  }

  findForUpdate(tx: Transaction, intentId: string): Promise<ProviderIntent> {
    return tx.findOneOrFail(ProviderIntent, { id: intentId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  /** Until the transaction ends nobody else plans this kind for the subject: there may be no row yet that could be locked. */
  async lockSubject(tx: Transaction, subject: IntentSubject, kind: string): Promise<void> {
    const key = ['provider-intent', subject.accountId, subject.subjectType, subject.subjectId, kind].join(' ');
    await sql(tx, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [key]);
  }

  latest(tx: Transaction, subject: IntentSubject, kind: string): Promise<ProviderIntent | null> {
    return tx.findOne(ProviderIntent, { ...pick(subject), kind }, { orderBy: { attempt: 'desc' } });
  }

  /** Oldest first. */
  ofSubject(tx: Transaction, subject: IntentSubject): Promise<ProviderIntent[]> {
    return tx.find(ProviderIntent, pick(subject), { orderBy: { createTime: 'asc', id: 'asc' } });
  }

  /** Held until the transaction ends, in the order of their ids. */
  unfinishedOf(tx: Transaction, connectionId: string): Promise<ProviderIntent[]> {
    return tx.find(ProviderIntent, { connectionId, outcome: { $in: ['created', 'unknown'] } }, { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } });
  }

  async makeDue(tx: Transaction, connectionId: string, now: number): Promise<void> {
    await tx.nativeUpdate(ProviderIntent, { connectionId, outcome: { $in: ['created', 'unknown'] }, nextCheckTime: { $gt: now } }, { nextCheckTime: now });
  }

  /** Unfinished intents whose next look is due, longest waiting first. */
  due(tx: Transaction, now: number, { keys, groups, limit }: TakenWork): Promise<Pick<ProviderIntent, 'id' | 'connectionId'>[]> {
    const notTaken = { ...(keys.length > 0 ? { id: { $nin: [...keys] } } : {}), ...(groups.length > 0 ? { connectionId: { $nin: [...groups] } } : {}) };
    return tx.find(
      ProviderIntent,
      { outcome: { $in: ['created', 'unknown'] }, nextCheckTime: { $lte: now }, ...notTaken },
      { fields: ['id', 'connectionId'], orderBy: { nextCheckTime: 'asc' }, limit },
    );
  }
}

function pick({ accountId, subjectType, subjectId }: IntentSubject): IntentSubject {
  return { accountId, subjectType, subjectId };
}
