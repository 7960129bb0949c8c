import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { MailKind } from '../accounts/mail-senders.js';
import { MillisType } from '../platform/database/column-types.js';

/** `told`: the event `mail.wanted` has handed it to whoever mails it. `not_needed`: what it would have said was no longer so when its turn came. */
export const MAIL_STATUSES = ['queued', 'sent', 'told', 'failed', 'not_needed'] as const;
export type MailStatus = (typeof MAIL_STATUSES)[number];
/** What it is about. */
export type MailSubjectType = 'invoice' | 'refund' | 'credit_note';

/** One mail to a customer about one fact: there is never a second row for it. */
export const Mail = defineEntity({
  name: 'Mail',
  tableName: 'mail',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    customerId: p.text(),
    invoiceId: p.text(),
    kind: p.text().$type<MailKind>(),
    /** Who mails it, as it was chosen when the fact came about. */
    sender: p.text().$type<'smtp' | 'webhook'>(),
    subjectType: p.text().$type<MailSubjectType>(),
    subjectId: p.text(),
    /** Which of several facts of one kind about the subject: a document, an attempt. */
    occasion: p.text(),
    status: p.text().$type<MailStatus>(),
    /** Whom it is for, as of the last attempt. */
    recipients: p.json<readonly string[]>(),
    /** Those for whom a mail server has taken it. */
    accepted: p.json<readonly string[]>(),
    /** Why the last attempt did not end it, or did for some of them only. */
    error: p.text().nullable(),
    attempts: p.integer(),
    /** How often people wanted it once more. */
    resends: p.integer(),
    /** Since when it has been tried: given up so many days later. */
    queueTime: p.type(MillisType),
    nextAttemptTime: p.type(MillisType).nullable(),
    sendTime: p.type(MillisType).nullable(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Mail = InferEntity<typeof Mail>;
