import type { CustomerBilling } from '../../customers/customer.entity.js';
import type { ConnectionSettings } from '../../payment-connections/connection-settings.js';

/** Where the customer is sent invoices, the connection charges, and nobody has said how long they have. */
const DEFAULT_DAYS_UNTIL_DUE = 30;

export type PaymentTerms = Pick<ConnectionSettings, 'collectionMethod' | 'daysUntilDue'>;

/** What was agreed with the customer comes before what the connection does. */
export function paymentTermsOf(settings: PaymentTerms, billing: CustomerBilling | null | undefined): PaymentTerms {
  const collectionMethod = billing?.collectionMethod ?? settings.collectionMethod;
  const daysUntilDue = collectionMethod === 'send_invoice' ? (billing?.daysUntilDue ?? settings.daysUntilDue ?? DEFAULT_DAYS_UNTIL_DUE) : null;
  return { collectionMethod, daysUntilDue };
}
