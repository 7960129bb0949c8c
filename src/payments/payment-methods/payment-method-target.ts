import { Injectable } from '@nestjs/common';
import { conflict, DomainError, invalid } from '@tollkeeper/kernel';
import { PaymentProviderRegistry, type PaymentProvider } from '@tollkeeper/payment-provider';
import { CustomerLinks } from '../../customers/customer-links.service.js';
import { CustomersService } from '../../customers/customers.service.js';
import { Database } from '../../platform/database/database.js';

/** A customer of ours and where its payment methods are kept. */
export interface PaymentMethodTarget {
  readonly accountId: string;
  readonly customerId: string;
  readonly connectionId: string;
  readonly providerCustomerId: string;
}

export interface OpenTarget extends PaymentMethodTarget {
  readonly provider: PaymentProvider;
  readonly displayName: string;
}

/** Finds the provider customer behind a customer of ours, or says why there is none. */
@Injectable()
export class PaymentMethodTargets {
  constructor(
    private readonly database: Database,
    private readonly customers: CustomersService,
    private readonly links: CustomerLinks,
    private readonly registry: PaymentProviderRegistry,
  ) {}

  /** @throws DomainError `customer_not_found`; `no_payment_provider`, `unsupported_by_provider` (invalid); `not_linked` (conflict) */
  async find(accountId: string, customerId: string): Promise<OpenTarget> {
    const reader = this.database.reader();
    await this.customers.get(reader, accountId, customerId);
    const { providerName, connectionId, providerCustomerId } = await this.links.inForce(reader, accountId, customerId);
    if (providerName === null) throw noProvider(customerId, this.registry.names());
    const provider = this.registry.get(providerName);
    const { displayName } = provider.describe();
    if (!provider.paymentMethods) throw invalid('unsupported_by_provider', `${displayName} keeps no payment methods, so none can be shown or changed.`);
    if (connectionId === null || providerCustomerId === null) throw notLinked(customerId, displayName);
    return { accountId, customerId, connectionId, providerCustomerId, provider, displayName };
  }
}

function noProvider(customerId: string, known: readonly string[]): DomainError {
  return invalid(
    'no_payment_provider',
    `No payment provider is chosen for the customer '${customerId}'. Set its trait paymentProviderName or the account's default provider. Known: ${known.join(', ')}.`,
  );
}

function notLinked(customerId: string, displayName: string): DomainError {
  return conflict(
    'not_linked',
    `The customer '${customerId}' is not linked to a ${displayName} customer yet. Send PUT /customers with autoCreateCustomerInProvider=true, or give its id in the provider's trait; a pending link is finished in the background.`,
  );
}
