import type { Secret } from '@tollkeeper/kernel';
import type { CallContext, ProviderCredentials } from './call-context.js';
import type { CollectionOperations } from './collection-operations.js';
import type { LineTaxInput } from './line-tax.js';
import type { ListingOperations } from './listing-operations.js';
import type { PayoutOperations } from './payout-operations.js';
import type { CreditNoteOperations } from './credit-note-operations.js';
import type { CustomerTaxOperations } from './customer-tax-operations.js';
import type { DisputeOperations, ProviderDispute } from './dispute-operations.js';
import type { ProviderDescription, RequestLimits } from './provider-description.js';
import type { ProviderOutcome } from './outcome.js';
import type { RefundOperations } from './refund-operations.js';
import type {
  OwnerTags,
  ProviderCreditNote,
  ProviderCustomer,
  ProviderEvent,
  ProviderInvoice,
  ProviderInvoiceLine,
  ProviderObjectKind,
  ProviderPayment,
  ProviderPaymentMethod,
  ProviderPaymentMethodSetup,
  ProviderRefund,
} from './provider-objects.js';

/** Address and identity details the provider may need; null means unset there. */
export interface CustomerInput {
  readonly tags: OwnerTags;
  readonly name: string;
  readonly email: string | null;
  readonly description: string | null;
  readonly address: {
    readonly line1?: string;
    readonly city?: string;
    readonly state?: string;
    readonly postalCode?: string;
    readonly country?: string;
  } | null;
}

export interface InvoiceDraftInput {
  readonly tags: OwnerTags;
  readonly providerCustomerId: string;
  readonly currency: string;
  readonly collectionMethod: 'charge_automatically' | 'send_invoice';
  /** Only with `send_invoice`. Days, never a date: a moved test clock means nothing to the provider. */
  readonly daysUntilDue: number | null;
  /** Our invoice number, or null to let the provider number it. */
  readonly number: string | null;
  readonly description: string | null;
  /** Printed at its end. */
  readonly footer?: string | null;
  /** Behind `automaticTax`: the provider taxes it by its own rates, and its lines bring no taxes of ours. */
  readonly automaticTax?: boolean;
}

export interface InvoiceLineInput {
  /** Our line id; comes back in the provider's metadata. */
  readonly externalId: string;
  /** What the customer reads, with quantity × unit price as text. */
  readonly description: string;
  /** ISO minor units; may be negative for credits. */
  readonly amount: bigint;
  readonly periodStartInMillis: number;
  readonly periodEndInMillis: number;
  readonly taxes?: readonly LineTaxInput[];
}

export interface PaymentMethodSetup {
  readonly id: string;
  /** A page of the provider's where the customer enters the method, or null with `client_secret`. */
  readonly url: string | null;
  readonly clientSecret: Secret | null;
}

export interface ConnectionCheck {
  readonly providerAccountId: string;
  /** Null where the provider makes no difference. */
  readonly mode: 'test' | 'live' | null;
  readonly displayName: string | null;
  /** Permissions the key lacks; empty when it can do everything we need. */
  readonly missingPermissions: readonly string[];
}

export interface RegisteredWebhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  /** Answered once, at creation. */
  readonly signingSecret: Secret;
}

/** Our endpoint as it stands at the provider. */
export interface WebhookEndpointState {
  readonly id: string;
  readonly url: string;
  /** False where the provider gave it up, or somebody switched it off: it delivers nothing. */
  readonly isEnabled: boolean;
  /** The version its events are rendered in; null for the account's own. */
  readonly apiVersion: string | null;
}

export type FetchResult<T> = { readonly found: true; readonly value: T } | { readonly found: false };

/**
 * By the provider's id, or by our own tags (then looked up by list inside the created window, never by search, which lags).
 * `parentId` narrows the list: the payment of a refund, the document of a credit note.
 */
export type ObjectReference =
  | { readonly providerId: string }
  | { readonly tags: OwnerTags; readonly providerCustomerId?: string; readonly parentId?: string; readonly createdAfterInMillis: number };

export interface FetchedObjects {
  readonly customer: ProviderCustomer;
  readonly invoice: ProviderInvoice;
  readonly payment: ProviderPayment;
  readonly payment_method_setup: ProviderPaymentMethodSetup;
  readonly refund: ProviderRefund;
  readonly credit_note: ProviderCreditNote;
  readonly dispute: ProviderDispute;
}

export interface VerifiedWebhook {
  /** Index into the given secrets of the one that matched; tells when a rotation is through. */
  readonly matchedSecret: number;
}

export interface EventPage {
  readonly events: readonly ProviderEvent[];
  readonly hasMore: boolean;
}

export interface CustomerOperations {
  create(input: CustomerInput, context: CallContext): Promise<ProviderOutcome<ProviderCustomer>>;
  update(input: { providerCustomerId: string } & Omit<CustomerInput, 'tags'>, context: CallContext): Promise<ProviderOutcome<ProviderCustomer>>;
}

export interface PaymentMethodOperations {
  /** @param input.returnUrl where the hosted page sends the customer back to; ignored with `client_secret` */
  beginSetup(
    input: { tags: OwnerTags; providerCustomerId: string; mode: 'hosted_page' | 'client_secret'; returnUrl: string; currency: string },
    context: CallContext,
  ): Promise<ProviderOutcome<PaymentMethodSetup>>;
  list(input: { providerCustomerId: string }, context: CallContext): Promise<ProviderOutcome<readonly ProviderPaymentMethod[]>>;
  /**
   * Attaches an existing method id, or, in test mode, a test card by name (`pm_card_visa`). The customer's first method becomes
   * the default as part of this operation; a later one leaves the default alone.
   */
  attach(input: { providerCustomerId: string; paymentMethodId: string }, context: CallContext): Promise<ProviderOutcome<ProviderPaymentMethod>>;
  setDefault(input: { providerCustomerId: string; paymentMethodId: string }, context: CallContext): Promise<ProviderOutcome<ProviderPaymentMethod>>;
  detach(input: { providerCustomerId: string; paymentMethodId: string }, context: CallContext): Promise<ProviderOutcome<ProviderPaymentMethod>>;
}

/** Invoice documents. Every call is one provider write with its own key, so that a crash between two leaves a known state. */
export interface InvoiceOperations {
  createDraft(input: InvoiceDraftInput, context: CallContext): Promise<ProviderOutcome<ProviderInvoice>>;
  addLines(input: { providerInvoiceId: string; lines: readonly InvoiceLineInput[]; currency: string }, context: CallContext): Promise<ProviderOutcome<ProviderInvoice>>;
  /** What a document says line by line, in its order. */
  listLines(input: { providerInvoiceId: string }, context: CallContext): Promise<ProviderOutcome<readonly ProviderInvoiceLine[]>>;
  finalize(input: { providerInvoiceId: string }, context: CallContext): Promise<ProviderOutcome<ProviderInvoice>>;
  /** Mails it to the customer. Not called where the account wants invoices to be mailed by somebody else. */
  send(input: { providerInvoiceId: string }, context: CallContext): Promise<ProviderOutcome<ProviderInvoice>>;
  /** Collects off session, with the customer's default method unless one is named. A decline is `failed` with the invoice as `value`. */
  pay(input: { providerInvoiceId: string; paymentMethodId?: string }, context: CallContext): Promise<ProviderOutcome<ProviderInvoice>>;
  /** Behind `providerRetries`: from here on the provider charges it, and charges it again after a decline, by its own schedule. */
  letProviderCollect?(input: { providerInvoiceId: string }, context: CallContext): Promise<ProviderOutcome<ProviderInvoice>>;
  /** Given up. It can still be paid, marked as paid, or voided. */
  markUncollectible(input: { providerInvoiceId: string }, context: CallContext): Promise<ProviderOutcome<ProviderInvoice>>;
  void(input: { providerInvoiceId: string }, context: CallContext): Promise<ProviderOutcome<ProviderInvoice>>;
  markPaidElsewhere(input: { providerInvoiceId: string }, context: CallContext): Promise<ProviderOutcome<ProviderInvoice>>;
  /** A draft that is gone already counts as deleted, because a lost answer makes the second call find nothing. */
  deleteDraft(input: { providerInvoiceId: string }, context: CallContext): Promise<ProviderOutcome<{ readonly id: string }>>;
}

export interface WebhookOperations {
  /**
   * Fails closed with WebhookVerificationError. Needs the exact bytes received.
   * @param input.nowInMillis wall time; signatures older or newer than 5 minutes are refused
   */
  verify(input: { rawBody: Buffer; headers: Readonly<Record<string, string | readonly string[] | undefined>>; secrets: readonly Secret[]; nowInMillis: number }): VerifiedWebhook;
  parse(input: { rawBody: Buffer }): ProviderEvent;
  /** Behind `webhookSelfRegistration`. */
  register?(input: { url: string; tags: OwnerTags }, context: CallContext): Promise<ProviderOutcome<RegisteredWebhook>>;
  unregister?(input: { webhookId: string }, context: CallContext): Promise<ProviderOutcome<{ id: string }>>;
  inspect?(input: { webhookId: string }, context: CallContext): Promise<ProviderOutcome<FetchResult<WebhookEndpointState>>>;
  /** Lets an endpoint deliver again. */
  enable?(input: { webhookId: string }, context: CallContext): Promise<ProviderOutcome<{ id: string }>>;
  /** The event types we subscribe to, for operators who set the endpoint up by hand. */
  eventTypes(): readonly string[];
}

export interface EventListOperations {
  /** Names of the lists to read, because a provider may limit the types per list. */
  lists(): readonly string[];
  /**
   * Events since a time, oldest first over all pages of one read: a caller may move its cursor after every page it has stored.
   * @param input.pageToken null for the first page, then the previous answer's `nextPageToken` with the same list and time
   */
  read(input: { list: string; sinceInMillis: number; pageToken: string | null }, context: CallContext): Promise<ProviderOutcome<EventPage & { nextPageToken: string | null }>>;
}

/** Only in a provider's test mode; used by test clocks and demonstrations. */
export interface TestOperations {
  /** Moves the provider's clock forwards to this time where the connection has one that can be moved; else does nothing. Answers its time. */
  advanceClock(input: { timeInMillis: number }, context: CallContext): Promise<ProviderOutcome<{ timeInMillis: number }>>;
  /** Names of cards that can be attached by name. */
  testCards(): readonly string[];
}

/**
 * The port: code that can collect money. Stateless and plain-data: credentials come in with each call, so one instance serves
 * all accounts; never an entity in or out, never a database call inside. Operations of a group exist exactly when its
 * capability says so (the contract suite checks it).
 *
 * Every network operation answers a ProviderOutcome and throws only ConnectionRejectedError (401, 403).
 */
export interface PaymentProvider {
  describe(): ProviderDescription;
  /** Checks credentials without a network call: shape, mode. Messages name the field, never the value. */
  validateConfiguration(credentials: ProviderCredentials, mode: 'test' | 'live'): readonly { field: string; message: string }[];
  testConnection(context: CallContext): Promise<ProviderOutcome<ConnectionCheck>>;
  fetch<K extends ProviderObjectKind>(kind: K, reference: ObjectReference, context: CallContext): Promise<ProviderOutcome<FetchResult<FetchedObjects[K]>>>;
  /** How many requests the provider takes with these credentials; null, as without this method, where it sets no limit. No network. */
  requestLimits?(credentials: ProviderCredentials): RequestLimits | null;
  /** True for ids of this provider's own customer shape (`cus_…`), checked before asking the network. */
  looksLikeCustomerId(id: string): boolean;

  readonly customers?: CustomerOperations;
  readonly paymentMethods?: PaymentMethodOperations;
  readonly invoices?: InvoiceOperations;
  readonly collection?: CollectionOperations;
  readonly refunds?: RefundOperations;
  readonly creditNotes?: CreditNoteOperations;
  readonly disputes?: DisputeOperations;
  readonly webhooks?: WebhookOperations;
  readonly eventList?: EventListOperations;
  readonly listing?: ListingOperations;
  readonly payouts?: PayoutOperations;
  readonly customerTaxes?: CustomerTaxOperations;
  readonly testHelpers?: TestOperations;
}
