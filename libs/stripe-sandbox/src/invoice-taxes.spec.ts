import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startHarness, type Harness } from './testing/index.js';

const VAT = { display_name: 'VAT', inclusive: false, percentage: 19, country: 'DE', jurisdiction: 'DE' };

describe('Taxes of invoices', () => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await startHarness();
  });

  afterAll(() => harness.close());

  it('given line by line are summed by rate, on top of the price and within it', async () => {
    const { stripe } = harness;
    const customer = await stripe.customers.create({});
    const { id } = await stripe.invoices.create({ customer: customer.id, currency: 'eur' });
    const within = { ...VAT, inclusive: true, percentage: 7 };
    const lines = [
      { amount: 1_000, description: 'a', tax_amounts: [{ amount: 190, taxable_amount: 1_000, tax_rate_data: VAT }] },
      { amount: 107, description: 'b', tax_amounts: [{ amount: 7, taxable_amount: 100, tax_rate_data: within }] },
      { amount: 500, description: 'c', tax_amounts: [{ amount: 76, taxable_amount: 400, tax_rate_data: VAT }] },
      { amount: -100, description: 'd' },
    ];
    const draft = await stripe.invoices.addLines(id, { lines });
    expect(draft).toMatchObject({ subtotal: 1_507, subtotal_excluding_tax: 1_500, total: 1_773, total_excluding_tax: 1_500, amount_due: 1_773 });
    expect(draft.total_taxes).toMatchObject([
      { amount: 266, taxable_amount: 1_400, tax_behavior: 'exclusive' },
      { amount: 7, taxable_amount: 100, tax_behavior: 'inclusive' },
    ]);
    const open = await stripe.invoices.finalizeInvoice(id);
    const rate = open.total_taxes?.[0]?.tax_rate_details?.tax_rate as string;
    const credit = { type: 'custom_line_item' as const, description: 'x', quantity: 1, unit_amount: 100, tax_amounts: [{ amount: 19, taxable_amount: 100, tax_rate: rate }] };
    expect(await stripe.creditNotes.create({ invoice: id, lines: [credit] })).toMatchObject({ amount: 119, subtotal: 100, total: 119, total_taxes: [{ amount: 19 }] });
    await expect(stripe.creditNotes.create({ invoice: id, amount: 120, lines: [credit] })).rejects.toMatchObject({ statusCode: 400 });
    await expect(stripe.creditNotes.create({ invoice: id, lines: [{ ...credit, tax_amounts: [{ amount: 1, taxable_amount: 1, tax_rate: 'txr_none' }] }] })).rejects.toMatchObject({ statusCode: 400 });
  });

  it('are Stripe’s own where it was asked, by the customer’s country, and nothing is finalized without one', async () => {
    const { stripe } = harness;
    const customer = await stripe.customers.create({});
    const { id, automatic_tax } = await stripe.invoices.create({ customer: customer.id, currency: 'eur', automatic_tax: { enabled: true } });
    expect(automatic_tax).toMatchObject({ enabled: true, status: 'requires_location_inputs' });
    await stripe.invoices.addLines(id, { lines: [{ amount: 1_003, description: 'a' }, { amount: 2, description: 'b' }] });
    await expect(stripe.invoices.finalizeInvoice(id)).rejects.toMatchObject({ statusCode: 400, code: 'customer_tax_location_invalid' });
    await stripe.customers.update(customer.id, { address: { country: 'CH' } });
    expect(await stripe.invoices.finalizeInvoice(id)).toMatchObject({ subtotal: 1_005, total: 1_086, automatic_tax: { status: 'complete' }, total_taxes: [{ amount: 81, taxable_amount: 1_005 }] });
  });

  it('refuse what Stripe refuses: amounts of one’s own beside its own, and credits among lines it taxes', async () => {
    const { stripe } = harness;
    const customer = await stripe.customers.create({ address: { country: 'DE' } });
    const { id } = await stripe.invoices.create({ customer: customer.id, currency: 'eur', automatic_tax: { enabled: true } });
    await expect(stripe.invoices.addLines(id, { lines: [{ amount: 100, description: 'a', tax_amounts: [{ amount: 19, taxable_amount: 100, tax_rate_data: VAT }] }] })).rejects.toMatchObject({ statusCode: 400 });
    await expect(stripe.invoices.addLines(id, { lines: [{ amount: -1, description: 'a' }] })).rejects.toMatchObject({ statusCode: 400 });
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ subtotal: 0, total: 0 });
  });
});
