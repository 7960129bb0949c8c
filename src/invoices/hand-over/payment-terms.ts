import type { CustomerBilling } from '../../customers/customer.entity.js';
import type { ConnectionSettings } from '../../payment-connections/connection-settings.js';

/** Where the customer is sent invoices, the connection charges, and nobody has said how long they have. */
const DEFAULT_DAYS_UNTIL_DUE = 30;

export type PaymentTerms = Pick<ConnectionSettings, 'collectionMethod' | 'daysUntilDue'>;

/** What was said for this invoice comes first, then what was agreed with the customer, then what the connection does. */
export function paymentTermsOf(settings: PaymentTerms, billing: CustomerBilling | null | undefined, ofInvoice: number | null | undefined): PaymentTerms {
  if (ofInvoice != null) return { collectionMethod: 'send_invoice', daysUntilDue: ofInvoice };
  const collectionMethod = billing?.collectionMethod ?? settings.collectionMethod;
  const daysUntilDue = collectionMethod === 'send_invoice' ? (billing?.daysUntilDue ?? settings.daysUntilDue ?? DEFAULT_DAYS_UNTIL_DUE) : null;
  return { collectionMethod, daysUntilDue };
}
