import type { ListedObjects, ProviderInvoice, ProviderPayment } from '@tollkeeper/payment-provider';
import type { InvoicePayment } from '../../invoices/invoice-payment.entity.js';
import type { Invoice } from '../../invoices/invoice.entity.js';

/** One field in which we and the provider say different things; amounts in minor units. */
export interface Difference {
  readonly field: string;
  readonly own: string | null;
  readonly provider: string | null;
}

export type OwnInvoice = Pick<
  Invoice,
  'providerStatus' | 'paymentStatusReason' | 'total' | 'amountDue' | 'amountPaid' | 'amountOpen' | 'amountRefunded' | 'currency' | 'providerCustomerId' | 'number'
>;
export type OwnPayment = Pick<InvoicePayment, 'status' | 'amount' | 'amountRefunded'>;

/** The object is not there at all, or not here. */
export const MISSING_THERE = 'missing_at_provider';
export const UNKNOWN_HERE = 'unknown_here';
/** A second object of ours for the same thing. */
export const DUPLICATE = 'duplicate';

/**
 * @param document as a fetch or a list shows it; only a fetch knows what was refunded
 * @returns empty when both say the same
 */
export function invoiceDifferences(own: OwnInvoice, document: ListedObjects['invoice'] | ProviderInvoice): Difference[] {
  const fields = [compare('status', own.providerStatus, document.providerStatus), compare('currency', own.currency, document.currency), compare('customer', own.providerCustomerId, document.providerCustomerId)];
  // A draft has no amounts yet, a voided document none any more, and those of a mismatch are known not to be ours.
  if ((document.status === 'open' || document.status === 'paid' || document.status === 'uncollectible') && own.paymentStatusReason !== 'total_mismatch') {
    fields.push(
      compare('number', own.number, document.number),
      compare('total', own.total, document.total - document.tax),
      compare('amountDue', own.amountDue, document.amountDue),
      compare('amountPaid', own.amountPaid, document.amountPaid),
      compare('amountOpen', own.amountOpen, document.status === 'paid' ? 0n : document.amountRemaining),
    );
    if ('payments' in document) fields.push(compare('amountRefunded', own.amountRefunded, document.payments.reduce((sum, { amountRefunded }) => sum + amountRefunded, 0n)));
  }
  return fields.flat();
}

export function paymentDifferences(own: OwnPayment, payment: ListedObjects['payment'] | ProviderPayment): Difference[] {
  return [compare('status', own.status, payment.status), compare('amount', own.amount, payment.amount), compare('amountRefunded', own.amountRefunded, payment.amountRefunded)].flat();
}

function compare(field: string, own: string | bigint | null | undefined, provider: string | bigint | null): Difference[] {
  return (own ?? null) === provider ? [] : [{ field, own: own == null ? null : String(own), provider: provider === null ? null : String(provider) }];
}
