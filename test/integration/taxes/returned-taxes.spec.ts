import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreditNote, Invoice, TaxRateInput } from '@tollkeeper/client';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const VAT: TaxRateInput = { name: 'VAT', jurisdiction: 'DE', percentage: '19' };
const usd = (amountInMinorUnits: number) => ({ amount: { amountInMinorUnits, currency: 'USD' } });
const amount = (money: { amountInMinorUnits: string } | null): number => Number(money?.amountInMinorUnits);

/** Each invoice is a base fee of 10.00 USD at 19 % and 200 calls at 0.01 USD at 7 %, with a card that pays. */
describe('Tax that goes back', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  async function invoiced({ isInclusive = false, card = 'pm_card_visa', settings = {} }: { isInclusive?: boolean; card?: string | null; settings?: object } = {}): Promise<{ seller: Seller; invoice: Invoice }> {
    const seller = await world.seller({ settings });
    const { prices } = await seller.client.plans.get(seller.planId);
    const { productItemId } = await seller.client.prices.get(prices[0]!);
    const [normal, reduced] = [await seller.client.taxRates.create({ ...VAT, isInclusive }), await seller.client.taxRates.create({ ...VAT, percentage: '7', isInclusive })];
    await seller.client.taxRates.setDefaults({ taxRateIds: [normal.id] });
    await seller.client.taxRates.setProductItem(productItemId, { taxRateIds: [reduced.id] });
    await world.lockedInvoice(seller, 'ada', card);
    await world.converge(seller);
    return { seller, invoice: await seller.invoice('ada') };
  }

  const report = async (seller: Seller): Promise<string[]> => (await seller.client.finance.tax()).map((row) => `${row.rate}: ${amount(row.tax)} of ${amount(row.taxable)}`);
  const taxesOf = ({ tax, taxes }: CreditNote): string[] => [`${amount(tax)}`, ...taxes.map((share) => `${share.percentage}: ${amount(share.tax)} of ${amount(share.taxable)}`)];
  const note = (seller: Seller, { providerCreditNoteId }: CreditNote): Promise<Record<string, unknown>> => seller.stripe.call('GET', `/v1/credit_notes/${providerCreditNoteId}`);

  /** Sums of the journal, debits positive. */
  async function booked(seller: Seller, invoice: Invoice): Promise<Record<string, number>> {
    const sums: Record<string, number> = {};
    for await (const { postings } of seller.client.finance.allJournal({ invoiceId: invoice.id })) for (const { account, debit, credit } of postings) sums[account] = (sums[account] ?? 0) + amount(debit) - amount(credit);
    return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
  }

  it('with a credit note: it says by rate what goes back, as Stripe’s document does, and together the notes return all of the tax', async () => {
    const { seller, invoice } = await invoiced();
    expect([amount(invoice.total), await report(seller)]).toEqual([1404, ['7.00: 14 of 200', '19.00: 190 of 1000']]);
    const first = await seller.client.creditNotes.create(invoice.id, { ...usd(500), giveBack: 'refund' });
    // 500 of 1404, by largest remainder over 1000, 190, 200 and 14.
    expect(taxesOf(first)).toEqual(['73', '19: 68 of 356', '7: 5 of 71']);
    expect(await note(seller, first)).toMatchObject({ total: 500, subtotal: 427, total_excluding_tax: 427, total_taxes: [{ amount: 68, taxable_amount: 356, tax_behavior: 'exclusive' }, { amount: 5, taxable_amount: 71 }] });
    const { data } = await seller.stripe.call<{ data: unknown[] }>('GET', `/v1/credit_notes/${first.providerCreditNoteId}/lines`);
    expect(data).toMatchObject([{ description: 'VAT 19 %', amount: 356 }, { description: 'VAT 7 %', amount: 71 }]);
    await world.converge(seller);
    expect(await report(seller)).toEqual(['7.00: 9 of 129', '19.00: 122 of 644']);
    expect(await booked(seller, invoice)).toMatchObject({ tax: -131, credit_notes: 427, revenue: -1200, provider_clearing: 904 });
    const rest = await seller.client.creditNotes.create(invoice.id, { giveBack: 'customer_balance' });
    expect(taxesOf(rest)).toEqual(['131', '19: 122 of 644', '7: 9 of 129']);
    await world.converge(seller);
    expect(await report(seller)).toEqual([]);
    expect(await booked(seller, invoice)).toEqual({ revenue: -1200, credit_notes: 1200, provider_clearing: 904, customer_balance: -904 });
  });

  it('out of prices that hold it', async () => {
    const { seller, invoice } = await invoiced({ isInclusive: true, card: null });
    expect(await report(seller)).toEqual(['7.00: 13 of 187', '19.00: 160 of 840']);
    const half = await seller.client.creditNotes.create(invoice.id, usd(600));
    expect(taxesOf(half)).toEqual(['86', '19: 80 of 420', '7: 6 of 94']);
    expect(await note(seller, half)).toMatchObject({ total: 600, subtotal: 600, total_excluding_tax: 514, total_taxes: [{ amount: 80, tax_behavior: 'inclusive' }, { amount: 6 }] });
    await world.converge(seller);
    expect(await report(seller)).toEqual(['7.00: 7 of 93', '19.00: 80 of 420']);
    await seller.client.creditNotes.void(half.id);
    expect(await report(seller)).toEqual(['7.00: 13 of 187', '19.00: 160 of 840']);
    // What was void is free to be credited again, and returns what it returned.
    expect(taxesOf(await seller.client.creditNotes.create(invoice.id, usd(600)))).toEqual(['86', '19: 80 of 420', '7: 6 of 94']);
  });

  it('as a note made in the dashboard states it, and where it states none its share', async () => {
    const { seller, invoice } = await invoiced();
    const document = await seller.stripe.call<{ total_taxes: { tax_rate_details: { tax_rate: string } }[] }>('GET', `/v1/invoices/${invoice.providerInvoiceId}`);
    const stated = { 'lines[0][type]': 'custom_line_item', 'lines[0][description]': 'By hand', 'lines[0][quantity]': '1', 'lines[0][unit_amount]': '100', 'lines[0][tax_amounts][0][amount]': '30', 'lines[0][tax_amounts][0][taxable_amount]': '100', 'lines[0][tax_amounts][0][tax_rate]': document.total_taxes[0]!.tax_rate_details.tax_rate };
    await seller.stripe.call('POST', '/v1/credit_notes', { invoice: invoice.providerInvoiceId!, credit_amount: '130', ...stated });
    await world.converge(seller);
    await seller.stripe.call('POST', '/v1/credit_notes', { invoice: invoice.providerInvoiceId!, amount: '140', credit_amount: '140' });
    await world.converge(seller);
    const [first, second] = (await seller.client.creditNotes.list()).items;
    expect([taxesOf(first!), taxesOf(second!)]).toEqual([['30'], ['19', '19: 18 of 101', '7: 1 of 20']]);
    expect((await booked(seller, invoice))['tax']).toBe(-155);
    expect(amount((await seller.client.creditNotes.create(invoice.id, { giveBack: 'outside' })).tax)).toBe(155);
    await world.converge(seller);
    expect((await booked(seller, invoice))['tax'] ?? 0).toBe(0);
  });

  it('in proportion where Stripe has taxed the document', async () => {
    const seller = await world.seller({ settings: { taxes: 'provider' } });
    await seller.client.customers.create({ customerId: 'bob', customerName: 'bob', address: { country: 'CH' } }, { autoCreateCustomerInStripe: true });
    await seller.client.paymentMethods.attachTestCard('bob', 'pm_card_visa');
    await seller.use('bob', 200);
    await world.endMonth(seller);
    await world.converge(seller);
    const invoice = await seller.invoice('bob');
    expect([amount(invoice.tax), amount(invoice.total)]).toEqual([97, 1297]);
    const credited = await seller.client.creditNotes.create(invoice.id, { ...usd(500), giveBack: 'refund' });
    expect(taxesOf(credited)).toEqual(['37']);
    expect(await note(seller, credited)).toMatchObject({ total: 500, total_taxes: [{ amount: 37 }] });
    await world.converge(seller);
    expect((await booked(seller, invoice))['tax']).toBe(-60);
  });

  it('not with a refund alone, and with one that asks for its credit note', async () => {
    const { seller, invoice } = await invoiced();
    const alone = await seller.client.refunds.create(invoice.id, usd(140));
    await world.converge(seller);
    expect([alone.creditNoteId, await report(seller)]).toEqual([null, ['7.00: 14 of 200', '19.00: 190 of 1000']]);
    expect(await booked(seller, invoice)).toMatchObject({ tax: -204, refunds: 140 });
    await expect(seller.client.refunds.create(invoice.id, { ...usd(140), creditNote: true, providerPaymentId: alone.providerPaymentId })).rejects.toMatchObject({ status: 400, code: 'payment_not_applicable' });
    const idempotencyKey = 'with-tax';
    const credited = await seller.client.refunds.create(invoice.id, { ...usd(140), creditNote: true, reason: 'An outage' }, { idempotencyKey });
    expect(await seller.client.refunds.create(invoice.id, { ...usd(140), creditNote: true, reason: 'An outage' }, { idempotencyKey })).toMatchObject({ id: credited.id });
    await world.converge(seller);
    expect(await seller.client.refunds.get(credited.id)).toMatchObject({ status: 'succeeded', origin: 'credit_note', reason: 'An outage', amount: { amountInMinorUnits: '140' } });
    const [owner, ...others] = (await seller.client.creditNotes.list()).items;
    expect([owner!.id, others]).toEqual([credited.creditNoteId, []]);
    expect(taxesOf(owner!)).toEqual(['20', '19: 19 of 100', '7: 1 of 20']);
    expect(await report(seller)).toEqual(['7.00: 13 of 180', '19.00: 171 of 900']);
    // All that is left of the payment, which is less than is left to credit.
    await seller.client.refunds.create(invoice.id, { creditNote: true });
    await world.converge(seller);
    const { amountRefunded, amountCredited } = await seller.invoice('ada');
    expect([amountRefunded, amountCredited].map(amount)).toEqual([1404, 1264]);
    await expect(seller.client.refunds.create(invoice.id, { creditNote: true })).rejects.toMatchObject({ status: 409, code: 'nothing_to_refund' });
    expect(await seller.stripe.list('refunds')).toHaveLength(3);
  });
});
