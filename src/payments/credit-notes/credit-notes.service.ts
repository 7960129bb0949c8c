import { Injectable } from '@nestjs/common';
import type { Money } from '@tollkeeper/kernel';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { InvoicesService } from '../../invoices/invoices.service.js';
import { Database } from '../../platform/database/database.js';
import type { Cursor } from '../../platform/http/paging.js';
import { assertDone } from '../../provider-intents/intent-answers.js';
import { Refund } from '../refunds/refund.entity.js';
import { CreditNotePlanning, type CreditNoteRequest } from './credit-note-planning.js';
import { CreditNoteSending } from './credit-note-sending.js';
import type { CreditNote } from './credit-note.entity.js';
import { CreditNoteRepository, type CreditNoteFilter } from './credit-note.repository.js';

export interface CreditedRefundRequest {
  /** Of the refund. */
  readonly id: string;
  /** Null: all that is left of the payment and to credit. */
  readonly amount: Money | null;
  readonly reason: string | null;
}

/** Credit notes on locked invoices. Shares the collection's lease, so that nothing is charged while what is due changes. */
@Injectable()
export class CreditNotesService {
  constructor(
    private readonly database: Database,
    private readonly invoices: InvoicesService,
    private readonly refresh: InvoiceRefresh,
    private readonly notes: CreditNoteRepository,
    private readonly planning: CreditNotePlanning,
    private readonly sending: CreditNoteSending,
  ) {}

  list(accountId: string, filter: CreditNoteFilter, limit: number, cursor: Cursor | null): Promise<CreditNote[]> {
    return this.notes.list(this.database.reader(), accountId, filter, limit, cursor);
  }

  get(accountId: string, creditNoteId: string): Promise<CreditNote> {
    return this.notes.get(this.database.reader(), accountId, creditNoteId);
  }

  /**
   * Answers the note as far as it got; one whose answer was lost is finished in the background.
   * @throws DomainError `invoice_not_found`, `invoice_not_locked`, `collection_running`, `refused_by_provider`, and as `CreditNotePlanning.plan`
   */
  async create(accountId: string, invoiceId: string, request: CreditNoteRequest): Promise<CreditNote> {
    await this.invoices.get(accountId, invoiceId);
    return this.sending.underLease(invoiceId, async () => {
      await this.refresh.refresh(invoiceId);
      const planned = await this.database.transaction(async (tx) => this.planning.plan(tx, await this.invoices.locked(tx, accountId, invoiceId), request));
      await this.sending.send(planned.intentId, invoiceId);
      return this.get(accountId, planned.creditNoteId);
    });
  }

  /** A refund that returns its tax as well: a note that owns it. Asked for under the same id, it is the same. @throws DomainError as `create` */
  async refund(accountId: string, invoiceId: string, { id, amount, reason }: CreditedRefundRequest): Promise<Refund> {
    const noteId = id.replace(/^ref_/, 'crn_');
    await this.create(accountId, invoiceId, { id: noteId, amount, giveBack: 'refund', reason: null, memo: null, refund: { id, reason } });
    return this.database.reader().findOneOrFail(Refund, { id, accountId });
  }

  /** @throws DomainError `credit_note_not_found`, `credit_note_closed`, `collection_running`, `refused_by_provider`, `provider_unavailable` */
  async void(accountId: string, creditNoteId: string): Promise<CreditNote> {
    const { invoiceId } = await this.get(accountId, creditNoteId);
    return this.sending.underLease(invoiceId, async () => {
      await this.refresh.refresh(invoiceId);
      const planned = await this.database.transaction(async (tx) => {
        const invoice = await this.invoices.locked(tx, accountId, invoiceId);
        return this.planning.planVoid(tx, invoice, await this.notes.lock(tx, creditNoteId));
      });
      assertDone(await this.sending.send(planned.id, invoiceId), 'credit note');
      return this.get(accountId, creditNoteId);
    });
  }
}
