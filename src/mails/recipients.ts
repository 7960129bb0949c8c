import type { CustomerBilling } from '../customers/customer.entity.js';

/** One mailbox and nothing else: what a mail server or a header could take for more is no address. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/u;

/** Where a customer's mails go: to the billing addresses, and without any to the customer's own. */
export function recipientsOf({ customerEmail, billing }: { readonly customerEmail?: string | null | undefined; readonly billing?: CustomerBilling | null | undefined }): string[] {
  const given = billing?.billingEmails !== undefined && billing.billingEmails.length > 0 ? billing.billingEmails : [customerEmail];
  return [...new Set(given.filter((address): address is string => typeof address === 'string' && isAddress(address)))];
}

export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}
