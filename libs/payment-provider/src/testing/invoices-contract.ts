import { describe, expect, it } from '@jest/globals';
import { currencyExponent } from '@tollkeeper/kernel';
import type { ContractSubject } from './contract-subject.js';
import { InvoiceCases } from './invoice-cases.js';

const DAY_IN_MILLIS = 86_400_000;

export function invoicesContract(subject: ContractSubject): void {
  const { harness, provider } = subject;
  const cases = new InvoiceCases(subject);
  const invoices = cases.operations;
  const { currency } = harness;

  describe('its invoices', () => {
    it('start as an empty draft of the customer, carrying our tags', async () => {
      const customer = await harness.newCustomer('pays');
      const input = cases.draftInput(customer);
      const draft = await subject.value(invoices.createDraft(input, subject.context()));
      expect(draft).toMatchObject({ status: 'draft', providerCustomerId: customer, currency, total: 0n, lineCount: 0, tags: input.tags, attempted: false, paidElsewhere: false, payments: [] });
      expect(draft.providerStatus).not.toBe('');
    });

    it('are drafted once under one key', async () => {
      const input = cases.draftInput(await harness.newCustomer('pays'));
      const context = subject.context();
      const first = await subject.value(invoices.createDraft(input, context));
      expect((await subject.value(invoices.createDraft(input, context))).id).toBe(first.id);
      expect((await subject.value(invoices.createDraft(input, subject.context()))).id).not.toBe(first.id);
    });

    it.each([
      ['one line', [1_000n]],
      ['several', [1_000n, 234n, 1n]],
      ['a credit among them', [1_000n, -250n]],
      ['a line of nothing', [1_000n, 0n]],
    ] as const)('add up to the minor unit: %s', async (_name, amounts) => {
      const total = amounts.reduce((sum: bigint, amount) => sum + amount, 0n);
      const draft = await cases.draft('pays', amounts);
      expect(draft).toMatchObject({ status: 'draft', currency, subtotal: total, total, tax: 0n, lineCount: amounts.length });
      expect(await cases.fetched(draft.id)).toEqual(draft);
    });

    it('say the taxes of their lines to the minor unit, on top of the price and within it', async () => {
      const draft = await cases.draft('pays', []);
      const vat = { name: 'VAT', jurisdiction: 'DE', percentage: '19', isInclusive: false };
      const within = { name: 'VAT', jurisdiction: 'DE', percentage: '7', isInclusive: true };
      const [one, other, credit] = cases.lines(1_000n, 1_070n, -100n);
      const lines = [
        { ...one!, taxes: [{ ...vat, taxable: 1_000n, amount: 190n }, { ...within, name: 'City tax', isInclusive: false, percentage: '1.125', taxable: 1_000n, amount: 11n }] },
        { ...other!, taxes: [{ ...within, taxable: 1_000n, amount: 70n }] },
        { ...credit!, taxes: [{ ...vat, taxable: -100n, amount: -19n }] },
      ];
      const drafted = await subject.value(invoices.addLines({ providerInvoiceId: draft.id, lines, currency }, subject.context()));
      expect(drafted).toMatchObject({ subtotal: 1_970n, tax: 252n, taxIncluded: 70n, total: 2_152n, lacksTaxLocation: false });
      const open = await subject.value(invoices.finalize({ providerInvoiceId: draft.id }, subject.context()));
      expect(open).toMatchObject({ status: 'open', tax: 252n, taxIncluded: 70n, total: 2_152n, amountDue: 2_152n });
    });

    it('list what they say, line by line', async () => {
      const draft = await cases.draft('pays', [1_000n, -250n, 30n]);
      const lines = await subject.value(invoices.listLines({ providerInvoiceId: draft.id }, subject.context()));
      expect(lines.map(({ amount }) => amount).sort()).toEqual([1_000n, -250n, 30n].sort());
      expect(lines.filter(({ description }) => description === '')).toEqual([]);
    });

    it('take lines once under one key', async () => {
      const draft = await cases.draft('pays', []);
      const input = { providerInvoiceId: draft.id, lines: cases.lines(1_000n), currency };
      const context = subject.context();
      await subject.value(invoices.addLines(input, context));
      await subject.value(invoices.addLines(input, context));
      expect(await cases.fetched(draft.id)).toMatchObject({ total: 1_000n, lineCount: 1 });
    });

    it('carry as many lines as the description says', async () => {
      const count = Math.min(provider.describe().maximumInvoiceLines, 1_000);
      const draft = await cases.draft('pays', Array.from({ length: count }, () => 10n));
      expect(draft).toMatchObject({ lineCount: count, total: BigInt(count) * 10n });
      expect(await cases.fetched(draft.id)).toMatchObject({ lineCount: count });
    });

    it('are found by our tags after a lost answer, and nothing else is', async () => {
      const input = cases.draftInput(await harness.newCustomer('pays'));
      const draft = await subject.value(invoices.createDraft(input, subject.context()));
      const reference = { providerCustomerId: input.providerCustomerId, createdAfterInMillis: subject.recently() };
      expect(await subject.value(provider.fetch('invoice', { tags: input.tags, ...reference }, subject.context()))).toEqual({ found: true, value: draft });
      expect(await subject.value(provider.fetch('invoice', { tags: { ...input.tags, id: 'another' }, ...reference }, subject.context()))).toEqual({ found: false });
    });

    it('open when finalized, with the amount due and a page to pay it on', async () => {
      const invoice = await cases.open();
      expect(invoice).toMatchObject({ status: 'open', total: 1_234n, amountDue: 1_234n, amountPaid: 0n, amountRemaining: 1_234n, attempted: false });
      expect(invoice.number).not.toBeNull();
      expect(invoice.hostedUrl).toMatch(/^https?:\/\//);
      expect(await cases.fetched(invoice.id)).toEqual(invoice);
    });

    it('carry our number where we give one', async () => {
      const number = `C-${Date.now().toString(36)}-${Math.floor(Math.random() * 1e6)}`;
      const customer = await harness.newCustomer('pays');
      const draft = await subject.value(invoices.createDraft(cases.draftInput(customer, { number }), subject.context()));
      await subject.value(invoices.addLines({ providerInvoiceId: draft.id, lines: cases.lines(1_000n), currency }, subject.context()));
      expect((await subject.value(invoices.finalize({ providerInvoiceId: draft.id }, subject.context()))).number).toBe(number);
    });

    it('of nothing are paid by being finalized', async () => {
      expect(await cases.open('pays', [1_000n, -1_000n])).toMatchObject({ status: 'paid', amountDue: 0n, paidElsewhere: false });
    });

    it('finalize once, whatever the key', async () => {
      const draft = await cases.draft();
      const context = subject.context();
      const first = await subject.value(invoices.finalize({ providerInvoiceId: draft.id }, context));
      expect(await subject.value(invoices.finalize({ providerInvoiceId: draft.id }, context))).toMatchObject({ status: 'open', number: first.number });
      expect(await subject.value(invoices.finalize({ providerInvoiceId: draft.id }, subject.context()))).toMatchObject({ status: 'open', number: first.number });
    });

    it('can be sent for payment by a day', async () => {
      const customer = await harness.newCustomer('has_no_method');
      const draft = await subject.value(invoices.createDraft(cases.draftInput(customer, { collectionMethod: 'send_invoice', daysUntilDue: 14 }), subject.context()));
      await subject.value(invoices.addLines({ providerInvoiceId: draft.id, lines: cases.lines(1_000n), currency }, subject.context()));
      await subject.value(invoices.finalize({ providerInvoiceId: draft.id }, subject.context()));
      const sent = await subject.value(invoices.send({ providerInvoiceId: draft.id }, subject.context()));
      expect(sent).toMatchObject({ status: 'open', amountRemaining: 1_000n });
      const days = ((sent.dueTimeInMillis ?? 0) - Date.now()) / DAY_IN_MILLIS;
      expect(days).toBeGreaterThan(12.9);
      expect(days).toBeLessThan(15.1);
    });

    it('take no more lines once they are open', async () => {
      const { id } = await cases.open();
      const refused = await subject.endsAs('failed', invoices.addLines({ providerInvoiceId: id, lines: cases.lines(1n), currency }, subject.context()));
      expect(refused).toMatchObject({ code: 'invalid_state', value: { id, status: 'open' } });
      expect(await cases.fetched(id)).toMatchObject({ total: 1_234n });
    });

    it('are void once voided, and voiding again changes nothing', async () => {
      const { id } = await cases.open();
      expect(await subject.value(invoices.void({ providerInvoiceId: id }, subject.context()))).toMatchObject({ id, status: 'void' });
      expect(await subject.value(invoices.void({ providerInvoiceId: id }, subject.context()))).toMatchObject({ id, status: 'void' });
    });

    it('are gone once their draft is deleted, and deleting again changes nothing', async () => {
      const { id } = await cases.draft();
      const context = subject.context();
      for (const attempt of [context, context, subject.context()]) {
        expect(await subject.value(invoices.deleteDraft({ providerInvoiceId: id }, attempt))).toMatchObject({ id });
      }
      const gone = await subject.value(provider.fetch('invoice', { providerId: id }, subject.context()));
      expect(gone.found ? gone.value.status : 'not found').toMatch(/^(not found|deleted)$/);
    });

    it('cannot be deleted once they are open', async () => {
      const { id } = await cases.open();
      expect((await subject.endsAs('failed', invoices.deleteDraft({ providerInvoiceId: id }, subject.context()))).code).toBe('invalid_state');
      expect(await cases.fetched(id)).toMatchObject({ status: 'open' });
    });

    it('that do not exist are not found', async () => {
      const input = { providerInvoiceId: 'in_contractmissing' };
      expect(await subject.value(provider.fetch('invoice', { providerId: 'in_contractmissing' }, subject.context()))).toEqual({ found: false });
      for (const operation of ['finalize', 'send', 'pay', 'void', 'markPaidElsewhere'] as const) {
        expect((await subject.endsAs('failed', invoices[operation](input, subject.context()))).code).toBe('not_found');
      }
      expect((await subject.endsAs('failed', invoices.addLines({ ...input, lines: cases.lines(1n), currency }, subject.context()))).code).toBe('not_found');
    });

    it('are not made for a customer that does not exist', async () => {
      expect((await subject.endsAs('failed', invoices.createDraft(cases.draftInput('cus_contractmissing'), subject.context()))).code).toBe('not_found');
    });

    it('refuse a currency outside the table before the network', async () => {
      const input = cases.draftInput(await harness.newCustomer('pays'), { currency: 'KPW' });
      expect((await subject.endsAs('failed', invoices.createDraft(input, subject.context()))).code).toBe('unsupported_currency');
    });

    it.each(
      provider.describe().currencies.filter(({ step, currency: code }, index, all) => code === currency || all.findIndex((other) => other.step === step) === index),
    )('refuse amounts of $currency that its step and maximum do not allow', async ({ currency: code, exponent, maximum, step }) => {
      const draft = await cases.draft('pays', []);
      const betweenSteps = step > 1n && exponent === currencyExponent(code) ? [step + 1n] : [];
      for (const amount of [maximum + step, -(maximum + step), ...betweenSteps]) {
        const refused = await subject.endsAs('failed', invoices.addLines({ providerInvoiceId: draft.id, lines: cases.lines(amount), currency: code }, subject.context()));
        expect(refused.code).toBe('amount_not_representable');
      }
      expect(await cases.fetched(draft.id)).toMatchObject({ lineCount: 0 });
    });

    it.each(['createDraft', 'addLines', 'finalize', 'send', 'pay', 'void', 'markPaidElsewhere', 'deleteDraft'] as const)('do nothing for %s without an idempotency key', async (operation) => {
      const draft = await cases.draft();
      const tags = subject.newTags();
      const input = { ...cases.draftInput(draft.providerCustomerId), tags, providerInvoiceId: draft.id, lines: cases.lines(1n) };
      await subject.thrownBy(() => invoices[operation](input, subject.context({ idempotencyKey: undefined })));
      expect(await cases.fetched(draft.id)).toEqual(draft);
      const reference = { tags, providerCustomerId: draft.providerCustomerId, createdAfterInMillis: subject.recently() };
      expect(await subject.value(provider.fetch('invoice', reference, subject.context()))).toEqual({ found: false });
    });
  });
}
