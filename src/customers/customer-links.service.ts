import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { PaymentConnections } from '../payment-connections/payment-connections.service.js';
import type { Transaction } from '../platform/database/database.js';
import { CustomerLinkRepository } from './customer-link.repository.js';
import { selectedProviderName } from './customer-traits.js';
import { CustomerRepository, type CustomerTraits } from './customer.repository.js';

/** Where a customer's money is collected; what an invoice copies when it is locked. Not linked: `providerCustomerId` is null. */
export interface LinkInForce {
  readonly connectionId: string | null;
  readonly providerName: string | null;
  readonly providerCustomerId: string | null;
}

const NOT_LINKED: LinkInForce = { connectionId: null, providerName: null, providerCustomerId: null };

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
    return (await this.inForceMany(tx, accountId, [customerId])).get(customerId) ?? NOT_LINKED;
  }

  /** As `inForce`, of many customers; those that never existed are missing. */
  async inForceMany(tx: Transaction, accountId: string, customerIds: readonly string[]): Promise<Map<string, LinkInForce>> {
    const account = await this.accounts.getIn(tx, accountId);
    const connections = await this.connections.listOfAccount(tx, accountId);
    // What the transaction has changed is read too.
    if (tx.isInTransaction()) await tx.flush();
    const customers = await this.customers.traitsOf(tx, accountId, customerIds);
    const links = await this.links.linkedOf(tx, accountId, customerIds);
    const idOf = new Map(links.map(({ customerId, connectionId, providerCustomerId }) => [`${connectionId} ${customerId}`, providerCustomerId]));
    const inForce = ({ customerId, traits }: CustomerTraits): LinkInForce => {
      const providerName = this.providerNameOf({ traits }, account);
      const connectionId = connections.find((connection) => connection.providerName === providerName)?.id ?? null;
      return { connectionId, providerName, providerCustomerId: idOf.get(`${connectionId} ${customerId}`) ?? null };
    };
    return new Map(customers.map((customer) => [customer.customerId, inForce(customer)]));
  }

  /** Several customers of ours may be one at the provider. */
  async byProviderCustomer(tx: Transaction, connectionId: string, providerCustomerId: string): Promise<{ accountId: string; customerId: string }[]> {
    const links = await this.links.linkedTo(tx, connectionId, providerCustomerId);
    return links.map(({ accountId, customerId }) => ({ accountId, customerId }));
  }
}
