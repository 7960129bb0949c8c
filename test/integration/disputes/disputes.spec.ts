import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Dispute } from '@tollkeeper/client';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const MINUTE_IN_MILLIS = 60_000;
const usd = (amount: number) => ({ amountInMinorUnits: String(amount), currency: 'USD' });

describe('Disputes', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** 12.00 USD paid by a card, its charge at Stripe. */
  async function paid(seller: Seller, card = 'pm_card_visa'): Promise<{ invoiceId: string; charge: string }> {
    const { id } = await world.lockedInvoice(seller, 'ada', card);
    await world.handOver();
    await world.readEvents(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    const [charge] = await seller.stripe.list('charges');
    return { invoiceId: id, charge: charge!.id };
  }

  async function dispute(seller: Seller): Promise<Dispute> {
    const { items } = await seller.client.disputes.list();
    expect(items).toHaveLength(1);
    return items[0]!;
  }

  /** What was told of it, oldest first. */
  async function told(seller: Seller): Promise<string[]> {
    const rows = await world.rows<{ type: string }>(`select type from outbox_event where account_id = $1 and type like any (array['dispute.%', 'payment_method.%frozen']) order by sequence`, [seller.accountId]);
    return rows.map(({ type }) => type);
  }

  async function disputed(seller: Seller): Promise<string> {
    const invoice = await seller.invoice('ada');
    // Whatever becomes of the dispute, the invoice was paid.
    expect(statusOf(invoice)).toBe('settled paid');
    return invoice.amountDisputed.amountInMinorUnits;
  }

  it('an inquiry alerts and moves nothing; closed, it is over', async () => {
    const seller = await world.seller();
    const { charge, invoiceId } = await paid(seller);
    const { id } = await seller.stripe.control.money.openDispute(seller.stripe.key, charge, { isInquiry: true });
    await world.readEvents(seller);
    expect(await dispute(seller)).toMatchObject({ invoiceId, customerId: 'ada', kind: 'dispute', status: 'inquiry', providerStatus: 'warning_needs_response', reason: 'fraudulent', amount: usd(1200), amountWithdrawn: usd(0), isPaymentMethodFrozen: false });
    expect(await disputed(seller)).toBe('0');
    await seller.stripe.control.money.moveDispute(seller.stripe.key, id, 'warning_closed');
    await world.readEvents(seller);
    expect(await dispute(seller)).toMatchObject({ status: 'closed_without_loss', amountLost: usd(0) });
    expect(await told(seller)).toEqual(['dispute.inquiry', 'dispute.closed_without_loss']);
  });

  it('an inquiry that becomes a dispute: money withdrawn, the method frozen, and all of it undone once won', async () => {
    const seller = await world.seller();
    const { charge } = await paid(seller);
    const { key, control } = seller.stripe;
    const { id } = await control.money.openDispute(key, charge, { isInquiry: true });
    await world.readEvents(seller);
    await control.money.moveDispute(key, id, 'needs_response');
    await world.readEvents(seller);
    expect(await dispute(seller)).toMatchObject({ status: 'open', amountWithdrawn: usd(1200), amountLost: usd(0), isPaymentMethodFrozen: true });
    expect(await disputed(seller)).toBe('1200');

    await world.endMonth(seller);
    const [, second] = await seller.invoices('ada');
    expect(statusOf(second!)).toBe('requires_action payment_method_disputed');
    await seller.client.invoices.send(second!.id);
    await world.converge(seller);
    expect(statusOf((await seller.invoices('ada'))[1]!)).toBe('requires_action payment_method_disputed');
    expect(await seller.stripe.list('charges')).toHaveLength(1);

    await control.money.moveDispute(key, id, 'under_review');
    await control.money.moveDispute(key, id, 'won');
    await world.readEvents(seller);
    expect(await dispute(seller)).toMatchObject({ status: 'won', amountWithdrawn: usd(0), isPaymentMethodFrozen: false });
    expect(await disputed(seller)).toBe('0');
    await world.handOver();
    expect(statusOf((await seller.invoices('ada'))[1]!)).toBe('settled paid');
    expect(await told(seller)).toEqual(['dispute.inquiry', 'dispute.open', 'dispute.funds_withdrawn', 'payment_method.frozen', 'dispute.won', 'dispute.funds_returned', 'payment_method.unfrozen']);
  });

  it('lost: a receivable beside the settled invoice; another card goes on, and a won appeal undoes it', async () => {
    const seller = await world.seller();
    const { charge } = await paid(seller, 'pm_card_createDispute');
    await world.converge(seller);
    const opened = await dispute(seller);
    expect(opened).toMatchObject({ status: 'open', amountWithdrawn: usd(1200) });
    expect(charge).toMatch(/^ch_/);
    const lost = await seller.client.disputes.accept(opened.id);
    expect(lost).toMatchObject({ id: opened.id, status: 'lost', amountLost: usd(1200), isPaymentMethodFrozen: true });
    await expect(seller.client.disputes.accept(opened.id)).rejects.toMatchObject({ status: 409, code: 'dispute_closed' });
    expect((await seller.client.disputes.list({ status: 'lost', customerId: 'ada' })).items).toEqual([lost]);
    expect(await disputed(seller)).toBe('1200');

    await world.endMonth(seller);
    expect(statusOf((await seller.invoices('ada'))[1]!)).toBe('requires_action payment_method_disputed');
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.converge(seller);
    expect(statusOf((await seller.invoices('ada'))[1]!)).toBe('settled paid');
    expect(await seller.stripe.list('charges')).toHaveLength(2);

    const { key, control } = seller.stripe;
    for (const to of ['appeal_needs_response', 'appeal_under_review', 'won'] as const) await control.money.moveDispute(key, opened.providerDisputeId, to);
    await world.readEvents(seller);
    expect(await dispute(seller)).toMatchObject({ status: 'won', amountLost: usd(0) });
    expect(await disputed(seller)).toBe('0');
  });

  it('a debit that the bank returns after it had succeeded is a fact of its own', async () => {
    const seller = await world.seller();
    const { charge } = await paid(seller);
    const { id } = await seller.stripe.control.money.openDispute(seller.stripe.key, charge, { reason: 'insufficient_funds', amount: 700 });
    await seller.stripe.control.money.moveDispute(seller.stripe.key, id, 'lost');
    await world.readEvents(seller);
    expect(await dispute(seller)).toMatchObject({ kind: 'bank_return', status: 'lost', reason: 'insufficient_funds', amount: usd(700), amountLost: usd(700) });
    expect(await disputed(seller)).toBe('700');
  });

  it('no event at all: the janitor finds the dispute behind a payment, and its end', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller, 'ada', 'pm_card_createDispute');
    await world.handOver();
    expect((await seller.client.disputes.list()).items).toEqual([]);
    for (let looks = 0; looks < 2; looks += 1) await world.run(['provider-janitor'], 3 * MINUTE_IN_MILLIS);
    const found = await dispute(seller);
    expect(found).toMatchObject({ invoiceId: id, status: 'open' });
    await seller.stripe.control.money.moveDispute(seller.stripe.key, found.providerDisputeId, 'won');
    for (let looks = 0; looks < 2; looks += 1) await world.run(['provider-janitor'], 3 * MINUTE_IN_MILLIS);
    expect(await dispute(seller)).toMatchObject({ status: 'won' });
    await world.run(['provider-janitor'], MINUTE_IN_MILLIS);
    expect(await world.rows(`select kind from provider_check where account_id = $1 and next_check_time is not null`, [seller.accountId])).toEqual([]);
  });

  it('an acceptance whose answer is lost is finished in the background, once', async () => {
    const seller = await world.seller();
    await paid(seller, 'pm_card_createDispute');
    await world.converge(seller);
    const { id } = await dispute(seller);
    seller.trouble('POST /v1/disputes/*/close', { kind: 'reset_after' });
    await expect(seller.client.disputes.accept(id)).rejects.toMatchObject({ status: 503, code: 'provider_unavailable' });
    await world.finish();
    expect(await dispute(seller)).toMatchObject({ status: 'lost' });
    const rows = await world.rows<{ outcome: string }>(`select outcome from provider_intent where subject_id = $1`, [id]);
    expect(rows).toEqual([{ outcome: 'succeeded' }]);
  });

  it('a warning of the issuer is shown and moves nothing', async () => {
    const seller = await world.seller();
    const { charge, invoiceId } = await paid(seller);
    await seller.stripe.control.money.warnOfFraud(seller.stripe.key, charge);
    await world.readEvents(seller);
    const warning = await dispute(seller);
    expect(warning).toMatchObject({ invoiceId, kind: 'fraud_warning', status: 'inquiry', reason: 'made_with_stolen_card', amountWithdrawn: usd(0), isPaymentMethodFrozen: false });
    expect(await disputed(seller)).toBe('0');
    await expect(seller.client.disputes.accept(warning.id)).rejects.toMatchObject({ status: 409, code: 'nothing_to_accept' });
    expect(await told(seller)).toEqual(['dispute.inquiry']);
  });

  it('of a payment that is none of ours is foreign', async () => {
    const seller = await world.seller();
    await paid(seller);
    const { id: customer } = await seller.stripe.call('POST', '/v1/customers', { name: 'Somebody else’s' });
    await seller.stripe.call('POST', '/v1/payment_intents', { amount: '500', currency: 'usd', customer, payment_method: 'pm_card_createDispute', confirm: 'true', off_session: 'true' });
    await world.converge(seller);
    expect((await seller.client.disputes.list()).items).toEqual([]);
    const rows = await world.rows<{ status: string }>(`select distinct status from webhook_inbox where account_id = $1 and type like 'charge.dispute%'`, [seller.accountId]);
    expect(rows).toEqual([{ status: 'foreign' }]);
  });
});
