import { Injectable } from '@nestjs/common';
import { conflict } from '@tollkeeper/kernel';
import type { InvoiceDocument } from '../../../invoices/documents/invoice-document.js';
import { InvoiceRepository } from '../../../invoices/invoice.repository.js';
import { InvoicePartiesService } from '../../../invoices/parties/invoice-parties.service.js';
import { Database } from '../../../platform/database/database.js';
import type { CreditNote } from '../credit-note.entity.js';
import { CreditNoteRepository } from '../credit-note.repository.js';
import { documentOfCreditNote } from './credit-note-document.js';

/** Credit notes as documents: from and to whom their invoice is, as it was when that was locked. */
@Injectable()
export class CreditNoteDocuments {
  constructor(
    private readonly database: Database,
    private readonly notes: CreditNoteRepository,
    private readonly invoices: InvoiceRepository,
    private readonly parties: InvoicePartiesService,
  ) {}

  /** @throws DomainError `credit_note_not_found`; `credit_note_failed` (conflict) */
  async of(accountId: string, creditNoteId: string): Promise<{ readonly note: CreditNote; readonly document: InvoiceDocument }> {
    const reader = this.database.reader();
    const note = await this.notes.get(reader, accountId, creditNoteId);
    if (note.status === 'failed') throw conflict('credit_note_failed', 'The provider refused the credit note: there is none, and no document of it.');
    const invoice = await this.invoices.get(reader, accountId, note.invoiceId);
    return { note, document: documentOfCreditNote(note, invoice, await this.invoices.taxes(reader, invoice.id), await this.parties.of(reader, invoice)) };
  }
}
