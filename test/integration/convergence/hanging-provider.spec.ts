import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/test-application.js';
import { ConvergenceWorld, statusOf } from './convergence-world.js';
import type { Seller } from './seller.js';

/** The silent connection alone has work for minutes of deadlines. */
const CUSTOMERS = ['ada', 'bob', 'cleo'];

/** The loops run here as they do in a worker: what one connection holds up must not be all of them. */
describe('A provider that never answers one connection', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start({ runLoops: true });
  });

  afterAll(() => world.stop());

  async function withCustomers(customers: readonly string[]): Promise<Seller> {
    const seller = await world.seller();
    for (const customerId of customers) {
      await seller.customer(customerId);
      await seller.use(customerId, 200);
    }
    return seller;
  }

  it('holds up neither hand-over nor event list nor inbox of another', async () => {
    const silent = await withCustomers(Array.from({ length: 20 }, (_, index) => `customer-${index}`));
    const other = await withCustomers(CUSTOMERS);
    silent.troubleEverything({ kind: 'no_answer_before' });
    await silent.beginNextMonth();
    await eventually('hand-overs that hang', () => silent.client.invoices.list({ limit: 1_000 }), ({ items }) => items.some(({ paymentStatus }) => paymentStatus === 'pending'));
    await other.beginNextMonth();
    for (const customerId of CUSTOMERS) {
      await eventually(`invoice of ${customerId}`, () => other.invoice(customerId), (invoice) => statusOf(invoice) === 'settled paid');
    }
    // News that only the event list brings.
    await other.customer('dan', null);
    await other.use('dan', 200, 'dan-2');
    await other.beginNextMonth();
    await eventually('invoice of dan', () => other.invoices('dan'), ([invoice]) => invoice?.paymentStatusReason === 'no_payment_method');
    const { providerInvoiceId } = await other.invoice('dan');
    await other.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, { payment_method: 'pm_card_visa' });
    await eventually('the payment that was made at Stripe', () => other.invoice('dan'), (invoice) => statusOf(invoice) === 'settled paid');
    expect(silent.stripe.control.ledger({ key: silent.stripe.key }).some(({ fault }) => fault === 'no_answer_before')).toBe(true);
  });
});
