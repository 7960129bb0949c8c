import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

/** A price that changes while customers are on it: what is open is rated in two parts, what is locked stays. */
describe('Versions of a price', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  async function sellerOnPlan(): Promise<{ seller: Seller; priceId: string }> {
    const seller = await world.seller({ defaultPlan: false });
    await world.arriveAt(seller, '2027-01-01T00:00Z');
    await seller.client.customers.create({ customerId: 'ada', customerName: 'Ada' });
    await seller.client.assignments.create({ customerId: 'ada', planId: seller.planId, startTimeInMillis: Date.parse('2027-01-01T00:00Z') });
    return { seller, priceId: (await seller.client.plans.get(seller.planId)).prices[0]! };
  }

  const perCall = (unitPrice: string): { model: 'per_unit'; unitPrice: string } => ({ model: 'per_unit', unitPrice });

  it('splits the period that holds its first day, up to the locked lines, and explains each part', async () => {
    const { seller, priceId } = await sellerOnPlan();
    await world.arriveAt(seller, '2027-01-10T06:00Z');
    await seller.use('ada', 100, 'before', Date.parse('2027-01-10T05:00Z'));
    await seller.client.prices.addVersion(priceId, { model: perCall('0.05'), effectiveFromTimeInMillis: Date.parse('2027-01-20T15:00Z') });
    await world.arriveAt(seller, '2027-01-20T12:00Z');
    await seller.use('ada', 10, 'after', Date.parse('2027-01-20T00:00Z'));
    await world.arriveAt(seller, '2027-02-05T00:00Z');
    const invoice = await seller.invoice('ada');
    expect(invoice.invoicePriceStatus).toBe('price_locked');
    expect(invoice.lines.filter(({ kind }) => kind === 'usage').map(({ description, quantity, priceVersion, amount }) => `${description}: ${quantity} by ${priceVersion} = ${amount.amountInMinorUnits}`)).toEqual([
      expect.stringMatching(/\(2027-01-01 to 2027-01-19\): 100 by 1 = 100$/),
      expect.stringMatching(/\(2027-01-20 to 2027-01-31\): 10 by 2 = 50$/),
    ]);
    expect(invoice.total?.amountInMinorUnits).toBe('1150');
  });

  it('does not reach back into what is locked, and is taken back as long as nothing was billed by it', async () => {
    const { seller, priceId } = await sellerOnPlan();
    await world.arriveAt(seller, '2027-02-05T00:00Z');
    const locked = await seller.invoice('ada');
    await expect(seller.client.prices.addVersion(priceId, { model: perCall('9'), effectiveFromTimeInMillis: Date.parse('2027-01-31T00:00Z') })).rejects.toMatchObject({ status: 409, code: 'price_locked' });
    const { versions } = await seller.client.prices.addVersion(priceId, { model: perCall('9'), effectiveFromTimeInMillis: Date.parse('2027-02-01T00:00Z') });
    expect(versions.map(({ version, effectiveFromTimeInMillis }) => [version, effectiveFromTimeInMillis])).toEqual([[1, null], [2, Date.parse('2027-02-01T00:00Z')]]);
    await expect(seller.client.prices.addVersion(priceId, { model: perCall('1'), effectiveFromTimeInMillis: Date.parse('2027-02-01T12:00Z') })).rejects.toMatchObject({ status: 400, code: 'version_not_later' });
    expect((await seller.client.prices.withdrawVersion(priceId, 2)).versions).toHaveLength(1);
    await expect(seller.client.prices.withdrawVersion(priceId, 1)).rejects.toMatchObject({ status: 409, code: 'first_version' });
    await expect(seller.client.prices.withdrawVersion(priceId, 2)).rejects.toMatchObject({ status: 404, code: 'price_version_not_found' });
    await seller.client.prices.addVersion(priceId, { model: perCall('2') });
    await world.arriveAt(seller, '2027-03-05T00:00Z');
    await expect(seller.client.prices.withdrawVersion(priceId, 2)).rejects.toMatchObject({ status: 409, code: 'price_locked' });
    expect(await seller.client.invoices.get(locked.id)).toMatchObject({ lines: locked.lines, total: locked.total });
  });

  it('is refused with its model, and nothing is written', async () => {
    const { seller, priceId } = await sellerOnPlan();
    const bad = { model: 'graduated', tiers: [{ from: 0, upTo: '5', unitPrice: '1' }, { from: '7', upTo: null, unitPrice: '-1' }] };
    await expect(seller.client.prices.addVersion(priceId, { model: bad as never })).rejects.toMatchObject({
      status: 400,
      code: 'invalid_price_model',
      errors: [{ field: 'tiers[1].from', code: 'tier_gap' }, { field: 'tiers[1].unitPrice', code: 'negative' }],
    });
    expect((await seller.client.prices.get(priceId)).versions).toHaveLength(1);
  });

  it('a price in use is not deleted', async () => {
    const { seller, priceId } = await sellerOnPlan();
    await expect(seller.client.prices.delete(priceId)).rejects.toMatchObject({ status: 409, code: 'price_in_use', message: expect.stringContaining(seller.planId) });
    const { productItemId } = await seller.client.prices.get(priceId);
    const unused = await seller.client.prices.create({ productItemId, priceName: 'unused', currency: 'USD', model: perCall('1') });
    await seller.client.prices.delete(unused.id);
    await expect(seller.client.prices.get(unused.id)).rejects.toMatchObject({ status: 404, code: 'price_not_found' });
    await expect(seller.client.plans.create({ planName: 'x', currency: 'USD', billingPeriod: { interval: 'month' }, prices: [unused.id] })).rejects.toMatchObject({ status: 400, code: 'unknown_price' });
  });
});
