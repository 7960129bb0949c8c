import type Stripe from 'stripe';
import { succeeded, type CallContext, type ListedKind, type ListedObjects, type ListingOperations, type ListingPage, type ListingQuery, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { expectList } from './stripe-answer.js';
import type { StripeCall, StripeCalls } from './stripe-call.js';
import { mapInvoice } from './stripe-invoice-snapshot.js';
import { mapCustomer, mapPaymentIntent, toMillis } from './stripe-mapping.js';

const PAGE_SIZE = 100;

interface PageParams {
  readonly limit: number;
  readonly created: Stripe.RangeQueryParam;
  readonly starting_after?: string;
}

interface Page<T> {
  readonly objects: T[];
  readonly lastId: string | null;
}

/** One request a page, and nothing behind it: the payments of an invoice are payments of their own here. */
const LISTS: { readonly [K in ListedKind]: (call: StripeCall, params: PageParams) => Promise<Page<ListedObjects[K]>> } = {
  customer: async (call, params) =>
    pageOf(await call.client.customers.list(params, call.read()), (customer) => ({ ...mapCustomer(customer), createTimeInMillis: toMillis(customer.created) })),
  invoice: async (call, params) => pageOf(await call.client.invoices.list(params, call.read()), mapListedInvoice),
  payment: async (call, params) =>
    pageOf(await call.client.paymentIntents.list({ ...params, expand: ['data.latest_charge'] }, call.read()), (intent) => {
      const { providerInvoiceId: _unknown, ...payment } = mapPaymentIntent(intent, null);
      return payment;
    }),
};

export class StripeListing implements ListingOperations {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  read<K extends ListedKind>(kind: K, { createdFromInMillis, pageToken }: ListingQuery, context: CallContext): Promise<ProviderOutcome<ListingPage<K>>> {
    return this.#calls.read(context, async (call) => {
      const created = { gte: Math.max(0, Math.floor(createdFromInMillis / 1_000)) };
      const { objects, lastId } = await LISTS[kind](call, { limit: PAGE_SIZE, created, ...(pageToken !== null && { starting_after: pageToken }) });
      return succeeded({ objects, nextPageToken: lastId });
    });
  }
}

function pageOf<S extends { readonly id: string }, T>(answer: Stripe.ApiList<S>, map: (object: S) => T): Page<T> {
  const { data, has_more: hasMore } = expectList(answer);
  return { objects: data.map(map), lastId: hasMore ? (data.at(-1)?.id ?? null) : null };
}

function mapListedInvoice(invoice: Stripe.Invoice): ListedObjects['invoice'] {
  const { payments: _payments, paidElsewhere: _elsewhere, lineCount: _lines, ...listed } = mapInvoice(invoice, [], 0);
  return { ...listed, createTimeInMillis: toMillis(invoice.created) };
}
