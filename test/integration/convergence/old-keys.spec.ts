import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultKind } from '@tollkeeper/stripe-sandbox';
import { ConvergenceWorld, statusOf } from './convergence-world.js';
import type { Seller } from './seller.js';

const HOUR_IN_MILLIS = 3_600_000;
const LOST: FaultKind[] = ['reset_before', 'reset_after'];
const STEPS = ['POST /v1/invoices', 'POST /v1/invoices/*/add_lines', 'POST /v1/invoices/*/finalize', 'POST /v1/invoices/*/pay'];

/**
 * An answer is lost, and for 25 hours the provider is not heard of; it keeps keys for 24. To send the same again would do it twice: what
 * was done is read from the provider's lists instead.
 */
describe('Outcomes that were lost for longer than the provider knows our keys', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** At the provider as here; it forgets its keys over it. */
  async function aDayAndAnHour(seller: Seller): Promise<void> {
    const { control, key } = seller.stripe;
    control.clearFaults();
    await control.forgetKeys(key);
    world.application.clock.advance(25 * HOUR_IN_MILLIS);
    await catchUp(seller);
  }

  /** The provider's clock is where ours is: earlier cases have moved that by days. */
  async function catchUp({ stripe: { control, key } }: Seller): Promise<void> {
    await control.advanceClock(key, Math.max(0, world.application.clock.now() - control.clock(key).now));
  }

  async function expectPaidOnce(seller: Seller): Promise<void> {
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await seller.stripe.list('invoices')).toMatchObject([{ status: 'paid', total: 1200 }]);
    expect(await seller.stripe.list('charges')).toMatchObject([{ amount: 1200, paid: true }]);
  }

  async function finish(): Promise<void> {
    await world.run(['provider-intents', 'invoice-hand-over']);
    await world.finish();
  }

  async function attempts(kind: string, seller: Seller): Promise<string[]> {
    const rows = await world.rows<{ told: string }>(
      `select outcome || coalesce(' ' || code, '') as told from provider_intent where account_id = $1 and kind = $2 order by attempt`,
      [seller.accountId, kind],
    );
    return rows.map(({ told }) => told);
  }

  it.each(STEPS.flatMap((step) => LOST.map((kind) => [step, kind] as const)))('%s (%s): one document, one charge', async (step, kind) => {
    const seller = await world.seller();
    await world.lockedInvoice(seller);
    seller.trouble(step, { kind });
    await world.handOver();
    await aDayAndAnHour(seller);
    await finish();
    await expectPaidOnce(seller);
    // Never the same key again: what was not done went out under another one.
    const keys = seller.stripe.requests(step).map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('a charge whose process was killed before it heard anything: one charge', async () => {
    const seller = await world.seller();
    await world.lockedInvoice(seller);
    seller.trouble('POST /v1/invoices/*/pay', { kind: 'reset_after' });
    await world.handOver();
    await world.rows(`update provider_intent set outcome = 'created', code = null, message = null where account_id = $1 and outcome = 'unknown'`, [seller.accountId]);
    await aDayAndAnHour(seller);
    await finish();
    await expectPaidOnce(seller);
  });

  it.each(LOST)('a customer (%s): one at the provider', async (kind) => {
    const seller = await world.seller();
    await catchUp(seller);
    seller.trouble('POST /v1/customers', { kind });
    await seller.client.customers.create({ customerId: 'ada', customerName: 'ada' }, { autoCreateCustomerInStripe: true });
    await aDayAndAnHour(seller);
    await finish();
    const customers = await seller.stripe.list('customers');
    expect(customers).toHaveLength(1);
    expect(await seller.client.customers.get('ada')).toMatchObject({ traits: { stripeId: customers[0]!.id } });
    expect(await attempts('customer.create', seller)).toEqual(kind === 'reset_after' ? ['succeeded'] : ['failed proven_absent', 'succeeded']);
  });

  it.each(LOST)('a void (%s): void here and there', async (kind) => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    seller.trouble('POST /v1/invoices/*/void', { kind });
    await expect(seller.client.invoices.void(id)).rejects.toMatchObject({ status: 503 });
    await aDayAndAnHour(seller);
    await finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('not_needed voided');
    expect(await seller.stripe.list('invoices')).toMatchObject([{ status: 'void' }]);
  });

  it('a payment that the customer made on the page meanwhile: no second one', async () => {
    const seller = await world.seller();
    await world.lockedInvoice(seller);
    seller.trouble('POST /v1/invoices/*/pay', { kind: 'reset_before' });
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('ada');
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, { payment_method: 'pm_card_mastercard' });
    await aDayAndAnHour(seller);
    await finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await seller.stripe.list('charges')).toHaveLength(1);
  });

  it('an intent that was sent under another API version is asked about before its key is used again', async () => {
    const seller = await world.seller();
    await world.lockedInvoice(seller);
    seller.trouble('POST /v1/invoices', { kind: 'reset_after' });
    await world.handOver();
    await world.rows(`update provider_intent set api_version = '2020-08-27' where account_id = $1`, [seller.accountId]);
    await finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(seller.stripe.requests('POST /v1/invoices')).toHaveLength(1);
    expect(await attempts('invoice.create_draft', seller)).toEqual(['succeeded']);
  });
});
