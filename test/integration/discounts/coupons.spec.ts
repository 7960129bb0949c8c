import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CouponInput, PromotionInput } from '@tollkeeper/client';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const usd = (amountInMinorUnits: number): { amountInMinorUnits: number; currency: string } => ({ amountInMinorUnits, currency: 'USD' });

/** Who may have a discount, and what is refused by name. */
describe('Promotions and coupons', () => {
  let world: ConvergenceWorld;
  let seller: Seller;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
    seller = await world.seller();
    await world.arriveAt(seller, '2027-01-01T00:00Z');
    for (const customerId of ['ada', 'bob', 'eve']) await seller.client.customers.create({ customerId, customerName: customerId });
  });

  afterAll(() => world.stop());

  let count = 0;
  async function promotion(terms: Partial<PromotionInput> = { percentage: 10 }): Promise<string> {
    count += 1;
    return (await seller.client.promotions.create({ promotionName: `Offer ${count}`, duration: 'forever', ...terms })).id;
  }

  async function coupon(more: Partial<CouponInput> = {}, terms?: Partial<PromotionInput>): Promise<string> {
    const promotionId = await promotion(terms);
    return (await seller.client.coupons.create({ promotionId, code: `CODE-${count}`, ...more })).code;
  }

  const redeem = (customerId: string, couponCode: string) => seller.client.customerDiscounts.create({ customerId, couponCode });

  it.each<[string, object]>([
    ['percentage_out_of_range', { percentage: 100.01 }],
    ['percentage_out_of_range', { percentage: -5 }],
    ['percentage_out_of_range', { percentage: 0 }],
    ['invalid_decimal', { percentage: 'ten' }],
    ['percentage_or_amount', {}],
    ['percentage_or_amount', { percentage: 1, amount: usd(1) }],
    ['empty_discount', { amount: usd(0) }],
    ['invalid_request', { amount: usd(-1) }],
    ['unknown_currency', { amount: { amountInMinorUnits: 1, currency: 'XXY' } }],
    ['currency_mix', { amount: usd(1), maximumInTotal: { amountInMinorUnits: 1, currency: 'EUR' } }],
    ['invalid_maximum', { amount: usd(1), maximumPerPeriod: usd(1) }],
    ['invalid_duration', { percentage: 1, duration: 'periods' }],
    ['invalid_duration', { percentage: 1, duration: 'once', periodCount: 2 }],
    ['unknown_product_item', { percentage: 1, productItemIds: ['item_none'] }],
    ['unknown_plan', { percentage: 1, planIds: ['plan_none'] }],
    ['empty_list', { percentage: 1, planIds: [] }],
  ])('refuses a promotion by name, and stores nothing of it: %s', async (code, terms) => {
    const before = (await seller.client.promotions.list()).items.length;
    await expect(seller.client.promotions.create({ promotionName: 'Refused', ...terms })).rejects.toMatchObject({ status: 400, code });
    expect((await seller.client.promotions.list()).items).toHaveLength(before);
  });

  it('refuses a name and a code that are taken, in any case', async () => {
    const id = await promotion();
    const { promotionName } = await seller.client.promotions.get(id);
    await expect(seller.client.promotions.create({ promotionName, percentage: 5 })).rejects.toMatchObject({ status: 409, code: 'promotion_exists' });
    const code = await coupon();
    await expect(seller.client.coupons.create({ promotionId: id, code: code.toLowerCase() })).rejects.toMatchObject({ status: 409, code: 'coupon_exists' });
  });

  it('says why a coupon cannot be redeemed', async () => {
    const now = await seller.now();
    const { client } = seller;
    await expect(redeem('ada', 'nothing')).rejects.toMatchObject({ status: 400, code: 'unknown_coupon' });
    await expect(redeem('nobody', await coupon())).rejects.toMatchObject({ status: 400, code: 'unknown_customer' });
    await expect(redeem('ada', await coupon({ validFromTimeInMillis: now + 3_600_000 }))).rejects.toMatchObject({ status: 409, code: 'coupon_not_yet_valid' });
    await expect(redeem('ada', await coupon({ validUntilTimeInMillis: now - 1 }))).rejects.toMatchObject({ status: 409, code: 'coupon_expired' });
    const other = await client.plans.create({ planName: 'Other', currency: 'EUR', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 1, currency: 'EUR' } });
    await expect(redeem('ada', await coupon({ planIds: [other.id] }))).rejects.toMatchObject({ status: 409, code: 'discount_not_for_plan' });
    await expect(redeem('ada', await coupon({}, { percentage: 5, planIds: [other.id] }))).rejects.toMatchObject({ status: 409, code: 'discount_not_for_plan' });
    await expect(redeem('ada', await coupon({}, { amount: { amountInMinorUnits: 1, currency: 'EUR' } }))).rejects.toMatchObject({ status: 409, code: 'discount_in_other_currency' });
    const code = await coupon({}, { percentage: 1 });
    await redeem('ada', code.toLowerCase());
    await expect(redeem('ada', code)).rejects.toMatchObject({ status: 409, code: 'discount_exists' });
    const [stopped] = (await client.coupons.list()).items.filter((one) => one.code === code);
    await client.coupons.update(stopped!.id, { status: 'deprecated' });
    await expect(redeem('bob', code)).rejects.toMatchObject({ status: 409, code: 'coupon_deprecated' });
    await expect(client.coupons.update(stopped!.id, { validUntilTimeInMillis: 5, maximumRedemptions: 1 })).resolves.toMatchObject({ redemptionCount: 1 });
  });

  it('is redeemed as often as it may be, however many come at once, and by one customer as often as one may', async () => {
    const code = await coupon({ maximumRedemptions: 2, maximumRedemptionsPerCustomer: 1 });
    const answers = await Promise.allSettled(['ada', 'bob', 'eve', 'ada'].map((customerId) => redeem(customerId, code)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const [used] = (await seller.client.coupons.list()).items.filter((one) => one.code === code);
    expect(used).toMatchObject({ redemptionCount: 2 });
    await expect(redeem('eve', code)).rejects.toMatchObject({ status: 409, code: 'coupon_exhausted' });
    await expect(seller.client.coupons.update(used!.id, { maximumRedemptions: 1 })).rejects.toMatchObject({ status: 409, code: 'limit_below_redemptions' });
    await seller.client.coupons.update(used!.id, { maximumRedemptions: 10 });
    const mine = answers.find((answer) => answer.status === 'fulfilled')!.value;
    await expect(redeem(mine.customerId, code)).rejects.toMatchObject({ status: 409, code: 'coupon_used_by_customer' });
    // One that has taken nothing off yet is as if it had not been redeemed.
    await seller.client.customerDiscounts.remove(mine.id);
    await expect(seller.client.customerDiscounts.remove(mine.id)).rejects.toMatchObject({ status: 409, code: 'discount_removed' });
    expect(await seller.client.coupons.get(used!.id)).toMatchObject({ redemptionCount: 1 });
    await redeem(mine.customerId, code);
  });

  it('in use cannot be deleted, and is deprecated instead', async () => {
    const code = await coupon();
    const [used] = (await seller.client.coupons.list()).items.filter((one) => one.code === code);
    await expect(seller.client.promotions.delete(used!.promotionId)).rejects.toMatchObject({ status: 409, code: 'promotion_in_use' });
    await redeem('eve', code);
    await expect(seller.client.coupons.delete(used!.id)).rejects.toMatchObject({ status: 409, code: 'coupon_in_use' });
    await seller.client.promotions.update(used!.promotionId, { status: 'deprecated' });
    await expect(redeem('bob', code)).rejects.toMatchObject({ status: 409, code: 'promotion_deprecated' });
    const unused = await promotion();
    await seller.client.promotions.delete(unused);
    await expect(seller.client.promotions.get(unused)).rejects.toMatchObject({ status: 404, code: 'promotion_not_found' });
  });

  it('for first-time customers is refused to who has been billed', async () => {
    const code = await coupon({ isForFirstTimeCustomers: true });
    await redeem('ada', code);
    await world.lockMonth(seller);
    await expect(redeem('bob', code)).rejects.toMatchObject({ status: 409, code: 'not_first_time_customer' });
    for (const { id } of await seller.invoices('bob')) if ((await seller.client.invoices.get(id)).invoicePriceStatus === 'price_locked') await seller.client.invoices.void(id);
    await redeem('bob', code);
  });
});
