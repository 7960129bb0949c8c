import { TollkeeperClient, type ConnectionSettings, type Invoice, type InvoiceSummary } from '@tollkeeper/client';
import type { FaultOrder } from '@tollkeeper/stripe-sandbox';
import { StripeAccount } from '../../support/stripe-account.js';
import { sandboxKey, type TestApplication } from '../../support/test-application.js';

const DAY_IN_MILLIS = 86_400_000;

export interface SellerOptions {
  readonly settings?: Partial<ConnectionSettings>;
  readonly gracePeriodInHours?: number;
  readonly timeZone?: string;
  /** Default one of its own. */
  readonly stripeKey?: string;
  /** Default STRIPE; null for none. */
  readonly defaultProvider?: 'STRIPE' | null;
  /** Minor units; default 10.00 USD. */
  readonly baseFee?: number;
  readonly interval?: 'day' | 'month' | 'calendar_month';
  /** False leaves new customers without a plan. Default true. */
  readonly defaultPlan?: boolean;
  /** USD a call; default 0.01. */
  readonly unitPrice?: string;
  /** Instead of endpoints that are registered at the sandbox. */
  readonly webhookSecret?: string;
  /** How requests reach the application; default over HTTP. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * An account of its own, connected to a Stripe account of its own in the sandbox, that sells one thing: a base fee a month and 0.01 USD a
 * call, on a default plan. Speaks without repetitions: a test wants to see each answer.
 */
export class Seller {
  private constructor(
    readonly accountId: string,
    readonly client: TollkeeperClient,
    readonly stripe: StripeAccount,
    readonly planId: string,
    readonly sandboxUrl: string,
    private readonly apiKey: string,
  ) {}

  static async open({ url, adminKey, sandbox }: Pick<TestApplication, 'url' | 'adminKey' | 'sandbox'>, options: SellerOptions): Promise<Seller> {
    const reach = { baseUrl: url, maximumRetries: 0, ...(options.fetch ? { fetch: options.fetch } : {}) };
    const installation = new TollkeeperClient({ ...reach, apiKey: adminKey });
    const account = await installation.accounts.create({
      name: 'Seller',
      mode: 'test',
      ...(options.defaultProvider === null ? {} : { defaultPaymentProviderName: 'STRIPE' }),
      gracePeriodInHours: options.gracePeriodInHours ?? 1,
      ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
    });
    const stripe = new StripeAccount(sandbox, options.stripeKey ?? sandboxKey());
    const client = new TollkeeperClient({ ...reach, apiKey: account.adminKey });
    const credentials = { secretKey: stripe.key, ...(options.webhookSecret === undefined ? {} : { webhookSecret: options.webhookSecret }) };
    await client.paymentProviders.connection.put('STRIPE', { credentials, ...(options.settings ? { settings: options.settings } : {}) });
    await client.meters.create({ meterApiName: 'calls', label: 'Calls', aggregation: 'sum' });
    const item = await client.productItems.create({ productItemName: 'Calls', meterApiName: 'calls' });
    const price = await client.prices.create({ productItemId: item.id, priceName: 'calls', currency: 'USD', model: { model: 'per_unit', unitPrice: options.unitPrice ?? '0.01' } });
    const plan = await client.plans.create({
      planName: 'Plan',
      currency: 'USD',
      billingPeriod: { interval: options.interval ?? 'month' },
      baseFee: { amountInMinorUnits: options.baseFee ?? 1000, currency: 'USD' },
      prices: [price.id],
      isDefault: options.defaultPlan ?? true,
    });
    return new Seller(account.id, client, stripe, plan.id, sandbox.url, account.adminKey);
  }

  /** The same account in an application on a copy of its database, or in a later one on the same. */
  at({ url, sandbox }: Pick<TestApplication, 'url' | 'sandbox'>, { fetch }: Pick<SellerOptions, 'fetch'> = {}): Seller {
    const client = new TollkeeperClient({ baseUrl: url, apiKey: this.apiKey, maximumRetries: 0, ...(fetch ? { fetch } : {}) });
    return new Seller(this.accountId, client, new StripeAccount(sandbox, this.stripe.key), this.planId, sandbox.url, this.apiKey);
  }

  /** A customer that Stripe knows. @param card a test card by name, or null for none */
  async customer(customerId: string, card: string | null = 'pm_card_visa'): Promise<void> {
    await this.client.customers.create({ customerId, customerName: customerId }, { autoCreateCustomerInStripe: true });
    if (card !== null) await this.client.paymentMethods.attachTestCard(customerId, card);
  }

  /** Another card, made the one to charge. */
  async replaceCard(customerId: string, card: string): Promise<void> {
    const { id } = await this.client.paymentMethods.attachTestCard(customerId, card);
    await this.client.paymentMethods.setDefault(customerId, id);
  }

  async now(): Promise<number> {
    return (await this.client.testClock.get()).timeInMillis;
  }

  async use(customerId: string, calls: number, uniqueId = `${customerId}-once`, timeInMillis?: number): Promise<void> {
    await this.client.ingest({ customerId, meterApiName: 'calls', meterValue: calls, meterTimeInMillis: timeInMillis ?? (await this.now()), uniqueId });
  }

  /** Only asks for it: the work that becomes due follows when the loops run. */
  async beginNextMonth(): Promise<void> {
    await this.client.testClock.advance((await this.now()) + 33 * DAY_IN_MILLIS);
  }

  /** The next requests to this operation at Stripe go wrong. @param operation `POST /v1/invoices`; `*` stands for one segment */
  trouble(operation: string, fault: FaultOrder): void {
    const [method = '', path = ''] = operation.split(' ');
    const { control, key } = this.stripe;
    control.addFault({ method, path, account: control.accountId(key), ...fault });
  }

  /** All requests to Stripe go wrong until `control.clearFaults()`. */
  troubleEverything(fault: FaultOrder): void {
    const { control, key } = this.stripe;
    control.addFault({ count: Number.MAX_SAFE_INTEGER, account: control.accountId(key), ...fault });
  }

  /** Somebody removes an object in Stripe's dashboard. */
  async deleteAtStripe(path: string): Promise<void> {
    const response = await fetch(`${this.sandboxUrl}${path}`, { method: 'DELETE', headers: { Authorization: `Bearer ${this.stripe.key}` } });
    if (!response.ok) throw new Error(`DELETE ${path} at the sandbox: ${response.status} ${await response.text()}`);
  }

  /** Only asks for it. @param time ISO 8601 */
  async moveTo(time: string): Promise<void> {
    await this.client.testClock.advance(Date.parse(time));
  }

  /** Oldest first. */
  async invoices(customerId: string): Promise<readonly InvoiceSummary[]> {
    return (await this.client.invoices.list({ customerId })).items;
  }

  /** The customer's first invoice. */
  async invoice(customerId: string): Promise<Invoice> {
    const [first] = await this.invoices(customerId);
    if (!first) throw new Error(`The customer ${customerId} has no invoice.`);
    return this.client.invoices.get(first.id);
  }
}
