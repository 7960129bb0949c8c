import type { DomainEvent } from '../platform/outbox/outbox.js';
import type { Mail } from './mail.entity.js';

/** Whoever mails by webhook has to: everything that is needed to write it, or says where it is. @param locale language tag of the invoice */
export function mailWanted(mail: Mail, locale: string): DomainEvent {
  return eventOf(mail, 'mail.wanted', { locale, documentPath: documentPathOf(mail) });
}

export function mailFailed(mail: Mail): DomainEvent {
  return eventOf(mail, 'mail.failed', { error: mail.error ?? null });
}

function eventOf(mail: Mail, type: string, more: Record<string, unknown>): DomainEvent {
  const { accountId, id, kind, customerId, invoiceId, subjectType, subjectId, recipients } = mail;
  return { accountId, type, objectType: 'mail', objectId: id, data: { kind, customerId, invoiceId, subjectType, subjectId, recipients, ...more } };
}

/** What is attached to a mail of ours. */
function documentPathOf({ subjectType, subjectId, invoiceId }: Mail): string {
  return subjectType === 'credit_note' ? `/credit-notes/${subjectId}/document` : `/invoices/${invoiceId}/document`;
}
