import { randomBytes } from 'node:crypto';
import { TollkeeperClient, type ConnectionSettings, type Invoice, type TollkeeperClientOptions } from '@tollkeeper/client';
import { StripeAccount, type ReachableSandbox } from './stripe-account.js';
import { PATIENCE_IN_MILLIS } from './patience.js';

const DAY_IN_MILLIS = 86_400_000;

export interface SellerOptions {
  readonly url: string;
  /** The installation's admin key. */
  readonly adminKey: string;
  readonly sandbox: ReachableSandbox;
  /** Default one for a server whose STRIPE_API_BASE is the sandbox; in-process applications need a `sk_test_sandbox_…` key. */
  readonly stripeKey?: string;
  readonly settings?: Partial<ConnectionSettings>;
  /** Instead of endpoints that are registered at the sandbox. */
  readonly webhookSecret?: string;
}

/**
 * An account of its own, connected to a Stripe account of its own, that sells one thing: 10.00 USD a month and 0.01 USD a call on a
 * default plan. Speaks through the SDK, without its repetitions: a test wants to see each answer.
 */
export class Seller {
  readonly accountId: string;
  readonly apiKey: string;
  readonly stripe: StripeAccount;
  readonly client: TollkeeperClient;
  readonly #url: string;

  private constructor(accountId: string, apiKey: string, url: string, stripe: StripeAccount) {
    this.accountId = accountId;
    this.apiKey = apiKey;
    this.stripe = stripe;
    this.#url = url;
    this.client = this.clientAt(url);
  }

  static async open({ url, adminKey, sandbox, stripeKey, settings, webhookSecret }: SellerOptions): Promise<Seller> {
    const installation = new TollkeeperClient({ baseUrl: url, apiKey: adminKey });
    const account = await installation.accounts.create({ name: 'Seller', mode: 'test', defaultPaymentProviderName: 'STRIPE', gracePeriodInHours: 1 });
    const stripe = new StripeAccount(sandbox, stripeKey ?? `sk_test_${randomBytes(8).toString('hex')}`);
    const seller = new Seller(account.id, account.adminKey, url, stripe);
    const credentials = { secretKey: stripe.key, ...(webhookSecret === undefined ? {} : { webhookSecret }) };
    await seller.client.paymentProviders.connection.put('STRIPE', { credentials, ...(settings ? { settings } : {}) });
    await seller.#fillCatalog();
    return seller;
  }

  /** The same account by another server, or with other options. */
  clientAt(baseUrl: string = this.#url, options: Partial<TollkeeperClientOptions> = {}): TollkeeperClient {
    return new TollkeeperClient({ baseUrl, apiKey: this.apiKey, maximumRetries: 0, ...options });
  }

  /** A customer that Stripe knows. @param card a test card by name, or null for none */
  async customer(customerId: string, card: string | null = 'pm_card_visa'): Promise<void> {
    await this.client.customers.create({ customerId, customerName: customerId }, { autoCreateCustomerInStripe: true });
    if (card !== null) await this.client.paymentMethods.attachTestCard(customerId, card);
  }

  async use(customerId: string, calls: number, uniqueId = `${customerId}-once`): Promise<void> {
    const { timeInMillis } = await this.client.testClock.get();
    await this.client.ingest({ customerId, meterApiName: 'calls', meterValue: calls, meterTimeInMillis: timeInMillis, uniqueId });
  }

  /** Only asks for it: the work that becomes due follows in the background. */
  async beginNextMonth(): Promise<void> {
    const { timeInMillis } = await this.client.testClock.get();
    await this.client.testClock.advance(timeInMillis + 33 * DAY_IN_MILLIS);
  }

  async passAMonth(): Promise<void> {
    await this.beginNextMonth();
    await this.client.testClock.waitUntilReady({ timeoutInMillis: PATIENCE_IN_MILLIS });
  }

  /** The customer's first invoice. */
  async invoice(customerId: string): Promise<Invoice> {
    const { items } = await this.client.invoices.list({ customerId, limit: 1 });
    const [first] = items;
    if (!first) throw new Error(`The customer ${customerId} has no invoice.`);
    return this.client.invoices.get(first.id);
  }

  async #fillCatalog(): Promise<void> {
    const { meters, productItems, prices, plans } = this.client;
    await meters.create({ meterApiName: 'calls', label: 'Calls', aggregation: 'sum' });
    const item = await productItems.create({ productItemName: 'Calls', meterApiName: 'calls' });
    const price = await prices.create({ productItemId: item.id, priceName: 'calls', currency: 'USD', model: { model: 'per_unit', unitPrice: '0.01' } });
    await plans.create({ planName: 'Plan', currency: 'USD', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 1000, currency: 'USD' }, prices: [price.id], isDefault: true });
  }
}
