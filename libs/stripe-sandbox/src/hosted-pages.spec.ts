import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { draftInvoice, startHarness, type Harness } from './testing/sandbox-harness.js';

/** A browser without scripts: it opens addresses, posts forms and follows redirects. */
describe('hosted pages', () => {
  let harness: Harness;
  let stripe: Stripe;
  beforeEach(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
  });
  afterEach(() => harness.close());

  const open = async (url: string | null | undefined) => {
    const response = await fetch(url ?? '');
    return { status: response.status, text: await response.text() };
  };
  const submit = (url: string | null | undefined, fields: Record<string, string>) => fetch(url ?? '', { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  const absolute = (response: Response) => new URL(response.headers.get('location') ?? '', harness.sandbox.url).href;

  async function openInvoice(): Promise<Stripe.Invoice> {
    const customer = await stripe.customers.create({ name: 'Ada <b>' });
    return stripe.invoices.finalizeInvoice((await draftInvoice(stripe, customer.id, [2000, 550])).id);
  }

  it('shows an invoice with its lines and takes a test card', async () => {
    const invoice = await openInvoice();
    const page = await open(invoice.hosted_invoice_url);
    expect(page.text).toContain('Line 2');
    expect(page.text).toContain('25.50 USD');
    expect(page.text).not.toContain('Ada <b>');
    expect((await submit(invoice.hosted_invoice_url, { card: 'pm_card_visa' })).status).toBe(303);
    expect((await stripe.invoices.retrieve(invoice.id)).status).toBe('paid');
    expect((await open(invoice.hosted_invoice_url)).text).toContain('is <b>paid</b>');
  });

  it('hides an invoice from anybody without its token', async () => {
    const invoice = await openInvoice();
    expect((await open(invoice.hosted_invoice_url?.replace(/[^/]+$/, 'guess'))).status).toBe(404);
  });

  it('gives a PDF', async () => {
    const invoice = await openInvoice();
    const response = await fetch(invoice.invoice_pdf ?? '');
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(await response.text()).toMatch(/^%PDF-1\.4/);
  });

  it('shows a decline and leaves the invoice open', async () => {
    const invoice = await openInvoice();
    const response = await submit(invoice.hosted_invoice_url, { card: 'pm_card_chargeDeclined' });
    expect(await response.text()).toContain('Your card was declined.');
    expect((await stripe.invoices.retrieve(invoice.id)).status).toBe('open');
  });

  it.each([['approve', 'paid'], ['fail', 'open']])('asks for 3-D Secure and follows the answer: %s', async (outcome, status) => {
    const invoice = await openInvoice();
    const challenge = absolute(await submit(invoice.hosted_invoice_url, { card: 'pm_card_threeDSecure2Required' }));
    expect((await open(challenge)).text).toContain('is this you?');
    const back = absolute(await submit(challenge, { outcome }));
    expect(back).toBe(invoice.hosted_invoice_url);
    expect((await stripe.invoices.retrieve(invoice.id)).status).toBe(status);
  });

  it.each([['pm_card_visa', false], ['pm_card_authenticationRequired', true]])('saves %s on the checkout page and returns to the shop', async (card, isChallenged) => {
    const customer = await stripe.customers.create({ name: 'Ada' });
    const session = await stripe.checkout.sessions.create({ mode: 'setup', currency: 'usd', customer: customer.id, success_url: 'https://shop.example/ok?s={CHECKOUT_SESSION_ID}' });
    expect((await open(session.url)).text).toContain('Save a card for Ada');
    let target = absolute(await submit(session.url, { card }));
    if (isChallenged) target = absolute(await submit(target, { outcome: 'approve' }));
    expect(target).toBe(`https://shop.example/ok?s=${session.id}`);
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('complete');
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toHaveLength(1);
  });

  it('lets the customer manage cards on the portal', async () => {
    const customer = await stripe.customers.create({ name: 'Ada' });
    const session = await stripe.billingPortal.sessions.create({ customer: customer.id, return_url: 'https://shop.example' });
    await submit(session.url, { card: 'pm_card_mastercard' });
    const [method] = (await stripe.customers.listPaymentMethods(customer.id)).data;
    expect((await stripe.customers.retrieve(customer.id) as Stripe.Customer).invoice_settings.default_payment_method).toBe(method?.id);
    expect((await open(session.url)).text).toContain('mastercard 4444');
    await submit(session.url, { detach: method?.id ?? '' });
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toHaveLength(0);
  });
});
