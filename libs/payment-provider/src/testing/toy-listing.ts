import type { CallContext } from '../call-context.js';
import type { ListedKind, ListedObjects, ListingOperations, ListingPage, ListingQuery } from '../listing-operations.js';
import { succeeded, type ProviderOutcome } from '../outcome.js';
import type { ToyBank, ToyInvoice } from './toy-bank.js';
import { toyCall } from './toy-call.js';
import { mapToyCustomer } from './toy-customers.js';
import { mapToyAttempt, mapToyInvoice } from './toy-invoices.js';

/** Small, so that a few objects make several pages. */
const PAGE_SIZE = 5;

export class ToyListing implements ListingOperations {
  readonly #bank: ToyBank;

  constructor(bank: ToyBank) {
    this.#bank = bank;
  }

  /** Oldest first; the token is how many were read. */
  read<K extends ListedKind>(kind: K, { createdFromInMillis, pageToken }: ListingQuery, context: CallContext): Promise<ProviderOutcome<ListingPage<K>>> {
    return toyCall(context, async (apiKey) => {
      const all = await this.#bank.read(apiKey, () => (this.#all()[kind] as ListedObjects[K][]).filter(({ createTimeInMillis }) => createTimeInMillis >= createdFromInMillis));
      const start = Number(pageToken ?? 0);
      return succeeded({ objects: all.slice(start, start + PAGE_SIZE), nextPageToken: start + PAGE_SIZE < all.length ? String(start + PAGE_SIZE) : null });
    });
  }

  #all(): { readonly [K in ListedKind]: ListedObjects[K][] } {
    const invoices = [...this.#bank.invoices.values()];
    return {
      customer: [...this.#bank.customers.values()].map((customer) => ({ ...mapToyCustomer(customer), createTimeInMillis: customer.createdAtInMillis })),
      invoice: invoices.map(mapListed),
      payment: invoices.flatMap((invoice) =>
        invoice.attempts.map((attempt) => {
          const { providerInvoiceId: _invoice, ...payment } = mapToyAttempt(attempt, invoice);
          return payment;
        }),
      ),
    };
  }
}

function mapListed(invoice: ToyInvoice): ListedObjects['invoice'] {
  const { payments: _payments, paidElsewhere: _elsewhere, lineCount: _lines, ...listed } = mapToyInvoice(invoice);
  return { ...listed, createTimeInMillis: invoice.createdAtInMillis };
}
