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
      if (readEventsFirst) await world.readEvents();
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
    await world.converge();
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe(expected);
    expect(invoice.amountOpen.amountInMinorUnits).toBe(open);
  });

  it('a written-off invoice is collected after all when it is sent again', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller, 'ada', 'pm_card_chargeCustomerFail');
    await world.handOver();
    await seller.stripe.call('POST', `/v1/invoices/${(await seller.invoice('ada')).providerInvoiceId}/mark_uncollectible`, {});
    await world.readEvents();
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.converge();
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
});
