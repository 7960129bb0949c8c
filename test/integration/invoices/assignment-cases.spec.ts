import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Invoice, PlanFeeInput, PlanInput } from '@tollkeeper/client';
import fc from 'fast-check';
import { at, PlanSeller, platform, refused, support, usd } from '../../support/plan-seller.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';

const DAY = 86_400_000;
const SET_UP: PlanFeeInput = { name: 'Set-up', amount: usd(9), kind: 'one_time', timing: 'in_advance' };

const fee: fc.Arbitrary<PlanFeeInput> = fc.record({
  name: fc.constantFrom('One', 'Two', 'Three'),
  amount: fc.integer({ min: 1, max: 9_999 }).map(usd),
  kind: fc.constantFrom('recurring' as const, 'recurring' as const, 'one_time' as const),
  timing: fc.constantFrom('in_advance' as const, 'in_arrears' as const),
  isProrated: fc.boolean(),
});
const amount = fc.integer({ min: 0, max: 9_999 }).map(usd);
const terms: fc.Arbitrary<Partial<PlanInput>> = fc.record({ fees: fc.array(fee, { maxLength: 3 }), baseFee: amount, minimumAmount: amount, freeAmount: amount });

/** Where a change, a trial, a zone or an agreement meets a period that is not whole. */
describe('Assignments at the edges of periods', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it('a change at the end of a period costs what a customer on the one plan and another on the other cost', async () => {
    await fc.assert(
      fc.asyncProperty(terms, terms, fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 5_000 }), async (one, other, before, after) => {
        const seller = await PlanSeller.at(world, '2027-01-10');
        const [first, second] = [await seller.plan(one), await seller.plan(other)];
        const id = await seller.put(first.id);
        await seller.put(first.id, { customerId: 'ben', endTimeInMillis: at('2027-02-10') });
        await seller.put(second.id, { customerId: 'cyd', startTimeInMillis: at('2027-02-10') });
        await seller.client.assignments.change(id, { planId: second.id, effective: 'period_end' });
        for (const [day, calls, alone] of [['2027-01-20', before, 'ben'], ['2027-02-20', after, 'cyd']] as const) {
          await seller.arrive(day);
          for (const customerId of ['ada', alone]) await seller.use(day, calls, customerId);
        }
        await seller.arrive('2027-04-12');
        expect(await seller.shown()).toEqual([...(await seller.shown('ben')), ...(await seller.shown('cyd'))]);
      }),
      { numRuns: 4 },
    );
  });

  it.each<[string, object, string, string[]]>([
    ['fees and usage', {}, 'end', ['cycle 2027-01-05..2027-01-18: Calls = 100; Free in the trial = -100', 'advance 2027-01-18..2027-02-01: Platform = 1400; Set-up = 9', 'cycle 2027-01-18..2027-02-01: Support = 140; Calls = 400; Minimum of 22.58 USD = 318', 'advance 2027-02-01..2027-03-01: Platform = 3100', 'cycle 2027-02-01..2027-03-01 (open): Support = 310; Calls = 0; Minimum of 50 USD = 1590']],
    ['usage', { free: 'usage' }, 'end', ['advance 2027-01-05..2027-02-01: Platform = 2700; Set-up = 9', 'cycle 2027-01-05..2027-02-01: Support = 270; Calls = 0; Calls = 400; Minimum of 43.55 USD = 985', 'advance 2027-02-01..2027-03-01: Platform = 3100', 'cycle 2027-02-01..2027-03-01 (open): Support = 310; Calls = 0; Minimum of 50 USD = 1590']],
    ['usage, left within it', { free: 'usage' }, 'leave', ['advance 2027-01-05..2027-02-01: Platform = 2700; Set-up = 9', 'cycle 2027-01-05..2027-01-11: Support = 60; Calls = 0; Platform, not used = -2100; Minimum of 9.68 USD = 308']],
    ['fees and usage, left within it', {}, 'leave', ['cycle 2027-01-05..2027-01-11: Calls = 100; Free in the trial = -100']],
  ])('a trial without %s ends in the middle of a calendar month, with fees in advance', async (_what, trial, then, expected) => {
    const seller = await PlanSeller.at(world, '2027-01-05');
    const { id: planId } = await seller.plan({ billingPeriod: { interval: 'calendar_month' }, fees: [platform(), support(), SET_UP], minimumAmount: usd(5000) });
    const id = await seller.put(planId, { trial: { endTimeInMillis: at('2027-01-18'), ...trial } });
    await seller.arrive('2027-01-10');
    await seller.use('2027-01-06', 100);
    if (then === 'leave') await seller.client.assignments.change(id, { planId: null, effective: 'now' });
    await seller.arrive('2027-01-20');
    if (then === 'end') await seller.use('2027-01-20', 400);
    await seller.arrive('2027-02-03');
    expect((await seller.shown()).map(sorted)).toEqual(expected.map(sorted));
  });

  it('a plan that ends today is taken up again today by another one, however the end was asked for, and no day is billed twice', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const [first, second] = [await seller.plan({ fees: [platform(), support()] }), await seller.plan({ fees: [platform(6200), support(620)] })];
    const again = { planId: second.id };
    const [ada, ben, cyd] = [await seller.put(first.id), await seller.put(first.id, { customerId: 'ben' }), await seller.put(first.id, { customerId: 'cyd' })];
    await seller.arrive('2027-01-11');
    // With the end of today: today is the first plan's, unless it is moved.
    await seller.client.assignments.change(ada, { planId: null, effective: 'now' });
    await expect(seller.client.assignments.create({ customerId: 'ada', ...again })).rejects.toEqual(refused(409, 'assignment_overlap'));
    const [{ id: change }] = (await seller.client.assignments.changes.list({ customerId: 'ada', status: 'scheduled' })).items as unknown as [{ id: string }];
    await seller.client.assignments.changes.cancel(change);
    await seller.client.assignments.end(ada, at('2027-01-11'));
    await seller.client.assignments.create({ customerId: 'ada', ...again });
    await seller.client.assignments.end(ben, at('2027-01-11'));
    await seller.client.assignments.create({ customerId: 'ben', ...again });
    // The end of the day, and from then on.
    await seller.client.assignments.change(cyd, { planId: null, effective: 'now' });
    await seller.client.assignments.create({ customerId: 'cyd', ...again, startTimeInMillis: at('2027-01-12') });
    await seller.arrive('2027-01-15');
    const expected = (day: string, used: [number, number, number], until: string): string[] => [
      'advance 2027-01-01..2027-02-01: Platform = 3100',
      `cycle 2027-01-01..${day}: Support = ${used[0]}`,
      `advance ${day}..${until}: Platform = 6200`,
      `cycle ${day}..${until} (open): Support = 620; Calls = 0`,
    ];
    const without = (lines: string[]): string[] => lines.map((line) => line.replace(/; Platform, not used = -\d+/, ''));
    for (const customerId of ['ada', 'ben']) expect(without(await seller.shown(customerId))).toEqual(expected('2027-01-11', [100, 200, 0], '2027-02-11'));
    expect(without(await seller.shown('cyd'))).toEqual(expected('2027-01-12', [110, 200, 0], '2027-02-12'));
    const back = async (customerId: string) => (await seller.shown(customerId)).flatMap((line) => /not used = (-\d+)/.exec(line)?.[1] ?? []);
    expect([await back('ada'), await back('ben'), await back('cyd')]).toEqual([['-2100'], ['-2100'], ['-2000']]);
  });

  it.each([
    ['Europe/Berlin', 'America/New_York', '2027-03-28'],
    ['America/New_York', 'Europe/Berlin', '2027-03-14'],
    ['America/New_York', 'Asia/Tokyo', '2027-03-20'],
    ['Asia/Tokyo', 'America/New_York', '2027-03-20'],
    ['UTC', 'Asia/Kathmandu', '2027-03-31'],
    ['Pacific/Auckland', 'Pacific/Honolulu', '2027-04-04'],
  ])('a change is scheduled in %s, the account moves to %s over a clock change, and two plans that are alike cost what one costs: on %s', async (from, to, day) => {
    const seller = await PlanSeller.at(world, '2027-03-02', { timeZone: from });
    const fees = [platform(), support()];
    const [first, second] = [await seller.plan({ fees }), await seller.plan({ fees })];
    const id = await seller.put(first.id);
    await seller.put(first.id, { customerId: 'ben' });
    await seller.arrive('2027-03-05');
    const change = await seller.client.assignments.change(id, { planId: second.id, effectiveTimeInMillis: at(day) + DAY / 2 });
    await seller.client.accounts.update(seller.seller.accountId, { timeZone: to });
    expect(await seller.client.assignments.changes.get(change.id)).toEqual(change);
    await seller.arrive('2027-06-10');
    const sums = async (customerId: string): Promise<number> => {
      const invoices = await Promise.all((await seller.invoices(customerId)).map(({ id: invoiceId }) => seller.client.invoices.get(invoiceId)));
      expect(gaps(invoices.filter(({ kind }) => kind === 'cycle'))).toEqual([]);
      return invoices.filter(({ invoicePriceStatus }) => invoicePriceStatus === 'price_locked').flatMap(({ lines }) => lines).reduce((sum, line) => sum + Number(line.amount.amountInMinorUnits), 0);
    };
    const [changed, whole] = [await sums('ada'), await sums('ben')];
    expect(Math.abs(changed - whole)).toBeLessThanOrEqual(3);
    expect(whole).toBe(4 * 3100 + 3 * 310);
  });

  it('an agreement that begins in the middle of a period splits it, and its tiers go on where those of the price had come to', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const tiers = (first: string, rest: string) => ({ model: 'graduated' as const, tiers: [{ upTo: '100', unitPrice: first }, { upTo: null, unitPrice: rest }] });
    const { productItemId } = await seller.client.prices.get((await seller.plan()).prices[0]!);
    const price = await seller.client.prices.create({ productItemId, priceName: 'tiers', currency: 'USD', model: tiers('1', '0.5') });
    const { id: planId } = await seller.plan({ prices: [price.id] });
    for (const customerId of ['ada', 'ben']) await seller.put(planId, { customerId });
    const agreed = (model: ReturnType<typeof tiers>, customerId: string) => seller.client.priceOverrides.create({ customerId, priceId: price.id, model, effectiveFromTimeInMillis: at('2027-01-16'), effectiveToTimeInMillis: at('2027-01-26') });
    await agreed(tiers('2', '1'), 'ada');
    // The same as the price: what is split costs what the whole costs.
    await agreed(tiers('1', '0.5'), 'ben');
    for (const [day, calls] of [['2027-01-10', 80], ['2027-01-20', 70], ['2027-01-28', 10]] as const) {
      await seller.arrive(day);
      for (const customerId of ['ada', 'ben']) await seller.use(day, calls, customerId);
    }
    await seller.arrive('2027-02-02');
    expect((await seller.shown())[0]).toBe('cycle 2027-01-01..2027-02-01: Calls = 8000; Calls = 9000; Calls = 500');
    expect((await seller.shown('ben'))[0]).toBe('cycle 2027-01-01..2027-02-01: Calls = 8000; Calls = 4500; Calls = 500');
    const [cycle] = (await seller.invoices()) as unknown as [{ id: string }];
    const { lines } = await seller.client.invoices.get(cycle.id);
    expect(lines.map(({ description }) => description)).toEqual(['Calls (2027-01-01 to 2027-01-15)', 'Calls (2027-01-16 to 2027-01-25)', 'Calls (2027-01-26 to 2027-01-31)']);
    expect((await seller.client.invoices.explain(cycle.id)).lines.map(({ priceOverrideId, price: by }) => [priceOverrideId === null, by!.version])).toEqual([[true, 1], [false, 0], [true, 1]]);
  });
});

/** With its lines in one order. */
function sorted(invoice: string): string {
  const [head, lines] = invoice.split(/: (.*)/s);
  return `${head}: ${(lines ?? '').split('; ').toSorted().join('; ')}`;
}

/** Where the periods of a customer do not follow one upon the other. */
function gaps(cycles: readonly Invoice[]): unknown[] {
  const inOrder = cycles.toSorted((one, other) => one.invoiceStartTimeInSeconds - other.invoiceStartTimeInSeconds);
  return inOrder.slice(1).filter(({ invoiceStartTimeInSeconds }, index) => invoiceStartTimeInSeconds !== inOrder[index]!.invoiceEndTimeInSeconds);
}
