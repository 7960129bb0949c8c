import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { startStripeSandbox } from '../stripe-sandbox.js';
import type { SandboxControl } from '../control/sandbox-control.js';
import { customerWithCard, draftInvoice, eventTypes, sdkFor, startHarness, startReceiver, waitFor, type Harness } from '../testing/sandbox-harness.js';
import { ASSUMPTIONS, type Assumption } from './assumptions.js';

interface World {
  stripe: Stripe;
  control: SandboxControl;
  key: string;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

const openInvoice = async ({ stripe }: World, params: Partial<Stripe.InvoiceCreateParams> = {}, card = 'pm_card_visa'): Promise<Stripe.Invoice> => {
  const { customer } = await customerWithCard(stripe, card);
  return stripe.invoices.finalizeInvoice((await draftInvoice(stripe, customer.id, [2000], params)).id);
};
const paidInvoice = async (world: World, card?: string): Promise<Stripe.Invoice> => world.stripe.invoices.pay((await openInvoice(world, {}, card)).id);
const intentOf = async ({ stripe }: World, invoice: Stripe.Invoice): Promise<string> => (await stripe.invoicePayments.list({ invoice: invoice.id })).data.find((payment) => payment.is_default)?.payment.payment_intent as string;
const balanceOf = async ({ stripe }: World, invoice: Stripe.Invoice): Promise<number> => ((await stripe.customers.retrieve(invoice.customer as string)) as Stripe.Customer).balance;
const statusOf = (call: Promise<unknown>): Promise<number> => call.then(() => 200, (error: { statusCode: number }) => error.statusCode);
const processingInvoice = async (world: World): Promise<Stripe.Invoice> => {
  await world.control.defineCard(world.key, 'pm_card_slow', { charge: 'processing' });
  const invoice = await openInvoice(world);
  return world.stripe.invoices.pay(invoice.id, { payment_method: 'pm_card_slow' });
};

/** One thing to see per assumption: what it is when assumed, and when switched off. */
const SEEN: Record<Assumption, { see: (world: World) => Promise<unknown>; assumed: unknown; off: unknown }> = {
  challenge_counts_as_failure: {
    see: async (world) => {
      await statusOf(paidInvoice(world, 'pm_card_threeDSecure2Required'));
      return (await eventTypes(world.stripe)).filter((type) => type.startsWith('invoice.payment_'));
    },
    assumed: ['invoice.payment_action_required', 'invoice.payment_failed'],
    off: ['invoice.payment_action_required'],
  },
  pay_without_method_is_an_attempt: {
    see: async ({ stripe }) => {
      const { id } = await draftInvoice(stripe, (await stripe.customers.create({})).id);
      const open = await stripe.invoices.finalizeInvoice(id);
      await statusOf(stripe.invoices.pay(open.id));
      return (await stripe.invoices.retrieve(open.id)).attempt_count;
    },
    assumed: 1,
    off: 0,
  },
  failures_are_retried: {
    see: async (world) => {
      const invoice = await openInvoice(world, { auto_advance: true }, 'pm_card_chargeCustomerFail');
      await world.control.advanceClock(world.key, 20 * DAY);
      return (await world.stripe.invoices.retrieve(invoice.id)).attempt_count;
    },
    assumed: 4,
    off: 1,
  },
  refusals_are_kept: {
    see: async ({ stripe }) => {
      const pay = () => stripe.invoices.pay('in_missing', {}, { idempotencyKey: 'same' });
      await statusOf(pay());
      return pay().catch((error: { headers: Record<string, string> }) => error.headers['idempotent-replayed'] ?? null);
    },
    assumed: 'true',
    off: null,
  },
  keys_age_by_wall_time: {
    see: async ({ stripe, control, key }) => {
      await stripe.customers.create({}, { idempotencyKey: 'same' });
      await control.advanceClock(key, 25 * 3600 * 1000);
      await stripe.customers.create({}, { idempotencyKey: 'same' });
      return (await stripe.customers.list()).data.length;
    },
    assumed: 1,
    off: 2,
  },
  failed_deliveries_are_repeated: {
    see: async ({ stripe, control, key }) => {
      const receiver = await startReceiver();
      receiver.failNext(500);
      await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['product.created'] });
      await stripe.products.create({ name: 'A' });
      await waitFor(() => (control.deliveryList(key)[0]?.attempts === 1 ? true : undefined), 10_000, 'the first attempt');
      await control.advanceClock(key, MINUTE);
      await control.eventsSettled(key);
      await receiver.close();
      return receiver.received.length;
    },
    assumed: 2,
    off: 1,
  },
  void_returns_balance: {
    see: async (world) => {
      const { customer } = await customerWithCard(world.stripe);
      await world.stripe.customers.createBalanceTransaction(customer.id, { amount: -300, currency: 'usd' });
      const open = await world.stripe.invoices.finalizeInvoice((await draftInvoice(world.stripe, customer.id)).id);
      return balanceOf(world, await world.stripe.invoices.voidInvoice(open.id));
    },
    assumed: -300,
    off: 0,
  },
  surplus_goes_to_balance: {
    see: async (world) => {
      const paid = await paidInvoice(world);
      await world.control.money.receivePayment(world.key, paid.id);
      return [await balanceOf(world, paid), (await world.stripe.invoices.retrieve(paid.id)).amount_overpaid];
    },
    assumed: [-2000, 2000],
    off: [0, 0],
  },
  attached_failures_do_not_count: {
    see: async (world) => {
      const invoice = await openInvoice(world);
      await statusOf(world.control.money.receivePayment(world.key, invoice.id, { card: 'pm_card_chargeCustomerFail' }));
      return (await world.stripe.invoices.retrieve(invoice.id)).attempt_count;
    },
    assumed: 0,
    off: 1,
  },
  processing_goes_on: {
    see: async (world) => {
      const invoice = await processingInvoice(world);
      await world.control.money.receivePayment(world.key, invoice.id);
      return (await world.stripe.paymentIntents.retrieve(await intentOf(world, invoice))).status;
    },
    assumed: 'processing',
    off: 'canceled',
  },
  processing_blocks_void: { see: async (world) => statusOf(world.stripe.invoices.voidInvoice((await processingInvoice(world)).id)), assumed: 400, off: 200 },
  invoice_payments_cannot_be_canceled: { see: async (world) => statusOf(world.stripe.paymentIntents.cancel(await intentOf(world, await openInvoice(world)))), assumed: 400, off: 200 },
  revisions_copy_metadata: {
    see: async (world) => (await world.stripe.invoices.create({ from_invoice: { action: 'revision', invoice: (await openInvoice(world, { metadata: { ours: '1' } })).id } })).metadata,
    assumed: { ours: '1' },
    off: {},
  },
  credit_parts_must_add_up: { see: async (world) => statusOf(world.stripe.creditNotes.create({ invoice: (await paidInvoice(world)).id, amount: 500, refund_amount: 200 })), assumed: 400, off: 200 },
  disputes_cost_a_fee: {
    see: async (world) => {
      await paidInvoice(world, 'pm_card_createDispute');
      return (await world.stripe.disputes.list()).data[0]?.balance_transactions[0]?.fee;
    },
    assumed: 1500,
    off: 0,
  },
  late_returns_are_lost: {
    see: async (world) => {
      await paidInvoice(world, 'pm_usBankAccount_dispute');
      await world.control.advanceClock(world.key, 10 * DAY);
      return (await world.stripe.disputes.list()).data[0]?.status;
    },
    assumed: 'lost',
    off: 'needs_response',
  },
  late_refunds_settle: {
    see: async (world) => {
      const refund = await world.stripe.refunds.create({ payment_intent: await intentOf(world, await paidInvoice(world, 'pm_card_pendingRefund')) });
      await world.control.advanceClock(world.key, 2 * MINUTE);
      return (await world.stripe.refunds.retrieve(refund.id)).status;
    },
    assumed: 'succeeded',
    off: 'pending',
  },
  debits_settle: {
    see: async (world) => {
      const invoice = await paidInvoice(world, 'pm_usBankAccount_success');
      await world.control.advanceClock(world.key, 5 * MINUTE);
      return (await world.stripe.invoices.retrieve(invoice.id)).status;
    },
    assumed: 'paid',
    off: 'open',
  },
  currency_defaults_to_usd: { see: async ({ stripe }) => statusOf(stripe.invoices.create({ customer: (await stripe.customers.create({})).id })), assumed: 200, off: 400 },
};

describe('assumptions', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  it.each(Object.keys(ASSUMPTIONS) as Assumption[])('%s can be switched off', async (name) => {
    const { see, assumed, off } = SEEN[name];
    const world = (key: string): World => ({ stripe: sdkFor(harness.sandbox, key), control: harness.sandbox.control, key });
    expect(await see(world(`sk_test_sandbox_on_${name}`))).toEqual(assumed);
    const key = `sk_test_sandbox_off_${name}`;
    await harness.sandbox.control.assume(key, { [name]: false });
    expect(await see(world(key))).toEqual(off);
  });

  it('can be given for a whole sandbox, and taken back for one account', async () => {
    const sandbox = await startStripeSandbox({ assumptions: { currency_defaults_to_usd: false } });
    const stripe = sdkFor(sandbox, 'sk_test_sandbox_whole');
    const create = async () => statusOf(stripe.invoices.create({ customer: (await stripe.customers.create({})).id }));
    expect(await create()).toBe(400);
    expect(await sandbox.control.assume('sk_test_sandbox_whole', { currency_defaults_to_usd: true })).toEqual({ currency_defaults_to_usd: true });
    expect(await create()).toBe(200);
    await sandbox.close();
    await expect(startStripeSandbox({ assumptions: { nonsense: false } as object })).rejects.toThrow(/knows no assumption nonsense/);
  });

  it('are the ones that the README lists, word for word', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    const [, section = ''] = readme.split('## Assumptions\n');
    const listed = [...section.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, name, says]) => [name, says]);
    expect(listed).toEqual(Object.entries(ASSUMPTIONS));
  });
});
