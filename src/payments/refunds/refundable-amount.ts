import type { InvoicePayment } from '../../invoices/invoice-payment.entity.js';
import type { Refund } from './refund.entity.js';

type PaymentFacts = Pick<InvoicePayment, 'status' | 'amount' | 'amountRefunded'>;
type RefundFacts = Pick<Refund, 'amount' | 'status'> & { readonly providerRefundId?: string | null | undefined };

/** Still money that has gone back, or may yet: only what failed or was canceled has left it with the payment. */
export function isInForce({ status }: Pick<Refund, 'status'>): boolean {
  return status !== 'failed' && status !== 'canceled';
}

/**
 * What of a payment may still be refunded: what was charged, less what has gone back or is on its way. The provider's own sum counts
 * where it knows of more than our rows do; a refund it has not answered for yet counts beside it, for it may not be in that sum.
 * @param refunds of this payment
 */
export function refundableAmount(payment: PaymentFacts, refunds: readonly RefundFacts[]): bigint {
  if (payment.status !== 'succeeded') return 0n;
  const inForce = refunds.filter(isInForce);
  const known = sum(inForce.filter(({ providerRefundId }) => providerRefundId != null));
  const unanswered = sum(inForce.filter(({ providerRefundId }) => providerRefundId == null));
  const returned = known > payment.amountRefunded ? known : payment.amountRefunded;
  const left = payment.amount - returned - unanswered;
  return left > 0n ? left : 0n;
}

export function sum(rows: readonly { readonly amount: bigint }[]): bigint {
  return rows.reduce((total, { amount }) => total + amount, 0n);
}
