import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ConvergenceWorld, statusOf } from './convergence-world.js';
import type { Seller } from './seller.js';

jest.setTimeout(60_000);

const ADD_LINES = 'POST /v1/invoices/*/add_lines';
const FINALIZE = 'POST /v1/invoices/*/finalize';

describe('What people do in the provider’s dashboard', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it.each([
    [ADD_LINES, 'empty'],
    [FINALIZE, 'complete'],
  ])('an (%s: %s) draft is deleted: said so, and a new one is made on demand', async (step) => {
    for (const readEventsFirst of [true, false]) {
      const seller = await world.seller();
      const { id } = await world.lockedInvoice(seller);
      seller.trouble(step, { kind: 'reset_before' });
      await world.handOver();
      const { providerInvoiceId } = await seller.invoice('ada');
      await seller.deleteAtStripe(`/v1/invoices/${providerInvoiceId}`);
      if (readEventsFirst) await world.readEvents(seller);
      await world.finish();
      expect(statusOf(await seller.invoice('ada'))).toBe('requires_action draft_deleted');

      await seller.client.invoices.send(id);
      await world.finish();
      expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
      expect(await seller.stripe.list('invoices')).toMatchObject([{ status: 'paid', total: 1200 }]);
      expect(await seller.stripe.list('charges')).toHaveLength(1);
    }
  });

  const pay = async (seller: Seller, id: string, form: Record<string, string>): Promise<void> => void (await seller.stripe.call('POST', `/v1/invoices/${id}/pay`, form));

  it.each<[string, (seller: Seller, id: string) => Promise<unknown>, string, string]>([
    ['voided', (seller, id) => seller.stripe.call('POST', `/v1/invoices/${id}/void`, {}), 'not_needed voided', '0'],
    ['marked as paid', (seller, id) => pay(seller, id, { paid_out_of_band: 'true' }), 'settled paid_elsewhere', '0'],
    ['paid with another card', (seller, id) => pay(seller, id, { payment_method: 'pm_card_visa' }), 'settled paid', '0'],
    ['written off', (seller, id) => seller.stripe.call('POST', `/v1/invoices/${id}/mark_uncollectible`, {}), 'failed written_off', '1200'],
  ])('an invoice with a declined card is %s there: followed', async (_what, act, expected, open) => {
    const seller = await world.seller();
    await world.lockedInvoice(seller, 'ada', 'pm_card_chargeCustomerFail');
    await world.handOver();
    const { providerInvoiceId, ...declined } = await seller.invoice('ada');
    expect(statusOf(declined)).toBe('failed declined');
    await act(seller, providerInvoiceId!);
    await world.converge(seller);
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe(expected);
    expect(invoice.amountOpen.amountInMinorUnits).toBe(open);
  });

  it('a written-off invoice is collected after all when it is sent again', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller, 'ada', 'pm_card_chargeCustomerFail');
    await world.handOver();
    await seller.stripe.call('POST', `/v1/invoices/${(await seller.invoice('ada')).providerInvoiceId}/mark_uncollectible`, {});
    await world.readEvents(seller);
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('failed written_off');
    await seller.client.invoices.send(id);
    await world.finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
  });

  it('the customer is deleted there before the invoice goes out: it waits, and goes to the customer that is linked instead', async () => {
    const seller = await world.seller();
    const locked = await world.lockedInvoice(seller);
    await seller.deleteAtStripe(`/v1/customers/${locked.providerCustomerId}`);
    await world.handOver();
    expect(statusOf(await seller.invoice('ada'))).toBe('requires_action refused_by_provider');
    const other = await seller.stripe.call('POST', '/v1/customers', { name: 'Ada again' });
    await seller.client.customers.update({ customerId: 'ada', customerName: 'ada', traits: { stripeId: other.id } });
    await seller.replaceCard('ada', 'pm_card_visa');
    await seller.client.invoices.send(locked.id);
    await world.finish();
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe('settled paid');
    expect(invoice.providerCustomerId).toBe(other.id);
  });

  it.each([
    [-1200, 'settled provider_balance', '0', 0],
    [-500, 'settled paid', '700', 1],
    [300, 'settled paid', '1500', 1],
  ])('the customer’s balance there is %s: it counts, and the total stays ours', async (balance, expected, due, charges) => {
    const seller = await world.seller();
    const { providerCustomerId } = await world.lockedInvoice(seller);
    await seller.stripe.call('POST', `/v1/customers/${providerCustomerId}`, { balance: String(balance) });
    await world.handOver();
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe(expected);
    expect(invoice).toMatchObject({ total: { amountInMinorUnits: '1200' }, amountDue: { amountInMinorUnits: due }, amountOpen: { amountInMinorUnits: '0' } });
    expect(await seller.stripe.list('charges')).toHaveLength(charges);
  });

  it('refunds there are shown and do not undo the settlement', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller);
    await world.handOver();
    const [charge] = await seller.stripe.list('charges');
    for (const amount of ['200', '300']) {
      await seller.stripe.call('POST', '/v1/refunds', { charge: charge!.id, amount });
      await world.readEvents(seller);
    }
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe('settled paid');
    expect(invoice).toMatchObject({ amountPaid: { amountInMinorUnits: '1200' }, amountRefunded: { amountInMinorUnits: '500' } });
    expect((await world.told(id)).filter((told) => told.startsWith('invoice.settled'))).toHaveLength(1);
  });

  it('two accounts here on one account there stay apart', async () => {
    const one = await world.seller();
    const two = await world.seller({ stripeKey: one.stripe.key });
    for (const seller of [one, two]) {
      await seller.customer('ada');
      await seller.use('ada', 200);
      await world.lockMonth(seller);
    }
    one.trouble('POST /v1/invoices', { kind: 'error', status: 500, count: 4, afterWork: true });
    await world.handOver();
    await world.converge(one, two);
    const [first, second] = [await one.invoice('ada'), await two.invoice('ada')];
    expect([statusOf(first), statusOf(second)]).toEqual(['settled paid', 'settled paid']);
    expect(first.providerInvoiceId).not.toBe(second.providerInvoiceId);
    expect(first.number).not.toBe(second.number);
    expect(await one.stripe.list('charges')).toHaveLength(2);
    expect(await world.rows(`select type, error from webhook_inbox where status = 'pending' and type like 'invoice%' and account_id = any($1)`, [[one.accountId, two.accountId]])).toEqual([]);
  });
});
