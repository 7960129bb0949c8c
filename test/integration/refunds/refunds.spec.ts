import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Invoice, Refund } from '@tollkeeper/client';
import type { ReturnedMoneyCheck } from '../../../src/payments/returned-money/returned-money-check.entity.js';
import { ReturnedMoneyChecks } from '../../../src/payments/returned-money/returned-money-checks.js';
import { Database } from '../../../src/platform/database/database.js';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const CREATE = 'POST /v1/refunds';
const HOUR_IN_MILLIS = 3_600_000;
const usd = (amountInMinorUnits: number | string) => ({ amount: { amountInMinorUnits, currency: 'USD' } });

describe('Refunds', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** 12.00 USD, paid by card. */
  async function paid(card = 'pm_card_visa'): Promise<{ seller: Seller; invoice: Invoice }> {
    const seller = await world.seller();
    await world.lockedInvoice(seller, 'ada', card);
    await world.handOver();
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe('settled paid');
    return { seller, invoice };
  }

  async function rows(seller: Seller): Promise<readonly Refund[]> {
    return (await seller.client.refunds.list()).items;
  }

  /** What we say of the money is what Stripe says: refund by refund, and in sum. */
  async function expectAgreement(seller: Seller, refunded: number): Promise<void> {
    const there = await seller.stripe.list('refunds');
    const ours = await rows(seller);
    expect(ours.filter(({ providerRefundId }) => providerRefundId !== null).map(({ providerRefundId, status, amount }) => `${providerRefundId} ${status} ${amount.amountInMinorUnits}`).sort()).toEqual(
      there.map(({ id, status, amount }) => `${id} ${String(status)} ${String(amount)}`).sort(),
    );
    const inForce = ours.filter(({ status }) => status !== 'failed' && status !== 'canceled').reduce((sum, { amount }) => sum + Number(amount.amountInMinorUnits), 0);
    const [charge] = await seller.stripe.list('charges');
    const { amountRefunded } = await seller.invoice('ada');
    expect([inForce, charge!['amount_refunded'], Number(amountRefunded.amountInMinorUnits)]).toEqual([refunded, refunded, refunded]);
  }

  it('give back in part, then all that is left; the invoice stays settled and nothing is charged again', async () => {
    const { seller, invoice } = await paid();
    const first = await seller.client.refunds.create(invoice.id, { ...usd(200), reason: 'An outage' });
    expect(first).toMatchObject({ invoiceId: invoice.id, customerId: 'ada', origin: 'here', status: 'succeeded', amount: { amountInMinorUnits: '200' }, reason: 'An outage', failureMessage: null });
    const rest = await seller.client.refunds.create(invoice.id);
    expect(rest.amount.amountInMinorUnits).toBe('1000');
    await expect(seller.client.refunds.create(invoice.id)).rejects.toMatchObject({ status: 409, code: 'nothing_to_refund' });
    await world.converge(seller);
    await expectAgreement(seller, 1200);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await seller.stripe.list('charges')).toHaveLength(1);
    expect(await seller.client.refunds.get(first.id)).toEqual(first);
    expect((await seller.client.refunds.list({ customerId: 'bob' })).items).toEqual([]);
    const told = await world.rows<{ type: string }>(`select type from outbox_event where object_id = $1 order by sequence`, [first.id]);
    expect(told.map(({ type }) => type)).toEqual(['refund.pending', 'refund.succeeded']);
  });

  it.each([
    ['reset_before', {}],
    ['reset_after', {}],
    ['half_body', {}],
    ['error', { status: 500, afterWork: true, error: { type: 'api_error' } }],
    ['error', { status: 409 }],
    ['error', { status: 429, error: { code: 'rate_limit' } }],
  ] as const)('are made once though the answer is lost (%s %j)', async (kind, more) => {
    const { seller, invoice } = await paid();
    seller.trouble(CREATE, { kind, ...more });
    const refund = await seller.client.refunds.create(invoice.id, usd(500));
    expect(['unknown', 'pending']).toContain(refund.status);
    await expect(seller.client.refunds.create(invoice.id, usd(701))).rejects.toMatchObject({ status: 400, code: 'refund_exceeds_payment' });
    await world.converge(seller);
    expect(await seller.client.refunds.get(refund.id)).toMatchObject({ status: 'succeeded', failureMessage: null });
    await expectAgreement(seller, 500);
    expect(await seller.stripe.list('refunds')).toHaveLength(1);
  });

  it.each([
    ['done', 'reset_after', 1],
    ['not done', 'reset_before', 1],
  ] as const)('whose key is older than a day and that was %s there are still made once', async (_what, kind, expected) => {
    const { seller, invoice } = await paid();
    seller.trouble(CREATE, { kind });
    const refund = await seller.client.refunds.create(invoice.id, usd(500));
    await world.run([], 25 * HOUR_IN_MILLIS);
    await world.converge(seller);
    expect(await seller.client.refunds.get(refund.id)).toMatchObject({ status: 'succeeded' });
    expect(await seller.stripe.list('refunds')).toHaveLength(expected);
    await expectAgreement(seller, 500);
  });

  it('asked for at once by many never come to more than was charged', async () => {
    const { seller, invoice } = await paid();
    const wishes = await Promise.allSettled(Array.from({ length: 6 }, () => seller.client.refunds.create(invoice.id, usd(500))));
    expect(wishes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    for (const wish of wishes) if (wish.status === 'rejected') expect(wish.reason).toMatchObject({ status: 400, code: 'refund_exceeds_payment' });
    await world.converge(seller);
    await expectAgreement(seller, 1000);
  });

  it('repeated under one Idempotency-Key are one', async () => {
    const { seller, invoice } = await paid();
    const options = { idempotencyKey: 'one wish' };
    const first = await seller.client.refunds.create(invoice.id, usd(300), options);
    expect(await seller.client.refunds.create(invoice.id, usd(300), options)).toEqual(first);
    await expectAgreement(seller, 300);
  });

  it('made in the dashboard become rows of their own, and count for ours at once', async () => {
    const { seller, invoice } = await paid();
    const [charge] = await seller.stripe.list('charges');
    await seller.stripe.call('POST', CREATE.slice(5), { charge: charge!.id, amount: '700', reason: 'requested_by_customer' });
    await expect(seller.client.refunds.create(invoice.id, usd(501))).rejects.toMatchObject({ status: 400, code: 'refund_exceeds_payment' });
    const ours = await seller.client.refunds.create(invoice.id, usd(100));
    await world.converge(seller);
    expect((await rows(seller)).map(({ origin, status, amount }) => `${origin} ${status} ${amount.amountInMinorUnits}`).sort()).toEqual(['here succeeded 100', 'provider succeeded 700']);
    expect((await rows(seller)).find(({ origin }) => origin === 'here')?.id).toBe(ours.id);
    await expectAgreement(seller, 800);
  });

  it('that fail at the bank later are a new fact, and free the amount again', async () => {
    const { seller, invoice } = await paid('pm_card_refundFail');
    const refund = await seller.client.refunds.create(invoice.id);
    expect(refund.status).toBe('succeeded');
    await expect(seller.client.refunds.create(invoice.id)).rejects.toMatchObject({ code: 'nothing_to_refund' });
    await seller.stripe.control.advanceClock(seller.stripe.key, 61_000);
    await world.converge(seller);
    expect(await seller.client.refunds.get(refund.id)).toMatchObject({ status: 'failed', failureMessage: 'lost_or_stolen_card' });
    await expectAgreement(seller, 0);
    const again = await seller.client.refunds.create(invoice.id, usd(400));
    expect(again.id).not.toBe(refund.id);
    await world.converge(seller);
    await expectAgreement(seller, 400);
    const told = await world.rows<{ type: string }>(`select type from outbox_event where object_id = $1 order by sequence`, [refund.id]);
    expect(told.map(({ type }) => type)).toEqual(['refund.pending', 'refund.succeeded', 'refund.failed']);
  });

  it('that the bank decides later end by themselves, with no event at all', async () => {
    const { seller, invoice } = await paid('pm_card_pendingRefund');
    const refund = await seller.client.refunds.create(invoice.id, usd(300));
    expect(refund.status).toBe('pending');
    await expectAgreement(seller, 300);
    await world.run(['provider-janitor'], 20_000);
    await seller.stripe.control.advanceClock(seller.stripe.key, 61_000);
    await world.run(['provider-janitor'], 2 * 60_000);
    expect(await seller.client.refunds.get(refund.id)).toMatchObject({ status: 'succeeded' });
    await expectAgreement(seller, 300);
  });

  it('are refused for what the provider has not collected', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller, 'ada', null);
    await expect(seller.client.refunds.create(id)).rejects.toMatchObject({ status: 409, code: 'not_paid_through_provider' });
    await world.handOver();
    await expect(seller.client.refunds.create(id)).rejects.toMatchObject({ status: 409, code: 'not_paid_through_provider' });
    await seller.client.invoices.markPaid(id);
    await expect(seller.client.refunds.create(id)).rejects.toMatchObject({ status: 409, code: 'not_paid_through_provider' });

    const debited = await world.seller();
    const locked = await world.lockedInvoice(debited, 'ada', null);
    await debited.stripe.control.defineCard(debited.stripe.key, 'pm_card_bankDebit', { charge: 'processing' });
    await debited.replaceCard('ada', 'pm_card_bankDebit');
    await world.handOver();
    await expect(debited.client.refunds.create(locked.id)).rejects.toMatchObject({ status: 409, code: 'payment_processing' });
  });

  it('asked for wrongly are refused by name, and nothing goes back', async () => {
    const { seller, invoice } = await paid();
    const other = await paid();
    const wrong: [body: Record<string, unknown>, status: number, code: string][] = [
      [usd(0), 400, 'invalid_amount'],
      [usd(-5), 400, 'invalid_amount'],
      [{ amount: { amountInMinorUnits: 5, currency: 'EUR' } }, 400, 'invalid_amount'],
      [usd(1201), 400, 'refund_exceeds_payment'],
      [usd('999999999999999'), 400, 'invalid_amount'],
      [usd('12.5'), 400, 'invalid_request'],
      [usd('9'.repeat(40)), 400, 'invalid_request'],
      [{ amount: 5 }, 400, 'invalid_request'],
      [{ amount: { amountInMinorUnits: null, currency: 'USD' } }, 400, 'invalid_request'],
      [{ sum: 5 }, 400, 'invalid_request'],
      [{ reason: 'Paid with 4242 4242 4242 4242' }, 400, 'card_number_refused'],
      [{ providerPaymentId: 'pi_none' }, 404, 'payment_not_found'],
      [{ providerPaymentId: other.invoice.payments[0]!.providerPaymentId }, 404, 'payment_not_found'],
    ];
    for (const [body, status, code] of wrong) await expect(seller.client.refunds.create(invoice.id, body)).rejects.toMatchObject({ status, code });
    for (const id of [other.invoice.id, 'inv_none']) await expect(seller.client.refunds.create(id)).rejects.toMatchObject({ status: 404, code: 'invoice_not_found' });
    await expect(seller.client.refunds.get('ref_none')).rejects.toMatchObject({ status: 404, code: 'refund_not_found' });
    expect(await rows(seller)).toEqual([]);
    expect(seller.stripe.requests(CREATE)).toEqual([]);
  });

  it('the provider refuses stay visible as failed, and leave the money where it is', async () => {
    const { seller, invoice } = await paid();
    seller.trouble(CREATE, { kind: 'error', status: 400, error: { type: 'invalid_request_error', code: 'charge_disputed', message: 'The charge is disputed.' } });
    await expect(seller.client.refunds.create(invoice.id)).rejects.toMatchObject({ status: 409, code: 'refused_by_provider' });
    expect(await rows(seller)).toMatchObject([{ status: 'failed', failureMessage: 'The charge is disputed.', providerRefundId: null }]);
    await seller.client.refunds.create(invoice.id);
    await world.converge(seller);
    await expectAgreement(seller, 1200);
  });

  it('news that came after one look is not done with by another look that began before it', async () => {
    const { invoice } = await paid();
    const checks = world.application.app.get(ReturnedMoneyChecks, { strict: false });
    const mark = (): Promise<void> => world.application.app.get(Database, { strict: false }).transaction((tx) => checks.mark(tx, invoice.id));
    const due = async (): Promise<ReturnedMoneyCheck[]> => (await checks.due(1_000)).filter(({ invoiceId }) => invoiceId === invoice.id);
    await mark();
    // Two workers found the same row; one is through before the other has begun.
    const [found] = await due();
    await checks.done(found!);
    await mark();
    await checks.done(found!);
    expect(await due()).toHaveLength(1);
  });
});
