import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Invoice, PaymentToRecord } from '@tollkeeper/client';
import { DatabasePool } from '../../../src/platform/database/database.js';
import { eventually, startTestApplication, type TestApplication } from '../../support/test-application.js';
import { amountsOf, DAY_IN_MILLIS, ManualSeller, statusOf } from './manual-seller.js';

describe('Payment outside any API', () => {
  let application: TestApplication;
  let seller: ManualSeller;

  beforeAll(async () => {
    application = await startTestApplication({ connectStripe: false });
    seller = await ManualSeller.open(application);
    for (const customerId of ['ada', 'ben', 'eve', 'kim', 'lee', 'max', 'zoe']) await seller.customer(customerId);
    for (const customerId of ['sue', 'tom']) {
      await seller.client.customers.create({ customerId, customerName: customerId, traits: { paymentProviderName: 'STRIPE' } }, { autoCreateCustomerInStripe: true });
    }
    await seller.pass(32 * DAY_IN_MILLIS);
  });

  afterAll(() => application.close());

  function transfer(amountInMinorUnits: number | string, paymentId: string, more: Partial<PaymentToRecord> = {}): PaymentToRecord {
    return { amount: { amountInMinorUnits, currency: 'USD' }, systemName: 'bank_transfer', paymentId, ...more };
  }

  async function pay(customerId: string, payment: PaymentToRecord): Promise<Invoice> {
    return seller.client.invoices.recordPayment((await seller.invoice(customerId)).id, payment);
  }

  it('is offered with what it can do, which is next to nothing, and with the form of its connection', async () => {
    const manual = (await seller.client.paymentProviders.list()).find(({ name }) => name === 'MANUAL');
    expect(Object.entries(manual?.capabilities ?? {}).filter(([, can]) => can)).toEqual([['collection', true]]);
    expect(manual).toMatchObject({ customerTrait: null, connection: { connected: true, status: 'active' } });
    expect(manual?.configuration.map(({ name, type, required }) => [name, type, required])).toEqual([
      ['instructions', 'text', true],
      ['referenceTemplate', 'string', false],
      ['daysUntilDue', 'integer', false],
    ]);
    expect(await seller.client.paymentProviders.connection.test('manual')).toMatchObject({ result: 'ok' });
    expect(await seller.client.paymentProviders.connection.get('manual')).toMatchObject({ webhook: { status: 'unsupported' } });
  });

  it('shows how to pay on the invoice, with our number as reference, and needs no customer there', async () => {
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe('pending awaiting_customer');
    expect(invoice).toMatchObject({
      paymentProviderName: 'MANUAL',
      providerCustomerId: null,
      providerInvoiceId: null,
      paymentReference: invoice.number,
      paymentInstructions: `Send 10.00 USD to DE00 1234.\nBank code 021.\nReference: ${invoice.number}`,
    });
    expect(invoice.number).toMatch(/^TK-/);
    expect(invoice.dueTimeInMillis! - (invoice.graceEndTimeInMillis ?? 0)).toBe(14 * DAY_IN_MILLIS);
  });

  it('is settled by parts, each counted once, and keeps what comes in beyond the total', async () => {
    expect(statusOf(await pay('ada', transfer(400, 'st-1', { note: 'first part' })))).toBe('pending partly_paid');
    expect(amountsOf(await pay('ada', transfer('400', 'st-1', { systemName: 'Bank_Transfer' })))).toEqual({ due: 1_000, paid: 400, open: 600, surplus: 0, reversed: 0 });
    const settled = await pay('ada', transfer(750, 'st-2', { paymentTimeInSeconds: 1_700_000_000 }));
    expect(statusOf(settled)).toBe('settled paid_elsewhere');
    expect(amountsOf(settled)).toEqual({ due: 1_000, paid: 1_000, open: 0, surplus: 150, reversed: 0 });
    expect(settled.recordedPayments).toMatchObject([
      { kind: 'payment', systemName: 'bank_transfer', paymentId: 'st-1', amount: { amountInMinorUnits: '400', currency: 'USD' }, note: 'first part' },
      { paymentId: 'st-2', paymentTimeInSeconds: 1_700_000_000, note: null },
    ]);
    expect(amountsOf(await pay('ada', transfer(5, 'st-3')))).toMatchObject({ paid: 1_000, surplus: 155 });
  });

  it('counts a payment once when it is sent several times at once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => pay('ben', transfer(300, 'st-10'))));
    expect(amountsOf(await seller.invoice('ben'))).toMatchObject({ paid: 300, open: 700 });
  });

  it('takes a payment back as a fact of its own', async () => {
    const { recordedPayments: [payment], id } = await seller.invoice('ben');
    await seller.client.invoices.reversePayment(id, payment!.id, { note: 'returned by the bank' });
    const reversed = await seller.client.invoices.reversePayment(id, payment!.id);
    expect(statusOf(reversed)).toBe('pending awaiting_customer');
    expect(amountsOf(reversed)).toEqual({ due: 1_000, paid: 0, open: 1_000, surplus: 0, reversed: 0 });
    expect(reversed.recordedPayments).toMatchObject([{ kind: 'payment', paymentId: 'st-10' }, { kind: 'reversal', reversesId: payment!.id, amount: { amountInMinorUnits: '300' }, note: 'returned by the bank' }]);
  });

  it('leaves a settled invoice settled when its money goes back, and says what is missing until it comes again', async () => {
    const { id, recordedPayments: [payment] } = await pay('eve', transfer(1_000, 'st-20'));
    const reversed = await seller.client.invoices.reversePayment(id, payment!.id);
    expect(statusOf(reversed)).toBe('settled paid_elsewhere');
    expect(amountsOf(reversed)).toEqual({ due: 1_000, paid: 1_000, open: 0, surplus: 0, reversed: 1_000 });
    expect(amountsOf(await pay('eve', transfer(1_000, 'st-21')))).toMatchObject({ surplus: 0, reversed: 0 });
  });

  it('can be voided and marked paid like any other', async () => {
    const [kim, lee] = [await seller.invoice('kim'), await seller.invoice('lee')];
    expect(statusOf(await seller.client.invoices.void(kim.id))).toBe('not_needed voided');
    await expect(seller.client.invoices.recordPayment(kim.id, transfer(1_000, 'st-30'))).rejects.toMatchObject({ status: 409, code: 'invoice_closed' });
    expect(statusOf(await seller.client.invoices.markPaid(lee.id))).toBe('settled paid_elsewhere');
  });

  it('gives nothing back by itself: there is nobody to ask', async () => {
    const { id } = await seller.invoice('eve');
    await expect(seller.client.refunds.create(id, {})).rejects.toMatchObject({ status: 409, code: 'refunds_not_supported' });
  });

  it('is asked once more when its answer was lost a day ago, and says the same', async () => {
    const { id, paymentInstructions } = await seller.invoice('max');
    const pool = application.app.get(DatabasePool, { strict: false });
    const yesterday = Date.now() - 25 * 3_600_000;
    await pool.query(`update provider_intent set outcome = 'unknown', result = null, finish_time = null, first_sent_time = $2, last_sent_time = $2, next_check_time = 0 where subject_id = $1`, [id, yesterday]);
    await pool.query(`update invoice set hand_over = 'due', hand_over_time = 0, payment_instructions = null, payment_reference = null, payment_status_reason = 'handing_over' where id = $1`, [id]);
    const again = await eventually('the instructions', () => seller.invoice('max'), (invoice) => invoice.paymentInstructions !== null);
    expect([statusOf(again), again.paymentInstructions]).toEqual(['pending awaiting_customer', paymentInstructions]);
  });

  it('gets new instructions when it is sent again, for what is still open', async () => {
    const { id, dueTimeInMillis } = await pay('max', transfer(1, 'st-40'));
    await seller.client.paymentProviders.connection.put('manual', { credentials: { instructions: 'Cash: {{amount}}', referenceTemplate: 'RF {{invoiceNumber}}', daysUntilDue: 3 } });
    await seller.client.invoices.send(id);
    await seller.pass(60_000);
    const sent = await seller.invoice('max');
    expect(sent).toMatchObject({ paymentInstructions: 'Cash: 9.99', paymentReference: `RF ${sent.number}`, dueTimeInMillis });
    expect(statusOf(sent)).toBe('pending partly_paid');
  });

  it('is overdue by the clock of the account, and can be paid after that', async () => {
    expect(statusOf(await seller.invoice('zoe'))).toBe('pending awaiting_customer');
    await seller.pass(15 * DAY_IN_MILLIS);
    expect(statusOf(await seller.invoice('zoe'))).toBe('pending overdue');
    expect(statusOf(await seller.invoice('max'))).toBe('pending partly_paid');
    expect(statusOf(await pay('zoe', transfer(1_000, 'st-50')))).toBe('settled paid_elsewhere');
  });

  it('marks the document of another provider paid there, when it covers all of it', async () => {
    const sue = await seller.invoice('sue');
    expect(statusOf(sue)).toBe('requires_action no_payment_method');
    await expect(pay('sue', transfer(999, 'st-60'))).rejects.toMatchObject({ status: 409, code: 'partial_payment', message: expect.stringMatching(/1000 minor units of USD/) });
    const paid = await pay('sue', transfer(1_100, 'st-60', { systemName: 'external_one_time' }));
    expect(paid).toMatchObject({ paymentStatus: 'settled', paymentStatusReason: 'paid_elsewhere', providerStatus: 'paid', recordedPayments: [{ paymentId: 'st-60' }] });
    expect(amountsOf(paid)).toMatchObject({ surplus: 100 });
    expect((await seller.stripe.list('invoices')).filter(({ status }) => status === 'paid')).toMatchObject([{ id: sue.providerInvoiceId }]);
    expect(await seller.stripe.list('charges')).toEqual([]);
    expect((await pay('sue', transfer(1_100, 'st-60', { systemName: 'external_one_time' }))).recordedPayments).toHaveLength(1);
  });

  it('is recorded with the outcome at the other provider, also when its answer is lost', async () => {
    const { control, key } = seller.stripe;
    control.addFault({ method: 'POST', path: '/v1/invoices/*/pay', account: control.accountId(key), kind: 'reset_after' });
    await expect(pay('tom', transfer(1_000, 'st-70'))).rejects.toMatchObject({ status: 503, code: 'provider_unavailable' });
    const paid = await eventually('the recorded payment', () => seller.invoice('tom'), ({ recordedPayments }) => recordedPayments.length > 0);
    expect(statusOf(paid)).toBe('settled paid_elsewhere');
    expect((await pay('tom', transfer(1_000, 'st-70'))).recordedPayments).toHaveLength(1);
    expect(amountsOf(await seller.invoice('tom'))).toEqual({ due: 1_000, paid: 1_000, open: 0, surplus: 0, reversed: 0 });
  });

  it.each<[string, () => Promise<unknown>, number, string]>([
    ['another currency', () => pay('ben', transfer(1, 'x', { amount: { amountInMinorUnits: 1, currency: 'EUR' } })), 400, 'currency_mismatch'],
    ['nothing', () => pay('ben', transfer(0, 'x')), 400, 'invalid_request'],
    ['less than nothing', () => pay('ben', transfer(-5, 'x')), 400, 'invalid_request'],
    ['half a cent', () => pay('ben', transfer('0.5', 'x')), 400, 'invalid_request'],
    ['a time in milliseconds', () => pay('ben', transfer(1, 'x', { paymentTimeInSeconds: 1_700_000_000_000 })), 400, 'invalid_request'],
    ['a time to come', () => pay('ben', transfer(1, 'x', { paymentTimeInSeconds: 4_000_000_000 })), 400, 'payment_in_future'],
    ['a card number in the note', () => pay('ben', transfer(1, 'x', { note: '4242 4242 4242 4242' })), 400, 'card_number_refused'],
    ['a payment of another invoice', () => pay('ben', transfer(400, 'st-1')), 409, 'payment_conflict'],
    ['a known payment with another amount', () => pay('ada', transfer(401, 'st-1')), 409, 'payment_conflict'],
    ['an unknown invoice', () => seller.client.invoices.recordPayment('inv_none', transfer(1, 'x')), 404, 'invoice_not_found'],
    ['a reversal of nothing', async () => seller.client.invoices.reversePayment((await seller.invoice('ben')).id, 'rpm_none'), 404, 'payment_not_found'],
  ])('refuses %s', async (_what, attempt, status, code) => {
    await expect(attempt()).rejects.toMatchObject({ status, code });
  });

  it('refuses an open period', async () => {
    const open = (await seller.invoices('ben')).at(-1)!;
    expect(open.invoicePriceStatus).toBe('open');
    await expect(seller.client.invoices.recordPayment(open.id, transfer(1, 'x'))).rejects.toMatchObject({ status: 409, code: 'invoice_not_locked' });
  });

  it('refuses a connection whose words cannot be filled in', async () => {
    for (const [credentials, field] of [
      [{ instructions: 'Pay to {{iban}}' }, 'credentials.instructions'],
      [{ referenceTemplate: 'always the same' }, 'credentials.referenceTemplate'],
      [{ daysUntilDue: 0 }, 'credentials.daysUntilDue'],
    ] as const) {
      await expect(seller.client.paymentProviders.connection.put('manual', { credentials })).rejects.toMatchObject({ status: 400, code: 'invalid_credentials', errors: [{ field }] });
    }
  });
});
