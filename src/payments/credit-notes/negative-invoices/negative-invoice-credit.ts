import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { Invoice } from '../../../invoices/invoice.entity.js';
import { Database } from '../../../platform/database/database.js';
import { CreditNotesService } from '../credit-notes.service.js';
import type { NegativeInvoice } from './negative-invoice.entity.js';

/** Documents that are looked at: one takes all of it, or none does. */
const MOST_DOCUMENTS = 10;
/** Over by themselves, sooner or later. */
const PASSING: ReadonlySet<string> = new Set(['collection_running', 'payment_processing', 'provider_unavailable', 'give_back_required', 'give_back_not_applicable']);

export type CreditResult = 'credited' | 'later' | 'no_document';

/** Finds the document that a negative total is credited on: the one whose period it corrects, else the customer's newest that can take it whole. */
@Injectable()
export class NegativeInvoiceCredit {
  constructor(
    private readonly database: Database,
    private readonly notes: CreditNotesService,
  ) {}

  async credit(row: NegativeInvoice): Promise<CreditResult> {
    const invoice = await this.database.reader().findOneOrFail(Invoice, { id: row.invoiceId });
    for (const document of await this.#documents(invoice)) {
      const result = await this.#creditOn(document, invoice, row);
      if (result !== 'no_document') return result;
    }
    return 'no_document';
  }

  async #documents({ accountId, customerId, currency, connectionId, adjustsId, id }: Invoice): Promise<Invoice[]> {
    const documents = await this.database.reader().find(
      Invoice,
      { accountId, customerId, currency, connectionId, priceStatus: 'price_locked', providerStatus: { $in: ['open', 'paid'] }, id: { $ne: id } },
      { orderBy: { lockTime: 'desc', id: 'desc' }, limit: MOST_DOCUMENTS },
    );
    return documents.toSorted((one, other) => Number(other.id === adjustsId) - Number(one.id === adjustsId));
  }

  async #creditOn(document: Invoice, { accountId, total, tax, currency, number, id }: Invoice, { creditNoteId, giveBack }: NegativeInvoice): Promise<CreditResult> {
    const isPaid = document.providerStatus === 'paid';
    try {
      await this.notes.create(accountId, document.id, {
        id: creditNoteId,
        amount: { amountInMinorUnits: -total - tax, currency },
        giveBack: isPaid ? giveBack : null,
        reason: null,
        memo: `Correction ${number ?? id}`,
      });
      return 'credited';
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // What it is by now, paid or not, is read before it is tried again.
      return PASSING.has(error.code) ? 'later' : 'no_document';
    }
  }
}
