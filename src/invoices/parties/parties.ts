import type { Seller } from '../../accounts/seller.js';
import type { Address, CustomerBilling } from '../../customers/customer.entity.js';

/** Who an invoice is to. */
export interface Buyer extends CustomerBilling {
  readonly customerId: string;
  readonly legalName: string;
  readonly address?: Address;
  readonly email?: string;
}

/** Who an invoice is from and to, and in whose formats it is written. */
export interface Parties {
  readonly seller: Seller & { readonly legalName: string };
  readonly buyer: Buyer;
  readonly locale: string;
  readonly timeZone: string;
}
