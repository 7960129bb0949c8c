import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TaxRateInput } from '@tollkeeper/client';
import { eventually, startTestApplication, type TestApplication } from '../../support/test-application.js';
import { amountsOf, DAY_IN_MILLIS, ManualSeller, statusOf } from '../manual-provider/manual-seller.js';

const VAT: TaxRateInput = { name: 'VAT', jurisdiction: 'DE', percentage: '19' };
const minor = (money: { amountInMinorUnits: string } | null): number => Number(money?.amountInMinorUnits);

/** Invoices that are paid outside any API, and those of charges by hand. A month costs a base fee of 10.00 USD. */
describe('Tax where there is no document of a plan at Stripe', () => {
  let application: TestApplication;
  let seller: ManualSeller;
  let reduced: string;

  beforeAll(async () => {
    application = await startTestApplication({ connectStripe: false });
    seller = await ManualSeller.open(application);
    const { taxRates } = seller.client;
    const [normal, within] = [(await taxRates.create(VAT)).id, (await taxRates.create({ ...VAT, isInclusive: true })).id];
    reduced = (await taxRates.create({ ...VAT, percentage: '7' })).id;
    await taxRates.setDefaults({ taxRateIds: [normal] });
    for (const customerId of ['ada', 'bob', 'cyd']) await seller.customer(customerId);
    await taxRates.setCustomer('bob', { taxRateIds: [within] });
    await taxRates.setCustomer('cyd', { taxRateIds: [], exemption: 'exempt' });
    await seller.pass(32 * DAY_IN_MILLIS);
  });

  afterAll(() => application.close());

  async function booked(invoiceId: string): Promise<Record<string, number>> {
    const sums: Record<string, number> = {};
    for await (const { postings } of seller.client.finance.allJournal({ invoiceId })) for (const { account, debit, credit } of postings) sums[account] = (sums[account] ?? 0) + minor(debit) - minor(credit);
    return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
  }

  const transfer = (amountInMinorUnits: number, paymentId: string) => ({ amount: { amountInMinorUnits, currency: 'USD' }, systemName: 'bank_transfer', paymentId });

  it.each([
    ['ada', 'on top of the price', { tax: 190, total: 1190, revenue: -1000 }, 'Send 11.90 USD'],
    ['bob', 'within the price', { tax: 160, total: 1000, revenue: -840 }, 'Send 10.00 USD'],
    ['cyd', 'not for an exempt customer', { tax: 0, total: 1000, revenue: -1000 }, 'Send 10.00 USD'],
  ] as const)('is asked for by the instructions (%s: %s), paid with them and booked', async (customerId, _how, { tax, total, revenue }, words) => {
    const open = await seller.invoice(customerId);
    expect([minor(open.tax), minor(open.total), amountsOf(open)]).toEqual([tax, total, { due: total, paid: 0, open: total, surplus: 0, reversed: 0 }]);
    expect(open.paymentInstructions).toContain(words);
    const partly = await seller.client.invoices.recordPayment(open.id, transfer(total - 100, `${customerId}-1`));
    expect([statusOf(partly), amountsOf(partly).open]).toEqual(['pending partly_paid', 100]);
    const paid = await seller.client.invoices.recordPayment(open.id, transfer(100, `${customerId}-2`));
    expect([statusOf(paid), amountsOf(paid)]).toEqual(['settled paid_elsewhere', { due: total, paid: total, open: 0, surplus: 0, reversed: 0 }]);
    expect(await booked(open.id)).toEqual({ ...(tax > 0 && { tax: -tax }), revenue, cash: total });
    await expect(seller.client.creditNotes.create(open.id)).rejects.toMatchObject({ status: 409, code: 'credit_notes_not_supported' });
  });

  it('of charges by hand is that of their items and of the customer, on an invoice that is paid by instructions, and on one of Stripe’s, which its credit note returns', async () => {
    const { client } = seller;
    const meter = await client.meters.create({ meterApiName: 'books', label: 'Books', aggregation: 'sum' });
    const { id: productItemId } = await client.productItems.create({ productItemName: 'Books', meterApiName: meter.meterApiName });
    await client.taxRates.setProductItem(productItemId, { taxRateIds: [reduced] });
    const charges = [{ description: 'Training', quantity: '2.5', unitPrice: '99.99' }, { description: 'Book', unitPrice: '33.33', productItemId }];
    // 249.98 at 19 % are 47.50, 33.33 at 7 % are 2.33.
    const taxed = { kind: 'one_off', taxTreatment: 'taxed', subtotal: { amountInMinorUnits: '28331' }, tax: { amountInMinorUnits: '4983' }, total: { amountInMinorUnits: '33314', currency: 'USD' } };
    const byHand = await client.invoices.createOneOff({ customerId: 'ada', currency: 'USD', charges });
    expect(byHand).toMatchObject(taxed);
    expect(byHand.lines.map(({ taxes }) => taxes.map(({ percentage, tax }) => `${percentage}: ${minor(tax)}`))).toEqual([['19: 4750'], ['7: 233']]);
    expect(await client.invoices.createOneOff({ customerId: 'cyd', currency: 'USD', charges })).toMatchObject({ taxTreatment: 'exempt', tax: { amountInMinorUnits: '0' }, total: { amountInMinorUnits: '28331' } });
    const html = new TextDecoder().decode(await client.invoices.document(byHand.id, 'html'));
    expect(html).toContain('333.14');

    await client.customers.create({ customerId: 'sue', customerName: 'sue', traits: { paymentProviderName: 'STRIPE' } }, { autoCreateCustomerInStripe: true });
    await client.paymentMethods.attachTestCard('sue', 'pm_card_visa');
    const { id } = await client.invoices.createOneOff({ customerId: 'sue', currency: 'USD', charges });
    const paid = await eventually('the payment', () => client.invoices.get(id), ({ paymentStatus }) => paymentStatus === 'settled');
    expect(paid).toMatchObject({ ...taxed, amountPaid: { amountInMinorUnits: '33314' } });
    expect(await seller.stripe.call('GET', `/v1/invoices/${paid.providerInvoiceId}`)).toMatchObject({ total: 33_314, total_taxes: expect.arrayContaining([expect.objectContaining({ amount: 4_750 }), expect.objectContaining({ amount: 233 })]) as unknown });
    const note = await client.creditNotes.create(id, { giveBack: 'refund' });
    expect([minor(note.tax), note.taxes.map(({ percentage, taxable, tax }) => [percentage, minor(taxable), minor(tax)])]).toEqual([4983, [['19', 24998, 4750], ['7', 3333, 233]]]);
    expect((await booked(id))['tax'] ?? 0).toBe(0);
  });
});
