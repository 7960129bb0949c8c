import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld, statusOf } from './convergence-world.js';

describe('Whatever an invoice waits for wakes it', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it('another card, chosen while the payment with the declined one was still unknown', async () => {
    const seller = await world.seller();
    await world.lockedInvoice(seller, 'ada', 'pm_card_chargeCustomerFail');
    await world.readEvents(seller);
    seller.trouble('POST /v1/invoices/*/pay', { kind: 'reset_after' });
    await world.handOver();
    expect(statusOf(await seller.invoice('ada'))).toBe('unknown outcome_unknown');
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.readEvents(seller);
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await seller.stripe.list('charges')).toMatchObject([{ paid: true }, { paid: false }]);
  });

  it('a first card, added after the refusal for want of one was lost on its way to us', async () => {
    const seller = await world.seller();
    await world.lockedInvoice(seller, 'ada', null);
    seller.trouble('POST /v1/invoices/*/pay', { kind: 'half_body' });
    await world.handOver();
    expect(statusOf(await seller.invoice('ada'))).toBe('unknown outcome_unknown');
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.readEvents(seller);
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await seller.stripe.list('charges')).toHaveLength(1);
  });

  it('a first card, after a refusal for want of one that could not be read more about', async () => {
    const seller = await world.seller();
    await world.lockedInvoice(seller, 'ada', null);
    seller.trouble('GET /v1/invoices/*', { kind: 'error', status: 500 });
    await world.handOver();
    await world.finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('requires_action refused_by_provider');
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
  });

  it('a declined card is not charged again because of events that tell nothing new', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller, 'ada', 'pm_card_chargeCustomerFail');
    await world.handOver();
    for (let change = 0; change < 3; change += 1) {
      const { providerCustomerId } = await seller.invoice('ada');
      await seller.stripe.call('POST', `/v1/customers/${providerCustomerId}`, { description: `change ${change}` });
      await world.readEvents(seller);
      await world.handOver();
    }
    expect(statusOf(await seller.invoice('ada'))).toBe('failed declined');
    expect((await world.intents(id)).filter((intent) => intent.startsWith('invoice.pay'))).toHaveLength(1);
  });

  it.each([
    ['automatic', 'settled paid'],
    ['after_review', 'pre_payment awaiting_review'],
  ] as const)('the link to the provider (sending %s)', async (sending, expected) => {
    const seller = await world.seller({ settings: { sending } });
    await seller.client.customers.create({ customerId: 'ada', customerName: 'ada' });
    await seller.use('ada', 200);
    await world.endMonth(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('requires_action not_linked');
    const { id } = await seller.stripe.call('POST', '/v1/customers', { name: 'Ada' });
    await seller.stripe.call('POST', '/v1/payment_methods/pm_card_visa/attach', { customer: id });
    await seller.client.customers.update({ customerId: 'ada', customerName: 'ada', traits: { stripeId: id } });
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe(expected);
    if (sending === 'automatic') return;
    await seller.client.invoices.send((await seller.invoice('ada')).id);
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
  });

  it('the choice of a provider for a customer that was linked all along', async () => {
    const seller = await world.seller({ defaultProvider: null });
    const { id } = await seller.stripe.call('POST', '/v1/customers', { name: 'Ada' });
    await seller.client.customers.create({ customerId: 'ada', customerName: 'ada', traits: { stripeId: id } });
    await seller.replaceCard('ada', 'pm_card_visa').catch(() => undefined);
    await seller.use('ada', 200);
    await world.endMonth(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('requires_action not_linked');
    await seller.client.customers.update({ customerId: 'ada', customerName: 'ada', traits: { stripeId: id, paymentProviderName: 'STRIPE' } });
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
  });
});
