import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type Stripe from 'stripe';
import { customerWithCard, draftInvoice, startHarness, type Harness } from './testing/sandbox-harness.js';

type Step = { kind: 'finalize' | 'pay' | 'payDeclined' | 'void' | 'uncollectible' | 'send' | 'credit' } | { kind: 'refund' | 'creditNote'; amount: number };

const steps = fc.array(
  fc.oneof(
    fc.constantFrom<Step>({ kind: 'finalize' }, { kind: 'pay' }, { kind: 'payDeclined' }, { kind: 'void' }, { kind: 'uncollectible' }, { kind: 'send' }, { kind: 'credit' }),
    fc.record({ kind: fc.constantFrom<'refund' | 'creditNote'>('refund', 'creditNote'), amount: fc.integer({ min: 1, max: 3000 }) }),
  ),
  { minLength: 1, maxLength: 10 },
);

/** Whatever is called in whatever order, the money adds up and final states are final. */
describe('money', () => {
  let harness: Harness;
  let stripe: Stripe;
  beforeAll(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
  });
  afterAll(() => harness.close());

  it('adds up over random calls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -500, max: 3000 }), { minLength: 1, maxLength: 4 }), steps, async (amounts, calls) => {
        const { customer } = await customerWithCard(stripe);
        let invoice = await draftInvoice(stripe, customer.id, amounts);
        expect(invoice.subtotal).toBe(amounts.reduce((sum, amount) => sum + amount, 0));
        for (const step of calls) {
          const before = invoice.status;
          await perform(step, invoice, customer.id).catch((error: { statusCode?: number }) => {
            // Refusals are part of the game; anything else is a defect.
            if (error.statusCode !== 400 && error.statusCode !== 402) throw error;
          });
          invoice = await stripe.invoices.retrieve(invoice.id);
          if (before === 'paid' || before === 'void') expect(invoice.status).toBe(before);
          await demandBalance(invoice);
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  async function demandBalance(invoice: Stripe.Invoice): Promise<void> {
    expect(invoice.amount_paid + invoice.amount_remaining).toBe(invoice.amount_due);
    const payments = await stripe.invoicePayments.list({ invoice: invoice.id, expand: ['data.payment.payment_intent.latest_charge'] });
    const charges = payments.data.flatMap((payment) => (payment.payment.payment_intent as Stripe.PaymentIntent).latest_charge as Stripe.Charge | null).filter((charge) => charge?.status === 'succeeded');
    expect(charges.length).toBeLessThanOrEqual(1);
    for (const charge of charges) {
      expect(charge?.amount_refunded).toBeLessThanOrEqual(charge?.amount_captured ?? 0);
      expect(charge?.amount_captured).toBe(invoice.amount_paid);
    }
  }

  async function perform(step: Step, { id }: Stripe.Invoice, customer: string): Promise<unknown> {
    switch (step.kind) {
      case 'finalize':
        return stripe.invoices.finalizeInvoice(id);
      case 'pay':
        return stripe.invoices.pay(id);
      case 'payDeclined':
        return stripe.invoices.pay(id, { payment_method: 'pm_card_chargeCustomerFail' });
      case 'void':
        return stripe.invoices.voidInvoice(id);
      case 'uncollectible':
        return stripe.invoices.markUncollectible(id);
      case 'send':
        return stripe.invoices.sendInvoice(id);
      case 'credit':
        return stripe.customers.createBalanceTransaction(customer, { amount: -100, currency: 'usd' });
      case 'creditNote':
        return stripe.creditNotes.create({ invoice: id, amount: step.amount });
      case 'refund': {
        const [payment] = (await stripe.invoicePayments.list({ invoice: id })).data;
        return payment && stripe.refunds.create({ payment_intent: payment.payment.payment_intent as string, amount: step.amount });
      }
    }
  }
});
