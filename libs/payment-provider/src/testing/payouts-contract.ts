import { describe, expect, it } from '@jest/globals';
import type { ProviderOutcome } from '../outcome.js';
import type { PayoutOperations, PayoutPage, ProviderMovement, ProviderPayout } from '../payout-operations.js';
import type { ContractSubject } from './contract-subject.js';
import { InvoiceCases } from './invoice-cases.js';

const MAXIMUM_PAGES = 200;

export function payoutsContract(subject: ContractSubject): void {
  const payouts = subject.provider.payouts as PayoutOperations;

  async function all<T>(read: (pageToken: string | null) => Promise<ProviderOutcome<PayoutPage<T>>>): Promise<T[]> {
    const found: T[] = [];
    let pageToken: string | null = null;
    for (let pages = 0; pages < MAXIMUM_PAGES; pages += 1) {
      const page: PayoutPage<T> = await subject.value(read(pageToken));
      found.push(...page.objects);
      if (page.nextPageToken === null) return found;
      pageToken = page.nextPageToken;
    }
    throw new Error(`The list did not end after ${MAXIMUM_PAGES} pages.`);
  }
  const movements = (createdFromInMillis = subject.recently()): Promise<ProviderMovement[]> => all((pageToken) => payouts.listMovements({ createdFromInMillis, pageToken }, subject.context()));
  const listed = (createdFromInMillis = subject.recently()): Promise<ProviderPayout[]> => all((pageToken) => payouts.listPayouts({ createdFromInMillis, pageToken }, subject.context()));

  /** @returns the payment that went through */
  async function paid(): Promise<{ id: string; amount: bigint; currency: string }> {
    const cases = new InvoiceCases(subject);
    const { id, currency } = await cases.open();
    const { payments } = await subject.value(cases.operations.pay({ providerInvoiceId: id }, subject.context()));
    return { ...payments[0]!, currency };
  }

  describe('what it takes and pays out', () => {
    it('shows a payment as one movement, once, by the id that invoices name it by', async () => {
      const payment = await paid();
      const found = (await movements()).filter(({ providerPaymentId, kind }) => providerPaymentId === payment.id && kind === 'payment');
      expect(found).toMatchObject([{ amount: payment.amount, currency: payment.currency, providerRefundId: null, providerDisputeId: null }]);
    });

    it('is in every movement the amount less the fee', async () => {
      await paid();
      const found = await movements();
      expect(found).not.toHaveLength(0);
      expect(found.filter(({ amount, fee, net }) => net !== amount - fee)).toEqual([]);
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    });

    it('shows a refund as what goes off, by the id of the refund and of its payment', async () => {
      const { refunds } = subject.provider;
      if (!refunds) return expect((await movements()).filter(({ kind }) => kind === 'refund')).toEqual([]);
      const payment = await paid();
      const { id } = await subject.value(refunds.create({ providerPaymentId: payment.id, amount: 200n, currency: payment.currency, tags: subject.newTags(), reason: null }, subject.context()));
      expect((await movements()).filter(({ providerRefundId }) => providerRefundId === id)).toMatchObject([{ kind: 'refund', amount: -200n, providerPaymentId: payment.id }]);
    });

    it('adds up: what is in a payout comes to its amount, to the last unit', async () => {
      const payment = await paid();
      await subject.harness.payOut?.();
      const made = (await listed()).filter(({ hasMovements }) => hasMovements);
      expect(made).not.toHaveLength(0);
      let isPaidOut = false;
      for (const { id, amount, currency } of made) {
        const inside = await all((pageToken) => payouts.listMovementsOf({ providerPayoutId: id, pageToken }, subject.context()));
        const own = inside.filter(({ kind }) => kind === 'payout');
        expect(own).toMatchObject([{ amount: -amount, currency }]);
        expect(inside.filter(({ kind }) => kind !== 'payout').reduce((sum, { net }) => sum + net, 0n)).toBe(amount);
        isPaidOut ||= inside.some(({ providerPaymentId }) => providerPaymentId === payment.id);
      }
      expect(isPaidOut).toBe(true);
    });

    it('leaves out what is older than asked for', async () => {
      await paid();
      const newest = Math.max(...(await movements()).map(({ createTimeInMillis }) => createTimeInMillis));
      expect(await movements(newest + 1_000)).toEqual([]);
      expect(await movements(newest)).not.toHaveLength(0);
    });
  });
}
