import { describe, expect, it } from '@jest/globals';
import type { DisputeOperations, ProviderDispute } from '../dispute-operations.js';
import type { CustomerBehaviour } from './contract-harness.js';
import type { ContractSubject } from './contract-subject.js';
import { InvoiceCases } from './invoice-cases.js';

/** Disputes are begun by a bank, so the harness has to know customers whose bank does it. */
export function disputesContract(subject: ContractSubject): void {
  const { provider, harness } = subject;
  const disputes = provider.disputes as DisputeOperations;
  const cases = new InvoiceCases(subject);

  async function disputed(behaviour: CustomerBehaviour): Promise<ProviderDispute> {
    const { id } = await cases.open(behaviour);
    const paid = await subject.value(cases.operations.pay({ providerInvoiceId: id }, subject.context()));
    expect(paid).toMatchObject({ status: 'paid', payments: [{ status: 'succeeded' }] });
    const [payment] = (await cases.fetched(id)).payments;
    expect(payment).toMatchObject({ isDisputed: true });
    const [dispute, ...more] = await subject.value(disputes.list({ providerPaymentId: payment?.id ?? '' }, subject.context()));
    expect(more).toEqual([]);
    expect(dispute).toMatchObject({ providerPaymentId: payment?.id, amount: 1_234n, currency: harness.currency });
    return dispute as ProviderDispute;
  }

  async function fetched(id: string): Promise<unknown> {
    return subject.value(provider.fetch('dispute', { providerId: id }, subject.context()));
  }

  describe('its disputes', () => {
    it('are declared together with a bank that makes them', () => {
      expect(harness.behaviours).toContain('disputes');
    });

    it('hold the money back while they are open, and for good once given in', async () => {
      const dispute = await disputed('disputes');
      expect(dispute).toMatchObject({ status: 'open', amountWithdrawn: 1_234n });
      expect(await fetched(dispute.id)).toEqual({ found: true, value: dispute });
      const context = subject.context();
      const lost = await subject.value(disputes.accept({ providerDisputeId: dispute.id }, context));
      expect(lost).toMatchObject({ id: dispute.id, status: 'lost', amountWithdrawn: 1_234n });
      expect(await fetched(dispute.id)).toEqual({ found: true, value: lost });
      expect(await subject.value(disputes.accept({ providerDisputeId: dispute.id }, context))).toMatchObject({ status: 'lost' });
    });

    it('cannot be given in twice', async () => {
      const { id } = await disputed('disputes');
      await subject.value(disputes.accept({ providerDisputeId: id }, subject.context()));
      expect(await subject.endsAs('failed', disputes.accept({ providerDisputeId: id }, subject.context()))).toMatchObject({ code: 'invalid_state', value: { status: 'lost' } });
    });

    if (harness.behaviours.includes('inquires')) {
      it('take nothing while the bank only asks', async () => {
        const inquiry = await disputed('inquires');
        expect(inquiry).toMatchObject({ status: 'inquiry', amountWithdrawn: 0n });
        expect(await subject.value(disputes.accept({ providerDisputeId: inquiry.id }, subject.context()))).toMatchObject({ status: 'closed_without_loss', amountWithdrawn: 0n });
      });
    }

    it('are none for a payment that nobody disputes', async () => {
      const { id } = await cases.open('pays');
      const { payments } = await subject.value(cases.operations.pay({ providerInvoiceId: id }, subject.context()));
      expect(payments[0]).toMatchObject({ isDisputed: false });
      expect(await subject.value(disputes.list({ providerPaymentId: payments[0]?.id ?? '' }, subject.context()))).toEqual([]);
    });

    it('that do not exist are not found', async () => {
      expect(await fetched('du_contractmissing')).toEqual({ found: false });
      expect((await subject.endsAs('failed', disputes.accept({ providerDisputeId: 'du_contractmissing' }, subject.context()))).code).toBe('not_found');
    });

    it('are not given in without an idempotency key', async () => {
      const { id } = await disputed('disputes');
      await subject.thrownBy(() => disputes.accept({ providerDisputeId: id }, subject.context({ idempotencyKey: undefined })));
      expect(await fetched(id)).toMatchObject({ value: { status: 'open' } });
    });
  });
}
