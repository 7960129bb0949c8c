import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const HOUR_IN_MILLIS = 3_600_000;
const DAY_IN_MILLIS = 24 * HOUR_IN_MILLIS;
const DECLINE = { code: 'card_declined', declineCode: 'insufficient_funds', message: 'Your card was declined.' };
const PAY = 'POST /v1/invoices/*/pay';

describe('Declined charges', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** Locked at the account's present time, charged once, declined. */
  async function declined(seller: Seller, card = 'pm_card_chargeCustomerFail'): Promise<string> {
    await seller.customer('ada', card);
    await seller.use('ada', 200);
    const { id, invoiceEndTimeInSeconds } = await seller.invoice('ada');
    await seller.client.testClock.advance(invoiceEndTimeInSeconds * 1_000 + HOUR_IN_MILLIS);
    await world.arrive(seller);
    await world.handOver();
    expect(statusOf(await seller.invoice('ada'))).toBe('failed declined');
    return id;
  }

  /** The account's clock goes on, and what that makes due is tried. */
  async function later(seller: Seller, days: number): Promise<void> {
    await seller.client.testClock.advance((await seller.now()) + days * DAY_IN_MILLIS);
    await world.arrive(seller);
    await world.handOver();
  }

  const attempts = (seller: Seller): number => seller.stripe.requests(PAY).length;

  async function keys(seller: Seller): Promise<number> {
    return new Set(seller.stripe.requests(PAY).map(({ idempotencyKey }) => idempotencyKey)).size;
  }

  it('are tried again after 3, 5 and 7 days, each time under a key of its own, and no more', async () => {
    const seller = await world.seller();
    await declined(seller);
    for (const [made, days] of [
      [1, 3],
      [2, 5],
      [3, 7],
    ] as const) {
      const { nextAttemptTime } = await seller.invoice('ada');
      expect(Math.abs(nextAttemptTime! - (await seller.now()) - days * DAY_IN_MILLIS)).toBeLessThan(HOUR_IN_MILLIS);
      await later(seller, days - 0.5);
      expect(attempts(seller)).toBe(made);
      await seller.client.testClock.advance(nextAttemptTime!);
      await world.arrive(seller);
      await world.handOver();
      expect(attempts(seller)).toBe(made + 1);
    }
    expect(await seller.invoice('ada')).toMatchObject({ paymentStatus: 'failed', paymentStatusReason: 'declined', nextAttemptTime: null });
    await later(seller, 12);
    expect(attempts(seller)).toBe(4);
    expect(await keys(seller)).toBe(4);
  });

  it('go through in a jump of the clock one after another, and the money of the first that succeeds is taken once', async () => {
    const seller = await world.seller();
    await seller.stripe.control.defineCard(seller.stripe.key, 'pm_card_thirdTime', { charge: DECLINE, failTimes: 2 });
    await seller.customer('ada', 'pm_card_thirdTime');
    await seller.use('ada', 200);
    await seller.client.testClock.advance((await seller.now()) + 60 * DAY_IN_MILLIS);
    for (let round = 0; round < 4; round += 1) {
      await world.arrive(seller);
      await world.handOver();
    }
    const [first] = await seller.invoices('ada');
    expect(statusOf(first!)).toBe('settled paid');
    const charges = await seller.stripe.list('charges');
    expect(charges.filter(({ paid }) => paid).length).toBe((await seller.stripe.list('invoices')).filter(({ status }) => status === 'paid').length);
  });

  it('of a stolen card are not repeated with it; another card is charged at once', async () => {
    const seller = await world.seller();
    await seller.stripe.control.defineCard(seller.stripe.key, 'pm_card_stolenLater', { charge: { ...DECLINE, declineCode: 'stolen_card' } });
    await declined(seller, 'pm_card_stolenLater');
    expect((await seller.invoice('ada')).nextAttemptTime).toBeNull();
    await later(seller, 14);
    expect(attempts(seller)).toBe(1);
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    await later(seller, 10);
    expect(attempts(seller)).toBe(2);
  });

  it('written off in the end, where that is the setting, and told', async () => {
    const seller = await world.seller({ settings: { retryDays: [1], afterRetries: 'uncollectible' } });
    const id = await declined(seller);
    await later(seller, 1);
    await world.finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('failed written_off');
    expect(await seller.stripe.list('invoices')).toMatchObject([{ status: 'uncollectible' }]);
    expect(await world.told(id)).toEqual(expect.arrayContaining(['invoice.retries_ended declined', 'invoice.failed written_off']));
    await later(seller, 5);
    expect(attempts(seller)).toBe(2);

    await seller.replaceCard('ada', 'pm_card_visa');
    await seller.client.invoices.send(id);
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
  });

  it('not at all, where there is no schedule', async () => {
    const seller = await world.seller({ settings: { retryDays: [] } });
    const id = await declined(seller);
    expect((await seller.invoice('ada')).nextAttemptTime).toBeNull();
    await later(seller, 20);
    expect(attempts(seller)).toBe(1);
    expect(await world.told(id)).toContain('invoice.retries_ended declined');
  });

  it('are left to the provider where that is the setting: we never charge, and follow what it does', async () => {
    const seller = await world.seller({ settings: { retries: 'provider' } });
    await seller.stripe.control.defineCard(seller.stripe.key, 'pm_card_secondTime', { charge: DECLINE, failTimes: 1 });
    await world.lockedInvoice(seller, 'ada', 'pm_card_secondTime');
    await world.handOver();
    expect(statusOf(await seller.invoice('ada'))).toBe('pending awaiting_customer');
    expect(await seller.stripe.list('invoices')).toMatchObject([{ status: 'open', auto_advance: true }]);
    await later(seller, 1);
    await world.readEvents(seller);
    const waiting = await seller.invoice('ada');
    expect(statusOf(waiting)).toBe('failed declined');
    expect(waiting.nextAttemptTime).toBeGreaterThan(await seller.now());
    await later(seller, 4);
    await world.readEvents(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(attempts(seller)).toBe(0);
  });

  it('under way when the setting changes: what was announced is still tried, and nothing is written off untried', async () => {
    const seller = await world.seller({ settings: { retryDays: [3, 5], afterRetries: 'uncollectible' } });
    await declined(seller);
    await seller.client.paymentProviders.connection.put('stripe', { settings: { retryDays: [] } });
    await later(seller, 3);
    expect(attempts(seller)).toBe(2);
    await world.finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('failed written_off');

    const left = await world.seller({ settings: { afterRetries: 'uncollectible' } });
    await declined(left);
    await left.client.paymentProviders.connection.put('stripe', { settings: { retries: 'provider' } });
    await later(left, 3);
    expect(attempts(left)).toBe(1);
    expect(await left.stripe.list('invoices')).toMatchObject([{ status: 'open', auto_advance: true }]);
  });

  it('retries by the provider are refused where it makes none', async () => {
    const seller = await world.seller();
    await expect(seller.client.paymentProviders.connection.put('MANUAL', { credentials: { instructions: 'Pay to IBAN XX' }, settings: { retries: 'provider' } })).rejects.toMatchObject({ status: 400, code: 'invalid_settings' });
  });

  describe('a person gives an invoice up', () => {
    it.each<[string, (seller: Seller, id: string) => Promise<unknown>, string]>([
      ['sent all the same', async (seller, id) => seller.client.invoices.send(id), 'settled paid'],
      ['paid on its page', async (seller) => seller.stripe.call('POST', `/v1/invoices/${(await seller.invoice('ada')).providerInvoiceId}/pay`, {}), 'settled paid'],
      ['marked as paid', (seller, id) => seller.client.invoices.markPaid(id), 'settled paid_elsewhere'],
      ['voided', (seller, id) => seller.client.invoices.void(id), 'not_needed voided'],
    ])('and it is %s', async (_what, act, expected) => {
      const seller = await world.seller();
      const id = await declined(seller);
      expect(statusOf(await seller.client.invoices.writeOff(id))).toBe('failed written_off');
      await expect(seller.client.invoices.writeOff(id)).rejects.toMatchObject({ status: 409, code: 'invoice_written_off' });
      await seller.replaceCard('ada', 'pm_card_visa');
      await world.converge(seller);
      expect(statusOf(await seller.invoice('ada'))).toBe('failed written_off');
      await act(seller, id);
      await world.converge(seller);
      expect(statusOf(await seller.invoice('ada'))).toBe(expected);
      for (const action of ['writeOff', 'void', 'markPaid', 'send'] as const) await expect(seller.client.invoices[action](id)).rejects.toMatchObject({ status: 409, code: 'invoice_closed' });
    });

    it('that never reached the provider: given up here, and sent when wanted after all', async () => {
      const seller = await world.seller({ settings: { sending: 'after_review' } });
      const { id } = await world.lockedInvoice(seller);
      expect(statusOf(await seller.client.invoices.writeOff(id))).toBe('failed written_off');
      await world.handOver();
      expect(await seller.stripe.list('invoices')).toEqual([]);
      await seller.client.invoices.send(id);
      await world.handOver();
      expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    });

    it('whose answer is lost: finished in the background', async () => {
      const seller = await world.seller();
      const id = await declined(seller);
      seller.trouble('POST /v1/invoices/*/mark_uncollectible', { kind: 'reset_after' });
      await expect(seller.client.invoices.writeOff(id)).rejects.toMatchObject({ status: 503, code: 'provider_unavailable' });
      await world.finish();
      expect(statusOf(await seller.invoice('ada'))).toBe('failed written_off');
    });
  });
});
