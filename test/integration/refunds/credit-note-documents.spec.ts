import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreditNote, Invoice } from '@tollkeeper/client';
import { parse } from 'csv-parse/sync';
import { pagesOfPdf } from '../../support/pdf-text.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const usd = (amountInMinorUnits: number) => ({ amount: { amountInMinorUnits, currency: 'USD' } });

describe('Credit notes as documents', () => {
  let world: ConvergenceWorld;
  let seller: Seller;
  let invoice: Invoice;

  /** 12.00 USD and 20 % of them, paid, in German. */
  beforeAll(async () => {
    world = await ConvergenceWorld.start();
    seller = await world.seller();
    const { client } = seller;
    await client.accounts.update(seller.accountId, { locale: 'de-AT', seller: { legalName: 'Tollworks GmbH', address: { city: 'Wien', country: 'AT' }, footer: 'FN 12345' } });
    const rate = await client.taxRates.create({ name: 'USt.', jurisdiction: 'AT', percentage: '20' });
    await client.taxRates.setDefaults({ taxRateIds: [rate.id] });
    await world.lockedInvoice(seller);
    await world.handOver();
    invoice = await seller.invoice('ada');
    await client.accounts.update(seller.accountId, { locale: 'en', seller: { legalName: 'Somebody else' } });
  });

  afterAll(() => world.stop());

  const textOf = async ({ id }: CreditNote, format: 'html' | 'csv' | 'json'): Promise<string> => new TextDecoder().decode(await seller.client.creditNotes.document(id, format));

  it('say what is taken back and its tax, of which invoice, and which way it goes; from and to whom the invoice is', async () => {
    expect(invoice.total.amountInMinorUnits).toBe('1440');
    const note = await seller.client.creditNotes.create(invoice.id, { ...usd(360), giveBack: 'refund', memo: 'Ein Ausfall' });
    const data = JSON.parse(await textOf(note, 'json')) as Record<string, unknown>;
    expect(data).toMatchObject({
      kind: 'credit_note',
      state: 'credited',
      id: note.id,
      number: note.number,
      corrects: { id: invoice.id, number: invoice.number },
      seller: { legalName: 'Tollworks GmbH' },
      buyer: { customerId: 'ada' },
      locale: 'de-AT',
      lines: [{ kind: 'credit', description: `Korrektur zu Rechnung ${invoice.number} (USt. 20 %)`, amount: { amountInMinorUnits: '300' }, taxes: [{ tax: { amountInMinorUnits: '60' } }] }],
      subtotal: { amountInMinorUnits: '300' },
      adjustment: { amountInMinorUnits: '0' },
      tax: { amountInMinorUnits: '60' },
      taxes: [{ name: 'USt.', taxable: { amountInMinorUnits: '300' }, tax: { amountInMinorUnits: '60' } }],
      total: { amountInMinorUnits: '360' },
      settlements: [{ kind: 'refunded', amount: { amountInMinorUnits: '360' } }],
      reason: 'Ein Ausfall',
    });
    const said = ['Rechnungskorrektur', note.number!, invoice.number!, 'Tollworks GmbH', 'USt. 20 %', '$ 3,60', '$ 0,60', 'An Sie erstattet', 'Ein Ausfall'];
    const pdf = (await pagesOfPdf(await seller.client.creditNotes.document(note.id))).join(' ');
    const html = (await textOf(note, 'html')).replaceAll('\u00a0', ' ');
    for (const text of said) {
      expect(pdf).toContain(text);
      expect(html).toContain(text);
    }
    const [row] = parse(await textOf(note, 'csv'), { columns: true }) as Record<string, string>[];
    expect(row).toMatchObject({ invoiceId: note.id, invoiceKind: 'credit_note', amount: '3.00', taxRates: '20', lineTax: '0.60', invoiceTotal: '3.60' });
    expect(Buffer.compare(await seller.client.creditNotes.document(note.id), await seller.client.creditNotes.document(note.id))).toBe(0);
  });

  it('of one that gives back all that is left, the documents of an invoice add up to it', async () => {
    const rest = await seller.client.creditNotes.create(invoice.id, { giveBack: 'outside' });
    const notes = (await seller.client.creditNotes.list({ invoiceId: invoice.id })).items;
    const data = await Promise.all(notes.map(async (note) => JSON.parse(await textOf(note, 'json')) as { total: { amountInMinorUnits: string }; tax: { amountInMinorUnits: string } }));
    const sumOf = (name: 'total' | 'tax'): number => data.reduce((sum, { [name]: { amountInMinorUnits } }) => sum + Number(amountInMinorUnits), 0);
    expect([sumOf('total'), sumOf('tax')]).toEqual([1440, 240]);
    expect(await textOf(rest, 'html')).toContain('Auf anderem Weg zurückgegeben');
  });

  it('are there in no other account', async () => {
    const [note] = (await seller.client.creditNotes.list()).items;
    const intruder = await world.seller();
    for (const format of ['pdf', 'json'] as const) await expect(intruder.client.creditNotes.document(note!.id, format)).rejects.toMatchObject({ status: 404, code: 'credit_note_not_found' });
  });
});
