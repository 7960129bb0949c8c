import type { CallContext, ProviderCredentials } from '../call-context.js';
import type {
  ConnectionCheck,
  FetchedObjects,
  FetchResult,
  ObjectReference,
  PaymentProvider,
} from '../payment-provider.js';
import { succeeded, type ProviderOutcome } from '../outcome.js';
import type { ProviderDescription } from '../provider-description.js';
import type { OwnerTags, ProviderObjectKind } from '../provider-objects.js';
import { ToyBank } from './toy-bank.js';
import { toyCall, toyKeyOf } from './toy-call.js';
import { mapToyCreditNote, ToyCreditNotes, toyCreditNotes } from './toy-credit-notes.js';
import { mapToyCustomer, ToyCustomers } from './toy-customers.js';
import { mapToyDispute, ToyDisputes } from './toy-disputes.js';
import { ToyInvoices, TOY_CURRENCIES, mapToyAttempt, mapToyInvoice } from './toy-invoices.js';
import { ToyPayouts } from './toy-payouts.js';
import { ToyListing } from './toy-listing.js';
import { mapToyRefund, ToyRefunds, toyRefunds } from './toy-refunds.js';
import { ToyWebhooks } from './toy-webhooks.js';

/**
 * The smallest provider that keeps the whole contract for what it claims: customers, invoice documents, what is given or taken back, webhooks.
 * Copy the `toy-…` files (not the bank), put your client in the bank's place, and run `paymentProviderContract` against it until it is green;
 * then add one line to `src/payment-providers.ts`. What a provider cannot do is left out here and `false` in the capabilities.
 */
export class ToyPaymentProvider implements PaymentProvider {
  readonly customers: ToyCustomers;
  readonly listing: ToyListing;
  readonly payouts: ToyPayouts;
  readonly invoices: ToyInvoices;
  readonly refunds: ToyRefunds;
  readonly creditNotes: ToyCreditNotes;
  readonly disputes: ToyDisputes;
  readonly webhooks = new ToyWebhooks();
  readonly #bank: ToyBank;

  constructor(bank: ToyBank = new ToyBank('toy_test_key')) {
    this.#bank = bank;
    this.invoices = new ToyInvoices(bank);
    this.refunds = new ToyRefunds(bank);
    this.creditNotes = new ToyCreditNotes(bank);
    this.disputes = new ToyDisputes(bank);
    this.customers = new ToyCustomers(bank);
    this.listing = new ToyListing(bank);
    this.payouts = new ToyPayouts(bank);
  }

  describe(): ProviderDescription {
    return {
      name: 'TOY',
      displayName: 'Toy bank',
      customerTrait: 'toyId',
      capabilities: {
        customers: true,
        paymentMethods: false,
        invoices: true,
        collection: false,
        charges: false,
        providerRetries: false,
        automaticTax: false,
        customerTaxes: false,
        refunds: true,
        creditNotes: true,
        disputes: true,
        webhooks: true,
        webhookSelfRegistration: false,
        eventList: false,
        listing: true,
        payouts: true,
        testHelpers: false,
      },
      configuration: [
        { name: 'apiKey', label: 'API key', description: 'The key of the toy bank account.', type: 'string', secret: true, required: true, pattern: '^toy_(test|live)_\\w+$' },
      ],
      currencies: TOY_CURRENCIES,
      apiVersion: null,
      maximumWebhookDelayInMillis: 60_000,
      maximumInvoiceLines: 20,
    };
  }

  validateConfiguration(credentials: ProviderCredentials, mode: 'test' | 'live'): { field: string; message: string }[] {
    const key = /^toy_(test|live)_\w+$/.exec(toyKeyOf(credentials));
    if (!key) return [{ field: 'apiKey', message: 'API key must start with toy_test_ or toy_live_.' }];
    return key[1] === mode ? [] : [{ field: 'apiKey', message: `This is a ${key[1]} key, but the account is a ${mode} account.` }];
  }

  testConnection(context: CallContext): Promise<ProviderOutcome<ConnectionCheck>> {
    return toyCall(context, async (apiKey) => {
      const providerAccountId = await this.#bank.read(apiKey, () => 'toy_account');
      return succeeded({ providerAccountId, mode: apiKey.startsWith('toy_live_') ? 'live' : 'test', displayName: null, missingPermissions: [] });
    });
  }

  fetch<K extends ProviderObjectKind>(kind: K, reference: ObjectReference, context: CallContext): Promise<ProviderOutcome<FetchResult<FetchedObjects[K]>>> {
    return toyCall(context, async (apiKey) => {
      const value = await this.#bank.read(apiKey, () => this.#find(kind, reference));
      return succeeded(value === null ? { found: false } : { found: true, value: value as FetchedObjects[K] });
    });
  }

  looksLikeCustomerId(id: string): boolean {
    return /^toycus_\w+$/.test(id);
  }

  #find(kind: ProviderObjectKind, reference: ObjectReference): FetchedObjects[ProviderObjectKind] | null {
    const matches = (object: { id: string; tags: OwnerTags | null; createdAtInMillis: number }): boolean =>
      'providerId' in reference
        ? object.id === reference.providerId
        : object.createdAtInMillis >= reference.createdAfterInMillis && sameTags(object.tags, reference.tags);
    const invoices = [...this.#bank.invoices.values()];
    if (kind === 'customer') {
      const customer = [...this.#bank.customers.values()].find(matches);
      return customer ? mapToyCustomer(customer) : null;
    }
    if (kind === 'invoice') {
      const invoice = invoices.find(matches);
      return invoice ? mapToyInvoice(invoice) : null;
    }
    if (kind === 'refund') {
      const refund = toyRefunds(this.#bank).find(matches);
      return refund ? mapToyRefund(refund) : null;
    }
    if (kind === 'credit_note') {
      const note = toyCreditNotes(this.#bank).find(matches);
      return note ? mapToyCreditNote(note) : null;
    }
    const id = 'providerId' in reference ? reference.providerId : null;
    if (kind === 'dispute') {
      const dispute = this.#bank.disputes.get(id ?? '');
      return dispute ? mapToyDispute(dispute) : null;
    }
    const invoice = kind === 'payment' ? invoices.find(({ attempts }) => attempts.some((attempt) => attempt.id === id)) : undefined;
    const attempt = invoice?.attempts.find((candidate) => candidate.id === id);
    return invoice && attempt ? mapToyAttempt(attempt, invoice) : null;
  }
}

function sameTags(one: OwnerTags | null, other: OwnerTags): boolean {
  return one !== null && one.instance === other.instance && one.account === other.account && one.id === other.id;
}
