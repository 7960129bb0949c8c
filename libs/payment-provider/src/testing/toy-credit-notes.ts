import type { CallContext } from '../call-context.js';
import type { CreditNoteInput, CreditNoteOperations } from '../credit-note-operations.js';
import { succeeded, type ProviderOutcome } from '../outcome.js';
import type { ProviderCreditNote } from '../provider-objects.js';
import { creditedOf, totalOf, ToyBankError, type ToyBank, type ToyCreditNote, type ToyInvoice } from './toy-bank.js';
import { requiredKey, toyCall } from './toy-call.js';

export class ToyCreditNotes implements CreditNoteOperations {
  readonly #bank: ToyBank;

  constructor(bank: ToyBank) {
    this.#bank = bank;
  }

  create(input: CreditNoteInput, context: CallContext): Promise<ProviderOutcome<ProviderCreditNote>> {
    return toyCall(context, async (apiKey) => {
      const note = await this.#bank.write(apiKey, requiredKey(context), ['creditNote', input], () => this.#issue(input));
      return succeeded(mapToyCreditNote(note));
    });
  }

  void({ providerCreditNoteId: id }: { providerCreditNoteId: string }, context: CallContext): Promise<ProviderOutcome<ProviderCreditNote>> {
    return toyCall(context, async (apiKey) => {
      const note = await this.#bank.write(apiKey, requiredKey(context), ['voidCreditNote', id], () => this.#void(id));
      return succeeded(mapToyCreditNote(note));
    });
  }

  list({ providerInvoiceId }: { providerInvoiceId: string }, context: CallContext): Promise<ProviderOutcome<readonly ProviderCreditNote[]>> {
    return toyCall(context, async (apiKey) => succeeded((await this.#bank.read(apiKey, () => this.#bank.invoice(providerInvoiceId).creditNotes)).map(mapToyCreditNote)));
  }

  #issue({ providerInvoiceId, amount, giveBack, tags, memo }: CreditNoteInput): ToyCreditNote {
    const invoice = this.#bank.change(providerInvoiceId, giveBack === null ? ['open'] : ['paid'], {});
    const left = totalOf(invoice) - creditedOf(invoice, 'before') - creditedOf(invoice, 'after');
    const parts = giveBack === null ? amount : giveBack.refund + giveBack.balance + giveBack.outside;
    if (amount < 1n || amount > left || parts !== amount) throw new ToyBankError(400, 'more_than_is_left');
    const taken = invoice.attempts.find(({ result }) => result === 'taken');
    const refundIds = giveBack && giveBack.refund > 0n ? [this.#bank.refund(taken?.id ?? '', giveBack.refund, null).id] : [];
    const note: ToyCreditNote = { id: this.#bank.newId('toycn'), invoiceId: invoice.id, currency: invoice.currency, amount, parts: giveBack, refundIds, memo, isVoid: false, tags, createdAtInMillis: Date.now() };
    const { creditNotes } = this.#bank.invoice(invoice.id);
    this.#put(invoice.id, [...creditNotes, note], giveBack === null && amount === left ? 'paid' : invoice.status);
    return note;
  }

  #void(id: string): ToyCreditNote {
    const note = toyCreditNotes(this.#bank).find((candidate) => candidate.id === id);
    if (!note) throw new ToyBankError(404, 'not_there');
    if (note.isVoid) return note;
    const invoice = this.#bank.change(note.invoiceId, ['open'], {});
    const voided = { ...note, isVoid: true };
    this.#put(invoice.id, invoice.creditNotes.map((other) => (other.id === id ? voided : other)), 'open');
    return voided;
  }

  #put(invoiceId: string, creditNotes: readonly ToyCreditNote[], status: ToyInvoice['status']): void {
    this.#bank.change(invoiceId, ['open', 'paid'], { creditNotes, status });
  }
}

export function toyCreditNotes(bank: ToyBank): ToyCreditNote[] {
  return [...bank.invoices.values()].flatMap(({ creditNotes }) => creditNotes);
}

export function mapToyCreditNote({ id, invoiceId, currency, amount, parts, refundIds, memo, isVoid, tags, createdAtInMillis }: ToyCreditNote): ProviderCreditNote {
  return {
    id,
    status: isVoid ? 'void' : 'issued',
    providerStatus: isVoid ? 'taken back' : 'issued',
    number: id,
    providerInvoiceId: invoiceId,
    amount,
    currency,
    tax: null,
    beforePayment: parts === null ? amount : 0n,
    refunded: parts?.refund ?? 0n,
    toBalance: parts?.balance ?? 0n,
    outside: parts?.outside ?? 0n,
    refundIds,
    reason: null,
    memo,
    documentUrl: null,
    tags,
    createTimeInMillis: createdAtInMillis,
  };
}
