import { Injectable } from '@nestjs/common';
import { PaymentProviderRegistry, stepInMinorUnits } from '@tollkeeper/payment-provider';
import type { Invoice } from '../../invoices/invoice.entity.js';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import type { Transaction } from '../../platform/database/database.js';
import { sum } from '../refunds/refundable-amount.js';
import { creditNoteLines } from './credit-note-lines.js';
import type { CreditNoteLine } from './credit-note.entity.js';
import { CreditNoteRepository } from './credit-note.repository.js';

/** What the notes of an invoice have left of it. Joins a transaction that holds the invoice's row lock. */
@Injectable()
export class CreditedAmounts {
  constructor(
    private readonly notes: CreditNoteRepository,
    private readonly invoices: InvoiceRepository,
    private readonly registry: PaymentProviderRegistry,
  ) {}

  /** Of notes that the provider has not answered for: they may be in its sums, or not yet. */
  async unanswered(tx: Transaction, invoiceId: string): Promise<bigint> {
    return sum(await this.notes.unanswered(tx, invoiceId));
  }

  /**
   * Divides a note over what is left of an invoice that is taxed by our rates; null where nothing is taxed, or it cannot be told.
   * @param creditNoteId of the note, where it is there already
   */
  async lines(tx: Transaction, invoice: Invoice, amount: bigint, creditNoteId: string | null = null): Promise<CreditNoteLine[] | null> {
    if (invoice.taxTreatment !== 'taxed' || invoice.tax === 0n || invoice.documentSubtotal != null) return null;
    const [lines, taxes, earlier] = [await this.invoices.lines(tx, invoice.id), await this.invoices.taxes(tx, invoice.id), await this.notes.counting(tx, invoice.id)];
    return creditNoteLines({ total: invoice.total, lines, taxes }, earlier.filter(({ id }) => id !== creditNoteId), amount, this.#step(invoice));
  }

  #step({ providerName, currency }: Invoice): bigint {
    const provider = providerName != null && this.registry.has(providerName) ? this.registry.get(providerName).describe() : null;
    const row = provider?.currencies.find((candidate) => candidate.currency === currency);
    return row ? stepInMinorUnits(row) : 1n;
  }
}
