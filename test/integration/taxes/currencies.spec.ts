import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

/** Prices are in USD: a base fee of 10.00 and 200 calls at 0.01. */
describe('Invoices in a customer’s currency', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  async function customer(seller: Seller, currency: string): Promise<void> {
    await seller.client.customers.create({ customerId: 'ada', customerName: 'ada', billing: { currency } }, { autoCreateCustomerInStripe: true });
    await seller.client.paymentMethods.attachTestCard('ada', 'pm_card_visa');
    await seller.use('ada', 200);
  }

  it('are exchanged line by line at the rate of their last day, taxed, frozen with it, and paid', async () => {
    const seller = await world.seller();
    await world.arriveAt(seller, '2027-01-01T00:00Z');
    const { id: taxRateId } = await seller.client.taxRates.create({ name: 'VAT', jurisdiction: 'DE', percentage: '19' });
    await seller.client.taxRates.setDefaults({ taxRateIds: [taxRateId] });
    await seller.client.exchangeRates.put([{ fromCurrency: 'USD', toCurrency: 'EUR', date: '2026-12-31', rate: '0.5' }, { fromCurrency: 'USD', toCurrency: 'EUR', date: '2027-01-20', rate: '0.9237' }, { fromCurrency: 'USD', toCurrency: 'EUR', date: '2027-03-31', rate: '2' }]);
    await customer(seller, 'eur');
    const { id } = await seller.invoice('ada');
    await world.endMonth(seller);
    await world.converge(seller);
    const invoice = await seller.client.invoices.get(id);
    // 10 × 0.9237 and 2 × 0.9237, each rounded once.
    expect(invoice.lines.map(({ exactAmount, amount }) => [exactAmount, amount])).toEqual([['10', { amountInMinorUnits: '924', currency: 'EUR' }], ['2', { amountInMinorUnits: '185', currency: 'EUR' }]]);
    expect(invoice).toMatchObject({ exchange: { fromCurrency: 'USD', toCurrency: 'EUR', rate: '0.9237', date: '2027-01-20' }, subtotal: { amountInMinorUnits: '1109' }, tax: { amountInMinorUnits: '211' }, total: { amountInMinorUnits: '1320', currency: 'EUR' } });
    expect(statusOf(invoice)).toBe('settled paid');
    await seller.client.exchangeRates.put([{ fromCurrency: 'USD', toCurrency: 'EUR', date: '2027-01-20', rate: '3' }]);
    expect((await seller.client.invoices.differences(id)).lines.filter(({ difference }) => difference.amountInMinorUnits !== '0')).toEqual([]);
    const html = new TextDecoder().decode(await seller.client.invoices.document(id, 'html'));
    expect(html).toContain('1 USD = 0.9237 EUR');
  });

  it('are asked about with their taxes and in their currency, as they are and with other prices, for one customer and for all', async () => {
    const seller = await world.seller();
    const { invoices, taxRates, plans } = seller.client;
    await taxRates.setDefaults({ taxRateIds: [(await taxRates.create({ name: 'VAT', jurisdiction: 'DE', percentage: '19' })).id] });
    await customer(seller, 'EUR');
    await seller.customer('bob');
    const [before] = (await all(invoices.whatIfForAll({}))).filter(({ customerId }) => customerId === 'ada');
    expect(before).toMatchObject({ present: { amountInMinorUnits: '1200', currency: 'USD' }, presentBilled: null, proposedBilled: null, billedDifference: null, problem: expect.stringContaining('there is no rate from USD to EUR') as unknown });
    await seller.client.exchangeRates.put([{ fromCurrency: 'USD', toCurrency: 'EUR', date: '2020-01-01', rate: '0.9237' }, { fromCurrency: 'CHF', toCurrency: 'EUR', date: '2020-01-01', rate: '1.05' }]);
    const swiss = await plans.create({ planName: 'Swiss', currency: 'CHF', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 2_000, currency: 'CHF' }, prices: [] });
    // 20.00 CHF are 21.00 EUR and 3.99 of tax; of 10.00 and 2.00 USD there are 9.24, 1.85, 1.76 and 0.35.
    const billed = { exchange: { fromCurrency: 'CHF', rate: '1.05' }, taxTreatment: 'taxed', subtotal: { amountInMinorUnits: '2100' }, tax: { amountInMinorUnits: '399' }, total: { amountInMinorUnits: '2499', currency: 'EUR' } };
    const present = { exchange: { rate: '0.9237' }, subtotal: { amountInMinorUnits: '1109' }, tax: { amountInMinorUnits: '211' }, total: { amountInMinorUnits: '1320', currency: 'EUR' } };
    const one = await invoices.whatIf({ customerId: 'ada', planId: swiss.id });
    expect(one).toMatchObject({ total: { amountInMinorUnits: '2000', currency: 'CHF' }, difference: null, billed, present: { total: { amountInMinorUnits: '1200', currency: 'USD' }, billed: present }, billedDifference: { amountInMinorUnits: '1179', currency: 'EUR' }, problem: null });
    expect(present.total.amountInMinorUnits).toBe((await invoices.get((await seller.invoice('ada')).id)).total?.amountInMinorUnits);
    const [ada, bob] = await all(invoices.whatIfForAll({ planId: swiss.id }));
    expect(ada).toMatchObject({ customerId: 'ada', difference: null, presentBilled: present, proposedBilled: billed, billedDifference: { amountInMinorUnits: '1179', currency: 'EUR' }, problem: null });
    // Without a currency of their own, others pay in that of their plan.
    expect(bob).toMatchObject({ customerId: 'bob', presentBilled: { exchange: null, total: { amountInMinorUnits: '1190', currency: 'USD' } }, proposedBilled: { total: { amountInMinorUnits: '2380', currency: 'CHF' } }, billedDifference: null });
    // One that comes from the next period on changes nothing of this one.
    await seller.client.customers.update({ customerId: 'bob', customerName: 'bob', traits: (await seller.client.customers.get('bob'))!.traits, billing: { currency: 'EUR' } });
    expect(await invoices.whatIf({ customerId: 'bob' })).toMatchObject({ billed: { total: { amountInMinorUnits: '1190', currency: 'USD' } }, billedDifference: { amountInMinorUnits: '0' } });
  });

  it('wait for a rate by name, and are locked once it is there', async () => {
    const seller = await world.seller();
    await customer(seller, 'EUR');
    const { id } = await seller.invoices('ada').then(([first]) => first!);
    await world.lockMonth(seller);
    const [waiting] = (await seller.invoices('ada')).filter((invoice) => invoice.id === id);
    expect(waiting).toMatchObject({ invoicePriceStatus: 'grace_period', paymentStatusMessage: expect.stringContaining('there is no rate from USD to EUR') as unknown });
    await seller.client.exchangeRates.put([{ fromCurrency: 'USD', toCurrency: 'EUR', date: '2020-01-01', rate: '1' }]);
    await world.arriveAt(seller, new Date((await seller.now()) + 7_200_000).toISOString());
    expect(await seller.client.invoices.get(id)).toMatchObject({ invoicePriceStatus: 'price_locked', total: { amountInMinorUnits: '1200', currency: 'EUR' } });
  });

  it('are not locked with amounts that the provider cannot carry, and say by which rule', async () => {
    const seller = await world.seller();
    await seller.client.exchangeRates.put([{ fromCurrency: 'USD', toCurrency: 'KWD', date: '2020-01-01', rate: '0.3071' }]);
    await customer(seller, 'KWD');
    const { id } = await seller.invoice('ada');
    await world.lockMonth(seller);
    expect((await seller.invoices('ada')).find((invoice) => invoice.id === id)).toMatchObject({ invoicePriceStatus: 'grace_period', paymentStatusMessage: expect.stringMatching(/KWD.* steps of 10/) as unknown });
    await seller.client.exchangeRates.put([{ fromCurrency: 'USD', toCurrency: 'KWD', date: '2020-01-01', rate: '0.3' }]);
    await world.arriveAt(seller, new Date((await seller.now()) + 7_200_000).toISOString());
    expect(await seller.client.invoices.get(id)).toMatchObject({ invoicePriceStatus: 'price_locked', total: { amountInMinorUnits: '3600', currency: 'KWD' } });
  });

  it('are of currencies that there are', async () => {
    const seller = await world.seller();
    await expect(customer(seller, 'XXX')).rejects.toMatchObject({ status: 400, code: 'unknown_currency' });
  });
});

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}
