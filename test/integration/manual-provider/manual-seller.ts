import { TollkeeperClient, type Invoice } from '@tollkeeper/client';
import { PATIENCE_IN_MILLIS } from '../../support/patience.js';
import { StripeAccount } from '../../support/stripe-account.js';
import { sandboxKey, type TestApplication } from '../../support/test-application.js';

export const DAY_IN_MILLIS = 86_400_000;

export const INSTRUCTIONS = 'Send {{amount}} {{currency}} to DE00 1234.\n{{#USD}}Bank code 021.\n{{/USD}}Reference: {{reference}}';

/** An account that sells a base fee of 10.00 USD a month, connected to manual payment and to a Stripe account of its own. */
export class ManualSeller {
  private constructor(
    readonly client: TollkeeperClient,
    readonly stripe: StripeAccount,
    readonly apiKey: string,
  ) {}

  static async open({ url, adminKey, sandbox }: TestApplication, defaultProvider: string | null = 'MANUAL'): Promise<ManualSeller> {
    const account = await new TollkeeperClient({ baseUrl: url, apiKey: adminKey }).accounts.create({
      name: 'Seller',
      mode: 'test',
      gracePeriodInHours: 1,
      ...(defaultProvider === null ? {} : { defaultPaymentProviderName: defaultProvider }),
    });
    const client = new TollkeeperClient({ baseUrl: url, apiKey: account.adminKey, maximumRetries: 0 });
    const stripe = new StripeAccount(sandbox, sandboxKey());
    await client.paymentProviders.connection.put('manual', { credentials: { instructions: INSTRUCTIONS, daysUntilDue: 14 } });
    await client.paymentProviders.connection.put('stripe', { credentials: { secretKey: stripe.key } });
    await client.plans.create({ planName: 'Plan', currency: 'USD', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 1_000, currency: 'USD' }, isDefault: true });
    return new ManualSeller(client, stripe, account.adminKey);
  }

  async customer(customerId: string, traits: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.client.customers.create({ customerId, customerName: `${customerId} Ltd`, traits });
  }

  async pass(millis: number): Promise<void> {
    const { timeInMillis } = await this.client.testClock.get();
    await this.client.testClock.advance(timeInMillis + millis);
    await this.client.testClock.waitUntilReady({ timeoutInMillis: PATIENCE_IN_MILLIS });
  }

  /** Oldest first. */
  async invoices(customerId: string): Promise<Invoice[]> {
    const { items } = await this.client.invoices.list({ customerId });
    return Promise.all(items.map(({ id }) => this.client.invoices.get(id)));
  }

  /** The customer's first invoice. */
  async invoice(customerId: string): Promise<Invoice> {
    const [first] = await this.invoices(customerId);
    if (!first) throw new Error(`The customer ${customerId} has no invoice.`);
    return first;
  }
}

export function statusOf({ paymentStatus, paymentStatusReason }: Invoice): string {
  return [paymentStatus, paymentStatusReason].filter(Boolean).join(' ');
}

/** Amounts in minor units. */
export function amountsOf({ amountDue, amountPaid, amountOpen, amountSurplus, amountReversed }: Invoice): Record<string, number> {
  const plain = { due: amountDue, paid: amountPaid, open: amountOpen, surplus: amountSurplus, reversed: amountReversed };
  return Object.fromEntries(Object.entries(plain).map(([name, { amountInMinorUnits }]) => [name, Number(amountInMinorUnits)]));
}
