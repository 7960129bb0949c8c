import { Injectable } from '@nestjs/common';
import type { ProviderCreditNote, ProviderRefund } from '@tollkeeper/payment-provider';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import type { Transaction } from '../../platform/database/database.js';
import { CreditNoteState } from '../credit-notes/credit-note-state.js';
import { DuplicateState } from '../duplicates/duplicate-state.js';
import { RefundAdoption } from '../refunds/refund-adoption.js';

export interface SeenMoney {
  readonly notes: readonly ProviderCreditNote[];
  readonly refunds: readonly ProviderRefund[];
}

/** Takes over what was seen of one invoice's money, all of it in one transaction. */
@Injectable()
export class ReturnedMoneyTakeOver {
  constructor(
    private readonly invoices: InvoiceRepository,
    private readonly refunds: RefundAdoption,
    private readonly notes: CreditNoteState,
    private readonly duplicates: DuplicateState,
  ) {}

  /** Notes first: a refund that one of them made is theirs. What was taken twice last: what has gone back of it is known then. */
  async takeOver(tx: Transaction, invoiceId: string, { notes, refunds }: SeenMoney, requestStart: number): Promise<void> {
    const invoice = await this.invoices.lock(tx, invoiceId);
    const owners = new Map<string, string>();
    for (const snapshot of notes) {
      // Lines that cancel out: it credits nothing, and must not keep the others from being taken over.
      if (snapshot.amount === 0n) continue;
      const note = await this.notes.adopt(tx, invoice, snapshot, requestStart);
      for (const refundId of snapshot.refundIds) owners.set(refundId, note.id);
    }
    for (const refund of refunds) await this.refunds.adopt(tx, invoice, refund, requestStart, owners.get(refund.id) ?? null);
    await this.duplicates.examine(tx, invoice);
  }
}
