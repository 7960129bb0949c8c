// An account with invoices that are open at Stripe, and people who pay them on Stripe's page.
import { TollkeeperClient } from '../../dist/libs/client/src/index.js';

import { ADMIN_KEY, STRIPE_KEY } from './servers.mjs';

const DAY_IN_MILLIS = 86_400_000;
const PARALLEL = 8;

export class BenchSeller {
  constructor(url, sandboxUrl) {
    this.client = new TollkeeperClient({ baseUrl: url, apiKey: ADMIN_KEY });
    this.sandboxUrl = sandboxUrl;
  }

  limit(requestsPerSecond, requestsPerSecondPerEndpoint) {
    return this.client.paymentProviders.connection.put('STRIPE', { settings: { requestsPerSecond, requestsPerSecondPerEndpoint } });
  }

  async webhookUrl(baseUrl) {
    const { webhook } = await this.client.paymentProviders.connection.get('STRIPE');
    return `${baseUrl}${webhook.path}`;
  }

  /** Invoices that nobody has paid yet, since the customers have no card. @returns ids here and there */
  async openInvoices(count) {
    const { client } = this;
    await client.plans.create({ planName: 'Plan', currency: 'USD', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 1000, currency: 'USD' }, prices: [], isDefault: true });
    const ids = Array.from({ length: count }, (_, index) => `customer-${index}`);
    await each(ids, (customerId) => client.customers.create({ customerId, customerName: customerId }, { autoCreateCustomerInStripe: true }));
    await client.testClock.advance((await client.testClock.get()).timeInMillis + 33 * DAY_IN_MILLIS);
    await client.testClock.waitUntilReady({ timeoutInMillis: 300_000 });
    for (;;) {
      const invoices = [];
      for await (const invoice of client.invoices.all({ paymentStatus: 'requires_action' })) if (invoice.providerStatus === 'open') invoices.push({ id: invoice.id, providerInvoiceId: invoice.providerInvoiceId });
      if (invoices.length >= count) return invoices.slice(0, count);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /** What Stripe lists is not to be had: webhooks are all there is to go by. */
  hideEventList() {
    return this.#call('POST', '/_sandbox/faults', JSON.stringify({ kind: 'error', status: 500, method: 'GET', path: '/v1/events', count: 1_000_000_000 }));
  }

  /** @returns invoice, payment and charge of each as Stripe shows them afterwards */
  pay(invoices) {
    return each(invoices, async ({ providerInvoiceId }) => {
      await this.#call('POST', `/v1/invoices/${providerInvoiceId}/pay`, new URLSearchParams({ payment_method: 'pm_card_visa' }));
      const invoice = await this.#call('GET', `/v1/invoices/${providerInvoiceId}?expand[]=payments`);
      const paymentIntent = await this.#call('GET', `/v1/payment_intents/${invoice.payments.data.at(-1).payment.payment_intent}`);
      const charge = await this.#call('GET', `/v1/charges/${paymentIntent.latest_charge}`);
      return { invoice: { ...invoice, payments: undefined }, paymentIntent, charge };
    });
  }

  async #call(method, path, body) {
    const response = await fetch(`${this.sandboxUrl}${path}`, { method, headers: { Authorization: `Bearer ${STRIPE_KEY}` }, ...(body === undefined ? {} : { body }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}

async function each(items, work) {
  const results = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return results;
}
