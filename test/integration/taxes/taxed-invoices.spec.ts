import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Invoice, TaxRateInput } from '@tollkeeper/client';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const VAT: TaxRateInput = { name: 'VAT', jurisdiction: 'DE', percentage: '19' };
const amount = (money: { amountInMinorUnits: string }): number => Number(money.amountInMinorUnits);

/** Each invoice is a base fee of 10.00 USD and 200 calls at 0.01 USD, with a card that pays. */
describe('Taxed invoices', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  const rate = async (seller: Seller, more: Partial<TaxRateInput> = {}): Promise<string> => (await seller.client.taxRates.create({ ...VAT, ...more })).id;

  async function customer(seller: Seller, customerId = 'ada'): Promise<void> {
    await seller.customer(customerId);
    await seller.use(customerId, 200);
  }

  async function billed(seller: Seller, customerId = 'ada'): Promise<Invoice> {
    const { id } = await seller.invoice(customerId);
    await world.endMonth(seller);
    await world.converge(seller);
    return seller.client.invoices.get(id);
  }

  /** What Stripe's document says. */
  async function document(seller: Seller, { providerInvoiceId }: Invoice): Promise<Record<string, unknown>> {
    return seller.stripe.call('GET', `/v1/invoices/${providerInvoiceId}`);
  }

  const taxesOf = ({ taxes }: Pick<Invoice, 'taxes'>): string[] => taxes.map(({ percentage, isInclusive, taxable, tax }) => `${percentage}${isInclusive ? ' in price' : ''} of ${amount(taxable)}: ${amount(tax)}`);

  it('are taxed line by line on top of the price, previewed, frozen, and paid to the cent with what Stripe’s document says', async () => {
    const seller = await world.seller();
    await seller.client.taxRates.setDefaults({ taxRateIds: [await rate(seller, { percentage: '8.125' })] });
    await customer(seller);
    const open = await seller.invoice('ada');
    const preview = await seller.client.invoices.get(open.id);
    const invoice = await billed(seller);
    for (const seen of [preview, invoice]) {
      // 10.00 and 2.00: 0.8125 and 0.1625, each rounded for itself.
      expect(seen).toMatchObject({ taxTreatment: 'taxed', subtotal: { amountInMinorUnits: '1200' }, tax: { amountInMinorUnits: '97' }, taxIncluded: { amountInMinorUnits: '0' }, total: { amountInMinorUnits: '1297' } });
      expect(taxesOf(seen)).toEqual(['8.125 of 1200: 97']);
      expect(seen.lines.map((line) => taxesOf(line))).toEqual([['8.125 of 1000: 81'], ['8.125 of 200: 16']]);
    }
    expect(statusOf(invoice)).toBe('settled paid');
    expect(amount(invoice.amountPaid)).toBe(1297);
    expect(await document(seller, invoice)).toMatchObject({ subtotal: 1200, total: 1297, total_taxes: [{ amount: 97, taxable_amount: 1200, tax_behavior: 'exclusive' }] });
    // A rate that changes later changes nothing that is locked.
    const [share] = invoice.taxes;
    await seller.client.taxRates.addVersion(share!.taxRateId, { percentage: '9', validFromInMillis: 1 });
    expect((await seller.client.invoices.get(invoice.id)).taxes).toEqual(invoice.taxes);
  });

  it('hold their tax where prices do, split to the cent', async () => {
    const seller = await world.seller();
    await seller.client.taxRates.setDefaults({ taxRateIds: [await rate(seller, { isInclusive: true })] });
    await customer(seller);
    const invoice = await billed(seller);
    expect(invoice).toMatchObject({ subtotal: { amountInMinorUnits: '1200' }, tax: { amountInMinorUnits: '192' }, taxIncluded: { amountInMinorUnits: '192' }, total: { amountInMinorUnits: '1200' }, paymentStatus: 'settled' });
    expect(taxesOf(invoice)).toEqual(['19 in price of 1008: 192']);
    expect(await document(seller, invoice)).toMatchObject({ subtotal: 1200, total: 1200, total_excluding_tax: 1008, total_taxes: [{ amount: 192, tax_behavior: 'inclusive' }] });
    // What was earned is without the tax, which is owed to the tax office.
    const [journal] = [await seller.client.finance.journal({ invoiceId: invoice.id })];
    const sums = new Map<string, bigint>();
    for (const { postings } of journal.items) for (const { account, debit, credit } of postings) sums.set(account, (sums.get(account) ?? 0n) + BigInt(debit.amountInMinorUnits) - BigInt(credit.amountInMinorUnits));
    expect([sums.get('tax'), sums.get('receivable') ?? 0n]).toEqual([-192n, 0n]);
  });

  it('take the rates of a fee and an item before the customer’s, in their own country, and the customer’s before the account’s', async () => {
    const seller = await world.seller();
    const { prices } = await seller.client.plans.get(seller.planId);
    const { productItemId } = await seller.client.prices.get(prices[0]!);
    const [german, austrian, reduced, austrianReduced] = [await rate(seller), await rate(seller, { jurisdiction: 'AT', percentage: '20' }), await rate(seller, { percentage: '7' }), await rate(seller, { jurisdiction: 'AT', percentage: '10' })];
    await seller.client.taxRates.setDefaults({ taxRateIds: [german] });
    await seller.client.taxRates.setProductItem(productItemId, { taxRateIds: [reduced, austrianReduced] });
    for (const customerId of ['ada', 'bob', 'cyd']) await customer(seller, customerId);
    await seller.client.taxRates.setCustomer('bob', { taxRateIds: [austrian] });
    await seller.client.taxRates.setCustomer('cyd', { taxRateIds: [await rate(seller, { jurisdiction: 'CH', percentage: '8.1' })] });
    await world.endMonth(seller);
    const found = await Promise.all(['ada', 'bob', 'cyd'].map(async (id) => taxesOf(await seller.client.invoices.get((await seller.invoice(id)).id))));
    expect(found).toEqual([['19 of 1000: 190', '7 of 200: 14'], ['20 of 1000: 200', '10 of 200: 20'], ['8.1 of 1200: 97']]);
  });

  it('are not taxed where the customer is exempt or owes the tax, and say so', async () => {
    const seller = await world.seller();
    await seller.client.taxRates.setDefaults({ taxRateIds: [await rate(seller)] });
    for (const customerId of ['ada', 'bob']) await customer(seller, customerId);
    await seller.client.taxRates.setCustomer('ada', { taxRateIds: [], exemption: 'exempt' });
    await seller.client.customers.update({ customerId: 'bob', customerName: 'bob', traits: (await seller.client.customers.get('bob'))!.traits, billing: { taxIds: [{ type: 'eu_vat', value: 'ATU13585627' }] } });
    await seller.client.taxRates.setCustomer('bob', { taxRateIds: [], exemption: 'reverse' });
    const [exempt, reverse] = [await billed(seller, 'ada'), await seller.client.invoices.get((await seller.invoice('bob')).id)];
    expect([exempt, reverse].map(({ taxTreatment, tax, total, paymentStatus }) => [taxTreatment, amount(tax), amount(total), paymentStatus])).toEqual([['exempt', 0, 1200, 'settled'], ['reverse', 0, 1200, 'settled']]);
    expect(await document(seller, reverse)).toMatchObject({ footer: 'Reverse charge: the customer is liable for the tax.', total: 1200 });
    expect(await document(seller, exempt)).toMatchObject({ footer: null });
    const html = async ({ id }: Invoice): Promise<string> => new TextDecoder().decode(await seller.client.invoices.document(id, 'html'));
    expect(await html(reverse)).toContain('Reverse charge: the customer is liable for the tax.');
    expect(await html(reverse)).toContain('ATU13585627');
    expect(await html(exempt)).toContain('Exempt from tax.');
  });

  it('wait, each by name, until a rate holds for their day, and are taxed by the version of that day', async () => {
    const seller = await world.seller();
    await world.arriveAt(seller, '2027-01-01T00:00Z');
    const [good, ended] = [await rate(seller, { percentage: '16', validUntilInMillis: Date.parse('2027-01-15T00:00Z') }), await rate(seller, { validUntilInMillis: Date.parse('2027-01-15T00:00Z') })];
    await seller.client.taxRates.addVersion(good, { percentage: '19', validFromInMillis: Date.parse('2027-01-15T00:00Z') });
    for (const [customerId, taxRateId] of [['ada', good], ['bob', ended]] as const) {
      await customer(seller, customerId);
      await seller.client.taxRates.setCustomer(customerId, { taxRateIds: [taxRateId] });
    }
    await world.lockMonth(seller);
    const invoice = async (customerId: string): Promise<Invoice> => seller.client.invoices.get((await seller.invoice(customerId)).id);
    expect(taxesOf(await invoice('ada'))).toEqual(['19 of 1200: 228']);
    const waiting = (await seller.invoices('bob')).find(({ paymentStatusMessage }) => paymentStatusMessage !== null);
    expect(waiting).toMatchObject({ invoicePriceStatus: 'grace_period', paymentStatusMessage: expect.stringContaining(`the tax rate VAT (${ended}) has no percentage on 2027-0`) as unknown });
    await seller.client.taxRates.addVersion(ended, { percentage: '25', validFromInMillis: Date.parse('2027-01-16T00:00Z') });
    await world.arriveAt(seller, new Date((await seller.now()) + 7_200_000).toISOString());
    expect(taxesOf(await seller.client.invoices.get(waiting!.id))).toEqual(['25 of 1200: 300']);
  });

  it('are withdrawn where the document at the provider says another tax', async () => {
    const seller = await world.seller();
    await seller.client.taxRates.setDefaults({ taxRateIds: [await rate(seller)] });
    await customer(seller);
    const { id } = await seller.invoice('ada');
    await world.lockMonth(seller);
    seller.trouble('POST /v1/invoices/*/finalize', { kind: 'reset_before' });
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('ada');
    // Somebody puts lines of the same sum and without tax in the place of ours, before the document is finalized.
    const { data } = await seller.stripe.call<{ data: { id: string }[] }>('GET', `/v1/invoices/${providerInvoiceId}/lines`);
    const gone = Object.fromEntries(data.flatMap(({ id: line }, index) => [[`lines[${index}][id]`, line], [`lines[${index}][behavior]`, 'delete']]));
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/remove_lines`, gone);
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/add_lines`, { 'lines[0][amount]': '1200', 'lines[0][description]': 'Without tax' });
    await world.recheck();
    await world.handOver();
    await world.finish();
    expect(await seller.stripe.list('charges')).toEqual([]);
    expect(await seller.client.invoices.get(id)).toMatchObject({ paymentStatusReason: 'total_mismatch', paymentStatusMessage: expect.stringContaining('Our tax is 228') as unknown });
  });

  it('are taxed by Stripe where the connection says so: its tax is frozen with the document, and a customer without an address waits', async () => {
    const seller = await world.seller({ settings: { taxes: 'provider' } });
    // Not asked for: the provider's rates count.
    await seller.client.taxRates.setDefaults({ taxRateIds: [await rate(seller)] });
    await customer(seller, 'ada');
    await seller.client.customers.create({ customerId: 'bob', customerName: 'bob', address: { country: 'CH' } }, { autoCreateCustomerInStripe: true });
    await seller.client.paymentMethods.attachTestCard('bob', 'pm_card_visa');
    await seller.use('bob', 200);
    const bob = await billed(seller, 'bob');
    expect(bob).toMatchObject({ taxTreatment: 'provider', subtotal: { amountInMinorUnits: '1200' }, tax: { amountInMinorUnits: '97' }, total: { amountInMinorUnits: '1297' }, paymentStatus: 'settled', taxes: [] });
    const ada = await seller.client.invoices.get((await seller.invoice('ada')).id);
    expect([statusOf(ada), ada.providerStatus]).toEqual(['requires_action missing_tax_location', 'draft']);
    expect((await world.intents(ada.id)).some((intent) => intent.includes('finalize'))).toBe(false);
    await seller.client.invoices.send(ada.id);
    await world.converge(seller);
    expect(statusOf(await seller.client.invoices.get(ada.id))).toBe('requires_action missing_tax_location');
    const { providerCustomerId } = ada;
    await seller.stripe.call('POST', `/v1/customers/${providerCustomerId}`, { 'address[country]': 'DE' });
    await seller.client.invoices.send(ada.id);
    await world.converge(seller);
    expect(await seller.client.invoices.get(ada.id)).toMatchObject({ paymentStatus: 'settled', tax: { amountInMinorUnits: '228' }, total: { amountInMinorUnits: '1428' } });
  });
});
