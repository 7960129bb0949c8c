import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

/** Stripe takes no Iraqi dinars, and of Kuwaiti ones and large sums not every amount. */
describe('What a provider cannot carry', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  const conflict = (code: string) => ({ status: 409, code });
  const plan = async (seller: Seller, currency: string): Promise<string> => (await seller.client.plans.create({ planName: currency, currency, billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 1_000, currency }, prices: [] })).id;

  /** What there is of the customer, so that a refusal can be seen to have left nothing. */
  const left = async (seller: Seller) => ({
    customer: await seller.client.customers.get('ada'),
    assignments: (await seller.client.assignments.list({ customerId: 'ada' })).items,
    invoices: (await seller.client.invoices.list({ customerId: 'ada' })).items,
    charges: (await seller.client.pendingCharges.list({ customerId: 'ada' })).items,
  });

  it('is refused by name where it is agreed, and nothing of it is stored', async () => {
    const seller = await world.seller();
    await seller.customer('ada', null);
    const dinars = await plan(seller, 'IQD');
    const [assignment] = (await seller.client.assignments.list({ customerId: 'ada' })).items;
    const { traits } = (await seller.client.customers.get('ada'))!;
    const before = await left(seller);
    const { client } = seller;
    const charge = (unitPrice: string | number, description = 'Training') => ({ description, unitPrice });
    const refused: [code: string, wish: () => Promise<unknown>][] = [
      ['unsupported_currency', () => client.customers.update({ customerId: 'ada', customerName: 'ada', traits, billing: { currency: 'IQD' } })],
      ['unsupported_currency', () => client.assignments.change(assignment!.id, { planId: dinars })],
      ['unsupported_currency', () => client.assignments.create({ customerId: 'ada', planId: dinars, startTimeInMillis: assignment!.startTimeInMillis })],
      ['unsupported_currency', () => client.pendingCharges.create({ customerId: 'ada', currency: 'IQD', ...charge(5) })],
      ['unsupported_currency', () => client.invoices.createOneOff({ customerId: 'ada', currency: 'IQD', charges: [charge(5)] })],
      ['amount_not_representable', () => client.pendingCharges.create({ customerId: 'ada', currency: 'KWD', ...charge('0.001') })],
      ['amount_not_representable', () => client.invoices.createOneOff({ customerId: 'ada', currency: 'KWD', charges: [charge('1.234')] })],
      ['amount_not_representable', () => client.pendingCharges.create({ customerId: 'ada', currency: 'USD', ...charge(1_000_000) })],
      ['amount_not_representable', () => client.invoices.createOneOff({ customerId: 'ada', currency: 'USD', charges: [charge(600_000), charge(600_000, 'More')] })],
    ];
    for (const [code, wish] of refused) await expect(wish()).rejects.toMatchObject(conflict(code));
    expect(await left(seller)).toEqual(before);
    await expect(client.customers.create({ customerId: 'bob', customerName: 'bob', traits: { paymentProviderName: 'STRIPE' }, billing: { currency: 'IQD' } })).rejects.toMatchObject(conflict('unsupported_currency'));
    await expect(client.customers.get('bob')).rejects.toMatchObject({ status: 404 });
    // In a currency of their own, which Stripe takes, customers may be on any plan.
    await client.customers.update({ customerId: 'ada', customerName: 'ada', traits, billing: { currency: 'EUR' } });
    await expect(client.invoices.createOneOff({ customerId: 'ada', currency: 'KWD', charges: [charge('1.23')] })).resolves.toMatchObject({ total: { amountInMinorUnits: '1230', currency: 'KWD' } });
  });

  it('and comes only with usage is told while the invoice is open, and by whom it can be carried', async () => {
    const seller = await world.seller();
    await seller.customer('ada');
    expect(await seller.client.invoices.get((await seller.invoice('ada')).id)).toMatchObject({ handOverProblem: null });
    await seller.use('ada', 99_999_000);
    const { id } = await seller.invoice('ada');
    expect(await seller.client.invoices.get(id)).toMatchObject({ total: { amountInMinorUnits: '100000000' }, handOverProblem: { code: 'amount_not_representable', message: expect.stringContaining('may be at most 99999999') as unknown } });
    await world.lockMonth(seller);
    expect(await seller.client.invoices.get(id)).toMatchObject({ invoicePriceStatus: 'price_locked', handOverProblem: null });
  });
});
