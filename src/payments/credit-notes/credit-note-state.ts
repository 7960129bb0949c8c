import { Injectable } from '@nestjs/common';
import type { ProviderCreditNote } from '@tollkeeper/payment-provider';
import type { Invoice } from '../../invoices/invoice.entity.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { PlatformOptions } from '../../platform/platform-options.js';
import { amountsOf, moneyRow } from '../money-row.js';
import { Refund } from '../refunds/refund.entity.js';
import { RefundState } from '../refunds/refund-state.js';
import { CreditNote, type CreditNoteStatus } from './credit-note.entity.js';
import { CreditNoteRepository } from './credit-note.repository.js';
import { taxOfLines } from './credit-note-lines.js';
import { CreditedAmounts } from './credited-amounts.js';

type NewCreditNote = Pick<CreditNote, 'amount' | 'amountBeforePayment' | 'amountRefunded' | 'amountToBalance' | 'amountOutside'> & Partial<Pick<CreditNote, 'id' | 'reason' | 'memo' | 'tax' | 'lines'>>;

/** The only place that makes credit notes and changes their status. All methods join a transaction that holds the invoice's row lock. */
@Injectable()
export class CreditNoteState {
  constructor(
    private readonly clock: ProcessClock,
    private readonly outbox: Outbox,
    private readonly options: PlatformOptions,
    private readonly notes: CreditNoteRepository,
    private readonly refunds: RefundState,
    private readonly credited: CreditedAmounts,
  ) {}

  async begin(tx: Transaction, invoice: Invoice, note: NewCreditNote): Promise<CreditNote> {
    const row = this.#create(tx, invoice, { ...note, providerInvoiceId: invoice.providerInvoiceId ?? '', origin: 'here' });
    await tx.flush();
    await this.#tell(tx, row);
    return row;
  }

  /** A note as the provider shows it: one of ours, also when its answer was lost, or one made there. */
  async adopt(tx: Transaction, invoice: Invoice, snapshot: ProviderCreditNote, requestStart: number): Promise<CreditNote> {
    const known = (await this.notes.findByProviderId(tx, invoice.connectionId ?? '', snapshot.id)) ?? (await this.#byTags(tx, invoice, snapshot));
    return this.observe(tx, invoice, known, snapshot, requestStart);
  }

  /** Void is final: an older look never issues a note again. */
  async observe(tx: Transaction, invoice: Invoice, row: CreditNote | null, snapshot: ProviderCreditNote, requestStart: number): Promise<CreditNote> {
    const parts = { amount: snapshot.amount, amountBeforePayment: snapshot.beforePayment, amountRefunded: snapshot.refunded, amountToBalance: snapshot.toBalance, amountOutside: snapshot.outside };
    const note = row ?? this.#create(tx, invoice, { ...parts, providerInvoiceId: snapshot.providerInvoiceId, origin: 'provider', reason: snapshot.reason, memo: snapshot.memo });
    const isNews = note.providerCreditNoteId == null;
    if (!isNews && (requestStart < note.observedAt || note.status === 'void')) return note;
    const { id: providerCreditNoteId, providerStatus, number, documentUrl } = snapshot;
    if (isNews) await this.#divide(tx, invoice, note, snapshot);
    Object.assign(note, { ...parts, providerCreditNoteId, providerStatus, number, documentUrl, observedAt: Math.max(requestStart, note.observedAt) });
    await this.set(tx, note, snapshot.status, null);
    return note;
  }

  /** What the document states of its tax holds; where it states nothing, the note has its share of the invoice's. */
  async #divide(tx: Transaction, invoice: Invoice, note: CreditNote, { amount, tax }: ProviderCreditNote): Promise<void> {
    if (tax === null && (note.lines == null || note.amount !== amount)) note.lines = await this.credited.lines(tx, invoice, amount, note.id);
    else if (tax !== null && tax !== note.tax) note.lines = null;
    note.tax = tax ?? (note.lines && taxOfLines(note.lines));
  }

  async set(tx: Transaction, note: CreditNote, status: CreditNoteStatus, failure: string | null): Promise<void> {
    const changed = note.status !== status;
    note.status = status;
    note.failure = failure;
    if (changed) note.updateTime = this.clock.now();
    await tx.flush();
    if (status === 'failed') await this.#releaseRefund(tx, note, failure);
    if (changed) await this.#tell(tx, note);
  }

  /** What the note would have refunded is free again. */
  async #releaseRefund(tx: Transaction, note: CreditNote, failure: string | null): Promise<void> {
    const announced = await tx.findOne(Refund, { creditNoteId: note.id, providerRefundId: null });
    if (announced) await this.refunds.set(tx, announced, 'failed', failure);
  }

  async #byTags(tx: Transaction, { accountId, id }: Invoice, { tags }: ProviderCreditNote): Promise<CreditNote | null> {
    if (tags.instance !== this.options.instanceId || tags.account !== accountId || tags.id === undefined) return null;
    return tx.findOne(CreditNote, { id: tags.id, accountId, invoiceId: id, providerCreditNoteId: null });
  }

  #create(tx: Transaction, invoice: Invoice, note: NewCreditNote & Pick<CreditNote, 'providerInvoiceId' | 'origin'>): CreditNote {
    return tx.create(CreditNote, { ...moneyRow('crn', invoice, this.clock.now()), status: 'pending', observedAt: 0, ...note });
  }

  /** `credit_note.<status>`. */
  #tell(tx: Transaction, note: CreditNote): Promise<void> {
    const { amount, amountBeforePayment, amountRefunded, amountToBalance, amountOutside } = note;
    return this.outbox.record(tx, {
      accountId: note.accountId,
      type: `credit_note.${note.status}`,
      objectType: 'credit_note',
      objectId: note.id,
      data: {
        customerId: note.customerId,
        invoiceId: note.invoiceId,
        providerCreditNoteId: note.providerCreditNoteId ?? null,
        origin: note.origin,
        status: note.status,
        ...amountsOf(note.currency, { amount, amountBeforePayment, amountRefunded, amountToBalance, amountOutside }),
        failure: note.failure ?? null,
      },
    });
  }
}
