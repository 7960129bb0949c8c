import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { notFound } from '@tollkeeper/kernel';
import type { MailKind } from '../accounts/mail-senders.js';
import type { Transaction } from '../platform/database/database.js';
import { sql } from '../platform/database/sql.js';
import { afterCursor, type Cursor } from '../platform/http/paging.js';
import { Mail, type MailStatus } from './mail.entity.js';

export interface MailFilter {
  readonly status?: MailStatus | undefined;
  readonly kind?: MailKind | undefined;
  readonly customerId?: string | undefined;
  readonly invoiceId?: string | undefined;
}

/** Accounts that were made in a copied installation are its own; those it was copied with have to wait. */
const DUE = `
  select mail.id from mail join account on account.id = mail.account_id
   where mail.status = 'queued' and mail.next_attempt_time <= $1 and ($2::bigint is null or account.create_time > $2)
   order by mail.next_attempt_time, mail.id limit $3`;

@Injectable()
export class MailRepository {
  async get(tx: Transaction, accountId: string, mailId: string): Promise<Mail> {
    const mail = await tx.findOne(Mail, { id: mailId, accountId });
    if (!mail) throw notFound('mail', mailId);
    return mail;
  }

  async lock(tx: Transaction, mailId: string): Promise<Mail> {
    return tx.findOneOrFail(Mail, { id: mailId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  async list(tx: Transaction, accountId: string, filter: MailFilter, limit: number, cursor: Cursor | null): Promise<Mail[]> {
    const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
    return tx.find(Mail, { accountId, ...given, ...afterCursor(cursor) }, { orderBy: { createTime: 'asc', id: 'asc' }, limit: limit + 1 });
  }

  /** @param pausedAt process time since which this installation is a copy that was not resumed; null where it is none */
  async due(tx: Transaction, now: number, pausedAt: number | null, limit: number): Promise<string[]> {
    return (await sql<{ id: string }>(tx, DUE, [now, pausedAt, limit])).map(({ id }) => id);
  }

  /** Null when somebody else was faster. */
  findDue(tx: Transaction, mailId: string, now: number): Promise<Mail | null> {
    return tx.findOne(Mail, { id: mailId, status: 'queued', nextAttemptTime: { $lte: now } });
  }
}
