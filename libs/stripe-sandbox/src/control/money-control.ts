import type { AccountRegistry } from '../account/account-registry.js';
import { NO_CAUSE, type SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import { receivePayment, type FurtherPayment } from '../resources/attached-payment.js';
import { moveDispute, openDispute, type DisputeOpening } from '../resources/dispute-lifecycle.js';
import { warnOfFraud } from '../resources/fraud-warning.js';
import { renewCard } from '../resources/payment-method-attachment.js';
import { settleRefund } from '../resources/refunding.js';
import type { Dispute, DisputeStatus, InvoicePayment, Refund, StripeObject } from '../state/stripe-objects.js';

/** What banks and payers do without being asked: disputes, second payments, late words on refunds. Accounts are named by their key. */
export class MoneyControl {
  constructor(private readonly accounts: AccountRegistry) {}

  /** The payer disputes a charge: an inquiry, or a dispute that withdraws the money at once. */
  openDispute(key: string, chargeId: string, opening: DisputeOpening = {}): Promise<Dispute> {
    return this.change(key, (account) => openDispute(account, account.require('charge', chargeId), opening));
  }

  /** Moves a dispute to another status, with the money and the events of that move. */
  moveDispute(key: string, disputeId: string, to: DisputeStatus): Promise<Dispute> {
    return this.change(key, (account) => moveDispute(account, disputeId, to));
  }

  /** The issuer reports a charge as fraud. */
  warnOfFraud(key: string, chargeId: string): Promise<StripeObject> {
    return this.change(key, (account) => warnOfFraud(account, account.require('charge', chargeId)));
  }

  /** A payment beside the invoice's own: in part, beyond what is due, or a second success on a paid invoice. */
  receivePayment(key: string, invoiceId: string, payment: FurtherPayment = {}): Promise<InvoicePayment> {
    return this.change(key, (account) => receivePayment(account, invoiceId, payment));
  }

  /** The bank's late word on a refund; one that succeeded can still fail. */
  settleRefund(key: string, refundId: string, outcome: 'succeeded' | 'failed'): Promise<Refund> {
    return this.change(key, (account) => {
      const { status } = account.require('refund', refundId);
      if (status === 'failed' || status === 'canceled' || status === outcome) throw StripeError.invalid(`The refund ${refundId} is ${status}.`);
      settleRefund(account, refundId, outcome);
      return account.require('refund', refundId);
    });
  }

  /** From now on charges cost a fee, and what is available is paid out every so many days, the first time after as many. */
  async payOutEvery(key: string, { days = 1, feeInBasisPoints = 290, fixedFee = 30 }: { days?: number; feeInBasisPoints?: number; fixedFee?: number } = {}): Promise<void> {
    const everySeconds = Math.max(1, Math.round(days * 86_400));
    await this.change(key, (account) => {
      account.keep('_payout_terms', 'terms', { feeInBasisPoints, fixedFee, everySeconds, nextAtInSeconds: account.now + everySeconds });
      return {};
    });
  }

  /** Stripe cannot finalize this customer's invoices until called with nothing. */
  async obstructFinalization(key: string, customerId: string, message?: string): Promise<void> {
    await this.change(key, (account) => {
      account.require('customer', customerId);
      if (message === undefined) account.rows.remove('_finalization_obstacle', customerId);
      else account.keep('_finalization_obstacle', customerId, { message });
      return {};
    });
  }

  /** The bank sent a new card: Stripe updates the stored one by itself. */
  renewCard(key: string, paymentMethodId: string, card: { last4?: string; exp_month?: number; exp_year?: number } = {}): Promise<StripeObject> {
    return this.change(key, (account) => renewCard(account, paymentMethodId, card));
  }

  private change<T extends object>(key: string, work: (account: SandboxAccount) => T): Promise<T> {
    const account = this.accounts.ofKey(key);
    // A copy: what the account holds changes with the next request.
    return this.accounts.change(account, NO_CAUSE, () => structuredClone(work(account)));
  }
}
