import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpCaller } from '../../support/http-caller.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const PROMOTIONS = '/payments/pricing/amberflo/account-pricing/promotions';
const HELD = '/payments/pricing/amberflo/customer-promotions';
const usd = (amountInMinorUnits: number): { amountInMinorUnits: number; currency: string } => ({ amountInMinorUnits, currency: 'USD' });

/** A calendar month costs a fee of 10.00 USD, and a call 0.01 USD. */
describe('Promotions and commitments by the reference’s routes', () => {
  let world: ConvergenceWorld;
  let seller: Seller;
  let http: HttpCaller;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  beforeEach(async () => {
    seller = await world.seller({ interval: 'calendar_month' });
    await world.arriveAt(seller, '2027-01-01T00:00Z');
    http = new HttpCaller(world.application.url, (await seller.client.apiKeys.create({ name: 'writes', scopes: ['write'] })).key);
  });

  const latest = (day: string): Promise<unknown> => http.expectOk('GET', `/payments/billing/customer-product-invoice?customerId=ada&productId=1&productPlanId=${seller.planId}&year=2027&month=${day.slice(0, 2)}&day=${day.slice(3)}`);

  it('are made with an id of the caller, given, shown on the invoice, and taken away', async () => {
    await seller.customer('ada', null);
    const [item] = (await seller.client.productItems.list()).items;
    await seller.use('ada', 1_000, 'jan');
    const absolute = { id: 'two-off', promotionName: 'Two off', discount: 2, targetPlanId: seller.planId };
    const made = await http.expectOk('POST', `${PROMOTIONS}/unconditioned_absolute_plan_promotion`, absolute);
    expect(made).toMatchObject({ id: 'two-off', type: 'unconditioned_absolute_plan_promotion', discount: 2, targetPlanId: seller.planId, lockingStatus: 'close_to_changes' });
    await http.expectOk('POST', `${PROMOTIONS}/product_item_relative_partner_discount`, { id: 'half', promotionName: 'Half', discountRatio: 0.5, totalMaxDiscount: '3.5', targetProductItemId: item!.id, promotionTimeLimit: { cycles: 1 } });
    expect(await seller.client.promotions.get('half')).toMatchObject({ percentage: '50', maximumInTotal: { amountInMinorUnits: '350', currency: 'USD' }, duration: 'periods', periodCount: 1, productItemIds: [item!.id] });
    expect(await http.expectOk('GET', `${PROMOTIONS}?id=half`)).toMatchObject({ discountRatio: 0.5, totalMaxDiscount: 3.5, targetProductItemId: item!.id, promotionTimeLimit: { cycles: 1 } });
    for (const promotionId of ['two-off', 'half']) await http.expectOk('POST', HELD, { customerId: 'ada', productId: '1', promotionId });
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    expect(await latest('01-01')).toMatchObject({
      appliedPromotions: expect.arrayContaining([expect.objectContaining({ promotionId: 'two-off', promotionName: 'Two off', discount: 2, promotionAppliedTimeInSeconds: 1_798_761_600 }), expect.objectContaining({ promotionId: 'half', discount: 3.5 })]),
      totalBill: { itemPrice: 10, fixPrice: 10, prepaid: 0, totalDiscount: 5.5, totalPrice: 14.5 },
    });
    const invoiceUri = `payments/invoices/account_id=${seller.accountId}/customer_id=ada/product_id=1/product_plan_id=${seller.planId}/year=2027/month=01/day=01`;
    const held = await http.expectOk<{ id: string }[]>('GET', `${HELD}/list?ProductId=1&CustomerId=ada`);
    expect(held).toMatchObject([{ promotionId: 'two-off', productId: '1', entityProductInvoices: [{ invoiceUri, amount: 2, invoiceAmount: 14.5 }] }, { promotionId: 'half', totalAmountLeft: 0 }]);
    expect(await http.expectOk('DELETE', `${HELD}?CustomerId=ada&Id=${held[0]!.id}`)).toMatchObject({ removedTimeInSeconds: expect.any(Number) });
    await http.expectOk('DELETE', `${HELD}?CustomerId=ada&PromotionId=half`);
    expect(await http.expectOk('GET', `${HELD}/list?CustomerId=ada`)).toEqual([]);
    expect(await http.call('DELETE', `${HELD}?CustomerId=ada&PromotionId=half`)).toMatchObject({ status: 404 });
  });

  it('change nothing but words and status where they are made again', async () => {
    const path = `${PROMOTIONS}/unconditioned_absolute_plan_promotion`;
    const terms = { id: 'two-off', promotionName: 'Two off', discount: 2, targetPlanId: seller.planId };
    await http.expectOk('POST', path, terms);
    expect(await http.expectOk('POST', path, { ...terms, description: 'For all', lockingStatus: 'deprecated' })).toMatchObject({ description: 'For all', lockingStatus: 'deprecated' });
    expect(await http.call('POST', path, { ...terms, discount: 3 })).toMatchObject({ status: 409, body: { code: 'promotion_exists' } });
    expect(await http.expectOk('GET', `${PROMOTIONS}/list`)).toMatchObject([{ id: 'two-off', discount: 2 }]);
  });

  it.each<[string, string, object]>([
    ['free_trial_promotion', 'unsupported_promotion_type', {}],
    ['toString', 'unsupported_promotion_type', {}],
    ['unconditioned_absolute_plan_promotion', 'invalid_request', { discount: 1 }],
    ['product_item_relative_partner_discount', 'invalid_request', { discount: 1, targetProductItemId: 'item_none' }],
    ['product_item_relative_partner_discount', 'percentage_out_of_range', { discountRatio: 20, targetProductItemId: 'item_none' }],
    ['product_item_relative_partner_discount', 'unknown_product_item', { discountRatio: 0.2, targetProductItemId: 'item_none' }],
    ['unconditioned_absolute_plan_promotion', 'unknown_plan', { discount: 1, targetPlanId: 'plan_none' }],
    ['unconditioned_absolute_plan_promotion', 'unsupported_promotion_field', { discount: 1, targetPlanId: 'plan_none', customerTags: { tier: 'gold' } }],
    ['unconditioned_absolute_plan_promotion', 'unsupported_promotion_field', { discount: 1, targetPlanId: 'plan_none', promotionTimeLimit: { months: 2 } }],
  ])('are refused by name: %s, %s', async (type, code, more) => {
    expect(await http.call('POST', `${PROMOTIONS}/${type}`, { id: 'x', promotionName: 'x', ...more })).toMatchObject({ status: 400, body: { code } });
    expect(await http.expectOk('GET', `${PROMOTIONS}/list`)).toEqual([]);
  });

  it('say on the invoice what is missing to a commitment, and what was paid in advance', async () => {
    for (const name of ['ada', 'bob']) await seller.customer(name, null);
    const { id } = await seller.client.commitments.create({ customerId: 'ada', name: 'Minimum', amount: usd(2500), periodCount: 1 });
    await seller.client.commitments.create({ customerId: 'bob', name: 'Package', kind: 'prepaid', amount: usd(400), periodCount: 1 });
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    expect(await latest('01-01')).toMatchObject({ appliedCommitments: [{ commitmentId: id, obligationName: 'Minimum', feeAmount: 15 }], totalBill: { fixPrice: 25, totalPrice: 25 } });
    const ofBob = await http.expectOk<{ totalBill: object }[]>('GET', '/payments/billing/customer-product-invoice/all?customerId=bob');
    expect(ofBob[0]).toMatchObject({ appliedPromotions: [], appliedCommitments: [], totalBill: { fixPrice: 10, totalDiscount: 0, prepaid: 4, totalPriceBeforePrepaid: 10, totalPrice: 6 } });
  });
});
