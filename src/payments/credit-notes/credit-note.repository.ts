import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { notFound } from '@tollkeeper/kernel';
import type { Transaction } from '../../platform/database/database.js';
import { afterCursor, type Cursor } from '../../platform/http/paging.js';
import { CreditNote } from './credit-note.entity.js';

export interface CreditNoteFilter {
  readonly customerId?: string | undefined;
  readonly invoiceId?: string | undefined;
}

@Injectable()
export class CreditNoteRepository {
  async get(tx: Transaction, accountId: string, creditNoteId: string): Promise<CreditNote> {
    const note = await tx.findOne(CreditNote, { id: creditNoteId, accountId });
    if (!note) throw notFound('credit_note', creditNoteId);
    return note;
  }

  lock(tx: Transaction, creditNoteId: string): Promise<CreditNote> {
    return tx.findOneOrFail(CreditNote, { id: creditNoteId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  list(tx: Transaction, accountId: string, { customerId, invoiceId }: CreditNoteFilter, limit: number, cursor: Cursor | null): Promise<CreditNote[]> {
    return tx.find(
      CreditNote,
      { accountId, ...(customerId === undefined ? {} : { customerId }), ...(invoiceId === undefined ? {} : { invoiceId }), ...afterCursor(cursor) },
      { orderBy: { createTime: 'asc', id: 'asc' }, limit: limit + 1 },
    );
  }

  /** Those that take something of the invoice back, or are about to. */
  counting(tx: Transaction, invoiceId: string): Promise<CreditNote[]> {
    return tx.find(CreditNote, { invoiceId, status: { $in: ['issued', 'pending', 'unknown'] } }, { orderBy: { createTime: 'asc', id: 'asc' } });
  }

  /** Notes of ours the provider has not answered for: they may be in its sums, or not yet. */
  unanswered(tx: Transaction, invoiceId: string): Promise<CreditNote[]> {
    return tx.find(CreditNote, { invoiceId, providerCreditNoteId: null, status: { $in: ['pending', 'unknown'] } });
  }

  findByProviderId(tx: Transaction, connectionId: string, providerCreditNoteId: string): Promise<CreditNote | null> {
    return tx.findOne(CreditNote, { connectionId, providerCreditNoteId });
  }
}
