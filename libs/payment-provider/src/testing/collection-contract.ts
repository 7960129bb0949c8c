import { describe, expect, it } from '@jest/globals';
import type { ContractSubject } from './contract-subject.js';
import { InvoiceCases } from './invoice-cases.js';

export function collectionContract(subject: ContractSubject): void {
  const cases = new InvoiceCases(subject);
  const invoices = cases.operations;
  const { behaviours, currency } = subject.harness;

  describe('its collection', () => {
    it('pays the invoice in full, with one payment that can be fetched', async () => {
      const { id } = await cases.open();
      const paid = await subject.value(invoices.pay({ providerInvoiceId: id }, subject.context()));
      expect(paid).toMatchObject({ status: 'paid', amountPaid: 1_234n, amountRemaining: 0n, attempted: true, paidElsewhere: false });
      const fetched = await cases.fetched(id);
      expect(fetched).toEqual(paid);
      expect(fetched.payments).toHaveLength(1);
      const [payment] = fetched.payments;
      expect(payment).toMatchObject({ status: 'succeeded', amount: 1_234n, amountRefunded: 0n, currency, failure: null });
      const answer = await subject.value(subject.provider.fetch('payment', { providerId: payment?.id ?? '' }, subject.context()));
      expect(answer).toEqual({ found: true, value: payment });
    });

    it('takes the money once, under the same key and under another', async () => {
      const { id } = await cases.open();
      const context = subject.context();
      await subject.value(invoices.pay({ providerInvoiceId: id }, context));
      expect(await subject.value(invoices.pay({ providerInvoiceId: id }, context))).toMatchObject({ status: 'paid', amountPaid: 1_234n });
      await subject.ends(invoices.pay({ providerInvoiceId: id }, subject.context()));
      const after = await cases.fetched(id);
      expect(after).toMatchObject({ status: 'paid', amountPaid: 1_234n });
      expect(after.payments.filter(({ status }) => status === 'succeeded')).toHaveLength(1);
    });

    if (subject.provider.paymentMethods && subject.harness.attachableMethods?.[0] !== undefined) {
      const [method] = subject.harness.attachableMethods;

      it('charges the method that is named, whatever the default', async () => {
        const { id, providerCustomerId } = await cases.open();
        const other = await subject.value(subject.provider.paymentMethods!.attach({ providerCustomerId, paymentMethodId: method }, subject.context()));
        expect(other.isDefault).toBe(false);
        const paid = await subject.value(invoices.pay({ providerInvoiceId: id, paymentMethodId: other.id }, subject.context()));
        expect(paid.payments).toMatchObject([{ status: 'succeeded', paymentMethodId: other.id }]);
      });
    }

    it('cannot void what is paid', async () => {
      const { id } = await cases.open();
      await subject.value(invoices.pay({ providerInvoiceId: id }, subject.context()));
      expect(await subject.endsAs('failed', invoices.void({ providerInvoiceId: id }, subject.context()))).toMatchObject({ code: 'invalid_state', value: { status: 'paid' } });
    });

    it('cannot pay what is void', async () => {
      const { id } = await cases.open();
      await subject.value(invoices.void({ providerInvoiceId: id }, subject.context()));
      expect((await subject.endsAs('failed', invoices.pay({ providerInvoiceId: id }, subject.context()))).code).toBe('invalid_state');
      expect(await cases.fetched(id)).toMatchObject({ status: 'void', amountPaid: 0n });
    });

    it('tells money that came in elsewhere from its own', async () => {
      const { id } = await cases.open();
      const settled = await subject.value(invoices.markPaidElsewhere({ providerInvoiceId: id }, subject.context()));
      expect(settled).toMatchObject({ status: 'paid', paidElsewhere: true, amountRemaining: 0n });
      expect(settled.payments.filter(({ status }) => status === 'succeeded')).toEqual([]);
      expect(await subject.value(invoices.markPaidElsewhere({ providerInvoiceId: id }, subject.context()))).toMatchObject({ paidElsewhere: true });
    });

    it('gives an invoice up, and takes the money for it all the same when it comes', async () => {
      const { id } = await cases.open();
      expect(await subject.value(invoices.markUncollectible({ providerInvoiceId: id }, subject.context()))).toMatchObject({ status: 'uncollectible', amountPaid: 0n });
      expect(await subject.value(invoices.markUncollectible({ providerInvoiceId: id }, subject.context()))).toMatchObject({ status: 'uncollectible' });
      expect(await subject.value(invoices.pay({ providerInvoiceId: id }, subject.context()))).toMatchObject({ status: 'paid', amountPaid: 1_234n });
      expect(await subject.endsAs('failed', invoices.markUncollectible({ providerInvoiceId: id }, subject.context()))).toMatchObject({ code: 'invalid_state', value: { status: 'paid' } });
    });

    it('voids what was given up', async () => {
      const { id } = await cases.open();
      await subject.value(invoices.markUncollectible({ providerInvoiceId: id }, subject.context()));
      expect(await subject.value(invoices.void({ providerInvoiceId: id }, subject.context()))).toMatchObject({ status: 'void' });
    });

    if (subject.provider.describe().capabilities.providerRetries) {
      it('leaves the charging to the provider where that is wanted', async () => {
        const { id, collectsByItself } = await cases.open();
        expect(collectsByItself).toBe(false);
        const context = subject.context();
        expect(await subject.value(invoices.letProviderCollect!({ providerInvoiceId: id }, context))).toMatchObject({ id, collectsByItself: true });
        expect(await subject.value(invoices.letProviderCollect!({ providerInvoiceId: id }, context))).toMatchObject({ id, collectsByItself: true });
      });
    }

    if (behaviours.includes('declines')) {
      it('fails as declined with the invoice still open, and may be tried again under another key', async () => {
        const { id } = await cases.open('declines');
        const context = subject.context();
        const declined = await subject.endsAs('failed', invoices.pay({ providerInvoiceId: id }, context));
        expect(declined).toMatchObject({ code: 'declined', value: { id, status: 'open', amountRemaining: 1_234n, attempted: true, attemptCount: 1 } });
        expect(declined.providerCode).not.toBeNull();
        expect(declined.value?.payments[0]).toMatchObject({ status: 'failed', failure: { code: expect.any(String) } });
        await subject.endsAs('failed', invoices.pay({ providerInvoiceId: id }, context));
        expect(await cases.fetched(id)).toMatchObject({ attemptCount: 1 });
        await subject.endsAs('failed', invoices.pay({ providerInvoiceId: id }, subject.context()));
        expect(await cases.fetched(id)).toMatchObject({ status: 'open', attemptCount: 2 });
      });
    }

    if (behaviours.includes('requires_authentication')) {
      it('asks for the customer where the bank does, with the invoice still open', async () => {
        const { id } = await cases.open('requires_authentication');
        const waiting = await subject.endsAs('requires_action', invoices.pay({ providerInvoiceId: id }, subject.context()));
        expect(waiting).toMatchObject({ reason: 'customer_authentication', value: { id, status: 'open', amountRemaining: 1_234n } });
        expect(waiting.value?.hostedUrl).not.toBeNull();
      });
    }

    if (behaviours.includes('has_no_method')) {
      it('asks for a payment method where there is none', async () => {
        const { id } = await cases.open('has_no_method');
        const waiting = await subject.endsAs('requires_action', invoices.pay({ providerInvoiceId: id }, subject.context()));
        expect(waiting).toMatchObject({ reason: 'no_payment_method', value: { id, status: 'open' } });
      });
    }
  });
}
