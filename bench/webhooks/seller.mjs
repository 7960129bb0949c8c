// An account with invoices that are open at Stripe, and people who pay them on Stripe's page.
import { TollkeeperClient } from '../../dist/libs/client/src/index.js';

import { ADMIN_KEY, STRIPE_KEY } from './servers.mjs';

const DAY_IN_MILLIS = 86_400_000;
const PARALLEL = 8;
const FIRST_INVOICES = 40;

/** Rows like others, but for what is given. */
const COPY = `
  insert into invoice
  select (jsonb_populate_record(invoice, given.changes)).*
    from jsonb_to_recordset($1::jsonb) as given ("like" text, changes jsonb) join invoice on invoice.id = given."like"`;

/** What the ledger says of the first ones, it says of these. */
const COPY_ENTRIES = `
  insert into ledger_entry
  select (jsonb_populate_record(ledger_entry, jsonb_build_object('id', ledger_entry.id || given.place, 'invoice_id', given.id))).*
    from jsonb_to_recordset($1::jsonb) as given ("like" text, id text, place text) join ledger_entry on invoice_id = given."like"`;
const COPY_POSTINGS = `
  insert into ledger_posting
  select (jsonb_populate_record(ledger_posting, jsonb_build_object('entry_id', entry_id || given.place, 'invoice_id', given.id))).*
    from jsonb_to_recordset($1::jsonb) as given ("like" text, id text, place text) join ledger_posting on invoice_id = given."like"`;

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

  /** Invoices that nobody has paid yet, since the customers have no card; each of a customer of its own. */
  async #firstInvoices(count) {
    const { client } = this;
    await client.plans.create({ planName: 'Plan', currency: 'USD', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 1000, currency: 'USD' }, prices: [], isDefault: true });
    const ids = Array.from({ length: count }, (_, index) => `customer-${index}`);
    await each(ids, (customerId) => client.customers.create({ customerId, customerName: customerId }, { autoCreateCustomerInStripe: true }));
    await client.testClock.advance((await client.testClock.get()).timeInMillis + 33 * DAY_IN_MILLIS);
    await client.testClock.waitUntilReady({ timeoutInMillis: 300_000 });
    for (;;) {
      const invoices = [];
      for await (const invoice of client.invoices.all({ paymentStatus: 'requires_action' })) if (invoice.providerStatus === 'open') invoices.push(invoice);
      if (invoices.length >= count) return invoices.slice(0, count);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /**
   * More of the same than hand-overs would make in the time there is: documents at the stand-in, and rows that say of them what ours say of
   * the first ones. @returns ids here and there
   */
  async openInvoices(pool, count) {
    const first = await this.#firstInvoices(Math.min(count, FIRST_INVOICES));
    const copies = await each(Array.from({ length: count - first.length }, (_, index) => first[index % first.length]), async ({ id, providerInvoiceId }, index) => {
      const like = await this.#call('GET', `/v1/invoices/${providerInvoiceId}`);
      const [line] = like.lines.data;
      const ownId = `${id.slice(0, -8)}${String(index).padStart(8, '0')}`;
      const draft = { customer: like.customer, currency: like.currency, auto_advance: 'false', pending_invoice_items_behavior: 'exclude', collection_method: 'charge_automatically' };
      const metadata = Object.fromEntries(Object.entries({ ...like.metadata, tollkeeper_id: ownId }).map(([key, value]) => [`metadata[${key}]`, value]));
      const document = await this.#call('POST', '/v1/invoices', new URLSearchParams({ ...draft, ...metadata }));
      await this.#call('POST', `/v1/invoices/${document.id}/add_lines`, new URLSearchParams({ 'lines[0][description]': line.description, 'lines[0][amount]': line.amount }));
      const { number } = await this.#call('POST', `/v1/invoices/${document.id}/finalize`, new URLSearchParams({ auto_advance: 'false' }));
      return { id: ownId, providerInvoiceId: document.id, number, like: id };
    });
    await pool.query(COPY, [JSON.stringify(copies.map(({ id, providerInvoiceId, number, like }) => ({ like, changes: { id, provider_invoice_id: providerInvoiceId, number, kind: 'one_off' } })))]);
    const booked = JSON.stringify(copies.map(({ id, like }, index) => ({ like, id, place: `_${index}` })));
    await pool.query(COPY_ENTRIES, [booked]);
    await pool.query(COPY_POSTINGS, [booked]);
    await pool.query('vacuum analyze');
    return [...first, ...copies].map(({ id, providerInvoiceId }) => ({ id, providerInvoiceId }));
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
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return results;
}
