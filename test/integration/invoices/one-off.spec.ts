import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabasePool } from '../../../src/platform/database/database.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

/** What people charge by hand. The seller's plan has a base fee of 10.00 USD. */
describe('Charges by hand', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  const lines = async (seller: Seller, id: string): Promise<string[]> => (await seller.client.invoices.get(id)).lines.map(({ kind, description, amount }) => `${kind} ${description} ${amount.amountInMinorUnits}`);

  it('are an invoice of their own, locked at once and collected like any other, without discounts', async () => {
    const seller = await world.seller();
    await seller.customer('ada');
    const { id: promotionId } = await seller.client.promotions.create({ promotionName: 'Half', percentage: 50 });
    await seller.client.customerDiscounts.create({ customerId: 'ada', promotionId });
    const charges = [{ description: 'Training', quantity: '2.5', unitPrice: '99.99' }, { description: 'Sign-up', unitPrice: 50 }];
    const invoice = await seller.client.invoices.createOneOff({ customerId: 'ada', currency: 'USD', charges });
    // 249.975 is rounded once.
    expect(invoice).toMatchObject({ kind: 'one_off', invoicePriceStatus: 'price_locked', planId: null, total: { amountInMinorUnits: '29998', currency: 'USD' } });
    expect(invoice.number).not.toBeNull();
    expect(invoice.lines).toMatchObject([{ kind: 'charge', quantity: '2.5', exactAmount: '249.975', amount: { amountInMinorUnits: '24998' }, deductions: [] }, { description: 'Sign-up', amount: { amountInMinorUnits: '5000' } }]);
    await world.converge(seller);
    expect(await seller.client.invoices.get(invoice.id)).toMatchObject({ paymentStatus: 'settled', paymentStatusReason: 'paid', amountPaid: { amountInMinorUnits: '29998' } });
    const [document] = await seller.stripe.list('invoices');
    expect(document).toMatchObject({ total: 29_998, collection_method: 'charge_automatically' });
  });

  it('have a due date of their own where they are given one: the customer is sent the invoice', async () => {
    const seller = await world.seller();
    await seller.customer('ada');
    const { id } = await seller.client.invoices.createOneOff({ customerId: 'ada', currency: 'USD', charges: [{ description: 'Training', unitPrice: 10 }], daysUntilDue: 45 });
    await world.handOver();
    const sent = await seller.client.invoices.get(id);
    expect(sent).toMatchObject({ paymentStatus: 'pending', paymentStatusReason: 'awaiting_customer' });
    expect(Math.round((sent.dueTimeInMillis! - (await seller.now())) / 86_400_000)).toBe(45);
  });

  it('wait for the customer’s next invoice of a period, once, and can be taken back until then', async () => {
    const seller = await world.seller();
    await seller.customer('ada', null);
    const training = await seller.client.pendingCharges.create({ customerId: 'ada', currency: 'USD', description: 'Training', quantity: 2, unitPrice: '12.345' });
    const other = await seller.client.pendingCharges.create({ customerId: 'ada', currency: 'EUR', description: 'In euros', unitPrice: 5 });
    const mistaken = await seller.client.pendingCharges.create({ customerId: 'ada', currency: 'USD', description: 'Mistaken', unitPrice: 5 });
    const running = (await seller.invoice('ada')).id;
    expect((await lines(seller, running)).slice(-2)).toEqual(['charge Training 2469', 'charge Mistaken 500']);
    await seller.client.pendingCharges.delete(mistaken.id);
    await world.lockMonth(seller);
    expect((await lines(seller, running)).filter((line) => line.startsWith('charge'))).toEqual(['charge Training 2469']);
    expect(await seller.client.pendingCharges.get(training.id)).toMatchObject({ status: 'billed', invoiceId: running });
    await expect(seller.client.pendingCharges.delete(training.id)).rejects.toMatchObject({ status: 409, code: 'charge_billed' });
    expect((await seller.client.pendingCharges.list({ customerId: 'ada', status: 'pending' })).items.map(({ id }) => id)).toEqual([other.id]);
    expect((await seller.client.invoices.differences(running)).lines).toEqual([]);
    await world.lockMonth(seller);
    const bills = await Promise.all((await seller.invoices('ada')).map(({ id }) => lines(seller, id)));
    expect(bills.flat().filter((line) => line.startsWith('charge'))).toEqual(['charge Training 2469']);
  });

  it('are locked by the worker where the process died before it came to it', async () => {
    const seller = await world.seller();
    await seller.customer('ada', null);
    const { id } = await seller.client.invoices.createOneOff({ customerId: 'ada', currency: 'USD', charges: [{ description: 'Training', unitPrice: 10 }] });
    const pool = world.application.app.get(DatabasePool);
    // As it was committed first.
    await pool.query('delete from invoice_line where invoice_id = $1', [id]);
    await pool.query('delete from invoice_parties where invoice_id = $1', [id]);
    await pool.query(`update invoice set price_status = 'grace_period', payment_status = 'pre_payment', payment_status_reason = null, hand_over = 'none', due_at = grace_end_in_millis, total = 0, amount_due = 0, amount_open = 0 where id = $1`, [id]);
    await world.arrive(seller);
    expect(await seller.client.invoices.get(id)).toMatchObject({ invoicePriceStatus: 'price_locked', total: { amountInMinorUnits: '1000' }, lines: [{ description: 'Training' }] });
  });

  it('are made once by the same request under one key, also where its answer was not kept', async () => {
    const seller = await world.seller();
    await seller.customer('ada', null);
    const pool = world.application.app.get(DatabasePool);
    const made: string[] = [];
    for (let time = 0; time < 2; time += 1) {
      made.push((await seller.client.invoices.createOneOff({ customerId: 'ada', currency: 'USD', charges: [{ description: 'Training', unitPrice: 10 }] }, { idempotencyKey: 'training' })).id);
      made.push((await seller.client.pendingCharges.create({ customerId: 'ada', currency: 'USD', description: 'Seat', unitPrice: 5 }, { idempotencyKey: 'seat' })).id);
      // A process that dies before it writes it.
      await pool.query('delete from idempotency_record');
    }
    expect(made.slice(2)).toEqual(made.slice(0, 2));
    expect((await seller.client.invoices.list({ kind: 'one_off' })).items).toHaveLength(1);
    expect((await seller.client.pendingCharges.list({ status: 'pending' })).items).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['negative_price', { charges: [{ description: 'x', unitPrice: -1 }] }],
    ['invalid_quantity', { charges: [{ description: 'x', quantity: 0, unitPrice: 1 }] }],
    ['empty_invoice', { charges: [{ description: 'x', unitPrice: 0 }] }],
    ['amount_too_large', { charges: [{ description: 'x', quantity: '99999999999', unitPrice: '99999999999' }] }],
    ['unknown_currency', { currency: 'XXY', charges: [{ description: 'x', unitPrice: 1 }] }],
    ['unknown_product_item', { charges: [{ description: 'x', unitPrice: 1, productItemId: 'item_none' }] }],
    ['unknown_customer', { customerId: 'nobody', charges: [{ description: 'x', unitPrice: 1 }] }],
    ['invalid_request', { charges: [] }],
  ])('are refused by name, and nothing is stored of them: %s', async (code, more) => {
    const seller = await world.seller();
    await seller.client.customers.create({ customerId: 'ada', customerName: 'Ada' });
    await expect(seller.client.invoices.createOneOff({ customerId: 'ada', currency: 'USD', charges: [], ...more })).rejects.toMatchObject({ status: 400, code });
    expect((await seller.client.invoices.list({ kind: 'one_off' })).items).toEqual([]);
    expect((await seller.client.pendingCharges.list()).items).toEqual([]);
  });
});
