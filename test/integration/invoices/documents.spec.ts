import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Invoice } from '@tollkeeper/client';
import { parse } from 'csv-parse/sync';
import { HttpCaller, type HttpAnswer } from '../../support/http-caller.js';
import { pagesOfPdf } from '../../support/pdf-text.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const SELLER = {
  legalName: 'Tollworks GmbH',
  address: { line1: 'Hauptstraße 1', postalCode: '10115', city: 'Berlin', country: 'DE' },
  taxIds: [{ type: 'eu_vat', value: 'DE136695976' }],
  email: 'billing@tollworks.example',
  paymentTerms: 'Payable within 14 days.',
  footer: 'HRB 12345 B\nIBAN DE02 1203',
};
const ADA = { customerId: 'ada', customerName: 'Ada & Söhne <Łódź>', address: { line1: '1 Main Street', city: 'Austin', state: 'TX', postalCode: '78701', country: 'US' } };
const BILLING = { legalName: 'Ada & Söhne Holding', purchaseOrderNumber: 'PO-118', taxIds: [{ type: 'us_ein', value: '12-3456789' }] };

describe('Documents of invoices', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** A seller with its details, and Ada with a card, hers, and 250 calls. */
  async function opened(): Promise<{ seller: Seller; http: HttpCaller; invoice: Invoice }> {
    const seller = await world.seller();
    await seller.client.accounts.update(seller.accountId, { seller: SELLER });
    await seller.client.customers.create({ ...ADA, billing: BILLING }, { autoCreateCustomerInStripe: true });
    await seller.client.paymentMethods.attachTestCard('ada', 'pm_card_visa');
    await seller.use('ada', 250);
    await world.arrive(seller);
    return { seller, http: new HttpCaller(world.application.url, null), invoice: await seller.invoice('ada') };
  }

  const pdfOf = async (seller: Seller, id: string): Promise<string> => (await pagesOfPdf(await seller.client.invoices.document(id))).join(' ');
  const textOf = async (seller: Seller, id: string, format: 'html' | 'csv' | 'json'): Promise<string> => new TextDecoder().decode(await seller.client.invoices.document(id, format));
  const dataOf = async (seller: Seller, id: string): Promise<Record<string, unknown>> => JSON.parse(await textOf(seller, id, 'json')) as Record<string, unknown>;

  it('an open invoice is a preview with the parties as they are', async () => {
    const { seller, invoice } = await opened();
    const text = await pdfOf(seller, invoice.id);
    for (const said of ['PREVIEW', 'It is not an invoice', 'Tollworks GmbH', '10115 Berlin', 'Germany', 'EU VAT DE136695976', 'Ada & Söhne Holding', 'Austin, TX 78701', 'PO-118', 'Plan base fee', '$10.00', 'Calls', '250', '$0.01', '$2.50', '$12.50', 'HRB 12345 B', 'Page 1 of 1']) expect(text).toContain(said);
    await seller.client.customers.update({ ...ADA, customerName: 'Ada', address: { city: 'Paris' }, billing: {} });
    expect(await pdfOf(seller, invoice.id)).toContain('Paris');
    expect(await textOf(seller, invoice.id, 'html')).toContain('<strong>Ada</strong>');
  });

  it('from the lock on it says what it said then, in all formats the same and to the cent what the API says', async () => {
    const { seller, invoice: { id } } = await opened();
    await world.endMonth(seller);
    const frozen = await dataOf(seller, id);
    await seller.client.accounts.update(seller.accountId, { seller: { legalName: 'Other' }, name: 'Other', locale: 'de', timeZone: 'Asia/Tokyo' });
    await seller.client.customers.update({ customerId: 'ada', customerName: 'Moved', billing: { purchaseOrderNumber: 'PO-2' } });
    const data = await dataOf(seller, id);
    expect(data).toEqual(frozen);
    const invoice = await seller.client.invoices.get(id);
    expect(data).toMatchObject({ state: 'paid', number: invoice.number, total: invoice.total, subtotal: invoice.subtotal, seller: SELLER, buyer: { ...BILLING, customerId: 'ada', address: ADA.address }, amountDue: { amountInMinorUnits: '0' } });
    expect((data as unknown as Invoice).lines.map(({ amount }) => amount)).toEqual(invoice.lines.map(({ amount }) => amount));
    const pdf = await pdfOf(seller, id);
    const html = (await textOf(seller, id, 'html')).replaceAll('&amp;', '&');
    for (const said of [invoice.number!, 'Tollworks GmbH', 'Ada & Söhne Holding', 'PO-118', '$12.50', '-$12.50', '$0.00', 'Payable within 14 days.']) {
      expect(pdf).toContain(said);
      expect(html).toContain(said);
    }
    expect(pdf).toContain('PAID');
    const rows = parse(await textOf(seller, id, 'csv'), { columns: true }) as Record<string, string>[];
    expect(rows.map(({ description, quantity, amount, invoiceTotal }) => [description, quantity, amount, invoiceTotal])).toEqual([['Plan base fee', '1', '10.00', '12.50'], ['Calls', '250', '2.50', '12.50']]);
  });

  it('is the same file whenever it is made', async () => {
    const { seller, invoice: { id } } = await opened();
    await world.endMonth(seller);
    const [first, second] = [await seller.client.invoices.document(id), await seller.client.invoices.document(id)];
    expect(Buffer.compare(first, second)).toBe(0);
  });

  it('names the file after the number and says what it is', async () => {
    const { seller, http, invoice: { id } } = await opened();
    await world.endMonth(seller);
    const { number } = await seller.client.invoices.get(id);
    const { key } = await seller.client.apiKeys.create({ name: 'reads', scopes: ['read'] });
    const ask = (query: string): Promise<HttpAnswer> => http.as(key).call('GET', `/invoices/${id}/document${query}`);
    const headers = async (query: string): Promise<unknown[]> => ['content-type', 'content-disposition'].map(((answer) => (name: string) => answer.headers.get(name))(await ask(query)));
    expect(await headers('')).toEqual(['application/pdf', `inline; filename="invoice-${number}.pdf"`]);
    expect(await headers('?format=html')).toEqual(['text/html; charset=utf-8', `inline; filename="invoice-${number}.html"`]);
    expect(await headers('?format=csv')).toEqual(['text/csv; charset=utf-8', `attachment; filename="invoice-${number}.csv"`]);
    expect(await headers('?format=json')).toEqual(['application/json; charset=utf-8', `attachment; filename="invoice-${number}.json"`]);
    expect(await ask('?format=docx')).toMatchObject({ status: 400 });
  });

  it('shows that it is void', async () => {
    const { seller, invoice: { id } } = await opened();
    await world.lockMonth(seller);
    await seller.client.invoices.void(id);
    const text = await pdfOf(seller, id);
    expect(text).toContain('VOID');
    expect(await dataOf(seller, id)).toMatchObject({ state: 'void', amountDue: { amountInMinorUnits: '0' } });
  });

  it('a name that the fonts cannot print is no PDF with boxes, and HTML all the same', async () => {
    const { seller, invoice: { id } } = await opened();
    await seller.client.customers.update({ ...ADA, billing: { legalName: '株式会社' } });
    await expect(seller.client.invoices.document(id)).rejects.toMatchObject({ status: 422, code: 'characters_not_printable', message: expect.stringContaining('U+682A') as unknown });
    expect(await textOf(seller, id, 'html')).toContain('株式会社');
    await seller.client.customers.update({ ...ADA, billing: { legalName: 'Ἑλλὰς Ελλάδα Україна Việt\u200b Nam' } });
    await expect(seller.client.invoices.document(id)).rejects.toMatchObject({ message: expect.stringContaining('DOCUMENT_FONTS') as unknown });
    await seller.client.customers.update({ ...ADA, billing: { legalName: 'Ελλάδα Україна Việt\u200b Nam' } });
    expect(await pdfOf(seller, id)).toContain('Ελλάδα Україна Việt Nam');
  });

  it('exports the lines of a span of days, each once, also where they fill several pages', async () => {
    const { seller } = await opened();
    for (const customerId of ['bob', 'cleo']) await seller.customer(customerId);
    await seller.use('bob', 3);
    await world.endMonth(seller);
    const invoices = (await seller.client.invoices.list({ limit: 100 })).items.filter(({ invoicePriceStatus }) => invoicePriceStatus === 'price_locked');
    await world.rows('insert into invoice_line (id, account_id, invoice_id, position, kind, description, quantity, unit_price_text, exact_amount, amount, tiers) select $1 || number, $2, $1, number, \'usage\', \'more\', 1, \'\', \'0\', 0, \'[]\' from generate_series(10, 2509) as number', [invoices[0]!.id, seller.accountId]);
    const read = async (format: 'csv' | 'ndjson', query: object = {}): Promise<string> => new Response(await seller.client.invoices.export({ from: '2026-01-01', to: '2100-01-01', format, ...query })).text();
    const rows = parse(await read('csv'), { columns: true }) as Record<string, string>[];
    const expected = (await Promise.all(invoices.map(({ id }) => seller.client.invoices.get(id)))).flatMap(({ id, lines }) => lines.map((_, index) => `${id} ${index}`));
    expect(rows).toHaveLength(expected.length);
    expect(new Set(rows.map(({ invoiceId, position }) => `${invoiceId} ${position}`)).size).toBe(rows.length);
    expect(rows.filter(({ description }) => description === 'more')).toHaveLength(2_500);
    const records = (await read('ndjson')).trimEnd().split('\n').map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(records.map(({ invoiceId, position, amount }) => [invoiceId, String(position), amount])).toEqual(rows.map(({ invoiceId, position, amount }) => [invoiceId, position, amount]));
    const ofBob = parse(await read('csv', { customerId: 'bob' }), { columns: true }) as Record<string, string>[];
    expect(ofBob.map(({ customerId, description, amount }) => [customerId, description, amount])).toEqual([['bob', 'Plan base fee', '10.00'], ['bob', 'Calls', '0.03']]);
    expect((await read('csv', { to: '2026-01-02' })).trimEnd().split('\n')).toHaveLength(1);
    await expect(read('csv', { to: '2026-02-30' })).rejects.toMatchObject({ status: 400, code: 'invalid_time_range' });
    await expect(read('csv', { to: '2026-01-01' })).rejects.toMatchObject({ status: 400, code: 'invalid_time_range' });
  });

  it('other accounts have no such document', async () => {
    const { invoice: { id } } = await opened();
    const other = await world.seller();
    await expect(other.client.invoices.document(id)).rejects.toMatchObject({ status: 404, code: 'invoice_not_found' });
  });
});
