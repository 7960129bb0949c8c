import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { PaymentConnections } from '../payment-connections/payment-connections.service.js';
import type { Transaction } from '../platform/database/database.js';
import { CustomerLinkRepository } from './customer-link.repository.js';
import { selectedProviderName } from './customer-traits.js';
import { CustomerRepository } from './customer.repository.js';

/** Where a customer's money is collected; what an invoice copies when it is locked. Not linked: `providerCustomerId` is null. */
export interface LinkInForce {
  readonly connectionId: string | null;
  readonly providerName: string | null;
  readonly providerCustomerId: string | null;
}

/** Which provider and which of its customers a customer of ours is, for the features that collect. */
@Injectable()
export class CustomerLinks {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly links: CustomerLinkRepository,
    private readonly connections: PaymentConnections,
    private readonly accounts: AccountsService,
  ) {}

  /** The trait `paymentProviderName`, else the account's default, else null; in canonical spelling. */
  providerNameOf(customer: { readonly traits: Readonly<Record<string, string>> }, account: { readonly defaultPaymentProviderName?: string | null }): string | null {
    return selectedProviderName(customer.traits, account.defaultPaymentProviderName);
  }

  /** Null while pending. */
  async current(tx: Transaction, accountId: string, customerId: string, connectionId: string): Promise<{ providerCustomerId: string } | null> {
    const link = await this.links.findCurrent(tx, { accountId, customerId }, connectionId);
    return link?.status === 'linked' && link.providerCustomerId != null ? { providerCustomerId: link.providerCustomerId } : null;
  }

  /** `connectionId` is null without a provider or a connection to it. */
  async inForce(tx: Transaction, accountId: string, customerId: string): Promise<LinkInForce> {
    const customer = await this.customers.find(tx, accountId, customerId);
    const providerName = customer ? this.providerNameOf(customer, await this.accounts.getIn(tx, accountId)) : null;
    if (providerName === null) return { connectionId: null, providerName: null, providerCustomerId: null };
    const connection = await this.connections.find(tx, accountId, providerName);
    if (!connection) return { connectionId: null, providerName, providerCustomerId: null };
    const link = await this.current(tx, accountId, customerId, connection.id);
    return { connectionId: connection.id, providerName, providerCustomerId: link?.providerCustomerId ?? null };
  }

  /** Several customers of ours may be one at the provider. */
  async byProviderCustomer(tx: Transaction, connectionId: string, providerCustomerId: string): Promise<{ accountId: string; customerId: string }[]> {
    const links = await this.links.linkedTo(tx, connectionId, providerCustomerId);
    return links.map(({ accountId, customerId }) => ({ accountId, customerId }));
  }
}
