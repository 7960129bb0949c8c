import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventListReader } from '../../../src/payments/catch-up/event-list.reader.js';
import { PaymentConnections } from '../../../src/payment-connections/payment-connections.service.js';
import { MovableClock, startTestApplication, type TestApplication } from '../../support/test-application.js';
import { ConvergenceWorld, statusOf } from './convergence-world.js';
import type { Seller } from './seller.js';

const FETCH = 'GET /v1/invoice_payments';

/** Can be stopped, and then moves only when it is told to: how long the test takes is not what it is about. */
class StoppableClock extends MovableClock {
  #stoppedAt: number | null = null;

  override now(): number {
    return this.#stoppedAt ?? super.now();
  }

  stop(): void {
    this.#stoppedAt = super.now();
  }

  override advance(millis: number): void {
    super.advance(millis);
    if (this.#stoppedAt !== null) this.#stoppedAt += millis;
  }

  goOn(): void {
    this.#stoppedAt = null;
  }
}

describe('News of one object, however much of it', () => {
  let world: ConvergenceWorld;
  let other: TestApplication;
  const clock = new StoppableClock();

  beforeAll(async () => {
    world = await ConvergenceWorld.start({ clock });
    const { database, sandbox, adminKey } = world.application;
    other = await startTestApplication({ runLoops: false, connectStripe: false, database, sandbox, clock, adminKey });
  });

  afterAll(async () => {
    await other.close();
    await world.stop();
  });

  /** An open invoice whose news so far were handled a while ago. */
  async function open(): Promise<{ seller: Seller; path: string }> {
    clock.goOn();
    const seller = await world.seller();
    await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    await world.readEvents(seller);
    clock.advance(10_000);
    clock.stop();
    return { seller, path: `/v1/invoices/${(await seller.invoice('ada')).providerInvoiceId}` };
  }

  async function store(seller: Seller): Promise<void> {
    const { app } = world.application;
    clock.advance(10);
    const active = await app.get(PaymentConnections, { strict: false }).listActive();
    const connection = active.find(({ accountId }) => accountId === seller.accountId);
    await app.get(EventListReader, { strict: false }).read(connection!);
  }

  async function edit(seller: Seller, path: string, times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) await seller.stripe.call('POST', path, { 'metadata[edit]': String(time) });
    await store(seller);
  }

  it('makes one fetch now and one a second later, by two processes together, and the last change is not lost', async () => {
    const { seller, path } = await open();
    const before = seller.stripe.requests(FETCH).length;
    const handle = (): Promise<unknown> => Promise.all([world.run(['provider-inbox']), other.loops.drain(['provider-inbox'])]);
    await edit(seller, path, 10);
    await handle();
    expect(seller.stripe.requests(FETCH)).toHaveLength(before + 1);
    await edit(seller, path, 10);
    await handle();
    await seller.stripe.call('POST', `${path}/pay`, { payment_method: 'pm_card_visa' });
    await store(seller);
    await handle();
    expect(seller.stripe.requests(FETCH)).toHaveLength(before + 1);
    clock.advance(1_000);
    await handle();
    expect(seller.stripe.requests(FETCH)).toHaveLength(before + 2);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await world.rows(`select id from webhook_inbox where status = 'pending' and account_id = $1`, [seller.accountId])).toEqual([]);
  });

  it('is fetched again when the first fetch failed', async () => {
    const { seller, path } = await open();
    await seller.stripe.call('POST', `${path}/pay`, { payment_method: 'pm_card_visa' });
    seller.trouble(FETCH, { kind: 'reset_before', count: 20 });
    await store(seller);
    await world.run(['provider-inbox']);
    expect(statusOf(await seller.invoice('ada'))).toBe('requires_action no_payment_method');
    seller.stripe.control.clearFaults();
    await world.run(['provider-inbox'], 5_000);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
  });
});
