import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld, statusOf } from './convergence-world.js';
import type { Seller } from './seller.js';

const ADD_LINES = 'POST /v1/invoices/*/add_lines';
const FINALIZE = 'POST /v1/invoices/*/finalize';

describe('What people do in the provider’s dashboard', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it.each([
    [ADD_LINES, 'empty'],
    [FINALIZE, 'complete'],
  ])('an (%s: %s) draft is deleted: said so, and a new one is made on demand', async (step) => {
    for (const readEventsFirst of [true, false]) {
      const seller = await world.seller();
      const { id } = await world.lockedInvoice(seller);
      seller.trouble(step, { kind: 'reset_before' });
      await world.handOver();
      const { providerInvoiceId } = await seller.invoice('ada');
      await seller.deleteAtStripe(`/v1/invoices/${providerInvoiceId}`);
      if (readEventsFirst) await world.readEvents(seller);
      await world.finish();
      expect(statusOf(await seller.invoice('ada'))).toBe('requires_action draft_deleted');

      await seller.client.invoices.send(id);
      await world.finish();
      expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
      expect(await seller.stripe.list('invoices')).toMatchObject([{ status: 'paid', total: 1200 }]);
      expect(await seller.stripe.list('charges')).toHaveLength(1);
    }
  });

  const pay = async (seller: Seller, id: string, form: Record<string, string>): Promise<void> => void (await seller.stripe.call('POST', `/v1/invoices/${id}/pay`, form));

  it.each<[string, (seller: Seller, id: string) => Promise<unknown>, string, string]>([
    ['voided', (seller, id) => seller.stripe.call('POST', `/v1/invoices/${id}/void`, {}), 'not_needed voided', '0'],
    ['marked as paid', (seller, id) => pay(seller, id, { paid_out_of_band: 'true' }), 'settled paid_elsewhere', '0'],
    ['paid with another card', (seller, id) => pay(seller, id, { payment_method: 'pm_card_visa' }), 'settled paid', '0'],
    ['written off', (seller, id) => seller.stripe.call('POST', `/v1/invoices/${id}/mark_uncollectible`, {}), 'failed written_off', '1200'],
  ])('an invoice with a declined card is %s there: followed', async (_what, act, expected, open) => {
    const seller = await world.seller();
    await world.lockedInvoice(seller, 'ada', 'pm_card_chargeCustomerFail');
    await world.handOver();
    const { providerInvoiceId, ...declined } = await seller.invoice('ada');
    expect(statusOf(declined)).toBe('failed declined');
    await act(seller, providerInvoiceId!);
    await world.converge(seller);
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe(expected);
    expect(invoice.amountOpen.amountInMinorUnits).toBe(open);
  });

  it('a written-off invoice is collected after all when it is sent again', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller, 'ada', 'pm_card_chargeCustomerFail');
    await world.handOver();
    await seller.stripe.call('POST', `/v1/invoices/${(await seller.invoice('ada')).providerInvoiceId}/mark_uncollectible`, {});
    await world.readEvents(seller);
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('failed written_off');
    await seller.client.invoices.send(id);
    await world.finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
  });

  it('the customer is deleted there before the invoice goes out: it waits, and goes to the customer that is linked instead', async () => {
    const seller = await world.seller();
    const locked = await world.lockedInvoice(seller);
    await seller.deleteAtStripe(`/v1/customers/${locked.providerCustomerId}`);
    await world.handOver();
    expect(statusOf(await seller.invoice('ada'))).toBe('requires_action refused_by_provider');
    const other = await seller.stripe.call('POST', '/v1/customers', { name: 'Ada again' });
    await seller.client.customers.update({ customerId: 'ada', customerName: 'ada', traits: { stripeId: other.id } });
    await seller.replaceCard('ada', 'pm_card_visa');
    await seller.client.invoices.send(locked.id);
    await world.finish();
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe('settled paid');
    expect(invoice.providerCustomerId).toBe(other.id);
  });

  it.each([
    [-1200, 'settled provider_balance', '0', 0],
    [-500, 'settled paid', '700', 1],
    [300, 'settled paid', '1500', 1],
  ])('the customer’s balance there is %s: it counts, and the total stays ours', async (balance, expected, due, charges) => {
    const seller = await world.seller();
    const { providerCustomerId } = await world.lockedInvoice(seller);
    await seller.stripe.call('POST', `/v1/customers/${providerCustomerId}`, { balance: String(balance) });
    await world.handOver();
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe(expected);
    expect(invoice).toMatchObject({ total: { amountInMinorUnits: '1200' }, amountDue: { amountInMinorUnits: due }, amountOpen: { amountInMinorUnits: '0' } });
    expect(await seller.stripe.list('charges')).toHaveLength(charges);
  });

  it('refunds there are shown and do not undo the settlement', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller);
    await world.handOver();
    const [charge] = await seller.stripe.list('charges');
    for (const amount of ['200', '300']) {
      await seller.stripe.call('POST', '/v1/refunds', { charge: charge!.id, amount });
      await world.readEvents(seller);
    }
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe('settled paid');
    expect(invoice).toMatchObject({ amountPaid: { amountInMinorUnits: '1200' }, amountRefunded: { amountInMinorUnits: '500' } });
    expect((await world.told(id)).filter((told) => told.startsWith('invoice.settled'))).toHaveLength(1);
  });

  /** Somebody revises the open invoice there: a copy with other lines, which replaces it once it is finalized. */
  async function revise(seller: Seller, providerInvoiceId: string, add: number): Promise<string> {
    const { id } = await seller.stripe.call('POST', '/v1/invoices', { 'from_invoice[invoice]': providerInvoiceId, 'from_invoice[action]': 'revision' });
    await seller.stripe.call('POST', `/v1/invoices/${id}/add_lines`, { 'lines[0][amount]': String(add), 'lines[0][description]': 'Goodwill' });
    await seller.stripe.call('POST', `/v1/invoices/${id}/finalize`, {});
    return id;
  }

  it.each(['the event list', 'a look at the invoice'])('a revision is adopted, found by %s: the invoice goes on as it, and what changed is kept', async (way) => {
    const seller = await world.seller();
    const { id, number } = await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('ada');
    const revision = await revise(seller, providerInvoiceId!, -200);
    if (way === 'the event list') await world.readEvents(seller);
    else for (let looks = 0; looks < 2; looks += 1) await world.run(['provider-janitor'], 180_000);

    const revised = await seller.invoice('ada');
    expect(revised).toMatchObject({ providerInvoiceId: revision, providerStatus: 'open', total: { amountInMinorUnits: '1000' }, subtotal: { amountInMinorUnits: '1200' }, amountOpen: { amountInMinorUnits: '1000' } });
    expect(revised.edits).toMatchObject([
      {
        kind: 'revision',
        before: { providerInvoiceId, total: { amountInMinorUnits: '1200' }, lines: [{ amount: { amountInMinorUnits: '1000' } }, { amount: { amountInMinorUnits: '200' } }] },
        after: { providerInvoiceId: revision, subtotal: { amountInMinorUnits: '1000' }, total: { amountInMinorUnits: '1000' } },
      },
    ]);
    const amounts = revised.edits[0]!.after!.lines!.map(({ amount }) => amount.amountInMinorUnits);
    expect(amounts.toSorted()).toEqual(['-200', '1000', '200'].toSorted());
    expect(await world.told(id)).toEqual(expect.arrayContaining([expect.stringMatching(/^invoice\.edited_at_provider/)]));
    expect(await world.told(id)).not.toContain('invoice.not_needed voided');
    expect(revised.number).not.toBe(number);

    await seller.replaceCard('ada', 'pm_card_visa');
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await seller.stripe.list('charges')).toMatchObject([{ amount: 1000 }]);
    expect((await seller.invoice('ada')).edits).toHaveLength(1);
  });

  it('a revision of a revision, and one that is paid already', async () => {
    const seller = await world.seller();
    await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    const first = await revise(seller, (await seller.invoice('ada')).providerInvoiceId!, -100);
    const second = await revise(seller, first, -100);
    await seller.stripe.call('POST', `/v1/invoices/${second}/pay`, { payment_method: 'pm_card_visa' });
    await world.readEvents(seller);
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe('settled paid');
    expect(invoice).toMatchObject({ providerInvoiceId: second, total: { amountInMinorUnits: '1000' }, amountPaid: { amountInMinorUnits: '1000' } });
    expect(invoice.edits.at(-1)).toMatchObject({ kind: 'revision', after: { providerInvoiceId: second } });
  });

  it('a discount given on our draft counts, is kept, and is no mismatch', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller);
    seller.trouble(FINALIZE, { kind: 'error', status: 400, error: { type: 'invalid_request_error', message: 'Not now.' } });
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('ada');
    const coupon = await seller.stripe.call('POST', '/v1/coupons', { amount_off: '300', currency: 'usd', duration: 'once' });
    // Our own lines cannot be discounted; a person in the dashboard can say otherwise.
    const lines = await seller.stripe.list(`invoices/${providerInvoiceId}/lines`);
    const item = ((lines[0]!['parent'] as Record<string, Record<string, string>>)['invoice_item_details']!)['invoice_item']!;
    await seller.stripe.call('POST', `/v1/invoiceitems/${item}`, { discountable: 'true' });
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}`, { 'discounts[0][coupon]': coupon.id });
    await seller.client.invoices.send(id);
    await world.finish();
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe('settled paid');
    expect(invoice).toMatchObject({ subtotal: { amountInMinorUnits: '1200' }, total: { amountInMinorUnits: '900' }, amountPaid: { amountInMinorUnits: '900' } });
    expect(invoice.edits).toMatchObject([{ kind: 'discount', before: { total: { amountInMinorUnits: '1200' } }, after: { total: { amountInMinorUnits: '900' } } }]);
    expect(await seller.stripe.list('charges')).toMatchObject([{ amount: 900 }]);
  });

  it('another due date is followed and kept', async () => {
    const seller = await world.seller({ settings: { collectionMethod: 'send_invoice', daysUntilDue: 14 } });
    await world.lockedInvoice(seller);
    await world.handOver();
    const before = await seller.invoice('ada');
    const later = Math.floor(before.dueTimeInMillis! / 1_000) + 7 * 86_400;
    await seller.stripe.call('POST', `/v1/invoices/${before.providerInvoiceId}`, { due_date: String(later) });
    await world.readEvents(seller);
    const after = await seller.invoice('ada');
    expect(after.dueTimeInMillis).toBe(later * 1_000);
    expect(after.edits).toMatchObject([{ kind: 'due_time', before: { dueTimeInMillis: before.dueTimeInMillis }, after: { dueTimeInMillis: later * 1_000 } }]);
  });

  it('a customer deleted there alerts, and nothing is created a second time', async () => {
    const seller = await world.seller();
    const { providerCustomerId, id } = await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    await seller.deleteAtStripe(`/v1/customers/${providerCustomerId}`);
    await world.readEvents(seller);
    const told = await world.rows<{ count: number }>(`select count(*)::integer as count from outbox_event where account_id = $1 and type = 'customer.deleted_at_provider'`, [seller.accountId]);
    expect(told[0]!.count).toBeGreaterThan(0);
    const created = seller.stripe.requests('POST /v1/customers').length;
    await seller.client.invoices.send(id);
    await world.converge(seller);
    expect(seller.stripe.requests('POST /v1/customers')).toHaveLength(created);
    expect(await seller.stripe.list('charges')).toEqual([]);
  });

  it.each<[string, string, (seller: Seller, methodId: string) => Promise<unknown>, string]>([
    ['a card is attached', 'POST /v1/payment_methods/*/attach', ({ client }) => client.paymentMethods.attachTestCard('ada', 'pm_card_mastercard'), 'failed'],
    ['a card is made the default', 'POST /v1/customers/*', ({ client }, methodId) => client.paymentMethods.setDefault('ada', methodId), 'failed'],
    ['a card is taken away', 'POST /v1/payment_methods/*/detach', ({ client }, methodId) => client.paymentMethods.detach('ada', methodId), 'succeeded'],
  ])('a customer deleted there while it is unknown whether %s: it is decided all the same', async (_what, operation, ask, outcome) => {
    const seller = await world.seller();
    await seller.customer('ada');
    const { id } = await seller.client.paymentMethods.attachTestCard('ada', 'pm_card_amex');
    const before = (await world.rows(`select id from provider_intent where account_id = $1`, [seller.accountId])).length;
    seller.trouble(operation, { kind: 'error', status: 500, count: 2 });
    await expect(ask(seller, id)).rejects.toMatchObject({ status: 503 });
    await seller.deleteAtStripe(`/v1/customers/${(await seller.client.customers.get('ada')).traits['stripeId']}`);
    await world.finish();
    const after = await world.rows<{ outcome: string }>('select outcome from provider_intent where account_id = $1 order by create_time, id', [seller.accountId]);
    expect(after.slice(before).at(-1)).toEqual({ outcome });
    expect(after.filter((intent) => intent.outcome === 'unknown')).toEqual([]);
  });

  it('another customer there is linked while it is unknown which card is the default of the earlier one: its default can be chosen all the same', async () => {
    const seller = await world.seller();
    await seller.customer('ada');
    const { id } = await seller.client.paymentMethods.attachTestCard('ada', 'pm_card_amex');
    seller.trouble('POST /v1/customers/*', { kind: 'error', status: 500 });
    await expect(seller.client.paymentMethods.setDefault('ada', id)).rejects.toMatchObject({ status: 503 });
    const other = await seller.stripe.call('POST', '/v1/customers', { name: 'Ada again' });
    await seller.client.customers.update({ customerId: 'ada', customerName: 'ada', traits: { stripeId: other.id } });
    await seller.client.paymentMethods.attachTestCard('ada', 'pm_card_visa');
    const { id: chosen } = await seller.client.paymentMethods.attachTestCard('ada', 'pm_card_mastercard');
    expect(await seller.client.paymentMethods.setDefault('ada', chosen)).toMatchObject({ id: chosen, isDefault: true });
  });

  it('two accounts here on one account there stay apart', async () => {
    const one = await world.seller();
    const two = await world.seller({ stripeKey: one.stripe.key });
    for (const seller of [one, two]) {
      await seller.customer('ada');
      await seller.use('ada', 200);
      await world.lockMonth(seller);
    }
    one.trouble('POST /v1/invoices', { kind: 'error', status: 500, count: 4, afterWork: true });
    await world.handOver();
    await world.converge(one, two);
    const [first, second] = [await one.invoice('ada'), await two.invoice('ada')];
    expect([statusOf(first), statusOf(second)]).toEqual(['settled paid', 'settled paid']);
    expect(first.providerInvoiceId).not.toBe(second.providerInvoiceId);
    expect(first.number).not.toBe(second.number);
    expect(await one.stripe.list('charges')).toHaveLength(2);
    expect(await world.rows(`select type, error from webhook_inbox where status = 'pending' and type like 'invoice%' and account_id = any($1)`, [[one.accountId, two.accountId]])).toEqual([]);
  });
});
