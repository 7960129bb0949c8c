import { describe, expect, it } from '@jest/globals';
import type { CreditNoteInput, CreditNoteOperations } from '../credit-note-operations.js';
import type { ProviderCreditNote, ProviderInvoice } from '../provider-objects.js';
import type { ContractSubject } from './contract-subject.js';
import { InvoiceCases } from './invoice-cases.js';

type GiveBack = NonNullable<CreditNoteInput['giveBack']>;

export function creditNotesContract(subject: ContractSubject): void {
  const { harness, provider } = subject;
  const cases = new InvoiceCases(subject);
  const notes = provider.creditNotes as CreditNoteOperations;

  /** An invoice of 12.34. */
  async function paid(): Promise<ProviderInvoice> {
    const { id } = await cases.open();
    return subject.value(cases.operations.pay({ providerInvoiceId: id }, subject.context()));
  }

  function input({ id }: ProviderInvoice, amount: bigint, giveBack: Partial<GiveBack> | null = null): CreditNoteInput {
    const parts = giveBack && { refund: 0n, balance: 0n, outside: 0n, ...giveBack };
    return { tags: subject.newTags(), providerInvoiceId: id, amount, currency: harness.currency, giveBack: parts, lines: null, reason: 'product_unsatisfactory', memo: 'With our apologies' };
  }

  function create(wanted: CreditNoteInput): Promise<ProviderCreditNote> {
    return subject.value(notes.create(wanted, subject.context()));
  }

  async function list({ id }: ProviderInvoice): Promise<readonly ProviderCreditNote[]> {
    return subject.value(notes.list({ providerInvoiceId: id }, subject.context()));
  }

  describe('its credit notes', () => {
    it('lower what is due of an open invoice, and not its total; void, they raise it again', async () => {
      const invoice = await cases.open();
      const note = await create(input(invoice, 234n));
      expect(note).toMatchObject({ status: 'issued', providerInvoiceId: invoice.id, amount: 234n, currency: harness.currency, beforePayment: 234n, refunded: 0n, toBalance: 0n, outside: 0n, refundIds: [], memo: 'With our apologies' });
      expect(await cases.fetched(invoice.id)).toMatchObject({ status: 'open', total: 1_234n, amountDue: 1_000n, amountRemaining: 1_000n, creditedBeforePayment: 234n });
      for (let times = 0; times < 2; times += 1) {
        expect(await subject.value(notes.void({ providerCreditNoteId: note.id }, subject.context()))).toMatchObject({ id: note.id, status: 'void' });
      }
      expect(await cases.fetched(invoice.id)).toMatchObject({ status: 'open', amountDue: 1_234n, creditedBeforePayment: 0n });
      expect(await list(invoice)).toMatchObject([{ id: note.id, status: 'void' }]);
    });

    it('over all that is due leave nothing to be paid', async () => {
      const invoice = await cases.open();
      await create(input(invoice, 1_234n));
      expect(await cases.fetched(invoice.id)).toMatchObject({ status: 'paid', amountDue: 0n, amountRemaining: 0n, creditedBeforePayment: 1_234n, paidElsewhere: false });
    });

    it('on a paid invoice make the refund they own', async () => {
      const invoice = await paid();
      const note = await create(input(invoice, 300n, { refund: 300n }));
      expect(note).toMatchObject({ amount: 300n, beforePayment: 0n, refunded: 300n, toBalance: 0n, outside: 0n });
      expect(note.refundIds).toHaveLength(1);
      const after = await cases.fetched(invoice.id);
      expect(after).toMatchObject({ status: 'paid', amountPaid: 1_234n, creditedAfterPayment: 300n });
      expect(after.payments.map(({ amountRefunded }) => amountRefunded)).toEqual([300n]);
    });

    it('on a paid invoice give it back to the balance, or say that it was returned outside', async () => {
      const invoice = await paid();
      const note = await create(input(invoice, 300n, { balance: 200n, outside: 100n }));
      expect(note).toMatchObject({ amount: 300n, refunded: 0n, toBalance: 200n, outside: 100n, refundIds: [] });
      expect((await cases.fetched(invoice.id)).payments.map(({ amountRefunded }) => amountRefunded)).toEqual([0n]);
    });

    it('are issued once under one key, and found by id and by our tags', async () => {
      const wanted = input(await cases.open(), 100n);
      const context = subject.context();
      const note = await subject.value(notes.create(wanted, context));
      expect((await subject.value(notes.create(wanted, context))).id).toBe(note.id);
      expect(note.tags).toEqual(wanted.tags);
      expect(await subject.value(provider.fetch('credit_note', { providerId: note.id }, subject.context()))).toEqual({ found: true, value: note });
      const reference = { parentId: wanted.providerInvoiceId, createdAfterInMillis: subject.recently() };
      expect(await subject.value(provider.fetch('credit_note', { tags: wanted.tags, ...reference }, subject.context()))).toEqual({ found: true, value: note });
      expect(await subject.value(provider.fetch('credit_note', { tags: { ...wanted.tags, id: 'another' }, ...reference }, subject.context()))).toEqual({ found: false });
    });

    it('are refused over more than the invoice has left', async () => {
      const invoice = await cases.open();
      await create(input(invoice, 1_000n));
      expect((await subject.endsAs('failed', notes.create(input(invoice, 235n), subject.context()))).code).toBe('invalid_state');
      expect(await list(invoice)).toHaveLength(1);
    });

    it('of what does not exist are not found', async () => {
      const missing = { ...(await cases.open()), id: 'in_contractmissing' };
      expect((await subject.endsAs('failed', notes.create(input(missing, 1n), subject.context()))).code).toBe('not_found');
      expect((await subject.endsAs('failed', notes.void({ providerCreditNoteId: 'cn_contractmissing' }, subject.context()))).code).toBe('not_found');
      expect(await subject.value(provider.fetch('credit_note', { providerId: 'cn_contractmissing' }, subject.context()))).toEqual({ found: false });
    });

    it('do nothing without an idempotency key', async () => {
      const invoice = await cases.open();
      await subject.thrownBy(() => notes.create(input(invoice, 1n), subject.context({ idempotencyKey: undefined })));
      expect(await list(invoice)).toEqual([]);
    });
  });
}
