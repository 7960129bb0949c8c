import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';

describe('Locking and turning invoices', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it('what is too small to collect is carried until it is enough, each invoice once', async () => {
    const seller = await world.seller({ baseFee: 0, defaultPlan: true });
    await seller.customer('ada');
    for (const [month, calls] of [20, 20, 20, 60].entries()) {
      await seller.use('ada', calls, `month ${month}`);
      await world.endMonth(seller);
    }
    const invoices = await Promise.all((await seller.invoices('ada')).slice(0, 4).map(({ id }) => seller.client.invoices.get(id)));
    expect(invoices.map((invoice) => `${invoice.total.amountInMinorUnits} ${statusOf(invoice)}`)).toEqual([
      '20 not_needed carried_forward',
      '40 not_needed carried_forward',
      '60 settled paid',
      '60 settled paid',
    ]);
    expect(invoices.map(({ carriedIntoInvoiceId }) => carriedIntoInvoiceId)).toEqual([invoices[1]!.id, invoices[2]!.id, null, null]);
    expect(invoices[2]!.lines.map(({ kind, amount }) => `${kind} ${amount.amountInMinorUnits}`)).toEqual(['usage 20', 'carried 40']);
    expect(invoices.map(({ number }) => number?.slice(-6) ?? null)).toEqual([null, null, '000001', '000002']);
    expect((await seller.stripe.list('charges')).map(({ amount }) => amount)).toEqual([60, 60]);
  });

  it('numbers are gapless when many invoices go out at the same moment', async () => {
    const seller = await world.seller();
    const customers = Array.from({ length: 8 }, (_, index) => `customer-${index}`);
    for (const customerId of customers) await seller.client.customers.create({ customerId, customerName: customerId });
    await world.lockMonth(seller);
    await Promise.all(customers.map((customerId) => seller.client.customers.update({ customerId, customerName: customerId }, { autoCreateCustomerInStripe: true })));
    const numbers = await Promise.all(customers.map(async (customerId) => (await seller.invoice(customerId)).number?.slice(-6)));
    expect(numbers.sort()).toEqual(customers.map((_, index) => String(index + 1).padStart(6, '0')));
  });

  it.each([
    ['a price that makes more money than can be counted', 1, '1000000000000000'],
    ['usage that corrections outweigh', -1, '0.01'],
  ])('%s keeps back its own invoice and no other', async (_what, sign, unitPrice) => {
    const seller = await world.seller({ unitPrice });
    await seller.client.customers.create({ customerId: 'bad', customerName: 'Bad' });
    await seller.client.customers.create({ customerId: 'good', customerName: 'Good' });
    for (let part = 0; part < 3; part += 1) await seller.use('bad', sign * 999_999_999_999, `part ${part}`);
    await world.lockMonth(seller);
    expect(await seller.invoice('good')).toMatchObject({ invoicePriceStatus: 'price_locked', total: { amountInMinorUnits: '1000' } });
    const [bad] = await seller.invoices('bad');
    expect(bad).toMatchObject({ invoicePriceStatus: 'grace_period', paymentStatusMessage: expect.stringContaining('cannot be locked') });
    expect(await seller.client.testClock.get()).toMatchObject({ status: 'ready' });
  });

  it('an invoice that cannot be locked does not hold up a jump over a year, and is locked once it can be', async () => {
    const seller = await world.seller();
    await seller.client.customers.create({ customerId: 'bad', customerName: 'Bad' });
    await seller.use('bad', -1, 'too much taken back');
    const used = await seller.now();
    await seller.client.testClock.advance(used + 366 * 86_400_000);
    await world.arrive(seller);
    const invoices = await seller.invoices('bad');
    expect(invoices.map(({ invoicePriceStatus }) => invoicePriceStatus)).toEqual(['grace_period', ...Array.from({ length: 11 }, () => 'price_locked'), 'open']);
    expect((await world.told(invoices[0]!.id)).filter((told) => told.startsWith('invoice.lock_failed'))).toHaveLength(1);
    await seller.use('bad', 101, 'put right', used);
    await seller.client.testClock.advance((await seller.now()) + 2 * 3_600_000);
    await world.arrive(seller);
    expect(await seller.invoice('bad')).toMatchObject({ invoicePriceStatus: 'price_locked', total: { amountInMinorUnits: '1100' } });
  });

  it('with ingestion running through it: what was acknowledged before is billed, and billed and late together are what was acknowledged', async () => {
    const seller = await world.seller({ baseFee: 0, unitPrice: '1' });
    await seller.client.customers.create({ customerId: 'ada', customerName: 'Ada' });
    const used = await seller.now();
    await seller.client.testClock.advance(used + 33 * 86_400_000);
    let acknowledged = 0;
    let locked = false;
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let event = 0; !locked || event < 5; event += 1) {
        await seller.use('ada', 1, `${writer}-${event}`, used);
        acknowledged += 1;
      }
    });
    while (acknowledged < 20) await new Promise((resolve) => setImmediate(resolve));
    const before = acknowledged;
    await world.run(['account-clocks']);
    locked = true;
    await Promise.all(writers);
    const invoice = await seller.invoice('ada');
    const billed = Number(invoice.total.amountInMinorUnits) / 100;
    expect(billed).toBeGreaterThanOrEqual(before);
    const [late] = await world.rows<{ count: number }>(
      `select count(*)::integer as count from usage_event join invoice on invoice.id = $1 where usage_event.account_id = $2 and transaction_id >= lock_watermark::bigint`,
      [invoice.id, seller.accountId],
    );
    expect(billed + late!.count).toBe(acknowledged);
  });

  it('usage of a restored dump that no worker has taken over yet keeps invoices waiting and blames none of them', async () => {
    const seller = await world.seller();
    await seller.client.customers.create({ customerId: 'ada', customerName: 'Ada' });
    await world.rows('update usage_rollup_state set folded_to = folded_to + 1000000000000', []);
    await world.lockMonth(seller);
    const waiting = await seller.invoice('ada');
    expect(waiting).toMatchObject({ invoicePriceStatus: 'grace_period', paymentStatusMessage: null });
    expect(await world.told(waiting.id)).not.toContainEqual(expect.stringContaining('lock_failed'));
    await expect(seller.client.usage.export()).rejects.toMatchObject({ status: 503, code: 'usage_not_taken_over', retryAfterInSeconds: 5 });
    await world.run(['usage-rollup', 'account-clocks']);
    expect(await seller.invoice('ada')).toMatchObject({ invoicePriceStatus: 'price_locked' });
    expect((await seller.client.usage.export()).items).toEqual([]);
  });

  it('a clock arrives at a later target that was set while it was arriving at an earlier one', async () => {
    const seller = await world.seller();
    const first = (await seller.now()) + 86_400_000;
    const second = first + 86_400_000;
    await seller.client.testClock.advance(first);
    await world.whileLocked(
      `select 1 from account where id = '${seller.accountId}' for update`,
      () => world.run(['account-clocks']),
      `update account set clock_target_in_millis = ${second} where id = '${seller.accountId}'`,
    );
    await world.run(['account-clocks']);
    expect(await seller.now()).toBeGreaterThanOrEqual(second);
  });

  it('a period’s turn opens none after an end of the assignment that is being written at that moment', async () => {
    const seller = await world.seller();
    await seller.client.customers.create({ customerId: 'ada', customerName: 'Ada' });
    const [first] = await seller.invoices('ada');
    const boundary = first!.invoiceEndTimeInSeconds * 1000;
    await seller.client.testClock.advance(boundary + 60_000);
    await world.whileLocked(
      `select 1 from customer where account_id = '${seller.accountId}' for no key update`,
      () => world.run(['account-clocks']),
      `update assignment set end_in_millis = ${boundary} where account_id = '${seller.accountId}'`,
    );
    expect(await seller.invoices('ada')).toHaveLength(1);
  });
});
