import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UsageApplication, type TestAccount } from '../../support/usage-application.js';

const MONTH = { interval: 'month' };
const USD = (amountInMinorUnits: string | number) => ({ amountInMinorUnits, currency: 'USD' });
const DAY = 86_400_000;

type Method = 'POST' | 'PUT' | 'DELETE';
type Refusal = readonly [status: number, code: string, finding?: string];

interface Ids {
  readonly item: string;
  readonly price: string;
  readonly otherPrice: string;
  readonly plan: string;
  readonly fee: string;
}

/** What nobody could be billed by, in the words of the one who sent it. Whatever is refused leaves the account as it was, row for row. */
describe('The catalog refuses by name, and stores nothing of it:', () => {
  let application: UsageApplication;
  let account: TestAccount;
  let ids: Ids;
  let now: number;

  beforeAll(async () => {
    application = await UsageApplication.start();
    account = await application.account();
    await application.customer(account.id, 'ada');
    await account.call('POST', '/meters', { meterApiName: 'calls', label: 'Calls', meterType: 'sum_of_all_usage' });
    const item = await create('/product-items', { productItemName: 'Calls', meterApiName: 'calls' });
    const price = await create('/prices', { productItemId: item, priceName: 'Calls', currency: 'USD', model: { model: 'per_unit', unitPrice: '0.002' } });
    const otherPrice = await create('/prices', { productItemId: item, priceName: 'In euros', currency: 'EUR', model: { model: 'per_unit', unitPrice: '0.002' } });
    const plan = await create('/plans', { planName: 'Plan', currency: 'USD', billingPeriod: MONTH, fees: [{ name: 'Seat', amount: USD(100), kind: 'recurring' }], prices: [price] });
    const { fees } = (await account.call('GET', `/plans/${plan}`)).body as { fees: { id: string }[] };
    ids = { item, price, otherPrice, plan, fee: fees[0]!.id };
    now = Date.now();
    await create('/assignments', { customerId: 'ada', planId: plan, startTimeInMillis: now });
  });

  afterAll(() => application.stop());

  async function create(route: string, body: unknown): Promise<string> {
    const answer = await account.call('POST', route, body);
    expect(answer).toMatchObject({ status: 200 });
    return (answer.body as { id: string }).id;
  }

  /** All there is of the account, in every table that holds something of one: how many rows, and what they say. */
  async function stored(): Promise<Record<string, string>> {
    const { rows: tables } = await application.pool.query<{ name: string }>(
      `select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = 'public' and c.column_name = 'account_id' and t.table_type = 'BASE TABLE' order by 1`,
    );
    const found: Record<string, string> = {};
    for (const { name } of tables) {
      const { rows } = await application.pool.query<{ said: string }>(`select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as said from "${name}" t where account_id = $1`, [account.id]);
      found[name] = rows[0]!.said;
    }
    return found;
  }

  const price = (more: object) => ({ productItemId: ids.item, priceName: 'x', currency: 'USD', model: { model: 'per_unit', unitPrice: '1' }, ...more });
  const tiered = (...tiers: object[]) => price({ model: { model: 'graduated', tiers } });
  const plan = (more: object) => ({ planName: 'x', currency: 'USD', billingPeriod: MONTH, prices: [ids.price], ...more });
  const fee = (more: object) => plan({ fees: [{ name: 'x', amount: USD(1), kind: 'recurring', ...more }] });
  const override = (more: object) => ({ customerId: 'ada', priceId: ids.price, model: { model: 'per_unit', unitPrice: '1' }, ...more });

  it.each<[string, Method, () => string, () => unknown, Refusal]>([
    ['a price in a currency that there is not', 'POST', () => '/prices', () => price({ currency: 'XXX' }), [400, 'unknown_currency']],
    ['a plan in a currency that there is not', 'POST', () => '/plans', () => plan({ currency: 'XXX' }), [400, 'unknown_currency']],
    ['prices of another currency than their plan', 'POST', () => '/plans', () => plan({ prices: [ids.otherPrice] }), [400, 'currency_mix']],
    ['prices of two currencies', 'POST', () => '/plans', () => plan({ prices: [ids.price, ids.otherPrice] }), [400, 'currency_mix']],
    ['a base fee of another currency', 'POST', () => '/plans', () => plan({ baseFee: { amountInMinorUnits: 1, currency: 'EUR' } }), [400, 'currency_mix']],
    ['a fee of another currency', 'POST', () => '/plans', () => fee({ amount: { amountInMinorUnits: 1, currency: 'EUR' } }), [400, 'currency_mix']],
    ['a minimum of another currency', 'POST', () => '/plans', () => plan({ minimumAmount: { amountInMinorUnits: 1, currency: 'EUR' } }), [400, 'currency_mix']],
    ['an assignment that ends before it starts', 'POST', () => '/assignments', () => ({ customerId: 'ada', planId: ids.plan, startTimeInMillis: now + 5 * DAY, endTimeInMillis: now + 2 * DAY }), [400, 'end_before_start']],
    ['an agreed price that ends before it starts', 'POST', () => '/price-overrides', () => override({ effectiveFromTimeInMillis: now + 5 * DAY, effectiveToTimeInMillis: now + 2 * DAY }), [400, 'end_before_start']],
    ['a period of no length', 'POST', () => '/plans', () => plan({ billingPeriod: { interval: 'month', intervalsCount: 0 } }), [400, 'invalid_request']],
    ['tiers that overlap', 'POST', () => '/prices', () => tiered({ upTo: '100', unitPrice: '1' }, { from: '50', upTo: null, unitPrice: '1' }), [400, 'invalid_price_model', 'tiers_overlap']],
    ['tiers that do not rise', 'POST', () => '/prices', () => tiered({ upTo: '100', unitPrice: '1' }, { upTo: '100', unitPrice: '1' }, { upTo: null, unitPrice: '1' }), [400, 'invalid_price_model', 'tiers_not_rising']],
    ['a gap between tiers', 'POST', () => '/prices', () => tiered({ upTo: '100', unitPrice: '1' }, { from: '150', upTo: null, unitPrice: '1' }), [400, 'invalid_price_model', 'tier_gap']],
    ['a gap before the first tier', 'POST', () => '/prices', () => tiered({ from: '10', upTo: null, unitPrice: '1' }), [400, 'invalid_price_model', 'tier_gap']],
    ['no price beyond the last tier', 'POST', () => '/prices', () => tiered({ upTo: '100', unitPrice: '1' }), [400, 'invalid_price_model', 'last_tier_not_open']],
    ['a tier behind an open one', 'POST', () => '/prices', () => tiered({ upTo: null, unitPrice: '1' }, { upTo: null, unitPrice: '1' }), [400, 'invalid_price_model', 'open_tier_not_last']],
    ['a negative price', 'POST', () => '/prices', () => price({ model: { model: 'per_unit', unitPrice: '-1' } }), [400, 'invalid_price_model', 'negative']],
    ['a negative price of a tier', 'POST', () => '/prices', () => tiered({ upTo: null, unitPrice: '-0.01' }), [400, 'invalid_price_model', 'negative']],
    ['a negative version of a price', 'POST', () => `/prices/${ids.price}/versions`, () => ({ model: { model: 'per_unit', unitPrice: '-1' }, effectiveFromTimeInMillis: now + 40 * DAY }), [400, 'invalid_price_model', 'negative']],
    ['a negative price for one customer', 'POST', () => '/price-overrides', () => override({ model: { model: 'per_unit', unitPrice: '-1' } }), [400, 'invalid_price_model', 'negative']],
    ['a negative base fee', 'POST', () => '/plans', () => plan({ baseFee: USD(-1) }), [400, 'invalid_request']],
    ['a negative fee', 'POST', () => '/plans', () => fee({ amount: USD(-1) }), [400, 'invalid_request']],
    ['a negative minimum', 'POST', () => '/plans', () => plan({ minimumAmount: USD(-1) }), [400, 'invalid_request']],
    ['a plan without items and fees', 'POST', () => '/plans', () => plan({ prices: [] }), [400, 'empty_plan']],
    ['a plan of a price that there is not', 'POST', () => '/plans', () => plan({ prices: ['price_none'] }), [400, 'unknown_price']],
    ['to delete a price in use', 'DELETE', () => `/prices/${ids.price}`, () => undefined, [409, 'price_in_use']],
  ])('%s', async (_what, method, route, body, [status, code, finding]) => {
    const before = await stored();
    const answer = await account.call(method, route(), body());
    expect(answer).toMatchObject({ status, body: { code, ...(finding !== undefined && { errors: expect.arrayContaining([expect.objectContaining({ code: finding })]) }) } });
    expect(await stored()).toEqual(before);
  });

  it('and sees what is stored, where it is not refused', async () => {
    const before = await stored();
    await create('/prices', price({}));
    const after = await stored();
    expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(expect.arrayContaining(['price', 'price_version']));
  });
});
