import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller, SellerOptions } from '../convergence/seller.js';

const HOUR_IN_MILLIS = 3_600_000;

describe('Billing periods', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** A customer of its own on the plan from this day. */
  async function onPlan(start: string, options: SellerOptions, now = start): Promise<{ seller: Seller; assignmentId: string }> {
    const seller = await world.seller({ defaultPlan: false, ...options });
    await world.arriveAt(seller, now);
    await seller.client.customers.create({ customerId: 'ada', customerName: 'Ada' });
    const { id } = await seller.client.assignments.create({ customerId: 'ada', planId: seller.planId, startTimeInMillis: Date.parse(start) });
    return { seller, assignmentId: id };
  }

  /** `from..to total status` of each invoice; minutes are left out where they are zero. */
  async function periods(seller: Seller): Promise<string[]> {
    const invoices = await seller.invoices('ada');
    const time = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T00:00', '');
    return invoices.map(({ invoiceStartTimeInSeconds: from, invoiceEndTimeInSeconds: to, total, invoicePriceStatus }) => `${time(from)}..${time(to)} ${total?.amountInMinorUnits ?? invoicePriceStatus}`);
  }

  it('a jump of fourteen months: every month billed once, each event in its month', async () => {
    const { seller } = await onPlan('2027-01-31T00:00Z', { gracePeriodInHours: 48 });
    const events = ['2027-01-31T00:00Z', '2027-02-27T23:59:59.999Z', '2027-02-28T00:00Z', '2027-03-30T12:00Z', '2027-03-31T00:00Z'];
    for (const [index, time] of events.entries()) {
      const halfADayBefore = Date.parse(time) - 12 * HOUR_IN_MILLIS;
      if (halfADayBefore > (await seller.now())) await world.arriveAt(seller, new Date(halfADayBefore).toISOString());
      await seller.use('ada', 10 ** index, time, Date.parse(time));
    }
    await world.arriveAt(seller, '2028-04-01T00:00Z');
    const found = await periods(seller);
    expect(found.slice(0, 4)).toEqual(['2027-01-31..2027-02-28 1011', '2027-02-28..2027-03-31 2100', '2027-03-31..2027-04-30 11000', '2027-04-30..2027-05-31 1000']);
    expect(found.at(-2)).toBe('2028-02-29..2028-03-31 grace_period');
    expect(found.at(-1)).toBe('2028-03-31..2028-04-30 open');
    expect(found).toHaveLength(15);
    expect((await seller.client.testClock.get()).targetTimeInMillis).toBeNull();
  });

  it.each([
    ['UTC', '2027-02-10T00:00Z', '2027-02-10..2027-03-01'],
    ['Asia/Kolkata', '2027-02-10T03:00Z', '2027-02-09T18:30..2027-02-28T18:30'],
    ['America/New_York', '2027-03-10T12:00Z', '2027-03-10T05:00..2027-04-01T04:00'],
    ['UTC', '2027-02-01T00:00Z', '2027-02-01..2027-03-01'],
    ['UTC', '2027-02-28T12:00Z', '2027-02-28..2027-03-01'],
  ])('a first calendar month in %s, begun %s: %s', async (timeZone, start, expected) => {
    const { seller } = await onPlan(start, { interval: 'calendar_month', timeZone });
    expect(await periods(seller)).toEqual([`${expected} open`]);
  });

  it.each([0, 1, 744])('grace of %s h: locked when it is over, not before', async (gracePeriodInHours) => {
    const { seller } = await onPlan('2027-01-01T00:00Z', { gracePeriodInHours });
    const end = Date.parse('2027-02-01T00:00Z');
    await world.arriveAt(seller, new Date(end - 1).toISOString());
    expect((await seller.invoice('ada')).invoicePriceStatus).toBe('open');
    if (gracePeriodInHours > 0) {
      await world.arriveAt(seller, new Date(end + gracePeriodInHours * HOUR_IN_MILLIS - 30_000).toISOString());
      await seller.use('ada', 7, 'late but in grace', end - 1);
      expect((await seller.invoice('ada')).invoicePriceStatus).toBe('grace_period');
    }
    await world.arriveAt(seller, new Date(end + gracePeriodInHours * HOUR_IN_MILLIS + 60_000).toISOString());
    expect(await seller.invoice('ada')).toMatchObject({ invoicePriceStatus: 'price_locked', total: { amountInMinorUnits: gracePeriodInHours > 0 ? '1007' : '1000' } });
  });

  it.each<[string, (string | null)[], string[]]>([
    ['ends in the period', ['2027-01-20T00:00Z'], ['2027-01-01..2027-01-20 open']],
    ['ends with today', ['2027-01-10T12:00Z'], ['2027-01-01..2027-01-11 open']],
    ['ended at the start of today', ['2027-01-10T00:00Z'], ['2027-01-01..2027-01-10 open']],
    ['ends later than the period', ['2027-02-20T00:00Z'], ['2027-01-01..2027-02-01 open']],
    ['ends, and later after all', ['2027-01-20T00:00Z', '2027-01-25T00:00Z'], ['2027-01-01..2027-01-25 open']],
    ['ends, and not after all', ['2027-01-20T00:00Z', null], ['2027-01-01..2027-02-01 open']],
  ])('an assignment %s', async (_what, ends, expected) => {
    const { seller, assignmentId } = await onPlan('2027-01-01T00:00Z', {}, '2027-01-10T06:00Z');
    for (const end of ends) await seller.client.assignments.end(assignmentId, end === null ? null : Date.parse(end));
    expect(await periods(seller)).toEqual(expected);
  });

  it('an assignment withdrawn before it began leaves no invoice', async () => {
    const { seller, assignmentId } = await onPlan('2027-02-01T00:00Z', {}, '2027-01-10T06:00Z');
    await seller.client.assignments.end(assignmentId, Date.parse('2027-02-01T00:00Z'));
    await world.arriveAt(seller, '2027-04-01T00:00Z');
    expect(await periods(seller)).toEqual([]);
  });

  it('a change of plan in the middle of a month: each event on the plan of its time', async () => {
    const { seller, assignmentId } = await onPlan('2027-01-01T00:00Z', { gracePeriodInHours: 48 }, '2027-01-10T06:00Z');
    const change = Date.parse('2027-01-15T00:00Z');
    await seller.client.assignments.end(assignmentId, change);
    const other = await seller.client.plans.create({ planName: 'Other', currency: 'USD', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 5, currency: 'USD' }, prices: (await seller.client.plans.get(seller.planId)).prices });
    await seller.client.assignments.create({ customerId: 'ada', planId: other.id, startTimeInMillis: change });
    await world.arriveAt(seller, '2027-01-16T00:00Z');
    for (const [calls, time] of [[100, change - 1], [2000, change]] as const) await seller.use('ada', calls, `at ${time}`, time);
    await world.arriveAt(seller, '2027-02-18T00:00Z');
    expect(await periods(seller)).toEqual(['2027-01-01..2027-01-15 1100', '2027-01-15..2027-02-15 2005', '2027-02-15..2027-03-15 open']);
  });

  it.each([
    ['calendar_month', 'America/New_York', '2027-02-01..2027-03-01T05:00'],
    ['calendar_month', 'Asia/Tokyo', '2027-02-01..2027-02-28T15:00'],
    ['month', 'America/New_York', '2027-02-01..2027-03-01T05:00'],
    ['day', 'America/New_York', '2027-02-01..2027-02-02T05:00'],
  ] as const)('a new time zone counts from the next period, and leaves no stub with a base fee of its own (%s, %s)', async (interval, timeZone, expected) => {
    const { seller, assignmentId } = await onPlan(interval === 'day' ? '2027-01-31T00:00Z' : '2027-01-01T00:00Z', { interval });
    await seller.client.accounts.update(seller.accountId, { timeZone });
    await world.arriveAt(seller, '2027-02-01T01:00Z');
    expect((await periods(seller)).at(-1)).toBe(`${expected} open`);
    await seller.client.assignments.end(assignmentId, Date.parse('2028-01-01T12:00Z'));
    expect((await periods(seller)).at(-1)).toBe(`${expected} open`);
  });
});
