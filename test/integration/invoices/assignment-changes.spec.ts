import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlanFeeInput } from '@tollkeeper/client';
import { at, PlanSeller, platform, refused, support, usd } from '../../support/plan-seller.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';

const SEAL: PlanFeeInput = { name: 'Seal', amount: usd(7), kind: 'recurring', timing: 'in_advance' };

/** January has 31 days; a call costs 0.01 USD. */
describe('Changes of an assignment', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it('an upgrade takes effect today: both plans are shared out by days, usage is split at midnight, and what was billed in advance is given back', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const small = await seller.plan({ fees: [platform(3100), SEAL, support()], minimumAmount: usd(6200) });
    const large = await seller.plan({ fees: [platform(6200), SEAL, support()], freeAmount: usd(310) });
    const id = await seller.put(small.id);
    await seller.arrive('2027-01-02');
    await seller.use('2027-01-02', 100);
    await seller.arrive('2027-01-11');
    await seller.use('2027-01-11', 1000);
    const change = await seller.client.assignments.change(id, { planId: large.id });
    expect(change).toMatchObject({ kind: 'plan_change', direction: 'upgrade', status: 'done', effectiveTimeInMillis: at('2027-01-11'), fromPlanId: small.id, planId: large.id });
    expect(await seller.client.assignments.get(change.nextAssignmentId!)).toMatchObject({ startTimeInMillis: at('2027-01-11'), anchorTimeInMillis: at('2027-01-01') });
    // Shown before it is locked, on the one invoice that will give it back.
    expect((await seller.shown()).filter((invoice) => invoice.includes('not used'))).toEqual(['advance 2027-01-11..2027-02-01 (open): Platform = 4200; Seal = 7; Platform, not used = -2100']);
    await seller.arrive('2027-02-03');
    expect(await seller.shown()).toEqual([
      'advance 2027-01-01..2027-02-01: Platform = 3100; Seal = 7',
      // 10 of 31 days; the minimum too, which the fee in advance counts for with its used part. What is not prorated is not given back.
      'cycle 2027-01-01..2027-01-11: Support = 100; Calls = 100; Minimum of 20 USD = 793',
      'advance 2027-01-11..2027-02-01: Platform = 4200; Seal = 7; Platform, not used = -2100',
      'cycle 2027-01-11..2027-02-01: Support = 210; Calls = 1000; Free usage, up to 2.1 USD = -210',
      'advance 2027-02-01..2027-03-01: Platform = 6200; Seal = 7',
      'cycle 2027-02-01..2027-03-01 (open): Support = 310; Calls = 0',
    ]);
  });

  it('what is given back is explained, is earned in no month, and is not given back again', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const yearly = await seller.plan({ fees: [platform(36_500)], billingPeriod: { interval: 'year' }, prices: [] });
    const id = await seller.put(yearly.id);
    await seller.arrive('2027-02-10');
    const end = await seller.client.assignments.change(id, { planId: null, effective: 'now' });
    expect(end).toMatchObject({ kind: 'end', status: 'scheduled', effectiveTimeInMillis: at('2027-02-11') });
    await seller.arrive('2027-02-13');
    expect(await seller.shown()).toEqual(['advance 2027-01-01..2028-01-01: Platform = 36500', 'cycle 2027-01-01..2027-02-11: Platform, not used = -32400']);
    const [, cycle] = (await seller.invoices()).toSorted((one, other) => one.kind.localeCompare(other.kind));
    const { lines } = await seller.client.invoices.explain(cycle!.id);
    expect(lines[0]).toMatchObject({ exactAmount: '-324', tierRemainder: '0', rounding: '0', tiers: [{ label: 'used', amount: '41' }, { label: 'billed in advance', amount: '-365' }] });
    expect(await seller.client.invoices.differences(cycle!.id)).toMatchObject({ lines: [] });
    const revenue = await seller.client.finance.revenue({ fromMonth: '2027-01', toMonth: '2027-03' });
    expect(revenue.map(({ month, recognized }) => [month, recognized.amountInMinorUnits])).toEqual([['2027-01', '3100'], ['2027-02', '1000'], ['2027-03', '0']]);
    await expect(seller.client.assignments.end(id, null)).rejects.toEqual(refused(409, 'assignment_ended'));
  });

  it('a downgrade waits for the end of the period, is listed until then, and can be taken back as if it had never been', async () => {
    const seller = await PlanSeller.at(world, '2027-01-31');
    const [large, small] = [await seller.plan({ fees: [platform(6200)] }), await seller.plan({ fees: [platform(310)] })];
    const id = await seller.put(large.id);
    const { changes } = seller.client.assignments;
    const before = await seller.shown();
    const first = await seller.client.assignments.change(id, { planId: small.id });
    expect(first).toMatchObject({ direction: 'downgrade', status: 'scheduled', effectiveTimeInMillis: at('2027-02-28') });
    expect((await changes.list({ customerId: 'ada', status: 'scheduled' })).items).toEqual([first]);
    await expect(seller.client.assignments.change(id, { planId: null })).rejects.toEqual(refused(409, 'change_scheduled'));
    await expect(seller.client.assignments.end(id, at('2027-02-05'))).rejects.toEqual(refused(409, 'change_scheduled'));
    expect(await changes.cancel(first.id)).toEqual({ ...first, status: 'cancelled' });
    await expect(changes.cancel(first.id)).rejects.toEqual(refused(409, 'change_cancelled'));
    expect(await seller.shown()).toEqual(before);
    expect(await seller.client.assignments.get(id)).toMatchObject({ endTimeInMillis: null });
    const second = await seller.client.assignments.change(id, { planId: small.id, effective: 'period_end' });
    await seller.arrive('2027-04-01');
    await expect(changes.cancel(second.id)).rejects.toEqual(refused(409, 'change_done'));
    expect((await changes.list({ assignmentId: id })).items.map(({ status }) => status)).toEqual(['cancelled', 'done']);
    // Periods go on as they were counted: from the 31st.
    expect(await seller.shown()).toEqual([
      'advance 2027-01-31..2027-02-28: Platform = 6200',
      'cycle 2027-01-31..2027-02-28: ',
      'advance 2027-02-28..2027-03-31: Platform = 310',
      'cycle 2027-02-28..2027-03-31: ',
      'advance 2027-03-31..2027-04-30: Platform = 310',
      'cycle 2027-03-31..2027-04-30 (open): Calls = 0',
    ]);
  });

  it('an end within the running period that is taken back before its day gives nothing back', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const id = await seller.put((await seller.plan({ fees: [platform(3100)] })).id);
    await seller.arrive('2027-01-05');
    const { id: changeId } = await seller.client.assignments.change(id, { planId: null, effective: 'at', effectiveTimeInMillis: at('2027-01-20') + 1 });
    expect(await seller.shown()).toEqual(['advance 2027-01-01..2027-02-01: Platform = 3100', 'cycle 2027-01-01..2027-01-21 (open): Calls = 0; Platform, not used = -1100']);
    await seller.client.assignments.changes.cancel(changeId);
    await seller.arrive('2027-01-25');
    expect(await seller.shown()).toEqual(['advance 2027-01-01..2027-02-01: Platform = 3100', 'cycle 2027-01-01..2027-02-01 (open): Calls = 0']);
  });

  it('fees that were billed up to an end that is taken back are billed for the rest with the next invoice', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    await seller.client.accounts.update(seller.seller.accountId, { unusedFeePolicy: 'keep' });
    const id = await seller.put((await seller.plan({ fees: [platform(3100), SEAL, { ...SEAL, name: 'Set-up', kind: 'one_time' }], minimumAmount: usd(3107) })).id, { endTimeInMillis: at('2027-01-11') });
    await seller.arrive('2027-01-05');
    expect((await seller.shown())[0]).toBe('advance 2027-01-01..2027-01-11: Platform = 1000; Seal = 7; Set-up = 7');
    await seller.client.assignments.end(id, at('2027-01-21'));
    await seller.client.assignments.end(id, null);
    await seller.arrive('2027-02-03');
    expect(await seller.shown()).toEqual([
      'advance 2027-01-01..2027-01-11: Platform = 1000; Seal = 7; Set-up = 7',
      'cycle 2027-01-01..2027-02-01: ',
      'advance 2027-02-01..2027-03-01: Platform = 3100; Seal = 7; Platform, also used = 2100',
      'cycle 2027-02-01..2027-03-01 (open): Calls = 0',
    ]);
  });

  it('a plan that is left on its first day is given back whole', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const [wrong, right] = [await seller.plan({ fees: [platform(3100), SEAL, { ...SEAL, name: 'Set-up', kind: 'one_time' }] }), await seller.plan({ fees: [platform(6200)] })];
    const id = await seller.put(wrong.id);
    await seller.arrive('2027-01-01');
    await seller.client.assignments.change(id, { planId: right.id });
    await seller.arrive('2027-01-02');
    expect(await seller.shown()).toEqual([
      'advance 2027-01-01..2027-02-01: Platform = 3100; Seal = 7; Set-up = 7',
      'advance 2027-01-01..2027-02-01: Platform = 6200; Platform, not used = -3100; Seal, not used = -7; Set-up, not used = -7',
      'cycle 2027-01-01..2027-02-01 (open): Calls = 0',
    ]);
  });

  it('an account may keep fees that are not used', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    await seller.client.accounts.update(seller.seller.accountId, { unusedFeePolicy: 'keep' });
    const terms = await seller.plan({ fees: [platform(3100)], prices: [] });
    const id = await seller.put(terms.id);
    await seller.arrive('2027-01-10');
    await seller.client.assignments.change(id, { planId: null, effective: 'now' });
    await seller.arrive('2027-01-13');
    expect(await seller.shown()).toEqual(['advance 2027-01-01..2027-02-01: Platform = 3100', 'cycle 2027-01-01..2027-01-11: ']);
  });

  it('a change may reach back to the start of the running period, and never into what is locked', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const [first, second] = [await seller.plan({ fees: [support()] }), await seller.plan({ fees: [support(620)] })];
    const id = await seller.put(first.id);
    await seller.arrive('2027-02-15');
    const change = (day: string): Promise<unknown> => seller.client.assignments.change(id, { planId: second.id, effective: 'at', effectiveTimeInMillis: at(day) });
    await expect(change('2027-01-31')).rejects.toEqual(expect.objectContaining({ status: 409, code: 'period_locked', message: expect.stringMatching(/2027-02-01T00:00:00.000Z by invoice .+ not rewritten/) as unknown }));
    const locked = await seller.client.invoices.get((await seller.invoices())[0]!.id);
    await change('2027-02-08');
    await seller.arrive('2027-03-03');
    expect(await seller.shown()).toEqual([
      'cycle 2027-01-01..2027-02-01: Support = 310',
      'cycle 2027-02-01..2027-02-08: Support = 78',
      'cycle 2027-02-08..2027-03-01: Support = 465',
      'cycle 2027-03-01..2027-04-01 (open): Support = 620; Calls = 0',
    ]);
    expect(await seller.client.invoices.get(locked.id)).toEqual(locked);
  });

  it('periods are counted from the change where the plans bill by different periods, or on request', async () => {
    const seller = await PlanSeller.at(world, '2027-01-01');
    const [monthly, yearly] = [await seller.plan({ fees: [platform(3100)], prices: [] }), await seller.plan({ fees: [platform(36_500)], prices: [], billingPeriod: { interval: 'year' } })];
    const id = await seller.put(monthly.id);
    const other = await seller.put(monthly.id, { customerId: 'ben' });
    await seller.arrive('2027-01-11');
    await expect(seller.client.assignments.change(id, { planId: yearly.id, periods: 'continue' })).rejects.toEqual(refused(400, 'billing_periods_differ'));
    await seller.client.assignments.change(id, { planId: yearly.id, effective: 'now' });
    await seller.client.assignments.change(other, { planId: (await seller.plan({ fees: [platform(6200)], prices: [] })).id, periods: 'restart' });
    await seller.arrive('2027-01-12');
    expect((await seller.shown()).at(-2)).toBe('advance 2027-01-11..2028-01-11: Platform = 36500; Platform, not used = -2100');
    expect((await seller.shown('ben')).at(-2)).toBe('advance 2027-01-11..2027-02-11: Platform = 6200; Platform, not used = -2100');
  });

  it('refuses what does not fit, by name, and writes nothing', async () => {
    const seller = await PlanSeller.at(world, '2027-01-10');
    const { assignments } = seller.client;
    const present = await seller.plan({ fees: [support()] });
    const [draft, old] = [await seller.plan({ status: 'draft' }), await seller.plan()];
    await seller.client.plans.update(old.id, { status: 'deprecated' });
    const euros = await seller.client.plans.create({ planName: 'x', currency: 'EUR', billingPeriod: { interval: 'month' }, fees: [{ name: 'x', amount: { amountInMinorUnits: 5, currency: 'EUR' }, kind: 'recurring' }] });
    const id = await seller.put(present.id, { startTimeInMillis: at('2027-01-05') });
    const [other] = [await seller.plan({ fees: [support()] })];
    const before = [(await assignments.list()).items, await seller.shown()];
    const cases: [Parameters<typeof assignments.change>[1], number, string][] = [
      [{ planId: 'plan_absent' }, 400, 'unknown_plan'],
      [{ planId: present.id }, 400, 'same_plan'],
      [{ planId: draft.id }, 409, 'plan_is_draft'],
      [{ planId: old.id }, 409, 'plan_deprecated'],
      [{ planId: euros.id, effective: 'now' }, 409, 'currency_change_in_period'],
      [{ planId: other.id, effective: 'at' }, 400, 'effective_time_mismatch'],
      [{ planId: other.id, effective: 'now', effectiveTimeInMillis: at('2027-01-20') }, 400, 'effective_time_mismatch'],
      [{ planId: other.id, effectiveTimeInMillis: at('2027-01-04') }, 400, 'change_before_start'],
      [{ planId: other.id, effectiveTimeInMillis: at('2027-01-20') / 1000 }, 400, 'change_before_start'],
      [{ planId: other.id, effectiveTimeInMillis: at('2047-01-20') }, 400, 'change_too_far'],
      [{ planId: other.id, periods: 'sometimes' as 'restart' }, 400, 'invalid_request'],
    ];
    for (const [change, status, code] of cases) await expect(assignments.change(id, change)).rejects.toEqual(refused(status, code));
    await expect(assignments.change('asg_absent', { planId: other.id })).rejects.toEqual(refused(404, 'assignment_not_found'));
    expect([(await assignments.list()).items, await seller.shown()]).toEqual(before);
    expect((await assignments.changes.list()).items).toEqual([]);
    await assignments.end(id, at('2027-02-20'));
    await expect(assignments.change(id, { planId: other.id, effectiveTimeInMillis: at('2027-02-20') })).rejects.toEqual(refused(400, 'change_after_end'));
    expect(await assignments.change(id, { planId: euros.id, effective: 'period_end' })).toMatchObject({ effectiveTimeInMillis: at('2027-02-05') });
    await seller.arrive('2027-03-01');
    await expect(assignments.change(id, { planId: other.id })).rejects.toEqual(refused(409, 'assignment_ended'));
  });
});
