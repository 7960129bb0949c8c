import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld, statusOf } from './convergence-world.js';
import type { Seller } from './seller.js';

const MINUTE_IN_MILLIS = 60_000;
const DAY_IN_MILLIS = 24 * 60 * MINUTE_IN_MILLIS;

/** No event is read in here: whatever is found out, the janitor found out. */
describe('The janitor', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** Takes up what is unsettled, and looks at what was taken up before. */
  async function sweep(laterInMillis = 0): Promise<void> {
    await world.run(['provider-janitor'], laterInMillis);
  }

  async function waiting(seller: Seller, card: string | null = null): Promise<string> {
    const { id } = await world.lockedInvoice(seller, 'ada', card);
    await world.handOver();
    await sweep(MINUTE_IN_MILLIS);
    return id;
  }

  function checks(seller: Seller): Promise<{ kind: string; check_count: number; next_check_time: string | null }[]> {
    return world.rows('select kind, check_count, next_check_time from provider_check where account_id = $1 order by kind', [seller.accountId]);
  }

  it('finds an invoice that was paid on its page, within three minutes', async () => {
    const seller = await world.seller();
    await waiting(seller);
    const { providerInvoiceId } = await seller.invoice('ada');
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, { payment_method: 'pm_card_visa' });
    await sweep(2 * MINUTE_IN_MILLIS);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    await sweep(MINUTE_IN_MILLIS);
    expect(await checks(seller)).toEqual([]);
  });

  it.each([
    ['a bank debit under way', 'processing', 'pending processing'],
    ['3-D Secure', 'authenticate', 'requires_action customer_authentication'],
  ] as const)('finds the end of %s', async (_what, charge, before) => {
    const seller = await world.seller();
    const card = charge === 'processing' ? 'pm_card_bankDebit' : 'pm_card_threeDSecure2Required';
    if (charge === 'processing') await seller.stripe.control.defineCard(seller.stripe.key, card, { charge });
    await waiting(seller, card);
    expect(statusOf(await seller.invoice('ada'))).toBe(before);
    const [payment] = await seller.stripe.list('payment_intents');
    await seller.stripe.control.completeChallenge(seller.stripe.key, payment!.id, 'approve');
    await sweep(2 * MINUTE_IN_MILLIS);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
  });

  it('finds a payment method that was entered on the provider’s page, and the waiting invoice goes out', async () => {
    const seller = await world.seller();
    await waiting(seller);
    const { id } = await seller.client.paymentMethods.beginSetup('ada', { returnUrl: 'https://shop.example/back' });
    await sweep(MINUTE_IN_MILLIS);
    await seller.stripe.control.completeCheckout(seller.stripe.key, id);
    await sweep(2 * MINUTE_IN_MILLIS);
    await world.handOver();
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    // Once is enough.
    expect((await checks(seller)).filter(({ kind }) => kind === 'payment_method_setup')).toMatchObject([{ next_check_time: null }]);
  });

  it('looks often at what is young and seldom at what is old, and keeps its plan over a restart', async () => {
    const seller = await world.seller();
    await waiting(seller);
    const looks = async (times: number, pause: number): Promise<number> => {
      const [before] = await checks(seller);
      for (let time = 0; time < times; time += 1) await sweep(pause);
      return (await checks(seller))[0]!.check_count - before!.check_count;
    };
    // Without any webhook four times as often as with them.
    expect(await looks(5, MINUTE_IN_MILLIS)).toBeGreaterThanOrEqual(4);
    await sweep(30 * DAY_IN_MILLIS);
    expect(await looks(4, 60 * MINUTE_IN_MILLIS)).toBeLessThanOrEqual(1);
    await world.rows('update payment_connection set first_webhook_time = 1 where account_id = $1', [seller.accountId]);
    await sweep(DAY_IN_MILLIS);
    expect(await looks(15, 60 * MINUTE_IN_MILLIS)).toBe(0);
    const [planned] = await checks(seller);
    expect(Number(planned!.next_check_time) - world.application.clock.now()).toBeGreaterThan(60 * MINUTE_IN_MILLIS);
  });

  it('gives up a batch at a provider that does not answer, and does not wait for it with the others', async () => {
    const silent = await world.seller();
    const other = await world.seller();
    await waiting(silent);
    await waiting(other);
    const { providerInvoiceId } = await other.invoice('ada');
    await other.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, { payment_method: 'pm_card_visa' });
    silent.troubleEverything({ kind: 'reset_before' });
    await sweep(2 * MINUTE_IN_MILLIS);
    expect(statusOf(await other.invoice('ada'))).toBe('settled paid');
    const [postponed] = await checks(silent);
    expect(Number(postponed!.next_check_time) - world.application.clock.now()).toBeLessThan(30_000);
    silent.stripe.control.clearFaults();
  });
});
