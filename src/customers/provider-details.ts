import type { CustomerInput as ProviderCustomerInput } from '@tollkeeper/payment-provider';
import type { Customer } from './customer.entity.js';

/** What the provider is told of a customer. Stored with the intent as it is sent: plain JSON. */
export type ProviderDetails = Omit<ProviderCustomerInput, 'tags'>;

export function providerDetails(customer: Customer): ProviderDetails {
  return {
    name: customer.customerName,
    email: customer.customerEmail ?? null,
    description: customer.description ?? null,
    address: customer.address ?? null,
  };
}

export function sameDetails(a: ProviderDetails, b: ProviderDetails): boolean {
  const fields = ['line1', 'city', 'state', 'postalCode', 'country'] as const;
  return a.name === b.name && a.email === b.email && a.description === b.description && fields.every((field) => a.address?.[field] === b.address?.[field]);
}
