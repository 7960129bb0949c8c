import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UsageApplication, type TestAccount } from '../../support/usage-application.js';

interface AssignmentBody {
  id: string;
  planId: string;
  startTimeInMillis: number;
  endTimeInMillis: number | null;
}

const DAY = 86_400_000;
const startOfUtcDay = (at: number): number => Math.floor(at / DAY) * DAY;

describe('Assignments', () => {
  let application: UsageApplication;
  let account: TestAccount;
  let planId: string;
  let customers = 0;

  beforeAll(async () => {
    application = await UsageApplication.start();
    account = await application.account();
    planId = await planOf(account, 'Basic');
  });

  afterAll(() => application.stop());

  const planOf = async (owner: TestAccount, planName: string, change: Record<string, unknown> = {}): Promise<string> => {
    const body = { planName, currency: 'USD', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: '100', currency: 'USD' }, ...change };
    return ((await owner.call('POST', '/plans', body)).body as { id: string }).id;
  };
  const newCustomer = async (owner = account): Promise<string> => {
    const customerId = `customer-${(customers += 1)}`;
    await application.customer(owner.id, customerId);
    return customerId;
  };
  const assign = async (customerId: string, change: Record<string, unknown> = {}): Promise<AssignmentBody> => {
    const answer = await account.call('POST', '/assignments', { customerId, planId, ...change });
    expect(answer).toMatchObject({ status: 200 });
    return answer.body as AssignmentBody;
  };
  const eventsOf = async (assignmentId: string): Promise<{ type: string; data: unknown }[]> =>
    (await application.pool.query<{ type: string; data: unknown }>('select type, data from outbox_event where object_id = $1 order by sequence', [assignmentId])).rows;

  it('start with today, without end, and tell so', async () => {
    const customerId = await newCustomer();
    const assignment = await assign(customerId);
    expect(assignment).toEqual({
      id: expect.stringMatching(/^asg_/),
      customerId,
      planId,
      startTimeInMillis: startOfUtcDay(Date.now()),
      endTimeInMillis: null,
      anchorTimeInMillis: startOfUtcDay(Date.now()),
      trial: null,
      createTime: expect.any(Number),
      updateTime: expect.any(Number),
    });
    expect((await account.call('GET', `/assignments/${assignment.id}`)).body).toEqual(assignment);
    expect((await account.call('GET', `/assignments?customerId=${customerId}`)).body).toEqual([assignment]);
    expect((await account.call('GET', '/assignments?customerId=nobody')).body).toEqual([]);
    const data = { assignmentId: assignment.id, customerId, planId, startInMillis: assignment.startTimeInMillis, anchorInMillis: assignment.startTimeInMillis, trialPeriodEndInMillis: null, endInMillis: null };
    expect(await eventsOf(assignment.id)).toEqual([{ type: 'assignment.created', data }]);
  });

  it('put a customer on one plan at a time, naming the other assignment', async () => {
    const customerId = await newCustomer();
    const today = startOfUtcDay(Date.now());
    const first = await assign(customerId, { startTimeInMillis: today - 30 * DAY, endTimeInMillis: today + 10 * DAY });
    const answer = await account.call('POST', '/assignments', { customerId, planId, startTimeInMillis: today + 10 * DAY - 1 });
    expect(answer).toMatchObject({ status: 409, body: { code: 'assignment_overlap' } });
    expect(answer.text).toContain(first.id);
    await assign(customerId, { startTimeInMillis: today + 10 * DAY });
    await assign(customerId, { startTimeInMillis: today - 40 * DAY, endTimeInMillis: today - 30 * DAY });
    for (const [start, end] of [[-40, null], [-31, -29], [5, 6], [-300, 300]] as const) {
      const span = { startTimeInMillis: today + start * DAY, endTimeInMillis: end === null ? null : today + end * DAY };
      expect(await account.call('POST', '/assignments', { customerId, planId, ...span })).toMatchObject({ status: 409 });
    }
  });

  it('let one of several concurrent requests win', async () => {
    const customerId = await newCustomer();
    const answers = await Promise.all(Array.from({ length: 6 }, () => account.call('POST', '/assignments', { customerId, planId })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  });

  it('end with the day given, not before today, and the end may be moved or taken back', async () => {
    const customerId = await newCustomer();
    const today = startOfUtcDay(Date.now());
    const { id } = await assign(customerId, { startTimeInMillis: today - 20 * DAY });
    const end = (endTimeInMillis: unknown): ReturnType<TestAccount['call']> => account.call('PUT', `/assignments/${id}`, { endTimeInMillis });
    expect(await end(today + 5 * DAY + 1)).toMatchObject({ status: 200, body: { endTimeInMillis: today + 6 * DAY } });
    expect(await end(today - 1)).toMatchObject({ status: 200, body: { endTimeInMillis: today } });
    expect(await end(null)).toMatchObject({ status: 200, body: { endTimeInMillis: null } });
    expect(await end(today - DAY)).toMatchObject({ status: 400, body: { code: 'end_in_past' } });
    expect(await end(undefined)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['assignment.created', 'assignment.updated', 'assignment.updated', 'assignment.updated']);
    await end(today);
    await assign(customerId, { startTimeInMillis: today });
    expect(await end(null)).toMatchObject({ status: 409, body: { code: 'assignment_overlap' } });
  });

  it('are withdrawn by an end at their start, and cover nothing then', async () => {
    const customerId = await newCustomer();
    const { id, startTimeInMillis } = await assign(customerId);
    expect(await account.call('PUT', `/assignments/${id}`, { endTimeInMillis: startTimeInMillis })).toMatchObject({ status: 200, body: { endTimeInMillis: startTimeInMillis } });
    await assign(customerId);
  });

  it('are closed once they have ended', async () => {
    const customerId = await newCustomer();
    const today = startOfUtcDay(Date.now());
    const { id } = await assign(customerId, { startTimeInMillis: today - 20 * DAY, endTimeInMillis: today - 10 * DAY });
    expect(await account.call('PUT', `/assignments/${id}`, { endTimeInMillis: null })).toMatchObject({ status: 409, body: { code: 'assignment_ended' } });
  });

  it.each<[string, () => Record<string, unknown>, number, string]>([
    ['an unknown customer', () => ({ customerId: 'nobody' }), 400, 'unknown_customer'],
    ['an unknown plan', () => ({ planId: 'plan_absent' }), 400, 'unknown_plan'],
    ['an end before the start', () => ({ endTimeInMillis: Date.now() - 2 * DAY }), 400, 'end_before_start'],
    ['a start in seconds', () => ({ startTimeInMillis: Math.floor(Date.now() / 1_000) }), 400, 'start_too_far'],
    ['a start that is no time', () => ({ startTimeInMillis: 'today' }), 400, 'invalid_request'],
  ])('refuse %s', async (_what, change, status, code) => {
    expect(await account.call('POST', '/assignments', { customerId: await newCustomer(), planId, ...change() })).toMatchObject({ status, body: { code } });
  });

  it('refuse a deprecated plan', async () => {
    const deprecated = await planOf(account, 'Old');
    await account.call('PUT', `/plans/${deprecated}`, { status: 'deprecated' });
    expect(await account.call('POST', '/assignments', { customerId: await newCustomer(), planId: deprecated })).toMatchObject({ status: 409, body: { code: 'plan_deprecated' } });
  });

  it('put new customers on the default plan, from the start of the account’s day', async () => {
    const berlin = await application.account({ timeZone: 'Europe/Berlin' });
    const before = await newCustomer(berlin);
    const standard = await planOf(berlin, 'Default', { isDefault: true });
    const moved = Date.now() + 45 * DAY;
    await application.moveClock(berlin.id, moved);
    const customerId = await newCustomer(berlin);
    const [assignment] = (await berlin.call('GET', `/assignments?customerId=${customerId}`)).body as [AssignmentBody];
    expect(assignment).toMatchObject({ planId: standard, endTimeInMillis: null });
    const start = new Date(assignment.startTimeInMillis);
    expect(new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', timeStyle: 'medium' }).format(start)).toBe('00:00:00');
    expect(moved - assignment.startTimeInMillis).toBeGreaterThanOrEqual(0);
    expect(moved - assignment.startTimeInMillis).toBeLessThan(25 * 3_600_000);
    expect((await berlin.call('GET', `/assignments?customerId=${before}`)).body).toEqual([]);
  });

  it('are made for more customers at once than there are database connections', async () => {
    const busy = await application.account();
    await planOf(busy, 'Default', { isDefault: true });
    await Promise.all(Array.from({ length: 25 }, () => newCustomer(busy)));
    expect((await busy.call('GET', '/assignments')).body).toHaveLength(25);
  });

  it('treat what belongs to another account as what does not exist', async () => {
    const customerId = await newCustomer();
    const { id } = await assign(customerId);
    const other = await application.account();
    const theirs = await planOf(other, 'Theirs');
    expect(await other.call('GET', `/assignments/${id}`)).toMatchObject({ status: 404, body: { code: 'assignment_not_found' } });
    expect(await other.call('PUT', `/assignments/${id}`, { endTimeInMillis: null })).toMatchObject({ status: 404 });
    expect((await other.call('GET', '/assignments')).body).toEqual([]);
    expect(await other.call('POST', '/assignments', { customerId, planId: theirs })).toMatchObject({ status: 400, body: { code: 'unknown_customer' } });
    expect(await account.call('POST', '/assignments', { customerId: await newCustomer(), planId: theirs })).toMatchObject({ status: 400, body: { code: 'unknown_plan' } });
  });
});
