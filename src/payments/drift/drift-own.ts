import { Injectable } from '@nestjs/common';
import type { OwnerTags } from '@tollkeeper/payment-provider';
import { CREATE_CUSTOMER } from '../../customers/create-customer.handler.js';
import { CustomerLink } from '../../customers/customer-link.entity.js';
import { InvoicePayment } from '../../invoices/invoice-payment.entity.js';
import { Invoice } from '../../invoices/invoice.entity.js';
import { Database } from '../../platform/database/database.js';
import { PlatformOptions } from '../../platform/platform-options.js';
import { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import type { DriftObject } from './drift.store.js';

const UNFINISHED = { outcome: { $in: ['created' as const, 'unknown' as const] } };

/** What this database says of a provider's objects. */
@Injectable()
export class DriftOwn {
  constructor(
    private readonly database: Database,
    private readonly options: PlatformOptions,
  ) {}

  isOurs(accountId: string, tags: Partial<OwnerTags>): boolean {
    return tags.instance === this.options.instanceId && tags.account === accountId;
  }

  invoices(connectionId: string, providerIds: readonly string[]): Promise<Invoice[]> {
    return this.database.reader().find(Invoice, { connectionId, providerInvoiceId: { $in: [...providerIds] } });
  }

  payments(accountId: string, providerIds: readonly string[]): Promise<InvoicePayment[]> {
    return this.database.reader().find(InvoicePayment, { accountId, providerPaymentId: { $in: [...providerIds] } });
  }

  /** In force or history. */
  links(connectionId: string, providerIds: readonly string[]): Promise<CustomerLink[]> {
    return this.database.reader().find(CustomerLink, { connectionId, providerCustomerId: { $in: [...providerIds] } });
  }

  /** Something is being done at the provider about it: what it shows meanwhile is no difference. */
  async isBusy(accountId: string, subjectId: string): Promise<boolean> {
    return (await this.database.reader().count(ProviderIntent, { accountId, subjectId, ...UNFINISHED })) > 0;
  }

  /** Whether the customer of ours, whom a tag names, is linked to another one there; null while it is being created. */
  async otherCustomer({ accountId, connectionId, providerId }: DriftObject, customerId: string): Promise<string | null | 'busy'> {
    const reader = this.database.reader();
    const links = await reader.find(CustomerLink, { accountId, customerId, connectionId });
    if (links.some((link) => link.providerCustomerId === providerId)) return 'busy';
    const creating = await reader.count(ProviderIntent, { accountId, connectionId, kind: CREATE_CUSTOMER, subjectId: { $in: links.map(({ id }) => id) }, ...UNFINISHED });
    if (creating > 0) return 'busy';
    return links.find(({ status }) => status === 'linked')?.providerCustomerId ?? null;
  }

  /** The document that the invoice named by a tag has instead. */
  async otherDocument({ accountId, providerId }: DriftObject, invoiceId: string): Promise<string | null | 'busy'> {
    if (await this.isBusy(accountId, invoiceId)) return 'busy';
    const invoice = await this.database.reader().findOne(Invoice, { accountId, id: invoiceId }, { fields: ['providerInvoiceId'] });
    return invoice?.providerInvoiceId === providerId ? 'busy' : (invoice?.providerInvoiceId ?? null);
  }
}
