import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { Secret } from '@tollkeeper/kernel';
import type { CallContext, ProviderInvoice, ProviderOutcome } from '@tollkeeper/payment-provider';
import { startStripeSandbox, type StripeSandbox } from '@tollkeeper/stripe-sandbox';
import { STRIPE_API_VERSION } from './stripe-client.factory.js';
import { StripePaymentProvider } from './stripe-payment-provider.js';

/** What is Stripe's own, beyond the contract every provider keeps. Each case has a Stripe account of its own. */
describe('Stripe behind the port', () => {
  let sandbox: StripeSandbox;
  let provider: StripePaymentProvider;
  let key: string;
  /** Another hand at the same account: what somebody does in the Dashboard. */
  let dashboard: Stripe;

  beforeAll(async () => {
    sandbox = await startStripeSandbox({ port: 0 });
    provider = new StripePaymentProvider({ sandboxBase: sandbox.url });
  });
  afterAll(() => sandbox.close());

  beforeEach(() => {
    key = `sk_test_sandbox_${randomUUID().replaceAll('-', '')}`;
    dashboard = new Stripe(key, { apiVersion: STRIPE_API_VERSION, host: '127.0.0.1', port: sandbox.port, protocol: 'http', telemetry: false });
  });

  function context(more: Partial<CallContext> = {}): CallContext {
    return { credentials: { connectionId: 'pcon_1', secrets: { secretKey: new Secret(key) }, settings: {} }, idempotencyKey: randomUUID(), deadlineInMillis: 10_000, ...more };
  }

  async function done<T>(operation: Promise<ProviderOutcome<T>>): Promise<T> {
    const outcome = await operation;
    if (outcome.outcome !== 'succeeded') throw new Error(`Expected success, got ${outcome.outcome}: ${'message' in outcome ? outcome.message : ''}`);
    return outcome.value;
  }

  async function customer(card: string | null = 'pm_card_visa'): Promise<string> {
    const { id } = await done(provider.customers.create({ tags: { instance: 'i', account: 'a', id: randomUUID() }, name: 'Ada', email: null, description: null, address: null }, context()));
    if (card !== null) await done(provider.paymentMethods.attach({ providerCustomerId: id, paymentMethodId: card }, context()));
    return id;
  }

  async function openInvoice(customerId: string, amount = 1_000n, currency = 'USD'): Promise<ProviderInvoice> {
    const draft = await done(
      provider.invoices.createDraft(
        { tags: { instance: 'i', account: 'a', id: randomUUID() }, providerCustomerId: customerId, currency, collectionMethod: 'charge_automatically', daysUntilDue: null, number: null, description: 'Usage' },
        context(),
      ),
    );
    const line = { externalId: 'line_1', description: 'API calls: 1,000 × 0.01', amount, periodStartInMillis: Date.UTC(2026, 0, 1), periodEndInMillis: Date.UTC(2026, 1, 1) };
    await done(provider.invoices.addLines({ providerInvoiceId: draft.id, lines: [line], currency }, context()));
    return done(provider.invoices.finalize({ providerInvoiceId: draft.id }, context()));
  }

  async function fetched(id: string): Promise<ProviderInvoice> {
    const answer = await done(provider.fetch('invoice', { providerId: id }, context()));
    if (!answer.found) throw new Error(`${id} was not found`);
    return answer.value;
  }

  it('never lets Stripe act on its own: no advance, no tax, no discount, no pending item', async () => {
    const id = await customer();
    await dashboard.invoiceItems.create({ customer: id, amount: 500, currency: 'usd' });
    const invoice = await openInvoice(id);
    const advancing = sandbox.control.ledger({ key }).filter(({ route }) => route === 'POST /v1/invoices' || route === 'POST /v1/invoices/*/finalize');
    expect(advancing.map(({ params }) => params['auto_advance'])).toEqual([false, false]);
    const raw = await dashboard.invoices.retrieve(invoice.id);
    expect(raw).toMatchObject({ auto_advance: false, automatic_tax: { enabled: false }, discounts: [], default_tax_rates: [], total: 1_000, description: 'Usage' });
    expect(raw.lines.data).toEqual([
      expect.objectContaining({ amount: 1_000, discountable: false, metadata: { tollkeeper_line: 'line_1' }, period: { start: Date.UTC(2026, 0, 1) / 1_000, end: Date.UTC(2026, 1, 1) / 1_000 } }),
    ]);
  });

  it('counts ISK in hundredths at Stripe and in whole krónur here', async () => {
    const invoice = await openInvoice(await customer(), 1_500n, 'ISK');
    expect(invoice).toMatchObject({ currency: 'ISK', total: 1_500n, amountDue: 1_500n });
    expect(await dashboard.invoices.retrieve(invoice.id)).toMatchObject({ currency: 'isk', total: 150_000 });
    expect((await done(provider.invoices.pay({ providerInvoiceId: invoice.id }, context()))).payments).toMatchObject([{ amount: 1_500n, currency: 'ISK' }]);
  });

  it('is pending while a bank thinks about it', async () => {
    await sandbox.control.defineCard(key, 'pm_card_slow', { charge: 'processing' });
    const { id } = await openInvoice(await customer('pm_card_slow'));
    expect(await provider.invoices.pay({ providerInvoiceId: id }, context())).toMatchObject({ outcome: 'pending', value: { status: 'open', payments: [{ status: 'processing' }] } });
    expect(await provider.invoices.pay({ providerInvoiceId: id }, context())).toMatchObject({ outcome: 'failed', code: 'invalid_state', value: { payments: [{ status: 'processing' }] } });
  });

  it('tells a decline that was overtaken by a payment as the payment', async () => {
    await sandbox.control.defineCard(key, 'pm_card_once', { charge: { code: 'card_declined', message: 'No.' }, failTimes: 1 });
    const { id } = await openInvoice(await customer('pm_card_once'));
    const first = context();
    expect(await provider.invoices.pay({ providerInvoiceId: id }, first)).toMatchObject({ outcome: 'failed', code: 'declined' });
    expect(await done(provider.invoices.pay({ providerInvoiceId: id }, context()))).toMatchObject({ status: 'paid' });
    expect(await provider.invoices.pay({ providerInvoiceId: id }, first)).toMatchObject({ outcome: 'succeeded', value: { status: 'paid' } });
  });

  it('shows card and refund of a payment', async () => {
    const { id } = await openInvoice(await customer());
    const [payment] = (await done(provider.invoices.pay({ providerInvoiceId: id }, context()))).payments;
    expect(payment).toMatchObject({ card: { brand: 'visa', last4: '4242' }, amountRefunded: 0n });
    await dashboard.refunds.create({ payment_intent: payment?.id ?? '', amount: 400 });
    expect(await fetched(id)).toMatchObject({ status: 'paid', payments: [{ status: 'succeeded', amountRefunded: 400n }] });
    const intent = await dashboard.paymentIntents.retrieve(payment?.id ?? '');
    const byCharge = await done(provider.fetch('payment', { providerId: intent.latest_charge as string }, context()));
    expect(byCharge).toMatchObject({ found: true, value: { id: payment?.id, amountRefunded: 400n } });
  });

  it('shows credit of the customer’s balance, which is no payment from elsewhere', async () => {
    const id = await customer();
    await dashboard.customers.createBalanceTransaction(id, { amount: -1_500, currency: 'usd' });
    expect(await openInvoice(id)).toMatchObject({ status: 'paid', total: 1_000n, amountDue: 0n, startingBalance: -1_500n, endingBalance: -500n, paidElsewhere: false });
  });

  it('shows an amount below Stripe’s minimum as paid with nothing due', async () => {
    expect(await openInvoice(await customer(), 30n)).toMatchObject({ status: 'paid', total: 30n, amountDue: 0n, paidElsewhere: false });
  });

  it('follows what somebody did in the Dashboard', async () => {
    const { id } = await openInvoice(await customer());
    await dashboard.invoices.markUncollectible(id);
    expect(await fetched(id)).toMatchObject({ status: 'uncollectible', providerStatus: 'uncollectible' });
    expect(await done(provider.invoices.pay({ providerInvoiceId: id }, context()))).toMatchObject({ status: 'paid' });
  });

  it('knows a deleted customer from one that never was', async () => {
    const id = await customer(null);
    await dashboard.customers.del(id);
    expect(await done(provider.fetch('customer', { providerId: id }, context()))).toMatchObject({ found: true, value: { id, deleted: true } });
    expect(await provider.paymentMethods.attach({ providerCustomerId: id, paymentMethodId: 'pm_card_visa' }, context())).toMatchObject({ outcome: 'failed', code: 'not_found' });
  });

  it('clears the parts of an address that an update leaves out', async () => {
    const id = await customer(null);
    const base = { providerCustomerId: id, name: 'Ada', email: null, description: null };
    await done(provider.customers.update({ ...base, address: { line1: '1 Main Street', city: 'Springfield', country: 'US' } }, context()));
    await done(provider.customers.update({ ...base, address: { country: 'DE' } }, context()));
    const { address } = (await dashboard.customers.retrieve(id)) as Stripe.Customer;
    expect([address?.line1 || null, address?.city || null, address?.country]).toEqual([null, null, 'DE']);
  });

  it('names the method that a visit to the set-up page brought, which is not yet the default', async () => {
    const id = await customer(null);
    const setup = { tags: { instance: 'i', account: 'a', id: 's' }, providerCustomerId: id, mode: 'hosted_page', returnUrl: 'https://example.com', currency: 'EUR' } as const;
    const begun = await done(provider.paymentMethods.beginSetup(setup, context()));
    await sandbox.control.completeCheckout(key, begun.id);
    const answer = await done(provider.fetch('payment_method_setup', { providerId: begun.id }, context()));
    const [method] = await done(provider.paymentMethods.list({ providerCustomerId: id }, context()));
    expect(answer).toMatchObject({ found: true, value: { status: 'succeeded', providerStatus: 'complete', providerCustomerId: id, paymentMethodId: method?.id } });
    expect(method).toMatchObject({ isDefault: false });
  });

  it.each([
    ['from the customer’s declined card', 'pm_card_chargeDeclined'],
    ['for lack of funds', 'pm_card_chargeDeclinedInsufficientFunds'],
  ])('refuses to attach %s', async (_name, card) => {
    const id = await customer(null);
    expect(await provider.paymentMethods.attach({ providerCustomerId: id, paymentMethodId: card }, context())).toMatchObject({ outcome: 'failed', code: 'declined' });
    expect(await done(provider.paymentMethods.list({ providerCustomerId: id }, context()))).toEqual([]);
  });

  it('tells a document that is not there from one whose customer is not', async () => {
    const id = await customer();
    const { id: draft } = await dashboard.invoices.create({ customer: id });
    const line = { externalId: 'line_1', description: 'API calls', amount: 100n, periodStartInMillis: Date.UTC(2026, 0, 1), periodEndInMillis: Date.UTC(2026, 1, 1) };
    const add = () => provider.invoices.addLines({ providerInvoiceId: draft, lines: [line], currency: 'USD' }, context());
    await dashboard.customers.del(id);
    expect(await add()).toMatchObject({ outcome: 'failed', code: 'not_found', value: { id: draft, status: 'draft' } });
    sandbox.control.addFault({ key, method: 'GET', path: '/v1/invoices/*', kind: 'half_body', count: 10 });
    expect(await add()).toMatchObject({ outcome: 'unknown', sent: true });
    sandbox.control.clearFaults(key);
    await dashboard.invoices.del(draft);
    const gone = await add();
    expect(gone).toMatchObject({ outcome: 'failed', code: 'not_found' });
    expect(gone).not.toHaveProperty('value');
  });

  it('pages its event list from an event before the window, over a clock that jumped', async () => {
    const id = await customer();
    await openInvoice(id);
    await done(provider.testHelpers.advanceClock({ timeInMillis: Date.now() + 86_400_000 }, context()));
    const since = Date.now() + 43_200_000;
    const drafts = await Promise.all(Array.from({ length: 120 }, () => dashboard.invoices.create({ customer: id })));
    for (const draft of drafts) await dashboard.invoices.finalizeInvoice(draft.id);
    const seen: string[] = [];
    let pageToken: string | null = null;
    let pages = 0;
    do {
      const page: { events: readonly { id: string; createTimeInMillis: number }[]; nextPageToken: string | null } = await done(
        provider.eventList.read({ list: 'invoices', sinceInMillis: since, pageToken }, context()),
      );
      expect(page.events.filter(({ createTimeInMillis }) => createTimeInMillis < since)).toEqual([]);
      seen.push(...page.events.map((event) => event.id));
      pageToken = page.nextPageToken;
      pages += 1;
    } while (pageToken !== null);
    expect(pages).toBeGreaterThan(1);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(240);
  });

  it('accepts a restricted key that may do everything', async () => {
    const restricted = { credentials: { connectionId: 'pcon_1', secrets: { secretKey: new Secret(`rk_test_sandbox_${randomUUID().replaceAll('-', '')}`) }, settings: {} } };
    const check = await done(provider.testConnection(context(restricted)));
    expect(check).toMatchObject({ mode: 'test', missingPermissions: [] });
    const probes = sandbox.control.ledger({ key: restricted.credentials.secrets.secretKey.reveal() });
    expect(probes.filter(({ unknownRoute, errorCode }) => unknownRoute || errorCode === 'parameter_unknown')).toEqual([]);
    expect(probes.filter(({ method, outcome }) => method === 'POST' && outcome === 200)).toEqual([]);
  });
});
