import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type Stripe from 'stripe';
import { customerWithCard, draftInvoice, sdkFor, startHarness, type Harness } from './testing/sandbox-harness.js';

const PLAIN = ['finalize', 'pay', 'payDeclined', 'payLater', 'void', 'uncollectible', 'send', 'delete', 'credit', 'revise', 'inquiry', 'dispute', 'win', 'lose', 'refundFails', 'day'] as const;
const SIZED = ['refund', 'failingRefund', 'creditNote', 'receive', 'attach'] as const;

type Step = { kind: (typeof PLAIN)[number] } | { kind: (typeof SIZED)[number]; amount: number };

/** Where a history begins; most of what moves money needs an invoice that is open or paid. */
const beginnings = fc.constantFrom<Step[]>([], [{ kind: 'finalize' }], [{ kind: 'pay' }], [{ kind: 'pay' }, { kind: 'dispute' }]);
const steps = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom(...PLAIN) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom(...SIZED), amount: fc.integer({ min: 50, max: 1500 }) }) },
  ),
  { minLength: 5, maxLength: 14 },
);
const lines = fc.array(fc.integer({ min: -200, max: 3000 }), { minLength: 1, maxLength: 3 });

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

/** One customer with one invoice and its revisions, in an account of its own. */
class World {
  private readonly stripe: Stripe;
  private customer = '';
  private invoice = '';

  constructor(private readonly harness: Harness, readonly key: string) {
    this.stripe = sdkFor(harness.sandbox, key);
  }

  async begin(amounts: number[]): Promise<void> {
    this.customer = (await customerWithCard(this.stripe)).customer.id;
    await this.harness.sandbox.control.defineCard(this.key, 'pm_card_later', { charge: 'processing', settlement: { outcome: 'succeeded', afterSeconds: 3600 } });
    const invoice = await draftInvoice(this.stripe, this.customer, amounts);
    expect(invoice.subtotal).toBe(sum(amounts));
    this.invoice = invoice.id;
  }

  async invoices(): Promise<Stripe.Invoice[]> {
    return (await this.stripe.invoices.list({ limit: 100 })).data;
  }

  async perform(step: Step): Promise<void> {
    await this.call(step).catch((error: { statusCode?: number; status?: number }) => {
      // Refusals are part of the game; anything else is a defect.
      if (![400, 402, 404].includes(error.statusCode ?? error.status ?? 0)) throw error;
    });
  }

  async demandFinality(before: Stripe.Invoice[]): Promise<void> {
    const after = new Map((await this.invoices()).map((invoice) => [invoice.id, invoice.status]));
    for (const { id, status } of before) if (status === 'paid' || status === 'void') expect(after.get(id)).toBe(status);
  }

  async demandBalance(): Promise<void> {
    const { control } = this.harness.sandbox;
    expect(control.audit(this.key).filter((finding) => /paid and remaining|refunded more/.test(finding))).toEqual([]);
    const charges = (await this.stripe.charges.list({ limit: 100 })).data;
    const disputes = (await this.stripe.disputes.list({ limit: 100 })).data;
    const booked = (await this.stripe.balanceTransactions.list({ limit: 100 })).data;
    const withdrawn = disputes.filter((dispute) => !dispute.status.startsWith('warning_') && dispute.status !== 'won').map((dispute) => dispute.amount);
    expect(sum(booked.map((entry) => entry.amount))).toBe(sum(charges.map((charge) => charge.amount_captured - charge.amount_refunded)) - sum(withdrawn));
    expect(sum(booked.map((entry) => entry.net))).toBe(sum(booked.map((entry) => entry.amount - entry.fee)));
    for (const invoice of await this.invoices()) {
      const payments = (await this.stripe.invoicePayments.list({ invoice: invoice.id, limit: 100 })).data;
      const received = sum(payments.map((payment) => payment.amount_paid ?? 0));
      expect(invoice.amount_paid + invoice.amount_overpaid).toBe(invoice.status === 'paid' && received === 0 ? invoice.amount_due : received);
    }
    const customer = (await this.stripe.customers.retrieve(this.customer)) as Stripe.Customer;
    const moved = (await this.stripe.customers.listBalanceTransactions(this.customer, { limit: 100 })).data;
    expect(customer.balance).toBe(sum(moved.map((entry) => entry.amount)));
    const surplus = sum(moved.filter((entry) => entry.type === 'invoice_overpaid').map((entry) => -entry.amount));
    expect(surplus).toBe(sum((await this.invoices()).map((invoice) => invoice.amount_overpaid)));
  }

  private async call(step: Step): Promise<unknown> {
    const { stripe, invoice: id, key } = this;
    const { control } = this.harness.sandbox;
    switch (step.kind) {
      case 'finalize':
        return stripe.invoices.finalizeInvoice(id);
      case 'pay':
        return stripe.invoices.pay(id);
      case 'payDeclined':
        return stripe.invoices.pay(id, { payment_method: 'pm_card_chargeCustomerFail' });
      case 'payLater':
        return stripe.invoices.pay(id, { payment_method: 'pm_card_later' });
      case 'void':
        return stripe.invoices.voidInvoice(id);
      case 'uncollectible':
        return stripe.invoices.markUncollectible(id);
      case 'send':
        return stripe.invoices.sendInvoice(id);
      case 'delete':
        return stripe.invoices.del(id);
      case 'credit':
        return stripe.customers.createBalanceTransaction(this.customer, { amount: -100, currency: 'usd' });
      case 'revise':
        this.invoice = (await stripe.invoices.create({ from_invoice: { action: 'revision', invoice: id } })).id;
        return;
      case 'dispute':
        return control.money.openDispute(key, await this.chargeId());
      case 'inquiry':
        return control.money.openDispute(key, await this.chargeId(), { isInquiry: true });
      case 'win':
        return control.money.moveDispute(key, await this.disputeId(), 'won');
      case 'lose':
        return control.money.moveDispute(key, await this.disputeId(), 'lost');
      case 'refundFails':
        return control.money.settleRefund(key, (await stripe.refunds.list({ limit: 1 })).data[0]?.id ?? 're_none', 'failed');
      case 'day':
        return control.advanceClock(key, 86_400_000);
      case 'creditNote':
        return this.creditNote(step.amount);
      case 'refund':
        return stripe.refunds.create({ charge: await this.chargeId(), amount: step.amount });
      case 'failingRefund':
        return control.money.settleRefund(key, (await stripe.refunds.create({ charge: await this.chargeId(), amount: step.amount })).id, 'failed');
      case 'receive':
        return control.money.receivePayment(key, id, { amount: step.amount });
      case 'attach': {
        const intent = await stripe.paymentIntents.create({ amount: step.amount, currency: 'usd', customer: this.customer, payment_method: 'pm_card_visa', confirm: true, off_session: true });
        return stripe.invoices.attachPayment(id, { payment_intent: intent.id });
      }
    }
  }

  private async creditNote(amount: number): Promise<unknown> {
    const { status } = await this.stripe.invoices.retrieve(this.invoice);
    const half = Math.floor(amount / 2);
    return this.stripe.creditNotes.create({ invoice: this.invoice, amount, ...(status === 'paid' && { refund_amount: half, credit_amount: amount - half }) });
  }

  private chargeId = async (): Promise<string> => (await this.stripe.charges.list({ limit: 1 })).data[0]?.id ?? 'ch_none';

  private disputeId = async (): Promise<string> => (await this.stripe.disputes.list({ limit: 1 })).data[0]?.id ?? 'du_none';
}

/** Whatever is called in whatever order, the money adds up and final states are final. */
describe('money', () => {
  let harness: Harness;
  let count = 0;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  it('adds up over random calls', async () => {
    await fc.assert(
      fc.asyncProperty(lines, beginnings, steps, async (amounts, beginning, calls) => {
        const world = new World(harness, `sk_test_sandbox_history${(count += 1)}`);
        await world.begin(amounts);
        for (const step of [...beginning, ...calls]) {
          const before = await world.invoices();
          await world.perform(step);
          await world.demandFinality(before);
        }
        await world.demandBalance();
        await harness.sandbox.control.reset(world.key);
      }),
      { numRuns: 30 },
    );
  });
});
