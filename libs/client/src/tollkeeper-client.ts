import { streamEvents, type EventStreamOptions, type TollkeeperEvent } from './event-stream.js';
import { UsageProducer, type UsageProducerOptions } from './producer/usage-producer.js';
import { AccountsResource } from './resources/accounts.resource.js';
import { ApiKeysResource } from './resources/api-keys.resource.js';
import { AssignmentsResource } from './resources/assignments.resource.js';
import { CouponsResource } from './resources/coupons.resource.js';
import { CreditNotesResource } from './resources/credit-notes.resource.js';
import { CustomerDiscountsResource } from './resources/customer-discounts.resource.js';
import { CustomersResource } from './resources/customers.resource.js';
import { DisputesResource } from './resources/disputes.resource.js';
import { DriftResource } from './resources/drift.resource.js';
import { ExchangeRatesResource } from './resources/exchange-rates.resource.js';
import { CommitmentsResource } from './resources/commitments.resource.js';
import { CostsResource } from './resources/costs.resource.js';
import { FinanceResource } from './resources/finance.resource.js';
import { InstallationResource } from './resources/installation.resource.js';
import { InvoicesResource } from './resources/invoices.resource.js';
import { MailsResource } from './resources/mails.resource.js';
import { MetersResource } from './resources/meters.resource.js';
import { PaymentDuplicatesResource } from './resources/payment-duplicates.resource.js';
import { PaymentMethodsResource } from './resources/payment-methods.resource.js';
import { PaymentProvidersResource } from './resources/payment-providers.resource.js';
import { PendingChargesResource } from './resources/pending-charges.resource.js';
import { PlansResource } from './resources/plans.resource.js';
import { PriceOverridesResource } from './resources/price-overrides.resource.js';
import { PricesResource } from './resources/prices.resource.js';
import { ProductItemsResource } from './resources/product-items.resource.js';
import { PromotionsResource } from './resources/promotions.resource.js';
import { ProviderIntentsResource } from './resources/provider-intents.resource.js';
import { ProviderSwitchesResource } from './resources/provider-switches.resource.js';
import { RefundsResource } from './resources/refunds.resource.js';
import { TaxRatesResource } from './resources/tax-rates.resource.js';
import { TestClockResource } from './resources/test-clock.resource.js';
import { UsageCorrectionsResource } from './resources/usage-corrections.resource.js';
import { UsageResource } from './resources/usage.resource.js';
import { encodedLines, type UsageLines } from './resources/ingest-lines.js';
import type { IngestReport } from './resources/ingest-report.js';
import { WebhookEventsResource } from './resources/webhook-events.resource.js';
import type { UsageRecord } from './resources/usage-record.js';
import { TollkeeperError } from './tollkeeper-error.js';
import { Transport, type CallOptions, type TransportOptions } from './transport.js';

export type TollkeeperClientOptions = TransportOptions;

/**
 * Tollkeeper's REST API in types, for one account's key. Every method throws `TollkeeperError` when the server refuses or cannot be
 * reached. Writes carry an Idempotency-Key, so that a lost answer is asked for again without a second effect.
 */
export class TollkeeperClient {
  readonly installation: InstallationResource;
  readonly drift: DriftResource;
  readonly costs: CostsResource;
  readonly finance: FinanceResource;
  readonly accounts: AccountsResource;
  readonly apiKeys: ApiKeysResource;
  readonly testClock: TestClockResource;
  readonly customers: CustomersResource;
  readonly providerSwitches: ProviderSwitchesResource;
  readonly paymentMethods: PaymentMethodsResource;
  readonly mails: MailsResource;
  readonly meters: MetersResource;
  readonly usage: UsageResource;
  readonly usageCorrections: UsageCorrectionsResource;
  readonly productItems: ProductItemsResource;
  readonly prices: PricesResource;
  /** What single customers pay instead of a price or a fee. */
  readonly priceOverrides: PriceOverridesResource;
  readonly plans: PlansResource;
  readonly assignments: AssignmentsResource;
  readonly taxRates: TaxRatesResource;
  readonly exchangeRates: ExchangeRatesResource;
  readonly promotions: PromotionsResource;
  readonly coupons: CouponsResource;
  readonly customerDiscounts: CustomerDiscountsResource;
  readonly commitments: CommitmentsResource;
  readonly pendingCharges: PendingChargesResource;
  readonly invoices: InvoicesResource;
  readonly disputes: DisputesResource;
  readonly refunds: RefundsResource;
  readonly creditNotes: CreditNotesResource;
  readonly paymentDuplicates: PaymentDuplicatesResource;
  readonly paymentProviders: PaymentProvidersResource;
  readonly webhookEvents: WebhookEventsResource;
  readonly providerIntents: ProviderIntentsResource;
  readonly #transport: Transport;

  constructor(options: TollkeeperClientOptions) {
    const transport = new Transport(options);
    this.#transport = transport;
    this.drift = new DriftResource(transport);
    this.costs = new CostsResource(transport);
    this.finance = new FinanceResource(transport);
    this.installation = new InstallationResource(transport);
    this.accounts = new AccountsResource(transport);
    this.apiKeys = new ApiKeysResource(transport);
    this.testClock = new TestClockResource(transport);
    this.customers = new CustomersResource(transport);
    this.providerSwitches = new ProviderSwitchesResource(transport);
    this.paymentMethods = new PaymentMethodsResource(transport);
    this.mails = new MailsResource(transport);
    this.meters = new MetersResource(transport);
    this.usage = new UsageResource(transport);
    this.usageCorrections = new UsageCorrectionsResource(transport);
    this.productItems = new ProductItemsResource(transport);
    this.prices = new PricesResource(transport);
    this.priceOverrides = new PriceOverridesResource(transport);
    this.plans = new PlansResource(transport);
    this.assignments = new AssignmentsResource(transport);
    this.taxRates = new TaxRatesResource(transport);
    this.exchangeRates = new ExchangeRatesResource(transport);
    this.promotions = new PromotionsResource(transport);
    this.coupons = new CouponsResource(transport);
    this.customerDiscounts = new CustomerDiscountsResource(transport);
    this.commitments = new CommitmentsResource(transport);
    this.pendingCharges = new PendingChargesResource(transport);
    this.invoices = new InvoicesResource(transport);
    this.disputes = new DisputesResource(transport);
    this.refunds = new RefundsResource(transport);
    this.creditNotes = new CreditNotesResource(transport);
    this.paymentDuplicates = new PaymentDuplicatesResource(transport);
    this.paymentProviders = new PaymentProvidersResource(transport);
    this.webhookEvents = new WebhookEventsResource(transport);
    this.providerIntents = new ProviderIntentsResource(transport);
  }

  /**
   * Stores usage, all records or none, and answers once they are durable. A record that is sent again counts once, which is what
   * makes the repetition after a lost answer safe.
   * @returns how many records were received
   */
  async ingest(records: UsageRecord | readonly UsageRecord[], options?: CallOptions): Promise<number> {
    const answer = await this.#transport.text({ ...options, method: 'POST', path: '/ingest', body: records, isRepeatable: true });
    const received = /^(\d+) records were ingested$/.exec(answer.trim())?.[1];
    if (received === undefined) {
      throw new TollkeeperError({ status: 200, code: 'unexpected_answer', message: 'The answer to /ingest is not the one Tollkeeper gives; check baseUrl.' });
    }
    return Number(received);
  }

  /**
   * Stores usage and says what became of every record. With `partial` the good records are taken and the bad ones reported; otherwise
   * one bad record refuses them all. Safe to repeat, as `ingest`.
   */
  ingestWithDetails(records: UsageRecord | readonly UsageRecord[], { partial = false, ...options }: CallOptions & { readonly partial?: boolean } = {}): Promise<IngestReport> {
    return this.#transport.json({ ...options, method: 'POST', path: '/ingest', query: { details: true, partial }, body: records, isRepeatable: true });
  }

  /** As `ingestWithDetails` with `partial`, of records that are NDJSON or CSV already; `index` counts them without empty lines and header. */
  async ingestLines(lines: UsageLines, options?: CallOptions): Promise<IngestReport> {
    return this.#transport.json({ ...options, method: 'POST', path: '/ingest', query: { details: true, partial: true }, encodedBody: await encodedLines(lines), isRepeatable: true });
  }

  /** Sends usage in the background: batched, compressed, repeated until the server has it, bounded in memory. One for a process is enough. */
  usageProducer(options: UsageProducerOptions): UsageProducer {
    return new UsageProducer(this.#transport, options);
  }

  /** What happens in the account, from now or from a position on, for as long as the caller reads. */
  events(options?: EventStreamOptions): AsyncGenerator<TollkeeperEvent, void, void> {
    return streamEvents(this.#transport, options);
  }
}
