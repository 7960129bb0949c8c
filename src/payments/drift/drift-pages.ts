import { Injectable } from '@nestjs/common';
import type { ListedObjects } from '@tollkeeper/payment-provider';
import { ProviderListing } from '../listing/provider-listing.js';
import { invoiceDifferences, paymentDifferences } from './drift-differences.js';
import { DriftOwn } from './drift-own.js';
import type { DriftKind } from './drift.store.js';

export interface ComparedPage {
  /** Known here, whatever they say. */
  readonly seen: readonly string[];
  /** To be fetched: what a page shows may be old news already. */
  readonly suspects: readonly string[];
  readonly compared: number;
  readonly nextPageToken: string | null;
}

interface PageRequest {
  readonly accountId: string;
  readonly connectionId: string;
  readonly since: number;
  readonly pageToken: string | null;
  readonly signal: AbortSignal;
}

type Suspicion = Pick<ComparedPage, 'seen' | 'suspects'>;

/** A page of a provider's list beside what we say of the same objects. Costs one request, however many objects it shows. */
@Injectable()
export class DriftPages {
  constructor(
    private readonly listing: ProviderListing,
    private readonly own: DriftOwn,
  ) {}

  /** @throws ListingUnavailableError */
  async compare(kind: DriftKind, request: PageRequest): Promise<ComparedPage> {
    // A customer is as old as its link, which is always open.
    const page = await this.listing.read(request.connectionId, kind, kind === 'customer' ? 0 : request.since, request.pageToken, request.signal);
    const found = await this.#suspect(kind, request, page.objects, page.requestStart);
    return { ...found, compared: page.objects.length, nextPageToken: page.nextPageToken };
  }

  #suspect(kind: DriftKind, request: PageRequest, objects: readonly ListedObjects[DriftKind][], requestStart: number): Promise<Suspicion> {
    if (kind === 'customer') return this.#customers(request, objects as readonly ListedObjects['customer'][]);
    if (kind === 'invoice') return this.#invoices(request, objects as readonly ListedObjects['invoice'][], requestStart);
    return this.#payments(request, objects as readonly ListedObjects['payment'][], requestStart);
  }

  async #customers({ accountId, connectionId }: PageRequest, customers: readonly ListedObjects['customer'][]): Promise<Suspicion> {
    const known = new Set((await this.own.links(connectionId, idsOf(customers))).map(({ providerCustomerId }) => providerCustomerId));
    return { seen: idsOf(customers.filter(({ id }) => known.has(id))), suspects: idsOf(customers.filter(({ id, tags }) => !known.has(id) && this.own.isOurs(accountId, tags))) };
  }

  async #invoices({ accountId, connectionId }: PageRequest, documents: readonly ListedObjects['invoice'][], requestStart: number): Promise<Suspicion> {
    const own = new Map((await this.own.invoices(connectionId, idsOf(documents))).map((invoice) => [invoice.providerInvoiceId, invoice]));
    const suspects = documents.filter((document) => {
      const invoice = own.get(document.id);
      if (!invoice) return document.status !== 'void' && this.own.isOurs(accountId, document.tags);
      return invoice.observedAt < requestStart && invoiceDifferences(invoice, document).length > 0;
    });
    return { seen: idsOf(documents.filter(({ id }) => own.has(id))), suspects: idsOf(suspects) };
  }

  async #payments({ accountId }: PageRequest, payments: readonly ListedObjects['payment'][], requestStart: number): Promise<Suspicion> {
    const own = new Map((await this.own.payments(accountId, idsOf(payments))).map((payment) => [payment.providerPaymentId, payment]));
    const suspects = payments.filter((payment) => {
      const known = own.get(payment.id);
      return known !== undefined && known.observedAt < requestStart && paymentDifferences(known, payment).length > 0;
    });
    return { seen: idsOf(payments.filter(({ id }) => own.has(id))), suspects: idsOf(suspects) };
  }
}

function idsOf(objects: readonly { readonly id: string }[]): string[] {
  return objects.map(({ id }) => id);
}
