import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Invoice, PlanInput, PromotionInput } from '@tollkeeper/client';
import { DatabasePool } from '../../../src/platform/database/database.js';
import { HttpCaller } from '../../support/http-caller.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const usd = (amountInMinorUnits: number): { amountInMinorUnits: number; currency: string } => ({ amountInMinorUnits, currency: 'USD' });

/** What discounts take off invoices, and what is left of them. A month of the plan costs a fee of 10.00 USD, and a call 0.01 USD. */
describe('Discounts', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  async function sellerAt(time = '2027-01-01T00:00Z', plan: Partial<PlanInput> = {}): Promise<{ seller: Seller; planId: string }> {
    const seller = await world.seller({ defaultPlan: false });
    await world.arriveAt(seller, time);
    const { prices } = await seller.client.plans.get(seller.planId);
    const { id } = await seller.client.plans.create({ planName: 'Discounted', currency: 'USD', billingPeriod: { interval: 'calendar_month' }, fees: [{ name: 'Fee', amount: usd(1000), kind: 'recurring' }], prices, ...plan });
    return { seller, planId: id };
  }

  async function subscribe(seller: Seller, planId: string, customerId = 'ada', card: string | null = null): Promise<void> {
    await seller.customer(customerId, card);
    await seller.client.assignments.create({ customerId, planId });
  }

  async function give(seller: Seller, promotion: Omit<PromotionInput, 'promotionName'> & { promotionName?: string }, customerId = 'ada'): Promise<string> {
    const { id: promotionId } = await seller.client.promotions.create({ promotionName: `Offer ${Math.random()}`, ...promotion });
    return (await seller.client.customerDiscounts.create({ customerId, promotionId })).id;
  }

  const shown = (invoice: Invoice): string =>
    `${invoice.lines.map(({ description, amount, deductions }) => `${description.replace(/ \(.*\)$/, '')} ${amount.amountInMinorUnits}${deductions.map((one) => ` -${one.amount.amountInMinorUnits}`).join('')}`).join('; ')} = ${invoice.total!.amountInMinorUnits}`;

  async function invoicesOf(seller: Seller, customerId = 'ada'): Promise<Invoice[]> {
    const found = await Promise.all((await seller.invoices(customerId)).map(({ id }) => seller.client.invoices.get(id)));
    return found.toSorted((one, other) => one.invoiceStartTimeInSeconds - other.invoiceStartTimeInSeconds || one.kind.localeCompare(other.kind));
  }

  it('take a percentage off each line, for so many periods; a preview shows it and uses nothing up', async () => {
    const { seller, planId } = await sellerAt();
    await subscribe(seller, planId);
    const discount = await give(seller, { percentage: 12.5, duration: 'periods', periodCount: 2 });
    await seller.use('ada', 2_001, 'jan', Date.parse('2027-01-01T00:00Z'));
    expect(shown((await invoicesOf(seller))[0]!)).toBe('Fee 875 -125; Calls 1751 -250 = 2626');
    expect(await seller.client.customerDiscounts.get(discount)).toMatchObject({ status: 'active', periodsUsed: 0, periodsLeft: 2, redemptions: [] });
    await world.arriveAt(seller, '2027-04-03T00:00Z');
    expect((await invoicesOf(seller)).map(shown)).toEqual(['Fee 875 -125; Calls 1751 -250 = 2626', 'Fee 875 -125 = 875', 'Fee 1000 = 1000', 'Fee 1000; Calls 0 = 1000']);
    expect(await seller.client.customerDiscounts.get(discount)).toMatchObject({ status: 'used_up', periodsUsed: 2, periodsLeft: 0, amountUsedInMinorUnits: '500', redemptions: [{ amountInMinorUnits: '375' }, { amountInMinorUnits: '125' }] });
  });

  it('take an amount off what lines come to, never below zero, and what a maximum in total leaves', async () => {
    const { seller, planId } = await sellerAt();
    await subscribe(seller, planId);
    await seller.use('ada', 500, 'jan', Date.parse('2027-01-01T00:00Z'));
    const credit = await give(seller, { percentage: 100, maximumInTotal: usd(2300), duration: 'forever' });
    await world.arriveAt(seller, '2027-03-03T00:00Z');
    expect((await invoicesOf(seller)).map(shown)).toEqual(['Fee 0 -1000; Calls 0 -500 = 0', 'Fee 200 -800 = 200', 'Fee 1000; Calls 0 = 1000']);
    expect(await seller.client.customerDiscounts.get(credit)).toMatchObject({ status: 'used_up', amountUsedInMinorUnits: '2300', amountLeft: { amountInMinorUnits: '0', currency: 'USD' } });
    const again = await give(seller, { amount: usd(400) });
    expect(shown((await invoicesOf(seller)).at(-1)!)).toBe('Fee 600 -400; Calls 0 = 600');
    await seller.client.customerDiscounts.remove(again);
    expect(shown((await invoicesOf(seller)).at(-1)!)).toBe('Fee 1000; Calls 0 = 1000');
  });

  it('are taken off in the one order there is, whichever was given first', async () => {
    const { seller, planId } = await sellerAt();
    const [item] = (await seller.client.productItems.list()).items;
    const offers: (PromotionInput & { promotionName: string })[] = [
      { promotionName: 'B amount', amount: usd(300), duration: 'forever' },
      { promotionName: 'A amount', amount: usd(100), duration: 'forever' },
      { promotionName: 'Half', percentage: 50, duration: 'forever' },
      { promotionName: 'First', amount: usd(50), priority: -1, duration: 'forever' },
      { promotionName: 'Calls', percentage: 20, productItemIds: [item!.id], priority: 9, duration: 'forever' },
    ];
    const ids: string[] = [];
    for (const offer of offers) ids.push((await seller.client.promotions.create(offer)).id);
    for (const [customerId, order] of Object.entries({ ada: [0, 1, 2, 3, 4], bob: [4, 3, 2, 1, 0], eve: [2, 4, 0, 3, 1] })) {
      await subscribe(seller, planId, customerId);
      await seller.use(customerId, 2_000, customerId, Date.parse('2027-01-01T00:00Z'));
      for (const index of order) await seller.client.customerDiscounts.create({ customerId, promotionId: ids[index]! });
      const [invoice] = await invoicesOf(seller, customerId);
      expect(invoice!.lines.map(({ deductions }) => deductions.map(({ name }) => name))).toEqual([['First', 'Half', 'A amount', 'B amount'], ['Calls', 'First', 'Half', 'A amount', 'B amount']]);
      expect(shown(invoice!)).toBe('Fee 336 -19 -491 -38 -116; Calls 538 -400 -31 -785 -62 -184 = 874');
    }
  });

  it('share an amount of a period between the invoice of its start and the one of its end', async () => {
    const { seller, planId } = await sellerAt('2027-01-01T00:00Z', { fees: [{ name: 'Start', amount: usd(700), kind: 'recurring', timing: 'in_advance' }, { name: 'End', amount: usd(700), kind: 'recurring' }] });
    await seller.customer('ada', null);
    const discount = await give(seller, { amount: usd(1000), duration: 'once' });
    await seller.client.assignments.create({ customerId: 'ada', planId });
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    expect((await invoicesOf(seller)).map(shown).slice(0, 3)).toEqual(['Start 0 -700 = 0', 'End 400 -300 = 400', 'Start 700 = 700']);
    expect(await seller.client.customerDiscounts.get(discount)).toMatchObject({ periodsUsed: 1, amountUsedInMinorUnits: '1000', status: 'used_up' });
  });

  it('are given back with an invoice that is voided', async () => {
    const { seller, planId } = await sellerAt();
    await subscribe(seller, planId);
    const discount = await give(seller, { amount: usd(250), duration: 'once' });
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    const [first, second] = await invoicesOf(seller);
    expect([shown(first!), shown(second!)]).toEqual(['Fee 750 -250 = 750', 'Fee 1000; Calls 0 = 1000']);
    await seller.client.invoices.void(first!.id);
    expect(await seller.client.customerDiscounts.get(discount)).toMatchObject({ periodsUsed: 0, amountUsedInMinorUnits: '0', status: 'active', redemptions: [{ isReturned: true, amountInMinorUnits: '250' }] });
    expect(shown((await invoicesOf(seller))[1]!)).toBe('Fee 750 -250; Calls 0 = 750');
  });

  it('hold for late usage as they did at the lock, whatever became of them since', async () => {
    const { seller, planId } = await sellerAt();
    await subscribe(seller, planId);
    await seller.use('ada', 1_000, 'jan', Date.parse('2027-01-01T00:00Z'));
    const half = await give(seller, { percentage: 50, duration: 'forever' });
    const amount = await give(seller, { amount: usd(1200), duration: 'forever' });
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    const [locked] = await invoicesOf(seller);
    expect(shown(locked!)).toBe('Fee 0 -500 -500; Calls 0 -500 -500 = 0');
    for (const id of [half, amount]) await seller.client.customerDiscounts.remove(id);
    await seller.use('ada', 3_000, 'late', Date.parse('2027-01-20T00:00Z'));
    await world.run(['late-usage']);
    expect((await seller.client.invoices.differences(locked!.id)).lines).toMatchObject([{ present: { amount: { amountInMinorUnits: '1040' } }, causes: [{ cause: 'late_events' }] }, { present: { amount: { amountInMinorUnits: '260' } }, causes: [{ cause: 'other_lines' }] }].toReversed());
    await world.arriveAt(seller, '2027-02-05T00:00Z');
    const adjustment = (await invoicesOf(seller)).find(({ kind }) => kind === 'adjustment')!;
    // 50 % of 40.00 USD and of the fee, and 12.00 USD divided over the rest, less what was billed: 0.
    expect(adjustment.lines.map(({ amount: { amountInMinorUnits } }) => amountInMinorUnits)).toEqual(['260', '1040']);
    expect(adjustment.lines.every(({ amount: { amountInMinorUnits }, deductions, exactAmount }) => Number(exactAmount) * 100 - deductions.reduce((sum, one) => sum + Number(one.amount.amountInMinorUnits), 0) === Number(amountInMinorUnits))).toBe(true);
  });

  it('are used up once, and the same, where a lock dies behind them and runs again', async () => {
    const { seller, planId } = await sellerAt();
    const { client } = seller;
    const offers = [await client.promotions.create({ promotionName: 'Quarter', percentage: 25, duration: 'periods', periodCount: 2 }), await client.promotions.create({ promotionName: 'Fixed', amount: usd(333), duration: 'once' })];
    for (const customerId of ['ada', 'bob', 'eve']) {
      await subscribe(seller, planId, customerId);
      for (const { id: promotionId } of offers) await client.customerDiscounts.create({ customerId, promotionId });
    }
    const standing = async (): Promise<string[]> => (await client.customerDiscounts.list()).items.map(({ customerId, promotion, periodsUsed, amountUsedInMinorUnits, redemptions }) => `${customerId} ${promotion.promotionName}: ${periodsUsed} ${amountUsedInMinorUnits} ${redemptions.length}`);
    const pool = world.application.app.get(DatabasePool);
    // Lines are written after the redemptions, in the same transaction.
    await pool.query(`create function die() returns trigger language plpgsql as $$ begin raise exception 'the process dies here'; end $$`);
    await pool.query('create trigger die before insert on invoice_line for each statement execute function die()');
    await world.arriveAt(seller, '2027-02-03T00:00Z').catch(() => undefined);
    await pool.query('drop trigger die on invoice_line; drop function die');
    expect(new Set(await standing())).toEqual(new Set(['ada', 'bob', 'eve'].flatMap((name) => [`${name} Quarter: 0 0 0`, `${name} Fixed: 0 0 0`])));
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    expect(new Set(await standing())).toEqual(new Set(['ada', 'bob', 'eve'].flatMap((name) => [`${name} Quarter: 1 250 1`, `${name} Fixed: 1 333 1`])));
    expect(shown((await invoicesOf(seller))[0]!)).toBe('Fee 417 -250 -333 = 417');
  });

  it('go back with a fee in advance that is not used, as far as they were taken off it', async () => {
    const { seller, planId } = await sellerAt('2027-01-01T00:00Z', { fees: [{ name: 'Start', amount: usd(3100), kind: 'recurring', timing: 'in_advance', isProrated: true }], prices: [] });
    await seller.customer('ada', null);
    await give(seller, { percentage: 50, duration: 'once' });
    const { id } = await seller.client.assignments.create({ customerId: 'ada', planId });
    await world.arriveAt(seller, '2027-01-05T00:00Z');
    await seller.client.assignments.end(id, Date.parse('2027-01-11T00:00Z'));
    await world.arriveAt(seller, '2027-01-14T00:00Z');
    const [advance, last] = await invoicesOf(seller);
    expect(shown(advance!)).toBe('Start 1550 -1550 = 1550');
    // Ten days of 31 cost 5.00 USD with the discount: the other 10.50 USD come back.
    expect(last!.lines.map(({ amount, deductions }) => [amount.amountInMinorUnits, ...deductions.map((one) => one.amount.amountInMinorUnits)])).toEqual([['-1050', '-1050']]);
  });

  it('are said on the lines of the document, in its explanation and at the provider, whose total is the same', async () => {
    const { seller, planId } = await sellerAt();
    await subscribe(seller, planId, 'ada', 'pm_card_visa');
    await seller.use('ada', 999, 'jan', Date.parse('2027-01-01T00:00Z'));
    await give(seller, { promotionName: 'Launch', percentage: 10, duration: 'forever' });
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    await world.converge(seller);
    const [invoice] = await invoicesOf(seller);
    expect(invoice).toMatchObject({ paymentStatus: 'settled', total: { amountInMinorUnits: '1799' } });
    const lines = (await seller.stripe.list(`invoices/${invoice!.providerInvoiceId}/lines`)) as unknown as { description: string; amount: number }[];
    expect(lines.map(({ description, amount }) => `${description} = ${amount}`).toSorted()).toEqual(['Calls: 999 × 0.01 USD (Launch -1.00 USD) = 899', 'Fee (Launch -1.00 USD) = 900']);
    const reference = await new HttpCaller(world.application.url, (await seller.client.apiKeys.create({ name: 'reader', scopes: ['read'] })).key).expectOk('GET', '/payments/billing/customer-product-invoice?customerId=ada&productId=1&productPlanId=' + planId + '&year=2027&month=1&day=1');
    expect(reference).toMatchObject({ appliedPromotions: [{ promotionName: 'Launch', discount: 2 }], totalBill: { itemPrice: 9.99, fixPrice: 10, totalDiscount: 2, totalPriceBeforeDiscount: 19.99, totalPrice: 17.99 }, productPlanFees: [{ cost: 10 }] });
    const explained = await seller.client.invoices.explain(invoice!.id);
    expect(explained.lines[1]).toMatchObject({ exactAmount: '9.99', rounding: '0', deductions: [{ name: 'Launch', amount: { amountInMinorUnits: '100' } }], amount: { amountInMinorUnits: '899' } });
  });
});
