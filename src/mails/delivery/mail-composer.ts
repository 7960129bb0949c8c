import { Injectable } from '@nestjs/common';
import { Customer } from '../../customers/customer.entity.js';
import { DocumentAnswers } from '../../invoices/documents/document-answers.js';
import type { InvoiceDocument } from '../../invoices/documents/invoice-document.js';
import { InvoiceDocuments } from '../../invoices/documents/invoice-documents.service.js';
import { isClosed, type Invoice } from '../../invoices/invoice.entity.js';
import { InvoicesService } from '../../invoices/invoices.service.js';
import { CreditNoteDocuments } from '../../payments/credit-notes/documents/credit-note-documents.service.js';
import { RefundRepository } from '../../payments/refunds/refund.repository.js';
import { Database } from '../../platform/database/database.js';
import type { LetterKind } from '../letters/mail-words.js';
import { letterOf, type LetterSubject } from '../letters/letter-writing.js';
import type { Mail } from '../mail.entity.js';
import { recipientsOf } from '../recipients.js';
import type { OutgoingMail } from './mailer.js';

export type ComposedMail = Omit<OutgoingMail, 'recipients'> | { readonly notNeeded: string };

/** Where it may have changed since the fact: nobody is asked for money that is not wanted any more. */
const STALE: Readonly<Record<string, (invoice: Invoice) => boolean>> = {
  invoice_issued: ({ paymentStatusReason }) => paymentStatusReason === 'voided',
  payment_failed: isBeingSettled,
  action_required: isBeingSettled,
  payment_reminder: isBeingSettled,
};

/** Writes a mail as things stand when it is sent, to where the customer wants it then. */
@Injectable()
export class MailComposer {
  constructor(
    private readonly database: Database,
    private readonly invoices: InvoicesService,
    private readonly documents: InvoiceDocuments,
    private readonly answers: DocumentAnswers,
    private readonly refunds: RefundRepository,
    private readonly notes: CreditNoteDocuments,
  ) {}

  async compose(mail: Mail): Promise<ComposedMail> {
    const { accountId, customerId, invoiceId, kind } = mail;
    const view = await this.invoices.get(accountId, invoiceId);
    const { invoice } = view;
    if (STALE[kind]?.(invoice)) return { notNeeded: `The invoice is ${invoice.paymentStatus} (${invoice.paymentStatusReason ?? ''}) by now.` };
    const document = await this.documents.ofView(view);
    const subject = await this.#subject(mail, invoice, document);
    if ('notNeeded' in subject) return subject;
    const customer = await this.database.reader().findOneOrFail(Customer, { accountId, customerId });
    return {
      letter: letterOf(subject),
      attachments: subject.attached === null ? [] : [await this.answers.file(subject.attached)],
      seller: document.seller,
      to: recipientsOf(customer),
      identity: [accountId, kind, mail.subjectId, mail.occasion, String(mail.resends)],
    };
  }

  async #subject(mail: Mail, invoice: Invoice, document: InvoiceDocument): Promise<(LetterSubject & { readonly attached: InvoiceDocument | null }) | { readonly notNeeded: string }> {
    const about = { invoice, document, amount: null, note: null, attached: null };
    switch (mail.kind) {
      case 'refund': {
        const { amount } = await this.refunds.get(this.database.reader(), mail.accountId, mail.subjectId);
        return { ...about, kind: 'refund', amount };
      }
      case 'credit_note': {
        const { note, document: attached } = await this.notes.of(mail.accountId, mail.subjectId);
        return note.status === 'void' ? { notNeeded: 'The credit note is void by now.' } : { ...about, kind: 'credit_note', amount: note.amount, note, attached };
      }
      case 'action_required':
        return { ...about, kind: actionOf(invoice) };
      default:
        return { ...about, kind: mail.kind, attached: mail.kind === 'payment_failed' ? null : document };
    }
  }

}

function isBeingSettled(invoice: Invoice): boolean {
  return isClosed(invoice) || invoice.paymentStatusReason === 'processing';
}

function actionOf({ paymentStatusReason }: Invoice): Extract<LetterKind, 'confirm_payment' | 'no_payment_method'> {
  return paymentStatusReason === 'no_payment_method' ? 'no_payment_method' : 'confirm_payment';
}
