import type { CallContext } from './call-context.js';
import type { ProviderOutcome } from './outcome.js';
import type { ProviderCustomer, ProviderInvoice, ProviderPayment } from './provider-objects.js';

/** What a list shows of each object: the fetched snapshot without what takes a request of its own. */
export interface ListedObjects {
  readonly customer: ProviderCustomer & { readonly createTimeInMillis: number };
  readonly invoice: Omit<ProviderInvoice, 'payments' | 'paidElsewhere' | 'lineCount'> & { readonly createTimeInMillis: number };
  readonly payment: Omit<ProviderPayment, 'providerInvoiceId'>;
}

export type ListedKind = keyof ListedObjects;

export interface ListingQuery {
  /** By the provider's clock; objects created at or after it. */
  readonly createdFromInMillis: number;
  /** Null for the first page, then the previous answer's `nextPageToken` with the same kind and time. */
  readonly pageToken: string | null;
}

export interface ListingPage<K extends ListedKind> {
  readonly objects: readonly ListedObjects[K][];
  readonly nextPageToken: string | null;
}

/**
 * Everything there is at the provider, ours or not, in pages of the provider's own size: what a comparison reads instead of asking for each
 * object. Newest first or oldest first, but the same over all pages of a read. Objects deleted there may be missing.
 */
export interface ListingOperations {
  read<K extends ListedKind>(kind: K, query: ListingQuery, context: CallContext): Promise<ProviderOutcome<ListingPage<K>>>;
}
