import type {
  CallContext,
  ConnectionCheck,
  FetchedObjects,
  FetchResult,
  ObjectReference,
  PaymentProvider,
  ProviderCredentials,
  ProviderDescription,
  ProviderObjectKind,
  ProviderOutcome,
  RequestLimits,
} from '@tollkeeper/payment-provider';
import { StripeCalls } from './stripe-call.js';
import { STRIPE_API_VERSION, StripeClientFactory } from './stripe-client.factory.js';
import { STRIPE_CONFIGURATION, stripeRequestLimits, validateStripeConfiguration, type StripeProviderOptions } from './stripe-config.js';
import { checkConnection } from './stripe-connection-check.js';
import { STRIPE_CURRENCIES } from './stripe-currency.js';
import { StripeCreditNotes } from './stripe-credit-notes.js';
import { StripeCustomers } from './stripe-customers.js';
import { StripeDisputes } from './stripe-disputes.js';
import { StripeEvents } from './stripe-events.js';
import { StripeInvoices } from './stripe-invoices.js';
import { StripeListing } from './stripe-listing.js';
import { StripeLookup } from './stripe-lookup.js';
import { StripePaymentMethods } from './stripe-payment-methods.js';
import { StripeCustomerTaxes } from './stripe-customer-taxes.js';
import { StripePayouts } from './stripe-payouts.js';
import { StripeRefunds } from './stripe-refunds.js';
import { StripeTestHelpers } from './stripe-test-helpers.js';
import { StripeWebhooks } from './stripe-webhook.js';

const DESCRIPTION: ProviderDescription = {
  name: 'STRIPE',
  displayName: 'Stripe',
  customerTrait: 'stripeId',
  capabilities: {
    customers: true,
    paymentMethods: true,
    invoices: true,
    collection: false,
    charges: false,
    providerRetries: true,
    automaticTax: true,
    customerTaxes: true,
    refunds: true,
    creditNotes: true,
    disputes: true,
    webhooks: true,
    webhookSelfRegistration: true,
    eventList: true,
    listing: true,
    payouts: true,
    testHelpers: true,
  },
  configuration: STRIPE_CONFIGURATION,
  currencies: STRIPE_CURRENCIES,
  apiVersion: STRIPE_API_VERSION,
  maximumWebhookDelayInMillis: 60_000,
  maximumInvoiceLines: 250,
};

/** Stripe behind the port. Holds sockets and no state: every call brings its connection's credentials. */
export class StripePaymentProvider implements PaymentProvider {
  readonly customers: StripeCustomers;
  readonly paymentMethods: StripePaymentMethods;
  readonly invoices: StripeInvoices;
  readonly refunds: StripeRefunds;
  readonly creditNotes: StripeCreditNotes;
  readonly disputes: StripeDisputes;
  readonly webhooks: StripeWebhooks;
  readonly eventList: StripeEvents;
  readonly listing: StripeListing;
  readonly payouts: StripePayouts;
  readonly customerTaxes: StripeCustomerTaxes;
  readonly testHelpers: StripeTestHelpers;
  readonly #clients: StripeClientFactory;
  readonly #calls: StripeCalls;
  readonly #lookup: StripeLookup;

  /** @throws Error for a base URL that is none, or that would send keys in the clear */
  constructor(options: StripeProviderOptions = {}) {
    this.#clients = new StripeClientFactory(options);
    this.#calls = new StripeCalls(this.#clients, options.timeoutInMillis);
    this.#lookup = new StripeLookup(this.#calls);
    this.customers = new StripeCustomers(this.#calls);
    this.paymentMethods = new StripePaymentMethods(this.#calls);
    this.invoices = new StripeInvoices(this.#calls);
    this.refunds = new StripeRefunds(this.#calls);
    this.creditNotes = new StripeCreditNotes(this.#calls);
    this.disputes = new StripeDisputes(this.#calls);
    this.webhooks = new StripeWebhooks(this.#calls);
    this.eventList = new StripeEvents(this.#calls);
    this.listing = new StripeListing(this.#calls);
    this.payouts = new StripePayouts(this.#calls);
    this.customerTaxes = new StripeCustomerTaxes(this.#calls);
    this.testHelpers = new StripeTestHelpers(this.#calls);
  }

  describe(): ProviderDescription {
    return DESCRIPTION;
  }

  validateConfiguration(credentials: ProviderCredentials, mode: 'test' | 'live'): readonly { field: string; message: string }[] {
    return validateStripeConfiguration(credentials, mode, this.#clients.hasSandbox);
  }

  testConnection(context: CallContext): Promise<ProviderOutcome<ConnectionCheck>> {
    return checkConnection(this.#calls, context);
  }

  fetch<K extends ProviderObjectKind>(kind: K, reference: ObjectReference, context: CallContext): Promise<ProviderOutcome<FetchResult<FetchedObjects[K]>>> {
    return this.#lookup.fetch(kind, reference, context);
  }

  requestLimits(credentials: ProviderCredentials): RequestLimits | null {
    return stripeRequestLimits(credentials);
  }

  looksLikeCustomerId(id: string): boolean {
    return /^cus_[A-Za-z0-9]{1,255}$/.test(id);
  }
}
