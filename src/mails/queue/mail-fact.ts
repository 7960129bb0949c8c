import type { MailKind } from '../../accounts/mail-senders.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { MailSubjectType } from '../mail.entity.js';

/** Something a customer may be mailed about. */
export interface MailFact {
  readonly accountId: string;
  readonly customerId: string;
  readonly invoiceId: string;
  readonly kind: MailKind;
  readonly subjectType: MailSubjectType;
  readonly subjectId: string;
  /** Which of several facts of one kind about the subject; null: the attempt to charge it that has been made by then. */
  readonly occasion: string | null;
}

type FactOf = (event: DomainEvent) => { readonly kind: MailKind; readonly occasion: string | null } | null;

const OF_INVOICES: Readonly<Record<string, FactOf>> = {
  'invoice.issued': ({ data }) => ({ kind: 'invoice_issued', occasion: text(data['providerInvoiceId']) }),
  'invoice.settled': whenReason(['paid', 'paid_elsewhere'], { kind: 'payment_received', occasion: '' }),
  'invoice.failed': whenReason(['declined'], { kind: 'payment_failed', occasion: null }),
  'invoice.requires_action': whenReason(['customer_authentication', 'no_payment_method'], { kind: 'action_required', occasion: null }),
  'invoice.pending': whenReason(['overdue'], { kind: 'payment_reminder', occasion: '' }),
};

const OF_OTHERS: Readonly<Record<string, FactOf>> = {
  // What a credit note gives back is told with the note.
  'refund.succeeded': ({ data }) => (data['creditNoteId'] == null ? { kind: 'refund', occasion: '' } : null),
  'credit_note.issued': () => ({ kind: 'credit_note', occasion: '' }),
};

/** Events that can be one. */
export const TELLING = [...Object.keys(OF_INVOICES), ...Object.keys(OF_OTHERS)];

export function mailFactOf(event: DomainEvent): MailFact | null {
  const { accountId, type, objectId, data } = event;
  const isOfInvoice = type in OF_INVOICES;
  const fact = (OF_INVOICES[type] ?? OF_OTHERS[type])?.(event);
  if (!fact) return null;
  const subjectType = isOfInvoice ? 'invoice' : (event.objectType as MailSubjectType);
  return { accountId, customerId: text(data['customerId']), invoiceId: isOfInvoice ? objectId : text(data['invoiceId']), subjectType, subjectId: objectId, ...fact };
}

function whenReason(reasons: readonly string[], fact: { readonly kind: MailKind; readonly occasion: string | null }): FactOf {
  return ({ data }) => (reasons.includes(text(data['paymentStatusReason'])) ? fact : null);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
