/** What a provider can do. Features ask these flags, never the provider's name. */
export interface ProviderCapabilities {
  readonly customers: boolean;
  readonly paymentMethods: boolean;
  /** Invoice documents with lines, a hosted page and a number at the provider. */
  readonly invoices: boolean;
  /** Takes an invoice without a document of its own, and says how the customer pays it. */
  readonly collection: boolean;
  /** Direct charges without a document. */
  readonly charges: boolean;
  /** Charges invoice documents by a schedule of its own, and again after a decline. */
  readonly providerRetries: boolean;
  /** Taxes invoice documents by rates of its own where it is asked to. */
  readonly automaticTax: boolean;
  /** Keeps a customer's tax ids and exemption, and prints them on its documents. */
  readonly customerTaxes: boolean;
  /** Gives money of a payment back, in whole or in part. */
  readonly refunds: boolean;
  /** Takes some of a finalized document back. */
  readonly creditNotes: boolean;
  /** Tells what a customer's bank asks about or takes back. */
  readonly disputes: boolean;
  readonly webhooks: boolean;
  /** The provider registers our webhook endpoint itself, given the URL. */
  readonly webhookSelfRegistration: boolean;
  /** Missed webhooks can be found in a list of events. */
  readonly eventList: boolean;
  /** Tells what moved the seller's balance, fees and payouts among it. */
  readonly payouts: boolean;
  /** Everything there can be read in pages, so that all of it can be compared. */
  readonly listing: boolean;
  /** Test clocks and test cards for demonstration and tests. */
  readonly testHelpers: boolean;
}

/** One field of the connection form; the console draws its form from these and the API validates with them. */
export interface ConfigurationField {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** `text` may have several lines. */
  readonly type: 'string' | 'text' | 'integer' | 'boolean' | 'enum';
  /** Secret fields are encrypted at rest and never answered back. */
  readonly secret: boolean;
  readonly required: boolean;
  readonly values?: readonly string[];
  readonly pattern?: string;
}

export interface ProviderCurrency {
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** Decimal places of the provider's smallest unit; may differ from ISO (Stripe sends ISK with two). */
  readonly exponent: number;
  /** Amounts must be a multiple of this many smallest units. */
  readonly step: bigint;
  readonly minimum: bigint;
  readonly maximum: bigint;
}

/** Requests a second. */
export interface RequestLimits {
  /** Of all requests with these credentials. */
  readonly perSecond: number;
  /** Of the requests to any one endpoint; null where only the whole is limited. */
  readonly perSecondPerEndpoint: number | null;
}

export interface ProviderDescription {
  /** Stable upper-case name: the value of the trait `paymentProviderName`. */
  readonly name: string;
  readonly displayName: string;
  /** The trait that holds this provider's customer id (`stripeId`), or null where it has no customers. */
  readonly customerTrait: string | null;
  readonly capabilities: ProviderCapabilities;
  readonly configuration: readonly ConfigurationField[];
  readonly currencies: readonly ProviderCurrency[];
  readonly apiVersion: string | null;
  /** How late a webhook may be before the object has to be asked for. */
  readonly maximumWebhookDelayInMillis: number;
  /** Lines one invoice document can carry; more are rolled up before the hand-over. */
  readonly maximumInvoiceLines: number;
}
