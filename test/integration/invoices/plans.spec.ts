import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlanFeeInput, PlanInput } from '@tollkeeper/client';
import { shownInvoices } from '../../support/shown-invoices.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const usd = (amountInMinorUnits: number): { amountInMinorUnits: number; currency: string } => ({ amountInMinorUnits, currency: 'USD' });

/** What plans charge beside prices, when, and who is on them: the prices of one call is 0.01 USD. */
describe('Plans', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  async function sellerAt(time: string): Promise<{ seller: Seller; prices: readonly string[] }> {
    const seller = await world.seller({ defaultPlan: false });
    await world.arriveAt(seller, time);
    return { seller, prices: (await seller.client.plans.get(seller.planId)).prices };
  }

  async function put(seller: Seller, customerId: string, plan: string | Partial<PlanInput>, start: string, end: string | null = null): Promise<string> {
    const planId = typeof plan === 'string' ? plan : (await seller.client.plans.create({ planName: 'Plan', currency: 'USD', billingPeriod: { interval: 'month' }, ...plan })).id;
    await seller.client.customers.create({ customerId, customerName: customerId });
    await seller.client.assignments.create({ customerId, planId, startTimeInMillis: Date.parse(start), ...(end === null ? {} : { endTimeInMillis: Date.parse(end) }) });
    return planId;
  }

  const invoices = (seller: Seller, customerId: string): Promise<string[]> => shownInvoices(seller.client, customerId);

  const FEES: PlanFeeInput[] = [
    { name: 'Set-up', amount: usd(5000), kind: 'one_time', timing: 'in_advance' },
    { name: 'Platform', amount: usd(3100), kind: 'recurring', timing: 'in_advance', isProrated: true },
    { name: 'Support', amount: usd(620), kind: 'recurring', isProrated: true },
    { name: 'Seal', amount: usd(7), kind: 'recurring' },
    { name: 'Farewell', amount: usd(99), kind: 'one_time' },
  ];

  it('charges fees in advance at the start and without grace, the others at the end, and one-time ones once', async () => {
    const { seller } = await sellerAt('2027-01-22T00:00Z');
    await put(seller, 'ada', { fees: FEES, billingPeriod: { interval: 'calendar_month' } }, '2027-01-22T00:00Z');
    await world.arriveAt(seller, '2027-01-22T01:00Z');
    // Ten days of 31.
    expect(await invoices(seller, 'ada')).toEqual(['advance 2027-01-22..2027-02-01: Set-up = 5000; Platform = 1000', 'cycle 2027-01-22..2027-02-01 (open): Support = 200; Seal = 7; Farewell = 99']);
    // On its way to be collected already, which only a customer who is not linked holds up.
    expect((await seller.invoices('ada')).find(({ kind }) => kind === 'advance')).toMatchObject({ paymentStatusReason: 'not_linked', total: { amountInMinorUnits: '6000' } });
    await world.arriveAt(seller, '2027-03-05T00:00Z');
    expect(await invoices(seller, 'ada')).toEqual([
      'advance 2027-01-22..2027-02-01: Set-up = 5000; Platform = 1000',
      'cycle 2027-01-22..2027-02-01: Support = 200; Seal = 7; Farewell = 99',
      'advance 2027-02-01..2027-03-01: Platform = 3100',
      'cycle 2027-02-01..2027-03-01: Support = 620; Seal = 7',
      'advance 2027-03-01..2027-04-01: Platform = 3100',
      'cycle 2027-03-01..2027-04-01 (open): Support = 620; Seal = 7',
    ]);
  });

  it('withdraws what would be charged in advance with the assignment that never begins', async () => {
    const { seller } = await sellerAt('2027-01-10T00:00Z');
    await put(seller, 'ada', { fees: FEES }, '2027-02-01T00:00Z');
    const { id } = (await seller.client.assignments.list({ customerId: 'ada' })).items[0]!;
    expect(await seller.invoices('ada')).toHaveLength(2);
    await seller.client.assignments.end(id, Date.parse('2027-02-01T00:00Z'));
    await world.arriveAt(seller, '2027-02-03T00:00Z');
    expect(await invoices(seller, 'ada')).toEqual([]);
  });

  it.each<[string, number, string[]]>([
    ['little usage', 300, ['Support = 620', 'Calls = 300', 'Free usage, up to 5 USD = -300', 'Minimum of 20 USD = 1380']],
    ['more than is free', 1_000, ['Support = 620', 'Calls = 1000', 'Free usage, up to 5 USD = -500', 'Minimum of 20 USD = 880']],
    ['more than the minimum', 5_000, ['Support = 620', 'Calls = 5000', 'Free usage, up to 5 USD = -500']],
    ['no usage', 0, ['Support = 620', 'Minimum of 20 USD = 1380']],
  ])('gives usage free up to an amount, and charges the minimum: %s', async (_what, calls, lines) => {
    const { seller, prices } = await sellerAt('2027-01-01T00:00Z');
    const planId = await put(seller, 'ada', { prices, fees: [FEES[2]!], freeAmount: usd(500), minimumAmount: usd(2000) }, '2027-01-01T00:00Z');
    if (calls > 0) await seller.use('ada', calls, 'x', Date.parse('2027-01-01T01:00Z'));
    await world.arriveAt(seller, '2027-02-04T00:00Z');
    const [first] = await seller.invoices('ada');
    const invoice = await seller.client.invoices.get(first!.id);
    expect(invoice.lines.map(({ description, amount }) => `${description.startsWith('Calls') || description.startsWith('API') ? 'Calls' : description} = ${amount.amountInMinorUnits}`)).toEqual(lines);
    expect(invoice.total!.amountInMinorUnits).toBe(String(lines.reduce((sum, line) => sum + Number(line.split(' = ')[1]), 0)));
    expect((await seller.client.plans.get(planId)).minimumAmount).toEqual({ amountInMinorUnits: '2000', currency: 'USD' });
  });

  it('free amount and minimum of a shorter period are its share by days, and the lines say so', async () => {
    const { seller, prices } = await sellerAt('2027-01-01T00:00Z');
    await put(seller, 'ada', { prices, freeAmount: usd(310), minimumAmount: usd(3100), fees: [FEES[2]!] }, '2027-01-01T00:00Z', '2027-01-11T00:00Z');
    await seller.use('ada', 500, 'x', Date.parse('2027-01-01T01:00Z'));
    await world.arriveAt(seller, '2027-01-13T00:00Z');
    const [shown] = await invoices(seller, 'ada');
    expect(shown).toMatch(/^cycle 2027-01-01\.\.2027-01-11: Support = 200; .* = 500; Free usage, up to 1 USD = -100; Minimum of 10 USD = 400$/);
    const invoice = await seller.invoice('ada');
    expect(invoice.lines[0]).toMatchObject({ unitPriceText: '6.2 USD × 10/31', exactAmount: '2', tiers: [{ kind: 'fee', share: '10/31', amount: '2' }] });
  });

  it('a plan change at a boundary costs what two customers on the two plans cost', async () => {
    const { seller, prices } = await sellerAt('2027-01-01T00:00Z');
    const terms = { prices, fees: FEES, freeAmount: usd(100), minimumAmount: usd(900) };
    const first = await put(seller, 'one', terms, '2027-01-01T00:00Z', '2027-02-01T00:00Z');
    const second = await put(seller, 'two', { ...terms, minimumAmount: usd(0), freeAmount: usd(50) }, '2027-02-01T00:00Z');
    await put(seller, 'ada', first, '2027-01-01T00:00Z', '2027-02-01T00:00Z');
    await seller.client.assignments.create({ customerId: 'ada', planId: second, startTimeInMillis: Date.parse('2027-02-01T00:00Z') });
    const use = async (customerId: string, time: string, calls: number): Promise<unknown> => seller.use(customerId, calls, `${customerId} ${time}`, Date.parse(time));
    await Promise.all(['one', 'ada'].map((customerId) => use(customerId, '2027-01-01T03:00Z', 333)));
    await world.arriveAt(seller, '2027-02-01T12:00Z');
    await Promise.all(['two', 'ada'].map((customerId) => use(customerId, '2027-02-01T00:00Z', 777)));
    await world.arriveAt(seller, '2027-03-05T00:00Z');
    const [one, two, ada] = [await invoices(seller, 'one'), await invoices(seller, 'two'), await invoices(seller, 'ada')];
    expect(ada).toEqual([...one, ...two]);
    expect(ada.length).toBeGreaterThan(4);
  });

  it('a deprecated plan hands its customers on to its successor at the end of their period', async () => {
    const { seller } = await sellerAt('2027-01-01T00:00Z');
    const old = await put(seller, 'ada', { fees: [FEES[3]!] }, '2027-01-01T00:00Z');
    await put(seller, 'ben', old, '2027-01-01T00:00Z', '2027-02-20T00:00Z');
    const next = await seller.client.plans.create({ planName: 'Next', currency: 'USD', billingPeriod: { interval: 'month' }, fees: [{ name: 'New', amount: usd(11), kind: 'recurring', timing: 'in_advance' }] });
    await seller.client.plans.update(old, { status: 'deprecated', successorPlanId: next.id });
    await world.arriveAt(seller, '2027-02-04T00:00Z');
    expect(await invoices(seller, 'ada')).toEqual(['cycle 2027-01-01..2027-02-01: Seal = 7', 'advance 2027-02-01..2027-03-01: New = 11', 'cycle 2027-02-01..2027-03-01 (open): ']);
    expect(await invoices(seller, 'ben')).toEqual(['cycle 2027-01-01..2027-02-01: Seal = 7', 'advance 2027-02-01..2027-02-20: New = 11', 'cycle 2027-02-01..2027-02-20 (open): ']);
    const { items } = await seller.client.assignments.list({ customerId: 'ben' });
    expect(items.map(({ planId, startTimeInMillis, endTimeInMillis }) => [planId, startTimeInMillis, endTimeInMillis])).toEqual([
      [old, Date.parse('2027-01-01T00:00Z'), Date.parse('2027-02-01T00:00Z')],
      [next.id, Date.parse('2027-02-01T00:00Z'), Date.parse('2027-02-20T00:00Z')],
    ]);
  });

  it('a draft changes in everything, takes nobody, and becomes active when it has what to charge', async () => {
    const { seller, prices } = await sellerAt('2027-01-01T00:00Z');
    const { plans } = seller.client;
    const draft = await plans.create({ planName: 'Draft', currency: 'EUR', billingPeriod: { interval: 'day', intervalsCount: 45 }, status: 'draft' });
    await seller.client.customers.create({ customerId: 'ada', customerName: 'ada' });
    await expect(seller.client.assignments.create({ customerId: 'ada', planId: draft.id })).rejects.toMatchObject({ status: 409, code: 'plan_is_draft' });
    await expect(plans.update(draft.id, { status: 'active' })).rejects.toMatchObject({ status: 400, code: 'empty_plan' });
    await expect(plans.update(draft.id, { isDefault: true })).rejects.toMatchObject({ status: 400, code: 'draft_is_no_default' });
    await expect(plans.update(draft.id, { prices })).rejects.toMatchObject({ status: 400, code: 'currency_mix' });
    await expect(plans.update(draft.id, { fees: [FEES[0]!] })).rejects.toMatchObject({ status: 400, code: 'currency_mix' });
    expect(await plans.get(draft.id)).toMatchObject({ currency: 'EUR', fees: [], prices: [], status: 'draft' });
    for (const name of ['planName', 'currency', 'billingPeriod', 'fees', 'prices', 'isDefault', 'status']) {
      expect(await plans.update(draft.id, { [name]: null })).toEqual({ ...draft, updateTime: expect.any(Number) });
    }
    const changed = await plans.update(draft.id, { currency: 'USD', prices, fees: FEES, billingPeriod: { interval: 'year', intervalsCount: 2 } });
    expect(await plans.get(draft.id)).toEqual(changed);
    expect(changed).toMatchObject({ currency: 'USD', prices, billingPeriod: { interval: 'year', intervalsCount: 2 }, fees: FEES.map(({ name }) => ({ name })) });
    expect(await plans.update(draft.id, { prices })).toEqual({ ...changed, updateTime: expect.any(Number) });
    expect(await plans.get(draft.id)).toMatchObject({ prices });
    expect(await plans.update(draft.id, { fees: changed.fees.slice(0, 1), status: 'active', isDefault: true })).toMatchObject({ status: 'active', prices, fees: [changed.fees[0]], isDefault: true });
    expect(await plans.get(draft.id)).toMatchObject({ status: 'active', prices, fees: [changed.fees[0]] });
    await expect(plans.update(draft.id, { fees: [], minimumAmount: null })).rejects.toMatchObject({ status: 409, code: 'plan_is_not_draft', message: expect.stringContaining('fees, minimumAmount') });
    await expect(plans.update(draft.id, { status: 'draft' })).rejects.toMatchObject({ status: 409, code: 'plan_is_not_draft' });
    await expect(plans.delete(draft.id)).rejects.toMatchObject({ status: 409, code: 'plan_is_default' });
    await plans.update(draft.id, { isDefault: false });
    await plans.delete(draft.id);
    await expect(plans.get(draft.id)).rejects.toMatchObject({ status: 404, code: 'plan_not_found' });
  });

  it('refuses what does not fit, by name', async () => {
    const { seller, prices } = await sellerAt('2027-01-01T00:00Z');
    const { plans } = seller.client;
    const plan = { planName: 'x', currency: 'USD', billingPeriod: { interval: 'month' } } as const;
    await expect(plans.create(plan)).rejects.toMatchObject({ status: 400, code: 'empty_plan' });
    await expect(plans.create({ ...plan, fees: [{ ...FEES[0]!, amount: usd(0) }] })).rejects.toMatchObject({ status: 400, code: 'free_fee', errors: [{ field: 'fees[0].amount.amountInMinorUnits' }] });
    await expect(plans.create({ ...plan, prices, minimumAmount: { amountInMinorUnits: 5, currency: 'EUR' } })).rejects.toMatchObject({ status: 400, code: 'currency_mix', errors: [{ field: 'minimumAmount.currency' }] });
    const withNulls = { prices: null, isDefault: null, status: null, fees: [{ ...FEES[0]!, id: null, timing: null, isProrated: null }] } as unknown as Partial<PlanInput>;
    expect(await plans.create({ ...plan, ...withNulls })).toMatchObject({ prices: [], isDefault: false, status: 'active', fees: [{ timing: 'in_arrears', isProrated: false }] });
    await expect(plans.create({ ...plan, prices, currency: 'XXX' })).rejects.toMatchObject({ status: 400, code: 'unknown_currency' });
    await expect(plans.create({ ...plan, prices, billingPeriod: { interval: 'month', intervalsCount: 0 } })).rejects.toMatchObject({ status: 400 });
    const old = await put(seller, 'ada', { prices }, '2027-01-01T00:00Z');
    const euros = await plans.create({ ...plan, currency: 'EUR', fees: [{ name: 'x', amount: { amountInMinorUnits: 5, currency: 'EUR' }, kind: 'recurring' }] });
    await expect(plans.update(old, { successorPlanId: seller.planId })).rejects.toMatchObject({ status: 400, code: 'unfit_successor' });
    await expect(plans.update(old, { status: 'deprecated', successorPlanId: euros.id })).rejects.toMatchObject({ status: 400, code: 'unfit_successor' });
    await expect(plans.update(old, { status: 'deprecated', successorPlanId: old })).rejects.toMatchObject({ status: 400, code: 'unfit_successor' });
    await expect(plans.update(old, { status: 'deprecated', successorPlanId: 'plan_nobody' })).rejects.toMatchObject({ status: 400, code: 'unknown_plan' });
    expect((await plans.get(old)).status).toBe('active');
    await plans.update(old, { status: 'deprecated' });
    await expect(plans.update(old, { planName: 'y' })).rejects.toMatchObject({ status: 409, code: 'plan_deprecated' });
    expect(await plans.update(old, { successorPlanId: seller.planId })).toMatchObject({ successorPlanId: seller.planId });
    await expect(plans.delete(old)).rejects.toMatchObject({ status: 409, code: 'plan_in_use' });
    await expect(seller.client.assignments.create({ customerId: 'ada', planId: old, startTimeInMillis: Date.parse('2027-03-01'), endTimeInMillis: Date.parse('2027-02-01') })).rejects.toMatchObject({ status: 409 });
    await seller.client.customers.create({ customerId: 'ben', customerName: 'ben' });
    await expect(seller.client.assignments.create({ customerId: 'ben', planId: euros.id, startTimeInMillis: Date.parse('2027-03-01'), endTimeInMillis: Date.parse('2027-02-01') })).rejects.toMatchObject({ status: 400, code: 'end_before_start' });
    expect(await seller.invoices('ben')).toEqual([]);
  });
});
