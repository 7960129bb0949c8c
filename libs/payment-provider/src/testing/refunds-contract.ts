import { describe, expect, it } from '@jest/globals';
import type { ProviderPayment, ProviderRefund } from '../provider-objects.js';
import type { RefundInput, RefundOperations } from '../refund-operations.js';
import type { ContractSubject } from './contract-subject.js';
import { InvoiceCases } from './invoice-cases.js';

export function refundsContract(subject: ContractSubject): void {
  const { harness, provider } = subject;
  const cases = new InvoiceCases(subject);
  const refunds = provider.refunds as RefundOperations;

  /** A payment of 12.34. */
  async function paid(): Promise<ProviderPayment> {
    const { id } = await cases.open();
    const { payments } = await subject.value(cases.operations.pay({ providerInvoiceId: id }, subject.context()));
    const payment = payments.find(({ status }) => status === 'succeeded');
    if (!payment) throw new Error(`The paid invoice ${id} shows no payment that succeeded.`);
    return payment;
  }

  function input(payment: ProviderPayment, amount: bigint): RefundInput {
    return { tags: subject.newTags(), providerPaymentId: payment.id, amount, currency: harness.currency, reason: 'requested_by_customer' };
  }

  async function list(payment: ProviderPayment): Promise<readonly ProviderRefund[]> {
    return subject.value(refunds.list({ providerPaymentId: payment.id }, subject.context()));
  }

  async function refundedOf(payment: ProviderPayment): Promise<bigint> {
    const fetched = await subject.value(provider.fetch('payment', { providerId: payment.id }, subject.context()));
    return fetched.found ? fetched.value.amountRefunded : -1n;
  }

  describe('its refunds', () => {
    it('give a payment back in parts, and the invoice stays paid', async () => {
      const payment = await paid();
      const first = await subject.value(refunds.create(input(payment, 234n), subject.context()));
      expect(first).toMatchObject({ status: 'succeeded', amount: 234n, currency: harness.currency, providerPaymentId: payment.id, failure: null });
      expect(first.providerStatus).not.toBe('');
      const second = await subject.value(refunds.create(input(payment, 1_000n), subject.context()));
      expect((await list(payment)).map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
      expect(await refundedOf(payment)).toBe(1_234n);
      expect(await cases.fetched(payment.providerInvoiceId ?? '')).toMatchObject({ status: 'paid', amountPaid: 1_234n });
    });

    it('are made once under one key', async () => {
      const payment = await paid();
      const wanted = input(payment, 100n);
      const context = subject.context();
      const first = await subject.value(refunds.create(wanted, context));
      expect((await subject.value(refunds.create(wanted, context))).id).toBe(first.id);
      expect(await refundedOf(payment)).toBe(100n);
    });

    it('are found by id, and by our tags among those of the payment', async () => {
      const payment = await paid();
      const wanted = input(payment, 100n);
      const refund = await subject.value(refunds.create(wanted, subject.context()));
      expect(refund.tags).toEqual(wanted.tags);
      expect(await subject.value(provider.fetch('refund', { providerId: refund.id }, subject.context()))).toEqual({ found: true, value: refund });
      const reference = { parentId: payment.id, createdAfterInMillis: subject.recently() };
      expect(await subject.value(provider.fetch('refund', { tags: wanted.tags, ...reference }, subject.context()))).toEqual({ found: true, value: refund });
      expect(await subject.value(provider.fetch('refund', { tags: { ...wanted.tags, id: 'another' }, ...reference }, subject.context()))).toEqual({ found: false });
    });

    it.each([
      ['more than was paid', [], 1_235n],
      ['more than is left', [1_000n], 235n],
      ['anything once all is given back', [1_234n], 1n],
    ] as const)('are never for %s', async (_name, before, amount) => {
      const payment = await paid();
      for (const part of before) await subject.value(refunds.create(input(payment, part), subject.context()));
      const refused = await subject.endsAs('failed', refunds.create(input(payment, amount), subject.context()));
      expect(refused.code).toBe('invalid_state');
      expect(await list(payment)).toHaveLength(before.length);
    });

    it('of what does not exist are not found', async () => {
      const missing = { ...(await paid()), id: 'pi_contractmissing' };
      expect((await subject.endsAs('failed', refunds.create(input(missing, 1n), subject.context()))).code).toBe('not_found');
      expect(await subject.value(provider.fetch('refund', { providerId: 're_contractmissing' }, subject.context()))).toEqual({ found: false });
    });

    it('do nothing without an idempotency key', async () => {
      const payment = await paid();
      await subject.thrownBy(() => refunds.create(input(payment, 1n), subject.context({ idempotencyKey: undefined })));
      expect(await list(payment)).toEqual([]);
    });
  });
}
