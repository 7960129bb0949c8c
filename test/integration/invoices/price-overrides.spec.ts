import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PriceOverrideInput } from '@tollkeeper/client';
import { at, PlanSeller, platform, refused, support, usd } from '../../support/plan-seller.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';


/** January has 31 days; a call costs 0.01 USD. */
describe('What is agreed with single customers, and trials', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it('a price and fees of its own hold from day to day; others on the plan pay what it says, and lines say by what they were rated', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const terms = await seller.plan({ fees: [platform(), support()], baseFee: usd(500) });
    for (const customerId of ['ada', 'ben', 'cyd']) await seller.put(terms.id, { customerId });
    const [priceId] = terms.prices as [string];
    const model = { model: 'per_unit', unitPrice: '0.005' } as const;
    const agree = (customerId: string, override: Omit<PriceOverrideInput, 'customerId'>) => seller.client.priceOverrides.create({ customerId, ...override });
    for (const customerId of ['ada', 'ben']) {
      await agree(customerId, { priceId, model, effectiveFromTimeInMillis: at('2027-01-11'), effectiveToTimeInMillis: at('2027-01-21') });
      await agree(customerId, { planId: terms.id, feeId: 'platform', amount: usd(0) });
      await agree(customerId, { planId: terms.id, feeId: 'base_fee', amount: usd(100), effectiveToTimeInMillis: at('2027-02-01') });
    }
    await seller.arrive('2027-01-26');
    for (const customerId of ['ada', 'ben', 'cyd']) for (const [day, calls] of [['2027-01-05', 100], ['2027-01-15', 1000], ['2027-01-25', 200]] as const) await seller.use(day, calls, customerId);
    await seller.arrive('2027-02-02');
    const agreed = [
      'advance 2027-01-01..2027-02-01: Platform = 0',
      'cycle 2027-01-01..2027-02-01: Plan base fee = 100; Support = 310; Calls = 100; Calls = 500; Calls = 200',
      'advance 2027-02-01..2027-03-01: Platform = 0',
      'cycle 2027-02-01..2027-03-01 (open): Plan base fee = 500; Support = 310; Calls = 0',
    ];
    expect(await seller.shown()).toEqual(agreed);
    expect(await seller.shown('ben')).toEqual(agreed);
    expect((await seller.shown('cyd')).slice(0, 2)).toEqual(['advance 2027-01-01..2027-02-01: Platform = 3100', 'cycle 2027-01-01..2027-02-01: Plan base fee = 500; Support = 310; Calls = 1300']);
    const cycle = (await seller.invoices()).find(({ kind }) => kind === 'cycle')!;
    const { lines } = await seller.client.invoices.explain(cycle.id);
    expect(lines.slice(2).map(({ price, usage }) => [price!.version, price!.model, usage!.quantities[0]!.quantity])).toEqual([[1, { model: 'per_unit', unitPrice: '0.01' }, '100'], [0, model, '1000'], [1, { model: 'per_unit', unitPrice: '0.01' }, '200']]);
    expect(await seller.client.invoices.differences(cycle.id)).toMatchObject({ lines: [] });
  });

  it('the minimum and the free amount are agreed like fees, from a period on, whatever of the plan was billed in advance; explain names what was agreed', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const terms = await seller.plan({ fees: [platform()], minimumAmount: usd(5000), freeAmount: usd(100) });
    for (const customerId of ['ada', 'ben']) await seller.put(terms.id, { customerId });
    await seller.arrive('2027-01-08');
    const agree = (feeId: string, amount: number, day: string) =>
      seller.client.priceOverrides.create({ customerId: 'ada', planId: terms.id, feeId, amount: usd(amount), effectiveFromTimeInMillis: at(day), effectiveToTimeInMillis: at('2027-03-01') });
    const free = await agree('free_amount', 500, '2027-01-01');
    const least = await agree('minimum_amount', 3410, '2027-02-01');
    for (const day of ['2027-01-10', '2027-02-10', '2027-03-10']) {
      await seller.arrive(day);
      for (const customerId of ['ada', 'ben']) await seller.use(day, 600, customerId);
    }
    const cycles = async (customerId: string): Promise<string[]> => (await seller.shown(customerId)).filter((invoice) => invoice.startsWith('cycle'));
    expect(await cycles('ada')).toEqual([
      'cycle 2027-01-01..2027-02-01: Calls = 600; Free usage, up to 5 USD = -500; Minimum of 50 USD = 1800',
      'cycle 2027-02-01..2027-03-01: Calls = 600; Free usage, up to 5 USD = -500; Minimum of 34.1 USD = 210',
      'cycle 2027-03-01..2027-04-01 (open): Calls = 600; Free usage, up to 1 USD = -100; Minimum of 50 USD = 1400',
    ]);
    expect((await cycles('ben'))[1]).toBe('cycle 2027-02-01..2027-03-01: Calls = 600; Free usage, up to 1 USD = -100; Minimum of 50 USD = 1400');
    const [january, february] = (await seller.invoices()).filter(({ kind }) => kind === 'cycle');
    const agreed = async (id: string) => (await seller.client.invoices.explain(id)).lines.map(({ kind, priceOverrideId }) => [kind, priceOverrideId]);
    expect(await agreed(january!.id)).toEqual([['usage', null], ['free_amount', free.id], ['minimum', null]]);
    expect(await agreed(february!.id)).toEqual([['usage', null], ['free_amount', free.id], ['minimum', least.id]]);
    await expect(agree('minimum_amount', 5, '2027-02-01')).rejects.toEqual(refused(409, 'period_locked'));
    await expect(seller.plan({ fees: [{ ...support(), id: 'minimum_amount' }] })).rejects.toEqual(refused(400, 'invalid_fee_id'));
    await expect(seller.plan({ fees: [support(), support()] })).rejects.toEqual(refused(400, 'invalid_fee_id'));
  });

  it('what if asks with what is agreed, and a change of plan takes it along', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const [one, other] = [await seller.plan({ fees: [platform()] }), await seller.plan({ fees: [support()] })];
    const id = await seller.put(one.id);
    await seller.client.priceOverrides.create({ customerId: 'ada', priceId: one.prices[0]!, model: { model: 'per_unit', unitPrice: '0.5' } });
    await seller.arrive('2027-01-02');
    await seller.use('2027-01-02', 10);
    const preview = await seller.client.invoices.whatIf({ customerId: 'ada', planId: other.id });
    expect([preview.total.amountInMinorUnits, preview.present!.total.amountInMinorUnits]).toEqual(['810', '500']);
    await seller.client.assignments.change(id, { planId: other.id, effective: 'now' });
    expect((await seller.shown()).at(-1)).toBe('cycle 2027-01-02..2027-02-01 (open): Support = 300; Calls = 500');
  });

  it('refuses what does not fit, by name, and writes nothing', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const { priceOverrides } = seller.client;
    const terms = await seller.plan({ fees: [platform()] });
    await seller.put(terms.id);
    await seller.arrive('2027-02-10');
    const [priceId] = terms.prices as [string];
    const model = { model: 'per_unit', unitPrice: '1' } as const;
    const fee = { planId: terms.id, feeId: 'platform', amount: usd(5) };
    const later = { effectiveFromTimeInMillis: at('2027-03-01') };
    const cases: [Partial<PriceOverrideInput>, number, string][] = [
      [{}, 400, 'not_one_override'],
      [{ priceId }, 400, 'not_one_override'],
      [{ priceId, model, ...fee }, 400, 'not_one_override'],
      [{ customerId: 'nobody', priceId, model }, 400, 'unknown_customer'],
      [{ priceId: 'price_absent', model }, 400, 'unknown_price'],
      [{ priceId, model: { model: 'per_unit', unitPrice: '-1' } }, 400, 'invalid_price_model'],
      [{ ...fee, planId: 'plan_absent' }, 400, 'unknown_plan'],
      [{ ...fee, feeId: 'seal', ...later }, 400, 'unknown_fee'],
      [{ ...fee, amount: { amountInMinorUnits: 5, currency: 'EUR' }, ...later }, 400, 'currency_mix'],
      [{ priceId, model, effectiveFromTimeInMillis: at('2027-01-31') }, 409, 'period_locked'],
      // Billed in advance already.
      [{ ...fee, effectiveFromTimeInMillis: at('2027-02-01') }, 409, 'period_locked'],
      [{ priceId, model, ...later, effectiveToTimeInMillis: at('2027-03-01') }, 400, 'end_before_start'],
    ];
    for (const [override, status, code] of cases) await expect(priceOverrides.create({ customerId: 'ada', ...override })).rejects.toEqual(refused(status, code));
    expect((await priceOverrides.list({ customerId: 'ada' })).items).toEqual([]);
    const { id } = await priceOverrides.create({ customerId: 'ada', priceId, model, effectiveFromTimeInMillis: at('2027-02-01') });
    await expect(priceOverrides.create({ customerId: 'ada', priceId, model, ...later })).rejects.toEqual(refused(409, 'override_overlap'));
    await expect(priceOverrides.end(id, at('2027-01-05'))).rejects.toEqual(refused(400, 'end_before_start'));
    await priceOverrides.end(id, at('2027-02-20'));
    await priceOverrides.create({ customerId: 'ada', priceId, model, ...later });
    await expect(priceOverrides.end(id, null)).rejects.toEqual(refused(409, 'override_overlap'));
    await seller.arrive('2027-03-10');
    await expect(priceOverrides.end(id, at('2027-02-25'))).rejects.toEqual(refused(409, 'period_locked'));
    const withdrawn = await priceOverrides.create({ customerId: 'ada', ...fee, effectiveFromTimeInMillis: at('2027-03-02') });
    expect(await priceOverrides.end(withdrawn.id, at('2027-03-02'))).toMatchObject({ effectiveToTimeInMillis: at('2027-03-02') });
  });

  it.each<[string, object, string[]]>([
    ['fees and usage', {}, ['cycle 2027-01-01..2027-01-11: Calls = 100; Free in the trial = -100', 'advance 2027-01-11..2027-02-11: Platform = 3100; Set-up = 9', 'cycle 2027-01-11..2027-02-11 (open): Support = 310; Calls = 1000; Minimum of 50 USD = 590']],
    ['fees', { free: 'fees' }, ['cycle 2027-01-01..2027-01-11: Calls = 100', 'advance 2027-01-11..2027-02-11: Platform = 3100; Set-up = 9', 'cycle 2027-01-11..2027-02-11 (open): Support = 310; Calls = 1000; Minimum of 50 USD = 590']],
    ['usage', { free: 'usage' }, ['advance 2027-01-01..2027-02-01: Platform = 3100; Set-up = 9', 'cycle 2027-01-01..2027-02-01 (open): Support = 310; Calls = 0; Calls = 1000; Minimum of 50 USD = 590']],
    ['all of it, and ends', { then: 'end' }, ['cycle 2027-01-01..2027-01-11: Calls = 100; Free in the trial = -100']],
  ])('a trial without %s', async (_what, trial, expected) => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const terms = await seller.plan({ fees: [platform(), support(), { name: 'Set-up', amount: usd(9), kind: 'one_time', timing: 'in_advance' }], minimumAmount: usd(5000) });
    const id = await seller.put(terms.id, { trial: { days: 10, ...trial } });
    expect((await seller.client.assignments.get(id)).trial).toEqual({ endTimeInMillis: at('2027-01-11'), free: (trial as { free?: string }).free ?? 'fees_and_usage' });
    await seller.arrive('2027-01-02');
    await seller.use('2027-01-02', 100);
    await seller.arrive('2027-01-13');
    if (expected.length > 1) await seller.use('2027-01-12', 1000);
    expect(await seller.shown()).toEqual(expected);
    const [first] = await seller.invoices();
    expect((await seller.client.invoices.explain(first!.id)).lines.length).toBeGreaterThan(0);
  });

  it('a change in a trial takes the trial along, and trials that do not fit are refused by name', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const [small, large] = [await seller.plan({ fees: [platform()] }), await seller.plan({ fees: [platform(6200)] })];
    const id = await seller.put(small.id, { trial: { endTimeInMillis: at('2027-01-21') } });
    await seller.arrive('2027-01-06');
    await seller.client.assignments.change(id, { planId: large.id });
    await seller.arrive('2027-01-22');
    expect(await seller.shown()).toEqual(['cycle 2027-01-01..2027-01-06: ', 'cycle 2027-01-06..2027-01-21: ', 'advance 2027-01-21..2027-02-21: Platform = 6200', 'cycle 2027-01-21..2027-02-21 (open): Calls = 0']);
    await seller.client.customers.create({ customerId: 'ben', customerName: 'ben' });
    const attempt = (trial: object, more: object = {}): Promise<unknown> => seller.client.assignments.create({ customerId: 'ben', planId: small.id, trial, ...more });
    await expect(attempt({})).rejects.toEqual(refused(400, 'not_one_trial_length'));
    await expect(attempt({ days: 5, endTimeInMillis: at('2027-02-01') })).rejects.toEqual(refused(400, 'not_one_trial_length'));
    await expect(attempt({ days: 0 })).rejects.toEqual(refused(400, 'invalid_request'));
    await expect(attempt({ endTimeInMillis: at('2027-01-01') })).rejects.toEqual(refused(400, 'trial_before_start'));
    await expect(attempt({ days: 4_000 })).rejects.toEqual(refused(400, 'trial_too_long'));
    await expect(attempt({ days: 30 }, { endTimeInMillis: at('2027-02-01') })).rejects.toEqual(refused(400, 'trial_after_end'));
    await expect(attempt({ days: 3, then: 'end' }, { endTimeInMillis: at('2027-02-01') })).rejects.toEqual(refused(400, 'trial_ends_assignment'));
    expect((await seller.client.assignments.list({ customerId: 'ben' })).items).toEqual([]);
  });
});
