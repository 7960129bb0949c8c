import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { StripeContract } from './contract/stripe-contract.js';
import { ALL_ROUTES } from './resources/all-routes.js';
import { customerWithCard, draftInvoice, startHarness, type Harness } from './testing/sandbox-harness.js';
import { EVENT_TYPES } from './webhooks/event-types.js';

type Play = (stripe: Stripe) => Promise<unknown>;

const HOOK = 'http://127.0.0.1:9/hook';
const customer = async (stripe: Stripe) => (await customerWithCard(stripe)).customer.id;
const draft = async (stripe: Stripe, amounts?: number[]) => draftInvoice(stripe, await customer(stripe), amounts);
const open = async (stripe: Stripe) => stripe.invoices.finalizeInvoice((await draft(stripe)).id);
const paid = async (stripe: Stripe) => stripe.invoices.pay((await open(stripe)).id);
const product = async (stripe: Stripe) => (await stripe.products.create({ name: 'Calls' })).id;
const price = async (stripe: Stripe) => stripe.prices.create({ product: await product(stripe), currency: 'usd', unit_amount_decimal: '0.5' as unknown as Stripe.Decimal });
const intent = (stripe: Stripe, params: Partial<Stripe.PaymentIntentCreateParams> = {}) => stripe.paymentIntents.create({ amount: 2000, currency: 'usd', ...params });
const charged = (stripe: Stripe, card = 'pm_card_visa') => intent(stripe, { payment_method: card, confirm: true });
const dispute = async (stripe: Stripe) => {
  await charged(stripe, 'pm_card_createDispute');
  return (await stripe.disputes.list({ limit: 1 })).data[0]?.id ?? '';
};
const refund = async (stripe: Stripe) => stripe.refunds.create({ payment_intent: (await charged(stripe)).id, amount: 500 });
const note = async (stripe: Stripe) => stripe.creditNotes.create({ invoice: (await open(stripe)).id, amount: 300 });
const session = (stripe: Stripe, params: Partial<Stripe.Checkout.SessionCreateParams> = {}) => stripe.checkout.sessions.create({ mode: 'setup', currency: 'usd', success_url: 'https://shop.example', ...params });
const coupon = (stripe: Stripe) => stripe.coupons.create({ percent_off: 10 });
const taxId = async (stripe: Stripe) => stripe.customers.createTaxId(await customer(stripe), { type: 'eu_vat', value: 'DE123456789' });
const taxed = async (stripe: Stripe) => {
  const { id } = await draft(stripe, []);
  const vat = { display_name: 'VAT', inclusive: false, percentage: 19, country: 'DE' };
  const { total_taxes: taxes } = await stripe.invoices.addLines(id, { lines: [{ amount: 100, description: 'Taxed', tax_amounts: [{ amount: 19, taxable_amount: 100, tax_rate_data: vat }] }] });
  return taxes?.[0]?.tax_rate_details?.tax_rate as string;
};
const item = async (stripe: Stripe) => stripe.invoiceItems.create({ customer: await customer(stripe), amount: 100, currency: 'usd' });
const endpoint = (stripe: Stripe) => stripe.webhookEndpoints.create({ url: HOOK, enabled_events: ['product.created'] });
const method = (stripe: Stripe) => stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
const setup = (stripe: Stripe) => stripe.setupIntents.create({});

/** One call at least of every operation that the sandbox serves. */
const PLAYS: Record<string, Play> = {
  'GET /v1/account': (stripe) => stripe.rawRequest('GET', '/v1/account'),
  'POST /v1/customers': (stripe) => stripe.customers.create({ name: 'Ada', address: { city: 'London' } }),
  'GET /v1/customers': (stripe) => stripe.customers.list({ limit: 3 }),
  'GET /v1/customers/search': (stripe) => stripe.customers.search({ query: 'email:"ada@example.com"' }),
  'GET /v1/customers/*': async (stripe) => stripe.customers.retrieve(await customer(stripe), { expand: ['invoice_settings.default_payment_method'] }),
  'POST /v1/customers/*': async (stripe) => stripe.customers.update(await customer(stripe), { name: 'Grace' }),
  'DELETE /v1/customers/*': async (stripe) => stripe.customers.del(await customer(stripe)),
  'GET /v1/customers/*/payment_methods': async (stripe) => stripe.customers.listPaymentMethods(await customer(stripe)),
  'POST /v1/customers/*/tax_ids': taxId,
  'GET /v1/customers/*/tax_ids': async (stripe) => stripe.customers.listTaxIds((await taxId(stripe)).customer as string),
  'GET /v1/customers/*/tax_ids/*': async (stripe) => {
    const made = await taxId(stripe);
    return stripe.customers.retrieveTaxId(made.customer as string, made.id);
  },
  'DELETE /v1/customers/*/tax_ids/*': async (stripe) => {
    const made = await taxId(stripe);
    return stripe.customers.deleteTaxId(made.customer as string, made.id);
  },
  'GET /v1/customers/*/balance_transactions': async (stripe) => stripe.customers.listBalanceTransactions(await customer(stripe)),
  'POST /v1/customers/*/balance_transactions': async (stripe) => stripe.customers.createBalanceTransaction(await customer(stripe), { amount: -100, currency: 'usd' }),
  'GET /v1/customers/*/balance_transactions/*': async (stripe) => {
    const id = await customer(stripe);
    return stripe.customers.retrieveBalanceTransaction(id, (await stripe.customers.createBalanceTransaction(id, { amount: -100, currency: 'usd' })).id);
  },
  'GET /v1/coupons': (stripe) => stripe.coupons.list(),
  'POST /v1/coupons': coupon,
  'GET /v1/coupons/*': async (stripe) => stripe.coupons.retrieve((await coupon(stripe)).id),
  'DELETE /v1/coupons/*': async (stripe) => stripe.coupons.del((await coupon(stripe)).id),
  'POST /v1/payment_methods': method,
  'GET /v1/payment_methods': async (stripe) => stripe.paymentMethods.list({ customer: await customer(stripe) }),
  'GET /v1/payment_methods/*': async (stripe) => stripe.paymentMethods.retrieve((await method(stripe)).id),
  'POST /v1/payment_methods/*': async (stripe) => stripe.paymentMethods.update((await method(stripe)).id, { metadata: { a: 'b' } }),
  'POST /v1/payment_methods/*/attach': async (stripe) => stripe.paymentMethods.attach('pm_usBankAccount_success', { customer: await customer(stripe) }),
  'POST /v1/payment_methods/*/detach': async (stripe) => stripe.paymentMethods.detach((await customerWithCard(stripe)).method.id),
  'POST /v1/setup_intents': setup,
  'GET /v1/setup_intents': (stripe) => stripe.setupIntents.list(),
  'GET /v1/setup_intents/*': async (stripe) => stripe.setupIntents.retrieve((await setup(stripe)).id),
  'POST /v1/setup_intents/*': async (stripe) => stripe.setupIntents.update((await setup(stripe)).id, { description: 'Card' }),
  'POST /v1/setup_intents/*/confirm': async (stripe) => stripe.setupIntents.confirm((await setup(stripe)).id, { payment_method: 'pm_card_visa' }),
  'POST /v1/setup_intents/*/cancel': async (stripe) => stripe.setupIntents.cancel((await setup(stripe)).id),
  'POST /v1/products': product,
  'GET /v1/products': (stripe) => stripe.products.list(),
  'GET /v1/products/*': async (stripe) => stripe.products.retrieve(await product(stripe)),
  'POST /v1/products/*': async (stripe) => stripe.products.update(await product(stripe), { name: 'Messages' }),
  'POST /v1/prices': price,
  'GET /v1/prices': (stripe) => stripe.prices.list(),
  'GET /v1/prices/*': async (stripe) => stripe.prices.retrieve((await price(stripe)).id),
  'POST /v1/invoiceitems': item,
  'GET /v1/invoiceitems': (stripe) => stripe.invoiceItems.list(),
  'GET /v1/invoiceitems/*': async (stripe) => stripe.invoiceItems.retrieve((await item(stripe)).id),
  'POST /v1/invoiceitems/*': async (stripe) => stripe.invoiceItems.update((await item(stripe)).id, { amount: 200 }),
  'DELETE /v1/invoiceitems/*': async (stripe) => stripe.invoiceItems.del((await item(stripe)).id),
  'POST /v1/invoices': draft,
  'GET /v1/invoices': async (stripe) => {
    await paid(stripe);
    return stripe.invoices.list({ limit: 100, expand: ['data.payments', 'data.customer'] });
  },
  'POST /v1/invoices/create_preview': async (stripe) => stripe.invoices.createPreview({ customer: await customer(stripe), invoice_items: [{ amount: 300, currency: 'usd' }] }),
  'GET /v1/invoices/*': async (stripe) => stripe.invoices.retrieve((await open(stripe)).id, { expand: ['payments', 'confirmation_secret', 'default_payment_method', 'discounts', 'amount_paid_off_stripe'] }),
  'POST /v1/invoices/*': async (stripe) => stripe.invoices.update((await draft(stripe)).id, { description: 'May', discounts: [{ coupon: (await coupon(stripe)).id }] }),
  'DELETE /v1/invoices/*': async (stripe) => stripe.invoices.del((await draft(stripe)).id),
  'GET /v1/invoices/*/lines': async (stripe) => stripe.invoices.listLineItems((await draft(stripe)).id),
  'POST /v1/invoices/*/add_lines': async (stripe) => stripe.invoices.addLines((await draft(stripe, [])).id, { lines: [{ price_data: { currency: 'usd', product: await product(stripe), unit_amount: 5 }, quantity: 3 }] }),
  'POST /v1/invoices/*/remove_lines': async (stripe) => {
    const made = await draft(stripe, [100, 200]);
    return stripe.invoices.removeLines(made.id, { lines: [{ id: made.lines.data[0]?.id ?? '', behavior: 'delete' }] });
  },
  'POST /v1/invoices/*/finalize': open,
  'POST /v1/invoices/*/pay': paid,
  'POST /v1/invoices/*/send': async (stripe) => stripe.invoices.sendInvoice((await draft(stripe)).id),
  'POST /v1/invoices/*/void': async (stripe) => stripe.invoices.voidInvoice((await open(stripe)).id),
  'POST /v1/invoices/*/mark_uncollectible': async (stripe) => stripe.invoices.markUncollectible((await open(stripe)).id),
  'POST /v1/invoices/*/attach_payment': async (stripe) => stripe.invoices.attachPayment((await open(stripe)).id, { payment_intent: (await charged(stripe)).id }),
  'GET /v1/invoice_payments': async (stripe) => stripe.invoicePayments.list({ invoice: (await paid(stripe)).id }),
  'GET /v1/invoice_payments/*': async (stripe) => stripe.invoicePayments.retrieve((await stripe.invoicePayments.list({ invoice: (await paid(stripe)).id })).data[0]?.id ?? ''),
  'POST /v1/payment_intents': intent,
  'GET /v1/payment_intents': (stripe) => stripe.paymentIntents.list(),
  'GET /v1/payment_intents/*': async (stripe) => stripe.paymentIntents.retrieve((await charged(stripe)).id, { expand: ['latest_charge.balance_transaction', 'payment_method'] }),
  'POST /v1/payment_intents/*': async (stripe) => stripe.paymentIntents.update((await intent(stripe)).id, { amount: 2100 }),
  'POST /v1/payment_intents/*/confirm': async (stripe) => stripe.paymentIntents.confirm((await intent(stripe)).id, { payment_method: 'pm_card_threeDSecure2Required' }),
  'POST /v1/payment_intents/*/capture': async (stripe) => stripe.paymentIntents.capture((await intent(stripe, { capture_method: 'manual', payment_method: 'pm_card_visa', confirm: true })).id),
  'POST /v1/payment_intents/*/cancel': async (stripe) => stripe.paymentIntents.cancel((await intent(stripe)).id),
  'GET /v1/charges': (stripe) => stripe.charges.list(),
  'GET /v1/charges/*': async (stripe) => stripe.charges.retrieve((await charged(stripe)).latest_charge as string, { expand: ['refunds', 'payment_intent'] }),
  'POST /v1/refunds': refund,
  'GET /v1/refunds': (stripe) => stripe.refunds.list(),
  'GET /v1/refunds/*': async (stripe) => stripe.refunds.retrieve((await refund(stripe)).id, { expand: ['balance_transaction'] }),
  'POST /v1/refunds/*': async (stripe) => stripe.refunds.update((await refund(stripe)).id, { metadata: { a: 'b' } }),
  'POST /v1/refunds/*/cancel': async (stripe) => stripe.refunds.cancel((await stripe.refunds.create({ payment_intent: (await charged(stripe, 'pm_card_refund_waits')).id })).id),
  'GET /v1/disputes': (stripe) => stripe.disputes.list(),
  'GET /v1/disputes/*': async (stripe) => stripe.disputes.retrieve(await dispute(stripe), { expand: ['charge'] }),
  'POST /v1/disputes/*': async (stripe) => stripe.disputes.update(await dispute(stripe), { evidence: { uncategorized_text: 'winning_evidence' } }),
  'POST /v1/disputes/*/close': async (stripe) => stripe.disputes.close(await dispute(stripe)),
  'GET /v1/radar/early_fraud_warnings': async (stripe) => {
    await charged(stripe, 'pm_card_createIssuerFraudRecord');
    return stripe.radar.earlyFraudWarnings.list();
  },
  'GET /v1/radar/early_fraud_warnings/*': async (stripe) => {
    await charged(stripe, 'pm_card_createIssuerFraudRecord');
    return stripe.radar.earlyFraudWarnings.retrieve((await stripe.radar.earlyFraudWarnings.list({ limit: 1 })).data[0]?.id ?? '');
  },
  'GET /v1/balance_transactions': (stripe) => stripe.balanceTransactions.list(),
  'GET /v1/payouts': (stripe) => stripe.payouts.list(),
  'GET /v1/payouts/*': async (stripe) => {
    const { id } = (await stripe.payouts.list({ limit: 1 })).data[0]!;
    await stripe.balanceTransactions.list({ payout: id, expand: ['data.source'] });
    return stripe.payouts.retrieve(id, { expand: ['balance_transaction'] });
  },
  'GET /v1/balance_transactions/*': async (stripe) => stripe.balanceTransactions.retrieve((await refund(stripe)).balance_transaction as string, { expand: ['source'] }),
  'POST /v1/credit_notes': note,
  'GET /v1/credit_notes': (stripe) => stripe.creditNotes.list(),
  'GET /v1/credit_notes/preview': async (stripe) => stripe.creditNotes.preview({ invoice: (await paid(stripe)).id, amount: 100, refund_amount: 100 }),
  'GET /v1/credit_notes/*': async (stripe) => stripe.creditNotes.retrieve((await note(stripe)).id),
  'POST /v1/credit_notes/*': async (stripe) => stripe.creditNotes.update((await note(stripe)).id, { memo: 'Sorry' }),
  'GET /v1/credit_notes/*/lines': async (stripe) => {
    const made = await stripe.creditNotes.create({ invoice: (await open(stripe)).id, lines: [{ type: 'custom_line_item', description: 'Goodwill', quantity: 1, unit_amount: 100 }] });
    return stripe.creditNotes.listLineItems(made.id);
  },
  'POST /v1/credit_notes/*/void': async (stripe) => stripe.creditNotes.voidCreditNote((await note(stripe)).id),
  'GET /v1/tax_rates/*': async (stripe) => stripe.taxRates.retrieve(await taxed(stripe)),
  'GET /v1/events': (stripe) => stripe.events.list({ limit: 100 }),
  'GET /v1/events/*': async (stripe) => stripe.events.retrieve((await stripe.events.list({ limit: 1 })).data[0]?.id ?? ''),
  'POST /v1/webhook_endpoints': endpoint,
  'GET /v1/webhook_endpoints': (stripe) => stripe.webhookEndpoints.list(),
  'GET /v1/webhook_endpoints/*': async (stripe) => stripe.webhookEndpoints.retrieve((await endpoint(stripe)).id),
  'POST /v1/webhook_endpoints/*': async (stripe) => stripe.webhookEndpoints.update((await endpoint(stripe)).id, { disabled: true }),
  'DELETE /v1/webhook_endpoints/*': async (stripe) => stripe.webhookEndpoints.del((await endpoint(stripe)).id),
  'POST /v1/checkout/sessions': (stripe) => session(stripe),
  'GET /v1/checkout/sessions': (stripe) => stripe.checkout.sessions.list(),
  'GET /v1/checkout/sessions/*': async (stripe) => stripe.checkout.sessions.retrieve((await session(stripe)).id, { expand: ['setup_intent'] }),
  'POST /v1/checkout/sessions/*/expire': async (stripe) => stripe.checkout.sessions.expire((await session(stripe)).id),
  'POST /v1/billing_portal/sessions': async (stripe) => stripe.billingPortal.sessions.create({ customer: await customer(stripe) }),
  'POST /v1/billing_portal/configurations': (stripe) => stripe.billingPortal.configurations.create({ features: { invoice_history: { enabled: true } } }),
  'GET /v1/billing_portal/configurations': (stripe) => stripe.billingPortal.configurations.list(),
  'GET /v1/billing_portal/configurations/*': async (stripe) => stripe.billingPortal.configurations.retrieve((await stripe.billingPortal.configurations.create({ features: { invoice_history: { enabled: true } } })).id),
};

/** Under `checkAnswers`, so that an answer or event which breaks Stripe's contract is a 500 and fails here. */
describe('every operation', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
    const { control } = harness.sandbox;
    await control.defineCard(harness.key, 'pm_card_refund_waits', { refund: 'requires_action' });
    await control.money.payOutEvery(harness.key, { days: 3 });
    await charged(harness.stripe);
    await control.advanceClock(harness.key, 6 * 86_400_000);
  });
  afterAll(() => harness.close());

  it('of the contract has a route, and every route is in the contract', () => {
    expect(ALL_ROUTES.map((route) => route.operation).sort()).toEqual([...StripeContract.shared().operations].sort());
    expect(Object.keys(PLAYS).sort()).toEqual([...StripeContract.shared().operations].sort());
  });

  it.each(Object.entries(PLAYS))('%s', async (operation, play) => {
    await play(harness.stripe);
    const entries = harness.sandbox.control.ledger({ key: harness.key }).filter((entry) => entry.route === operation);
    expect(entries.map((entry) => entry.outcome)).toContain(200);
    expect(entries.filter((entry) => entry.lenient || entry.outcome === 500)).toEqual([]);
  });

  // After the operations: these bring about what no plain call does.
  it('every event type has been sent and judged', async () => {
    const { stripe, sandbox, key } = harness;
    const refused = (call: Promise<unknown>) => expect(call).rejects.toMatchObject({ statusCode: expect.any(Number) });
    const { money } = sandbox.control;
    await refused(stripe.invoices.pay((await open(stripe)).id, { payment_method: 'pm_card_chargeCustomerFail' }));
    await refused(stripe.invoices.pay((await open(stripe)).id, { payment_method: 'pm_card_threeDSecure2Required' }));
    await refused(stripe.setupIntents.confirm((await setup(stripe)).id, { payment_method: 'pm_card_chargeDeclined' }));
    await stripe.setupIntents.confirm((await setup(stripe)).id, { payment_method: 'pm_card_threeDSecure2Required' });
    await stripe.invoices.pay((await open(stripe)).id, { payment_method: 'pm_usBankAccount_success' });
    await money.receivePayment(key, (await open(stripe)).id, { amount: 2500 });
    await money.settleRefund(key, (await refund(stripe)).id, 'failed');
    const { customer: obstructed, method: card } = await customerWithCard(stripe);
    await money.renewCard(key, card.id);
    await money.obstructFinalization(key, obstructed.id, 'The customer has no address.');
    const stuck = await draftInvoice(stripe, obstructed.id);
    await refused(stripe.invoices.finalizeInvoice(stuck.id));
    expect(await stripe.invoices.retrieve(stuck.id)).toMatchObject({ status: 'draft', last_finalization_error: { message: 'The customer has no address.' } });
    await money.obstructFinalization(key, obstructed.id);
    expect(await stripe.invoices.finalizeInvoice(stuck.id)).toMatchObject({ status: 'open', last_finalization_error: null });
    const line = { quantity: 2, price_data: { currency: 'usd', product_data: { name: 'Hat' }, unit_amount: 1500 } };
    const checkout = await session(stripe, { mode: 'payment', line_items: [line], customer: await customer(stripe), payment_intent_data: { metadata: { ours: '1' } } });
    expect(checkout).toMatchObject({ amount_total: 3000, payment_status: 'unpaid', payment_intent: null });
    await sandbox.control.completeCheckout(key, checkout.id);
    const bought = await stripe.checkout.sessions.retrieve(checkout.id, { expand: ['payment_intent'] });
    expect(bought).toMatchObject({ status: 'complete', payment_status: 'paid', payment_intent: { amount_received: 3000, metadata: { ours: '1' } } });
    await draftInvoice(stripe, await customer(stripe), [2000], { collection_method: 'send_invoice', days_until_due: 1 }).then((made) => stripe.invoices.finalizeInvoice(made.id));
    await sandbox.control.advanceClock(key, 3 * 86_400_000);
    const seen = new Set<string>();
    for await (const event of stripe.events.list({ limit: 100 })) seen.add(event.type);
    expect([...seen].sort()).toEqual([...EVENT_TYPES].sort());
  });
});
