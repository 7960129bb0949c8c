import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabasePool } from '../../src/platform/database/database.js';
import { operationsOf, readApiDocument } from '../support/api-document.js';
import { openAccount, SWITCH_TIME_IN_SECONDS } from '../support/furnished-account.js';
import { HttpCaller } from '../support/http-caller.js';
import { insertReturnedMoney } from '../support/returned-money-rows.js';
import { sandboxKey, startTestApplication, type TestApplication } from '../support/test-application.js';

/** The machine may be busy with other suites: a whole application starts in each. */
interface Row {
  readonly id: string;
  readonly createTime: number;
  /** Of what was not created here. */
  readonly receiveTime?: number;
  /** As the reference API calls it. */
  readonly createdTimeInSeconds?: number;
}

const ROWS = 11;
const LISTS = ['accounts', 'api-keys', 'customers', 'meters', 'product-items', 'prices', 'plans', 'tax-rates', 'assignments', 'assignment-changes', 'pending-charges', 'promotions', 'coupons', 'customer-discounts', 'commitments', 'price-overrides', 'invoices', 'refunds', 'credit-notes', 'mails', 'payments/duplicates', 'disputes', 'webhook-events', 'provider-intents', 'customers/payment-method/switch', 'usage-corrections'];
/** Rows of theirs have no id of ours; their own specs go through their pages. */
const PAGED_ELSEWHERE = ['ingest/unmatched', 'ingest/conflicts', 'usage/export', 'usage/amendments', 'finance/ageing', 'finance/journal', 'finance/payouts', 'finance/payouts/{id}/transactions', 'finance/outstanding', 'exchange-rates', 'invoices/due', 'usage-corrections/{id}/preview/invoices'];
/** Reference clients expect the whole list where they name no limit. */
const WHOLE_WITHOUT_LIMIT = ['customers', 'meters'];

describe('Lists, page by page', () => {
  let application: TestApplication;
  let account: HttpCaller & { accountId: string };
  let itemId: string;

  beforeAll(async () => {
    application = await startTestApplication({ runLoops: false, connectStripe: false });
    const installation = new HttpCaller(application.url, application.adminKey);
    account = await openAccount(installation, 'paging');
    await account.expectOk('POST', '/meters', { meterApiName: 'calls', label: 'Calls', meterType: 'sum_of_all_usage' });
    itemId = (await account.expectOk<Row>('POST', '/product-items', { productItemName: 'calls', meterApiName: 'calls' })).id;
    await account.expectOk('PUT', '/payment-providers/manual/connection', { credentials: { instructions: 'Cash' } });
    const fee = { currency: 'USD', billingPeriod: { interval: 'month' }, baseFee: { amountInMinorUnits: 100, currency: 'USD' } };
    const { id: planId } = await account.expectOk<Row>('POST', '/plans', { planName: 'Fee', ...fee });
    // All at once, so that many share a millisecond.
    await Promise.all(Array.from({ length: ROWS }, (_, index) => addOneOfEach(index, planId, fee, installation)));
    await disputeEach();
    await addReturnedMoney();
    await hearOfEach();
    await wantOfEach();
  });

  afterAll(() => application.close());

  async function addOneOfEach(index: number, planId: string, fee: object, installation: HttpCaller): Promise<void> {
    await Promise.all([
      openAccount(installation, `account ${index}`),
      account.expectOk('POST', '/api-keys', { name: 'x', scopes: ['read'] }),
      account.expectOk('POST', '/customers', { customerId: `c ${index}/ü`, customerName: 'x' }),
      account.expectOk('POST', '/meters', { meterApiName: `m${index}`, label: 'x', meterType: 'sum_of_all_usage' }),
      account.expectOk('POST', '/product-items', { productItemName: 'x', meterApiName: 'calls' }),
      account.expectOk('POST', '/prices', { productItemId: itemId, priceName: 'x', currency: 'USD', model: { model: 'per_unit', unitPrice: '1' } }),
      account.expectOk('POST', '/plans', { planName: 'x', ...fee }),
      account.expectOk('POST', '/tax-rates', { name: 'x', jurisdiction: 'DE', percentage: '1' }),
    ]);
    const { id } = await account.expectOk<Row>('POST', '/assignments', { customerId: `c ${index}/ü`, planId });
    await account.expectOk('POST', `/assignments/${id}/changes`, { planId: null });
    await account.expectOk('POST', '/usage-corrections', { name: 'x', reason: 'x', action: 'cancel', filter: { uniqueIds: ['x'] } });
    await account.expectOk('POST', '/price-overrides', { customerId: `c ${index}/ü`, planId, feeId: 'base_fee', amount: { amountInMinorUnits: 50, currency: 'USD' } });
    await account.expectOk('POST', '/pending-charges', { customerId: `c ${index}/ü`, currency: 'USD', description: 'x', unitPrice: 1 });
    const promotion = await account.expectOk<Row>('POST', '/promotions', { promotionName: `x ${index}`, percentage: 5 });
    await account.expectOk('POST', '/coupons', { promotionId: promotion.id, code: `x${index}` });
    await account.expectOk('POST', '/customer-discounts', { customerId: `c ${index}/ü`, couponCode: `X${index}` });
    await account.expectOk('POST', '/commitments', { customerId: `c ${index}/ü`, name: 'x', amount: { amountInMinorUnits: 1, currency: 'USD' }, periodCount: 1 });
    await account.expectOk('POST', '/customers/payment-method/switch', { customerId: `c ${index}/ü`, targetPaymentType: 'manual', switchTimeInSeconds: SWITCH_TIME_IN_SECONDS });
  }

  /** A bank begins them, so they are put there by hand. */
  async function disputeEach(): Promise<void> {
    const { id } = await account.expectOk<Row>('PUT', '/payment-providers/STRIPE/connection', { credentials: { secretKey: sandboxKey() } });
    await application.app.get(DatabasePool).query(
      `insert into dispute (id, account_id, connection_id, customer_id, invoice_id, provider_name, provider_dispute_id, provider_payment_id, kind, status, provider_status,
         reason, amount, currency, amount_withdrawn, is_method_frozen, provider_create_time, observed_at, create_time, update_time)
       select 'dsp_' || id, account_id, $1, customer_id, id, 'STRIPE', 'du_' || id, 'pi_1', 'dispute', 'open', 'needs_response', 'fraudulent', 1, 'USD', 1, false, 1, 1, 1, 1
         from invoice where customer_id like 'c %'`,
      [id],
    );
  }

  async function addReturnedMoney(): Promise<void> {
    const { id: connectionId } = await account.expectOk<Row>('PUT', '/payment-providers/STRIPE/connection', { credentials: { secretKey: sandboxKey() } });
    const [invoice] = await account.expectOk<(Row & { customerId: string })[]>('GET', '/invoices?limit=1');
    const of = { accountId: account.accountId, customerId: invoice!.customerId, invoiceId: invoice!.id, connectionId };
    for (let index = 0; index < ROWS; index += 1) await insertReturnedMoney(application.app.get(DatabasePool), of, `row${index}`);
  }

  /** A provider tells of them. */
  async function hearOfEach(): Promise<void> {
    const { id } = await account.expectOk<Row>('GET', '/payment-providers/STRIPE/connection');
    await application.app.get(DatabasePool).query(
      `insert into webhook_inbox (id, account_id, connection_id, provider_event_id, type, source, event, status, next_attempt_time, receive_time)
       select 'whk_' || id, account_id, $1, 'evt_' || id, 'invoice.paid', 'webhook', '{"objects": []}', 'processed', 1, create_time from invoice where customer_id like 'c %'`,
      [id],
    );
  }

  async function wantOfEach(): Promise<void> {
    const { id } = await account.expectOk<Row>('GET', '/payment-providers/STRIPE/connection');
    await application.app.get(DatabasePool).query(
      `insert into provider_intent (id, account_id, connection_id, provider_name, kind, subject_type, subject_id, attempt, parameters, idempotency_key, outcome, create_time)
       select 'pin_' || id, account_id, $1, 'STRIPE', 'invoice.pay', 'invoice', id, 1, '{}', 'key ' || id, 'succeeded', create_time from invoice where customer_id like 'c %'`,
      [id],
    );
  }

  const callerOf = (list: string): HttpCaller => (list === 'accounts' ? account.as(application.adminKey) : account);

  /** Follows the Link headers to the end. @param between runs after each page */
  async function walk(caller: HttpCaller, path: string, between: (page: number) => Promise<unknown> = async () => undefined): Promise<{ rows: Row[]; sizes: number[] }> {
    const rows: Row[] = [];
    const sizes: number[] = [];
    for (let next: string | undefined = path; next !== undefined; ) {
      const answer = await caller.call('GET', next);
      expect({ next, status: answer.status }).toEqual({ next, status: 200 });
      rows.push(...(answer.body as Row[]));
      sizes.push((answer.body as Row[]).length);
      next = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
      await between(sizes.length);
    }
    return { rows, sizes };
  }

  it('covers every list that is paged', async () => {
    const paged = operationsOf(await readApiDocument(account)).filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));
    expect(paged.map(({ path }) => path.slice(1)).toSorted()).toEqual([...LISTS, ...PAGED_ELSEWHERE].toSorted());
  });

  it.each(LISTS)('/%s answers each row once, in creation order, whatever the page size', async (list) => {
    const caller = callerOf(list);
    const whole = await caller.expectOk<Row[]>('GET', `/${list}?limit=1000`);
    expect(whole.length).toBeGreaterThanOrEqual(ROWS);
    const times = whole.map(({ createTime, receiveTime, createdTimeInSeconds }) => createTime ?? receiveTime ?? createdTimeInSeconds);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    for (const limit of [1, 4, whole.length]) {
      const { rows, sizes } = await walk(caller, `/${list}?limit=${limit}`);
      expect(rows.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
      expect(sizes).toEqual(Array.from({ length: Math.ceil(whole.length / limit) }, (_, page) => Math.min(limit, whole.length - page * limit)));
    }
  });

  it('neither repeats nor skips while rows are added and taken away', async () => {
    const { id: revoked } = await account.expectOk<Row>('POST', '/api-keys', { name: 'goes', scopes: ['read'] });
    const before = (await account.expectOk<Row[]>('GET', '/api-keys?limit=1000')).map(({ id }) => id);
    const { rows } = await walk(account, '/api-keys?limit=3', async (page) => {
      if (page === 1) await account.expectOk('DELETE', `/api-keys/${revoked}`);
      if (page <= 3) await account.expectOk('POST', '/api-keys', { name: 'comes', scopes: ['read'] });
    });
    const ids = rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => before.includes(id))).toEqual(before.filter((id) => id !== revoked));
    expect(ids).toHaveLength(before.length - 1 + 3);
  });

  it('keeps the filter from page to page', async () => {
    const whole = await account.expectOk<Row[]>('GET', `/prices?productItemId=${itemId}&limit=1000`);
    expect(whole).toHaveLength(ROWS);
    expect((await walk(account, `/prices?productItemId=${itemId}&limit=5`)).rows).toEqual(whole);
    const customerId = encodeURIComponent('c 3/ü');
    const ofOne = await walk(account, `/assignments?limit=1&customerId=${customerId}`);
    expect(ofOne.rows).toMatchObject([{ customerId: 'c 3/ü' }]);
    expect((await walk(account, `/invoices?limit=1&customerId=${customerId}&paymentStatus=pre_payment`)).rows).toMatchObject([{ customerId: 'c 3/ü' }]);
  });

  it('answers 100 rows where no limit is named, all of them where reference clients expect that', async () => {
    await Promise.all(Array.from({ length: 95 }, (_, index) => account.expectOk('POST', '/meters', { meterApiName: `more${index}`, label: 'x', meterType: 'sum_of_all_usage', useInBilling: true })));
    for (const list of ['product-items', 'meters']) {
      const answer = await account.call('GET', `/${list}`);
      const isWhole = WHOLE_WITHOUT_LIMIT.includes(list);
      expect((answer.body as Row[]).length > 100).toBe(isWhole);
      expect(answer.headers.get('link') === null).toBe(isWhole);
    }
    expect(await account.expectOk<Row[]>('GET', '/customers')).toHaveLength(ROWS);
  });

  it('refuses limits and cursors that are none', async () => {
    const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const limits = ['0', '-1', '1001', '1.5', 'NaN', 'Infinity', '1e99', 'ten', '', '1&limit=2', '[]'].map((limit) => `limit=${limit}`);
    const cursors = [
      ...['', '!', 'null', 'AAAA', '%00', 'a'.repeat(5_000), cursorOf(null), cursorOf({}), cursorOf([]), cursorOf([1]), cursorOf(['1', 'a'])],
      ...[cursorOf([1, 2]), cursorOf([1.5, 'a']), cursorOf([1e300, 'a']), cursorOf([1, 'a\0']), cursorOf([null, 'a']), 'x&cursor=y'],
    ].map((cursor) => `cursor=${cursor}`);
    for (const list of LISTS) {
      for (const query of [...limits, ...cursors]) {
        const { status, body } = await callerOf(list).call('GET', `/${list}?${query}`);
        expect({ list, query, status, problem: (body as { status?: number }).status }).toEqual({ list, query, status: 400, problem: 400 });
      }
    }
    // Of the right form, but behind everything or before it.
    expect(await account.expectOk('GET', `/plans?cursor=${cursorOf([Number.MAX_SAFE_INTEGER, 'z'])}`)).toEqual([]);
    expect(await account.expectOk<Row[]>('GET', `/plans?cursor=${cursorOf([-1, ''])}`)).not.toEqual([]);
  });
});
