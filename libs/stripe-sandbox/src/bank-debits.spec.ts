import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { customerWithCard, draftInvoice, eventTypesSince, newestEvent, startHarness, type Harness } from './testing/sandbox-harness.js';

const DAY = 86_400_000;

describe('debits of a bank account', () => {
  let harness: Harness;
  let stripe: Stripe;
  beforeAll(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
  });
  afterAll(() => harness.close());

  async function debit(name: string): Promise<Stripe.Invoice> {
    const { customer } = await customerWithCard(stripe, name);
    const draft = await draftInvoice(stripe, customer.id);
    const processing = await stripe.invoices.pay(draft.id);
    const [payment] = (await stripe.invoicePayments.list({ invoice: draft.id, expand: ['data.payment.payment_intent'] })).data;
    expect(processing.status).toBe('open');
    expect(payment?.payment.payment_intent).toMatchObject({ status: 'processing' });
    return processing;
  }

  it.each([
    ['pm_usBankAccount_success', 'paid'],
    ['pm_sepaDebit_success', 'paid'],
    ['pm_usBankAccount_insufficientFunds', 'open'],
    ['pm_sepaDebit_fails', 'open'],
    ['pm_usBankAccount_processing', 'open'],
  ])('%s: processing at first, %s in the end', async (name, status) => {
    const { id } = await debit(name);
    const before = await newestEvent(stripe);
    await harness.sandbox.control.advanceClock(harness.key, DAY);
    expect((await stripe.invoices.retrieve(id)).status).toBe(status);
    const failed = (await eventTypesSince(stripe, before)).includes('invoice.payment_failed');
    expect(failed).toBe(name.endsWith('insufficientFunds') || name.endsWith('fails'));
  });

  it('can be taken back by the bank days after they succeeded: a dispute that is lost', async () => {
    const { id } = await debit('pm_usBankAccount_dispute');
    await harness.sandbox.control.advanceClock(harness.key, DAY);
    expect((await stripe.invoices.retrieve(id)).status).toBe('paid');
    expect((await stripe.disputes.list()).data).toEqual([]);
    await harness.sandbox.control.advanceClock(harness.key, 5 * DAY);
    const [dispute] = (await stripe.disputes.list()).data;
    expect(dispute).toMatchObject({ status: 'lost', reason: 'insufficient_funds', amount: 2000, balance_transactions: [{ amount: -2000 }] });
    expect((await stripe.invoices.retrieve(id)).status).toBe('paid');
  });

  it('are made from test numbers only', async () => {
    const method = await stripe.paymentMethods.create({ type: 'us_bank_account', us_bank_account: { account_number: '000123456789', routing_number: '110000000', account_holder_type: 'company' } });
    expect(method.us_bank_account).toMatchObject({ last4: '6789' });
    await expect(stripe.paymentMethods.create({ type: 'sepa_debit', sepa_debit: { iban: 'DE89370400440532013000' } })).rejects.toMatchObject({ param: 'sepa_debit[iban]', code: 'testmode_charges_only' });
  });
});
