import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Invoice, PaymentDuplicate } from '@tollkeeper/client';
import type { ClaimedEvent } from '../../../src/payments/inbox/inbox-claims.js';
import { InvoiceEventHandler } from '../../../src/payments/inbox/invoice-event.handler.js';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const REFUND = 'POST /v1/refunds';

describe('Money taken twice', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** 12.00 USD, paid by card. @param gives whether the account gives duplicates back by itself */
  async function paid(gives = false): Promise<{ seller: Seller; invoice: Invoice }> {
    const seller = await world.seller();
    if (gives) await seller.client.accounts.update(seller.accountId, { refundDuplicatesAutomatically: true });
    await world.lockedInvoice(seller);
    await world.handOver();
    return { seller, invoice: await seller.invoice('ada') };
  }

  /** The provider takes the money once more, and keeps it. */
  async function takeAgain({ seller, invoice }: { seller: Seller; invoice: Invoice }, more: { amount?: number; surplus?: 'unbooked' | 'customer_balance' } = {}): Promise<void> {
    await seller.stripe.control.money.receivePayment(seller.stripe.key, invoice.providerInvoiceId!, { surplus: 'unbooked', ...more });
  }

  async function duplicates(seller: Seller): Promise<readonly PaymentDuplicate[]> {
    return (await seller.client.paymentDuplicates.list()).items;
  }

  const text = ({ kind, amount, amountToBalance, amountReturned, status, givenBackBy, decidedBy }: PaymentDuplicate): string =>
    `${kind} ${amount.amountInMinorUnits} balance ${amountToBalance.amountInMinorUnits} returned ${amountReturned.amountInMinorUnits} ${status} by ${givenBackBy} decided ${decidedBy}`;

  async function told(seller: Seller): Promise<string[]> {
    return (await world.rows<{ type: string }>(`select type from outbox_event where account_id = $1 and object_type = 'payment_duplicate' order by sequence`, [seller.accountId])).map(({ type }) => type);
  }

  it('is found and told of, stays until somebody decides, and is given back once', async () => {
    const one = await paid();
    await takeAgain(one);
    await world.converge(one.seller);
    const [found] = await duplicates(one.seller);
    expect(text(found!)).toBe('second_payment 1200 balance 0 returned 0 open by null decided null');
    expect(await one.seller.stripe.list('refunds')).toEqual([]);
    const returned = await one.seller.client.paymentDuplicates.refund(found!.id);
    expect(text(returned)).toBe('second_payment 1200 balance 0 returned 1200 given_back by refund decided request');
    await expect(one.seller.client.paymentDuplicates.refund(found!.id)).rejects.toMatchObject({ status: 409, code: 'already_given_back' });
    await world.converge(one.seller);
    expect(await one.seller.stripe.list('refunds')).toMatchObject([{ amount: 1200, payment_intent: found!.providerPaymentId, reason: 'duplicate' }]);
    expect((await one.seller.client.refunds.list()).items).toMatchObject([{ origin: 'duplicate', duplicateId: found!.id, status: 'succeeded' }]);
    expect(statusOf(await one.seller.invoice('ada'))).toBe('settled paid');
    expect(await told(one.seller)).toEqual(['payment.duplicate_detected', 'payment.duplicate_refund_decided', 'payment.duplicate_given_back']);
    expect((await one.seller.client.paymentDuplicates.list({ status: 'open' })).items).toEqual([]);
  });

  it.each([
    ['answered', null],
    ['its answer lost', 'reset_after'],
    ['not arrived', 'reset_before'],
  ] as const)('is given back by itself, and once, where the account chose so (%s)', async (_what, fault) => {
    const one = await paid(true);
    await takeAgain(one);
    if (fault) one.seller.trouble(REFUND, { kind: fault });
    await world.converge(one.seller);
    expect((await duplicates(one.seller)).map(text)).toEqual(['second_payment 1200 balance 0 returned 1200 given_back by refund decided account_setting']);
    expect(await one.seller.stripe.list('refunds')).toHaveLength(1);
    await world.converge(one.seller);
    expect(await one.seller.stripe.list('refunds')).toHaveLength(1);
  });

  it.each([true, false])('that the provider has put on the customer’s balance is given back already, and nothing is refunded besides (by itself: %s)', async (gives) => {
    const one = await paid(gives);
    await takeAgain(one, { surplus: 'customer_balance' });
    await world.converge(one.seller);
    const [found] = await duplicates(one.seller);
    expect(text(found!)).toBe('second_payment 1200 balance 1200 returned 0 given_back by customer_balance decided null');
    await expect(one.seller.client.paymentDuplicates.refund(found!.id)).rejects.toMatchObject({ status: 409, code: 'already_given_back' });
    expect(await one.seller.stripe.list('refunds')).toEqual([]);
    expect((await one.seller.invoice('ada')).amountOverpaid.amountInMinorUnits).toBe('1200');
  });

  it.each(['0', '1'])('is given back in the dashboard, by refunding payment %s: that counts, and nothing is given back twice', async (which) => {
    const one = await paid();
    await takeAgain(one);
    await world.converge(one.seller);
    const charges = await one.seller.stripe.list('charges');
    await one.seller.stripe.call('POST', '/v1/refunds', { charge: charges[Number(which)]!.id });
    await world.converge(one.seller);
    expect((await duplicates(one.seller)).map(text)).toEqual(['second_payment 1200 balance 0 returned 1200 given_back by refund decided null']);
    await one.seller.client.accounts.update(one.seller.accountId, { refundDuplicatesAutomatically: true });
    await takeAgain(one, { amount: 300 });
    await world.converge(one.seller);
    const refunded = (await one.seller.stripe.list('refunds')).map(({ amount }) => amount).sort();
    expect(refunded).toEqual([1200, 300]);
  });

  it('whose refund fails at the bank is open again, and is not tried a second time by itself', async () => {
    const one = await paid(true);
    // Stripe counts whole seconds: made in the same one, either payment may be taken for the second.
    await one.seller.stripe.control.advanceClock(one.seller.stripe.key, 2_000);
    await one.seller.stripe.control.money.receivePayment(one.seller.stripe.key, one.invoice.providerInvoiceId!, { surplus: 'unbooked', card: 'pm_card_refundFail' });
    await world.converge(one.seller);
    await one.seller.stripe.control.advanceClock(one.seller.stripe.key, 61_000);
    await world.converge(one.seller);
    expect((await duplicates(one.seller)).map(text)).toEqual(['second_payment 1200 balance 0 returned 0 open by null decided account_setting']);
    expect(await one.seller.stripe.list('refunds')).toHaveLength(1);
    expect((await told(one.seller)).at(-1)).toBe('payment.duplicate_reopened');
  });

  it('is not given back on demand beside a refund of the other payment that has not been read yet', async () => {
    const one = await paid();
    await takeAgain(one);
    await world.converge(one.seller);
    const [found] = await duplicates(one.seller);
    const other = (await one.seller.invoice('ada')).payments.find(({ providerPaymentId }) => providerPaymentId !== found!.providerPaymentId);
    await one.seller.stripe.call('POST', '/v1/refunds', { payment_intent: other!.providerPaymentId });
    await expect(one.seller.client.paymentDuplicates.refund(found!.id)).rejects.toMatchObject({ status: 409, code: 'refund_being_read' });
    await world.converge(one.seller);
    expect((await duplicates(one.seller)).map(text)).toEqual(['second_payment 1200 balance 0 returned 1200 given_back by refund decided null']);
    expect(await one.seller.stripe.list('refunds')).toHaveLength(1);
  });

  it('of an invoice whose bank took money back waits for a person, also where duplicates are given back by themselves', async () => {
    const seller = await world.seller();
    await seller.client.accounts.update(seller.accountId, { refundDuplicatesAutomatically: true });
    await world.lockedInvoice(seller, 'ada', 'pm_card_createDispute');
    await world.handOver();
    await world.converge(seller);
    const invoice = await seller.invoice('ada');
    expect(invoice.amountDisputed.amountInMinorUnits).toBe('1200');
    await takeAgain({ seller, invoice });
    await world.converge(seller);
    expect((await duplicates(seller)).map(text)).toEqual(['second_payment 1200 balance 0 returned 0 open by null decided null']);
    expect(await seller.stripe.list('refunds')).toEqual([]);
  });

  it('by one payment of too much waits for a person, also where duplicates are given back by themselves', async () => {
    const seller = await world.seller();
    await seller.client.accounts.update(seller.accountId, { refundDuplicatesAutomatically: true });
    await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    await takeAgain({ seller, invoice: await seller.invoice('ada') }, { amount: 1500 });
    await world.converge(seller);
    const [found] = await duplicates(seller);
    expect(text(found!)).toBe('overpaid 300 balance 0 returned 0 open by null decided null');
    await seller.client.paymentDuplicates.refund(found!.id);
    await world.converge(seller);
    expect(await seller.stripe.list('refunds')).toMatchObject([{ amount: 300 }]);
  });

  it('is not what a revision brought that was read before the invoice followed to it', async () => {
    const seller = await world.seller();
    await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('ada');
    const { id: revision } = await seller.stripe.call('POST', '/v1/invoices', { 'from_invoice[invoice]': providerInvoiceId!, 'from_invoice[action]': 'revision' });
    await seller.stripe.call('POST', `/v1/invoices/${revision}/finalize`, {});
    await seller.stripe.call('POST', `/v1/invoices/${revision}/pay`, { payment_method: 'pm_card_visa' });
    const [connection] = await world.rows<{ id: string }>('select id from payment_connection where account_id = $1', [seller.accountId]);
    // Events come in any order: this one first.
    const event = { accountId: seller.accountId, connectionId: connection!.id, receiveTime: world.application.clock.now() };
    await world.application.app.get(InvoiceEventHandler, { strict: false }).invoiceChanged(event as ClaimedEvent, revision);
    await world.converge(seller);
    expect(await seller.invoice('ada')).toMatchObject({ providerInvoiceId: revision, paymentStatus: 'settled' });
    expect((await duplicates(seller)).map(text)).toEqual([]);
    expect(await seller.stripe.list('charges')).toHaveLength(1);
  });

  it('on a second document of the same invoice is found, and given back by itself', async () => {
    const { seller, invoice } = await paid(true);
    const { metadata } = await seller.stripe.call<{ metadata: Record<string, string> }>('GET', `/v1/invoices/${invoice.providerInvoiceId}`);
    const tags = Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`metadata[${name}]`, value]));
    const copy = await seller.stripe.call('POST', '/v1/invoices', { customer: invoice.providerCustomerId!, currency: 'usd', ...tags });
    await seller.stripe.call('POST', '/v1/invoiceitems', { customer: invoice.providerCustomerId!, invoice: copy.id, amount: '1200', currency: 'usd' });
    await seller.stripe.call('POST', `/v1/invoices/${copy.id}/pay`, {});
    await world.converge(seller);
    expect((await duplicates(seller)).map(text)).toEqual(['second_document 1200 balance 0 returned 1200 given_back by refund decided account_setting']);
    expect(await seller.stripe.list('refunds')).toHaveLength(1);
    expect((await seller.invoice('ada')).providerInvoiceId).toBe(invoice.providerInvoiceId);
  });
});
