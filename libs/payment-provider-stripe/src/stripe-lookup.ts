import type Stripe from 'stripe';
import {
  succeeded,
  type CallContext,
  type FetchedObjects,
  type FetchResult,
  type ObjectReference,
  type OwnerTags,
  type ProviderObjectKind,
  type ProviderOutcome,
} from '@tollkeeper/payment-provider';
import { expectList, expectObject } from './stripe-answer.js';
import { UnreadableAnswerError } from './stripe-call-error.js';
import type { StripeCall, StripeCalls } from './stripe-call.js';
import { readDispute } from './stripe-disputes.js';
import { lookUpInvoice } from './stripe-invoice-snapshot.js';
import { expanded, hasTags, idOf, mapCharge, mapCustomer, mapPaymentIntent, mapSetupIntent, mapSetupSession } from './stripe-mapping.js';
import { listCreditNotes, mapCreditNote } from './stripe-credit-notes.js';
import { outcomeOfError } from './stripe-outcome.js';
import { listRefunds, mapRefund } from './stripe-refunds.js';

const PAGE_SIZE = 100;
/** 5 000 objects. Beyond it absence is not proven and the outcome is `unknown`: narrow the window instead of creating a duplicate. */
const MAXIMUM_PAGES = 50;

interface Window {
  readonly customer: string | undefined;
  readonly parent: string;
  readonly created: Stripe.RangeQueryParam;
}

type Tagged = { readonly id: string; readonly metadata?: Stripe.Metadata | null };
type List<T> = (call: StripeCall, page: { limit: number; starting_after?: string }, window: Window) => Promise<Stripe.ApiList<T>>;

/** How one kind is read by id, and found by our tags where its id was lost with an answer. */
interface Lookup<K extends ProviderObjectKind> {
  /** Null where it may not be read and need not be. */
  byId(call: StripeCall, id: string): Promise<FetchedObjects[K] | null>;
  /** Newest first, as Stripe lists; null when no object of the window carries the tags. */
  byTags(call: StripeCall, tags: OwnerTags, window: Window): Promise<FetchedObjects[K] | null>;
}

const LOOKUPS: { readonly [K in ProviderObjectKind]: Lookup<K> } = {
  customer: {
    byId: async (call, id) => mapCustomer(expectObject(await call.client.customers.retrieve(id, {}, call.read()), 'customer')),
    // Deleted customers are not listed, so a lost customer that was deleted since counts as absent.
    byTags: async (call, tags, window) => {
      const found = await findTagged(call, tags, window, (at, page, { created }) => at.client.customers.list({ ...page, created }, at.read()));
      return found && mapCustomer(found);
    },
  },
  invoice: {
    byId: lookUpInvoice,
    byTags: async (call, tags, window) => {
      const found = await findTagged(call, tags, window, (at, page, { customer, created }) =>
        at.client.invoices.list({ ...page, ...(customer !== undefined && { customer }), created }, at.read()),
      );
      return found && LOOKUPS.invoice.byId(call, found.id);
    },
  },
  payment: {
    byId: readPayment,
    byTags: async (call, tags, window) => {
      const found = await findTagged(call, tags, window, (at, page, { customer, created }) =>
        at.client.paymentIntents.list({ ...page, ...(customer !== undefined && { customer }), created }, at.read()),
      );
      return found && readPayment(call, found.id);
    },
  },
  refund: {
    byId: async (call, id) => mapRefund(expectObject(await call.client.refunds.retrieve(id, {}, call.read()), 'refund')),
    byTags: async (call, tags, { parent, created }) => {
      const found = (await listRefunds(call, parent, created)).find(({ metadata }) => hasTags(metadata, tags));
      return found ? mapRefund(found) : null;
    },
  },
  credit_note: {
    byId: async (call, id) => mapCreditNote(expectObject(await call.client.creditNotes.retrieve(id, {}, call.read()), 'credit_note')),
    byTags: async (call, tags, { parent, created }) => {
      const found = (await listCreditNotes(call, parent, created)).find(({ metadata }) => hasTags(metadata, tags));
      return found ? mapCreditNote(found) : null;
    },
  },
  dispute: {
    byId: readDispute,
    // Made by the customer's bank, so it never carries our tags.
    byTags: () => Promise.resolve(null),
  },
  payment_method_setup: {
    byId: readSetup,
    byTags: async (call, tags, window) => {
      const session = await findTagged(call, tags, window, (at, page, { customer, created }) =>
        at.client.checkout.sessions.list({ ...page, ...(customer !== undefined && { customer }), created }, at.read()),
      );
      if (session) return readSetup(call, session.id);
      const intent = await findTagged(call, tags, window, (at, page, { customer, created }) =>
        at.client.setupIntents.list({ ...page, ...(customer !== undefined && { customer }), created }, at.read()),
      );
      return intent && mapSetupIntent(intent);
    },
  },
};

export class StripeLookup {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  fetch<K extends ProviderObjectKind>(kind: K, reference: ObjectReference, context: CallContext): Promise<ProviderOutcome<FetchResult<FetchedObjects[K]>>> {
    const lookup = LOOKUPS[kind] as Lookup<K>;
    return this.#calls.read(context, async (call) => {
      try {
        const value = 'providerId' in reference ? await lookup.byId(call, reference.providerId) : await lookup.byTags(call, reference.tags, windowOf(reference));
        return succeeded(value ? { found: true, value } : { found: false });
      } catch (error) {
        const outcome = outcomeOfError(error);
        // Not there is an answer of a fetch, not a failure of it.
        return outcome.outcome === 'failed' && outcome.code === 'not_found' ? succeeded({ found: false }) : outcome;
      }
    });
  }
}

/** Stripe's clock counts whole seconds and may run behind ours a little. */
function windowOf(reference: { readonly providerCustomerId?: string; readonly parentId?: string; readonly createdAfterInMillis: number }): Window {
  return { customer: reference.providerCustomerId, parent: reference.parentId ?? '', created: { gte: Math.floor(reference.createdAfterInMillis / 1_000) - 5 } };
}

async function findTagged<T extends Tagged>(call: StripeCall, tags: OwnerTags, window: Window, list: List<T>): Promise<T | null> {
  let after: string | undefined;
  for (let pages = 0; pages < MAXIMUM_PAGES; pages += 1) {
    const page = expectList(await list(call, { limit: PAGE_SIZE, ...(after !== undefined && { starting_after: after }) }, window));
    const found = page.data.find(({ metadata }) => hasTags(metadata, tags));
    if (found) return found;
    after = page.data.at(-1)?.id;
    if (!page.has_more || after === undefined) return null;
  }
  throw new UnreadableAnswerError(`More than ${MAXIMUM_PAGES * PAGE_SIZE} objects were created in the window, so absence cannot be proven.`);
}

/** `pi_…` and, for charges made without an intent, `ch_…`. */
async function readPayment(call: StripeCall, id: string): Promise<FetchedObjects['payment']> {
  if (/^(ch|py)_/.test(id)) {
    const charge = expectObject(await call.client.charges.retrieve(id, {}, call.read()), 'charge');
    return typeof charge.payment_intent === 'string' ? readPayment(call, charge.payment_intent) : mapCharge(charge);
  }
  const of = { payment: { type: 'payment_intent' as const, payment_intent: id }, limit: 1, expand: ['data.payment.payment_intent.latest_charge'] };
  const [known] = expectList(await call.client.invoicePayments.list(of, call.read())).data;
  const intent = expanded(known?.payment.payment_intent) ?? expectObject(await call.client.paymentIntents.retrieve(id, { expand: ['latest_charge'] }, call.read()), 'payment_intent');
  return mapPaymentIntent(intent, idOf(known?.invoice));
}

/** `cs_…` for a visit to Stripe's page, `seti_…` for the client script. */
async function readSetup(call: StripeCall, id: string): Promise<FetchedObjects['payment_method_setup']> {
  if (id.startsWith('cs_')) {
    return mapSetupSession(expectObject(await call.client.checkout.sessions.retrieve(id, { expand: ['setup_intent'] }, call.read()), 'checkout.session'));
  }
  return mapSetupIntent(expectObject(await call.client.setupIntents.retrieve(id, {}, call.read()), 'setup_intent'));
}
