import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Drift, DriftReport } from '@tollkeeper/client';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const LOOP = ['provider-drift'];
const HOUR_IN_MILLIS = 3_600_000;

/** No webhook arrives and no event list is read: whatever happens at Stripe is news to nobody but a comparison. */
describe('Drift', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  async function compare(seller: Seller): Promise<DriftReport> {
    const { id } = await seller.client.drift.compare();
    await world.run(LOOP);
    expect(await seller.client.drift.run(id)).toMatchObject({ state: 'done', message: null });
    return seller.client.drift.report();
  }

  /** A seller with one settled invoice (ada) and one that waits for its customer (bob). */
  async function sellerWithInvoices(): Promise<Seller> {
    const seller = await world.seller();
    for (const [customerId, card] of [['ada', 'pm_card_visa'], ['bob', null]] as const) {
      await seller.customer(customerId, card);
      await seller.use(customerId, 200);
    }
    await world.endMonth(seller);
    await world.readEvents(seller);
    return seller;
  }

  const fieldsOf = (report: DriftReport): string[] => report.differences.map(({ kind, field, ownId, ownValue, providerValue }) => `${kind} ${ownId?.startsWith('inv_') ? '' : `${ownId} `}${field}: ${ownValue} ≠ ${providerValue}`).sort();

  const documentOf = async (seller: Seller, customerId: string): Promise<string> => `/v1/invoices/${(await seller.invoice(customerId)).providerInvoiceId}`;

  it('is nothing where both say the same, and costs pages instead of requests', async () => {
    const seller = await sellerWithInvoices();
    const before = seller.stripe.control.ledger({ key: seller.stripe.key }).length;
    expect(await compare(seller)).toMatchObject({ openCount: 0, differences: [], running: null, lastRun: { trigger: 'request', state: 'done', compared: 6 } });
    const routes = seller.stripe.control.ledger({ key: seller.stripe.key }).slice(before).map(({ route }) => route);
    expect(routes).toEqual(['GET /v1/customers', 'GET /v1/invoices', 'GET /v1/payment_intents']);
  });

  it.each<[string, (seller: Seller) => Promise<unknown>, string[], string, string]>([
    ['paid outside', async (seller) => seller.stripe.call('POST', `${await documentOf(seller, 'bob')}/pay`, { paid_out_of_band: 'true' }), ['invoice amountOpen: 1200 ≠ 0', 'invoice amountPaid: 0 ≠ 1200', 'invoice status: open ≠ paid', 'payment status: requires_payment_method ≠ canceled'], 'bob', 'settled paid_elsewhere'],
    ['voided', async (seller) => seller.stripe.call('POST', `${await documentOf(seller, 'bob')}/void`, {}), ['invoice status: open ≠ void', 'payment status: requires_payment_method ≠ canceled'], 'bob', 'not_needed voided'],
    ['written off', async (seller) => seller.stripe.call('POST', `${await documentOf(seller, 'bob')}/mark_uncollectible`, {}), ['invoice status: open ≠ uncollectible'], 'bob', 'failed written_off'],
  ])('an invoice %s in the dashboard: found, shown since when, repaired with one call', async (_what, act, fields, customerId, after) => {
    const seller = await sellerWithInvoices();
    await act(seller);
    const began = world.application.clock.now();
    const report = await compare(seller);
    expect(fieldsOf(report)).toEqual(fields);
    const [first] = report.differences as [Drift];
    expect(first.firstSeenTime).toBeGreaterThanOrEqual(began);
    expect(first.advice).toContain('Repairing takes over');
    const again = await compare(seller);
    expect(again.differences.map(({ id, firstSeenTime }) => [id, firstSeenTime])).toEqual(report.differences.map(({ id, firstSeenTime }) => [id, firstSeenTime]));

    expect((await seller.client.drift.repair(first.id)).resolvedTime).not.toBeNull();
    expect(statusOf(await seller.invoice(customerId))).toBe(after);
    expect((await seller.client.drift.report()).openCount).toBe(0);
  });

  it('money given back in the dashboard shows on the payment', async () => {
    const seller = await sellerWithInvoices();
    const [intent] = await seller.stripe.list('payment_intents', { customer: (await seller.invoice('ada')).providerCustomerId ?? '' });
    await seller.stripe.call('POST', '/v1/refunds', { payment_intent: intent!.id, amount: '300' });
    const report = await compare(seller);
    expect(fieldsOf(report)).toEqual(['payment amountRefunded: 0 ≠ 300']);
    await seller.client.drift.repair(report.differences[0]!.id);
    expect((await compare(seller)).openCount).toBe(0);
    expect((await seller.invoice('ada')).amountRefunded).toMatchObject({ amountInMinorUnits: '300' });
  });

  it('what carries our tags and is unknown here, and what is twice there or no longer', async () => {
    const seller = await sellerWithInvoices();
    const tags = (id: string) => ({ 'metadata[tollkeeper_instance]': 'ins_test', 'metadata[tollkeeper_account]': seller.accountId, 'metadata[tollkeeper_id]': id });
    await seller.client.customers.create({ customerId: 'eve', customerName: 'Eve' });
    const { id: eve } = await seller.stripe.call('POST', '/v1/customers', tags('eve'));
    await seller.stripe.call('POST', '/v1/customers', tags('ada'));
    await seller.stripe.call('POST', '/v1/customers', { ...tags('ada'), 'metadata[tollkeeper_account]': 'acc_of_somebody_else' });
    const bob = (await seller.invoice('bob')).providerCustomerId ?? '';
    await seller.stripe.call('POST', '/v1/invoices', { customer: bob, ...tags('inv_nobody_knows') });
    await seller.deleteAtStripe(`/v1/customers/${(await seller.invoice('ada')).providerCustomerId}`);
    const report = await compare(seller);
    expect(fieldsOf(report)).toEqual([
      expect.stringMatching(/^customer ada duplicate: cus_\w+ ≠ exists$/),
      'customer ada missing_at_provider: linked ≠ deleted',
      'customer eve unknown_here: null ≠ exists',
      'invoice unknown_here: null ≠ exists',
    ]);
    const of = (field: string, kind: string) => report.differences.find((drift) => drift.field === field && drift.kind === kind)!;

    // Linked to the one there is, instead of one more.
    expect(await seller.client.drift.repair(of('unknown_here', 'customer').id)).toMatchObject({ resolvedTime: expect.any(Number) });
    expect((await seller.client.customers.get('eve')).traits).toMatchObject({ stripeId: eve });
    // A person's.
    for (const [field, kind, advice] of [['duplicate', 'customer', 'take it away there'], ['missing_at_provider', 'customer', 'auto-create'], ['unknown_here', 'invoice', 'void or refund it there']] as const) {
      expect(await seller.client.drift.repair(of(field, kind).id)).toMatchObject({ resolvedTime: null, advice: expect.stringContaining(advice) });
    }
    expect((await compare(seller)).openCount).toBe(3);
  });

  it('of before is looked at again, however much of it there is; of a provider that is connected no more there is none', async () => {
    const seller = await sellerWithInvoices();
    const insert = `insert into drift (id, account_id, connection_id, kind, provider_id, field, first_seen_time, last_seen_time)
       select 'drf_before_' || lpad(i::text, 2, '0'), c.account_id, c.id, 'invoice', 'in_' || i, 'status', 0, 0 from payment_connection c, generate_series(1, 60) i where c.account_id = $1`;
    await world.rows(insert, [seller.accountId]);
    expect((await seller.client.drift.report()).openCount).toBe(60);
    expect((await compare(seller)).openCount).toBe(0);

    const leaving = await world.seller();
    await world.rows(insert.replace('drf_before_', 'drf_leaving_'), [leaving.accountId]);
    expect((await leaving.client.drift.report()).openCount).toBe(60);
    await leaving.client.paymentProviders.connection.delete('stripe');
    await world.finish();
    expect((await leaving.client.drift.report()).openCount).toBe(0);
  });

  it('goes on where it stopped, says why it waits, and belongs to one account', async () => {
    const [seller, other] = [await sellerWithInvoices(), await world.seller()];
    await seller.stripe.call('POST', `${await documentOf(seller, 'bob')}/mark_uncollectible`, {});
    seller.trouble('GET /v1/invoices', { kind: 'error', status: 500 });
    const run = await seller.client.drift.compare();
    await world.run(LOOP);
    expect(await seller.client.drift.run(run.id)).toMatchObject({ state: 'running', phase: 'invoice', compared: 2, message: expect.any(String) });
    expect(await seller.client.drift.compare()).toMatchObject({ id: run.id });
    expect((await seller.client.drift.report()).running).toMatchObject({ id: run.id });
    await world.run(LOOP, 61_000);
    expect(await seller.client.drift.run(run.id)).toMatchObject({ state: 'done', compared: 6 });
    expect(seller.stripe.requests('GET /v1/customers')).toHaveLength(1);

    const { differences } = await seller.client.drift.report();
    expect(differences).toHaveLength(1);
    await expect(other.client.drift.run(run.id)).rejects.toMatchObject({ status: 404, code: 'drift_run_not_found' });
    await expect(other.client.drift.repair(differences[0]!.id)).rejects.toMatchObject({ status: 404, code: 'drift_not_found' });
    expect(await other.client.drift.report()).toMatchObject({ openCount: 0, lastRun: null });
    expect(statusOf(await seller.invoice('bob'))).toBe('requires_action no_payment_method');
  });

  it('compares every night, and tells once of what has differed for too long', async () => {
    const seller = await sellerWithInvoices();
    await seller.stripe.call('POST', `${await documentOf(seller, 'bob')}/mark_uncollectible`, {});
    await world.run(LOOP, 24 * HOUR_IN_MILLIS);
    const { lastRun, differences } = await seller.client.drift.report();
    expect(lastRun).toMatchObject({ trigger: 'schedule', state: 'done' });
    expect(differences).toHaveLength(1);
    const told = () => world.rows<{ object_id: string }>(`select object_id from outbox_event where account_id = $1 and type = 'drift.overdue'`, [seller.accountId]);
    expect(await told()).toEqual([]);
    // What nobody can be asked about stays untold, and keeps nothing else from being told.
    const gone = await world.seller();
    await world.rows(`update payment_connection set status = 'paused' where account_id = $1`, [gone.accountId]);
    await world.rows(
      `insert into drift (id, account_id, connection_id, kind, provider_id, field, first_seen_time, last_seen_time)
       select 'drf_gone_' || i, c.account_id, c.id, 'invoice', 'in_' || i, 'status', 0, 0 from payment_connection c, generate_series(1, 60) i where c.account_id = $1`,
      [gone.accountId],
    );
    for (let hour = 0; hour < 3; hour += 1) await world.run(LOOP, HOUR_IN_MILLIS);
    expect(await told()).toEqual([{ object_id: differences[0]!.id }]);
    const metrics = await fetch(`${world.application.url}/metrics`, { headers: { 'X-API-KEY': world.application.adminKey } }).then((answer) => answer.text());
    expect(metrics).toMatch(/tollkeeper_provider_drift_open\{kind="invoice"\} [1-9]/);
    expect(Number(/tollkeeper_provider_drift_oldest_age_seconds\{kind="invoice"\} (\d+)/.exec(metrics)?.[1])).toBeGreaterThanOrEqual(3 * 3_600);
  });

  it('is not what the application is about to do', async () => {
    const seller = await world.seller();
    for (const customerId of ['ada', 'bob', 'eve', 'joe']) {
      await seller.customer(customerId);
      await seller.use(customerId, 100);
    }
    await world.lockMonth(seller);
    for (let round = 0; round < 3; round += 1) {
      await seller.client.drift.compare();
      await Promise.all([world.handOver(), world.run(LOOP), seller.customer(`late-${round}`)]);
      expect((await seller.client.drift.report()).differences).toEqual([]);
    }
    expect((await compare(seller)).openCount).toBe(0);
    for (const customerId of ['ada', 'joe']) expect(statusOf(await seller.invoice(customerId))).toBe('settled paid');
  });
});
