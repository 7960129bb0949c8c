import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { startStripeSandbox, type StripeSandbox, type StripeSandboxOptions } from '../stripe-sandbox.js';

export interface Harness {
  sandbox: StripeSandbox;
  key: string;
  stripe: Stripe;
  close(): Promise<void>;
}

/** The official SDK pointed at a sandbox that judges its own answers. */
export function sdkFor(sandbox: { port: number }, key: string, config: { maxNetworkRetries?: number; timeout?: number } = {}): Stripe {
  return new Stripe(key, { host: '127.0.0.1', port: sandbox.port, protocol: 'http', telemetry: false, maxNetworkRetries: 0, ...config });
}

export async function startHarness(options: StripeSandboxOptions = {}, key = 'sk_test_sandbox_spec'): Promise<Harness> {
  const sandbox = await startStripeSandbox({ checkAnswers: true, ...options });
  return { sandbox, key, stripe: sdkFor(sandbox, key), close: () => sandbox.close() };
}

export interface ReceivedWebhook {
  body: string;
  signature: string;
  type: string;
  id: string;
}

export interface WebhookReceiver {
  url: string;
  received: ReceivedWebhook[];
  /** Answers the next deliveries with these statuses, then with 200. */
  failNext(...statuses: number[]): void;
  waitFor(type: string, timeoutInMillis?: number): Promise<ReceivedWebhook>;
  close(): Promise<void>;
}

/** A webhook endpoint on loopback that keeps what it receives. */
export async function startReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const failures: number[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { id, type } = JSON.parse(body) as { id: string; type: string };
      received.push({ body, id, type, signature: String(request.headers['stripe-signature']) });
      response.writeHead(failures.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    failNext: (...statuses) => void failures.push(...statuses),
    waitFor: (type, timeoutInMillis = 5000) => waitFor(() => received.find((entry) => entry.type === type), timeoutInMillis, `webhook ${type}`),
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Asks again until there is an answer; fails with what was waited for. */
export async function waitFor<T>(ask: () => T | undefined, timeoutInMillis: number, what: string): Promise<T> {
  const deadline = Date.now() + timeoutInMillis;
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutInMillis} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function customerWithCard(stripe: Stripe, card = 'pm_card_visa'): Promise<{ customer: Stripe.Customer; method: Stripe.PaymentMethod }> {
  const customer = await stripe.customers.create({ name: 'Ada', email: 'ada@example.com' });
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
  return { customer, method };
}

/** A draft with one line per amount. */
export async function draftInvoice(stripe: Stripe, customer: string, amounts: number[] = [2000], params: Partial<Stripe.InvoiceCreateParams> = {}): Promise<Stripe.Invoice> {
  const invoice = await stripe.invoices.create({ customer, currency: 'usd', auto_advance: false, ...params });
  if (amounts.length === 0) return invoice;
  return stripe.invoices.addLines(invoice.id, { lines: amounts.map((amount, index) => ({ amount, description: `Line ${index + 1}` })) });
}

/** Types of the account's events, oldest first. */
export async function eventTypes(stripe: Stripe): Promise<string[]> {
  const events = await stripe.events.list({ limit: 100 });
  return events.data.map((event) => event.type).reverse();
}

export async function newestEvent(stripe: Stripe): Promise<string | undefined> {
  return (await stripe.events.list({ limit: 1 })).data[0]?.id;
}

/** Types of the events that came after a given one, oldest first. */
export async function eventTypesSince(stripe: Stripe, id: string | undefined): Promise<string[]> {
  const events = await stripe.events.list({ limit: 100, ...(id && { ending_before: id }) });
  return events.data.map((event) => event.type).reverse();
}
