import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const ADD = 'POST /v1/customers/*/tax_ids';
const AUSTRIAN = { type: 'eu_vat', value: 'ATU13585627' };
const SWISS = { type: 'ch_vat', value: 'CHE-116.281.710 MWST' };

describe('Tax ids and exemption at the provider', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  async function put(seller: Seller, taxIds: readonly { type: string; value: string }[]): Promise<void> {
    const { traits } = (await seller.client.customers.get('ada'))!;
    await seller.client.customers.update({ customerId: 'ada', customerName: 'ada', traits, billing: { taxIds } });
  }

  async function there(seller: Seller): Promise<string[]> {
    await world.converge(seller);
    const id = (await seller.client.customers.get('ada'))!.traits['stripeId']!;
    const { tax_exempt: exemption } = await seller.stripe.call<{ tax_exempt: string }>('GET', `/v1/customers/${id}`);
    const { data } = await seller.stripe.call<{ data: { type: string; value: string }[] }>('GET', `/v1/customers/${id}/tax_ids`);
    return [exemption, ...data.map(({ type, value }) => `${type} ${value}`).sort()];
  }

  it('are those of the customer from its creation on, whatever changes, and printed on documents; what people add there stays', async () => {
    const seller = await world.seller();
    await seller.client.customers.create({ customerId: 'ada', customerName: 'ada', billing: { taxIds: [AUSTRIAN] } }, { autoCreateCustomerInStripe: true });
    expect(await there(seller)).toEqual(['none', 'eu_vat ATU13585627']);
    await seller.client.taxRates.setCustomer('ada', { taxRateIds: [], exemption: 'reverse' });
    expect(await there(seller)).toEqual(['reverse', 'eu_vat ATU13585627']);
    const id = (await seller.client.customers.get('ada'))!.traits['stripeId']!;
    await seller.stripe.call('POST', `/v1/customers/${id}/tax_ids`, { type: 'no_vat', value: '123456789MVA' });
    await put(seller, [SWISS]);
    expect(await there(seller)).toEqual(['reverse', `ch_vat ${SWISS.value}`, 'no_vat 123456789MVA']);
    const writes = seller.stripe.requests(ADD).length;
    await put(seller, [SWISS]);
    await seller.client.customers.update({ customerId: 'ada', customerName: 'Ada', traits: (await seller.client.customers.get('ada'))!.traits, billing: { taxIds: [{ ...SWISS, value: 'CHE116281710MWST' }] } });
    expect(await there(seller)).toHaveLength(3);
    expect(seller.stripe.requests(ADD)).toHaveLength(writes);
    await seller.client.paymentMethods.attachTestCard('ada', 'pm_card_visa');
    await seller.use('ada', 200);
    const { id: invoiceId } = await seller.invoice('ada');
    await world.endMonth(seller);
    await world.converge(seller);
    const { providerInvoiceId } = await seller.client.invoices.get(invoiceId);
    expect(await seller.stripe.call('GET', `/v1/invoices/${providerInvoiceId}`)).toMatchObject({ customer_tax_exempt: 'reverse', customer_tax_ids: expect.arrayContaining([SWISS]) as unknown });
    await seller.client.taxRates.setCustomer('ada', { taxRateIds: [] });
    await put(seller, []);
    expect(await there(seller)).toEqual(['none', 'no_vat 123456789MVA']);
  });

  it.each(['reset_before', 'reset_after'] as const)('are set once, and all of them, though an answer is lost (%s)', async (kind) => {
    const seller = await world.seller();
    await seller.customer('ada');
    seller.trouble(ADD, { kind });
    await put(seller, [AUSTRIAN, SWISS]);
    expect(await there(seller)).toEqual(['none', `ch_vat ${SWISS.value}`, 'eu_vat ATU13585627']);
  });

  it('that Stripe refuses keep no others away, say why, and are mended by the next change', async () => {
    const seller = await world.seller();
    await seller.customer('ada');
    await put(seller, [{ type: 'mars_vat', value: '1' }, AUSTRIAN]);
    seller.trouble(ADD, { kind: 'error', status: 400, error: { type: 'invalid_request_error', code: 'tax_id_invalid', message: 'Invalid value for mars_vat.' } });
    expect(await there(seller)).toEqual(['none', 'eu_vat ATU13585627']);
    const told = async () => (await seller.client.providerIntents.list()).items.filter(({ kind: one }) => one === 'customer.set_tax_details').map(({ outcome, message }) => [outcome, message]);
    expect(await told()).toEqual([['failed', 'Invalid value for mars_vat.']]);
    await put(seller, [AUSTRIAN]);
    expect(await there(seller)).toEqual(['none', 'eu_vat ATU13585627']);
    expect((await told()).map(([outcome]) => outcome)).toEqual(['failed', 'succeeded']);
  });

  it('are told nothing of where there is nothing to tell, and never of a customer that was linked', async () => {
    const seller = await world.seller();
    await seller.customer('ada');
    await world.converge(seller);
    const { id } = await seller.stripe.call<{ id: string }>('POST', '/v1/customers', { name: 'Bob' });
    await seller.client.customers.create({ customerId: 'bob', customerName: 'bob', traits: { paymentProviderName: 'STRIPE', stripeId: id }, billing: { taxIds: [AUSTRIAN] } });
    await world.converge(seller);
    expect((await seller.client.providerIntents.list()).items.map(({ kind }) => kind)).not.toContain('customer.set_tax_details');
    expect((await seller.stripe.call<{ data: unknown[] }>('GET', `/v1/customers/${id}/tax_ids`)).data).toEqual([]);
  });
});
