import { Injectable } from '@nestjs/common';
import type { ListedObjects } from '@tollkeeper/payment-provider';
import { CustomerLink } from '../../customers/customer-link.entity.js';
import type { ActiveConnection } from '../../payment-connections/payment-connections.service.js';
import { Database } from '../../platform/database/database.js';
import { PlatformOptions } from '../../platform/platform-options.js';
import { AdoptableObjects, type AdoptableObject } from '../../provider-intents/adoptable-objects.js';
import { ProviderListing } from '../listing/provider-listing.js';
import { planDocuments } from './adoption-plan.js';
import { InvoiceDocuments } from './invoice-documents.js';
import { InvoiceRenumbering } from './invoice-renumbering.js';

/** Clocks of ours and the provider's differ, and the last event of a copied database may be older than its last request. */
const MARGIN_IN_MILLIS = 86_400_000;

export interface AdoptionReport {
  /** Customers the original has created since, which are linked instead of created again. */
  customers: number;
  /** Documents the original has made since, which are taken over instead of being sent again. */
  documents: number;
  /** Documents of ours that belong to no invoice here. */
  readonly unmatchedDocuments: string[];
  /** Invoices that wait for a person, because one of those may be theirs. */
  readonly heldInvoices: string[];
}

/** What was done at one connection by the installation this database was copied from. */
@Injectable()
export class CopiedConnection {
  constructor(
    private readonly database: Database,
    private readonly listing: ProviderListing,
    private readonly options: PlatformOptions,
    private readonly adoptables: AdoptableObjects,
    private readonly invoices: InvoiceDocuments,
    private readonly renumbering: InvoiceRenumbering,
  ) {}

  /** Reads, and unless `dryRun` notes what is to be taken over. @throws ListingUnavailableError */
  async adopt(connection: ActiveConnection, knownUntil: number, dryRun: boolean, report: AdoptionReport): Promise<void> {
    const since = knownUntil - MARGIN_IN_MILLIS;
    const customers = await this.#customers(connection, since);
    report.customers += customers.length;
    const documents: ListedObjects['invoice'][] = [];
    for await (const page of this.listing.pages(connection.id, 'invoice', since)) documents.push(...page.filter((document) => this.#isOurs(connection, document)));
    const { unsent, unknown, existing } = await this.invoices.among(connection, documents);
    const { adopted, unmatched } = planDocuments(unknown, unsent, (id) => existing.has(id));
    report.documents += adopted.length;
    report.unmatchedDocuments.push(...unmatched.map(({ id }) => id));
    const suspects = new Set(unmatched.map(({ providerCustomerId }) => providerCustomerId));
    const taken = new Set(adopted.map(({ invoiceId }) => invoiceId));
    const held = unsent.filter(({ id, providerCustomerId }) => !taken.has(id) && suspects.has(providerCustomerId ?? ''));
    report.heldInvoices.push(...held.map(({ id }) => id));
    if (dryRun) return;
    await this.renumbering.apply(connection.accountId, documents, adopted, unsent.map(({ id }) => id));
    await this.adoptables.add([...customers, ...adopted.map(({ invoiceId, document }) => ({ connectionId: connection.id, kind: 'invoice' as const, ownId: invoiceId, providerId: document.id }))]);
    for (const { id } of held) await this.invoices.hold(id);
    await this.invoices.refreshOpen(connection);
  }

  async #customers(connection: ActiveConnection, since: number): Promise<AdoptableObject[]> {
    const found = new Map<string, AdoptableObject>();
    for await (const page of this.listing.pages(connection.id, 'customer', since)) {
      const ours = page.filter((customer) => this.#isOurs(connection, customer));
      const linked = await this.database.reader().find(CustomerLink, { connectionId: connection.id, providerCustomerId: { $in: ours.map(({ id }) => id) } }, { fields: ['providerCustomerId'] });
      const known = new Set(linked.map(({ providerCustomerId }) => providerCustomerId));
      for (const { id, tags } of ours) if (!known.has(id)) found.set(tags.id ?? '', { connectionId: connection.id, kind: 'customer', ownId: tags.id ?? '', providerId: id });
    }
    return [...found.values()];
  }

  #isOurs({ accountId }: ActiveConnection, { tags }: ListedObjects['customer' | 'invoice']): boolean {
    return tags.instance === this.options.instanceId && tags.account === accountId && tags.id !== undefined;
  }
}
