import { describe, expect, it } from '@jest/globals';
import { currencyExponent, CURRENCY_CODES } from '@tollkeeper/kernel';
import { csvRow } from '../export/csv-text.js';
import { LINE_COLUMNS, recordsOf } from '../export/line-record.js';
import type { DocumentLine, InvoiceDocument } from '../invoice-document.js';
import { formatsOf } from './document-formats.js';
import { pageOf } from './document-page.js';
import { htmlDocument } from './html-document.js';

const tier = { fromUnit: '0', toUnit: null, units: '1500', unitPrice: '0.002', flatFee: '0', amount: '3' };

function line(more: Partial<DocumentLine> = {}): DocumentLine {
  const ids = { productItemId: null, priceId: null, priceVersion: null, feeId: null, meterApiName: null, part: null };
  return { position: 1, kind: 'usage', ...ids, description: 'API calls', quantity: '1500', unitPriceText: '0.002 USD', exactAmount: '3', amount: 300n, deductions: [], taxes: [], tiers: [tier], ...more };
}

function invoice(more: Partial<InvoiceDocument> = {}): InvoiceDocument {
  const money = { subtotal: 300n, adjustment: 0n, tax: 0n, taxIncluded: 0n, taxTreatment: null, taxes: [], exchange: null, total: 300n, settlements: [], amountDue: 300n, refunded: 0n, creditedLater: 0n };
  return {
    ...{ kind: 'invoice', state: 'open', id: 'inv_1', number: 'TK-1', corrects: null, currency: 'USD', issueTimeInMillis: Date.UTC(2026, 11, 1, 3), dueTimeInMillis: null },
    ...{ period: { startInMillis: Date.UTC(2026, 10, 1), endInMillis: Date.UTC(2026, 11, 1) }, seller: { legalName: 'Seller' }, buyer: { customerId: 'ada', legalName: 'Ada' } },
    ...{ locale: 'en', timeZone: 'UTC', lines: [line()], ...money, reason: null, payment: { url: null, instructions: null, reference: null } },
    ...more,
  };
}

const textOf = (document: InvoiceDocument): string => [...htmlDocument(pageOf(document))].join('');
const rowOf = (more: Partial<DocumentLine>, document: Partial<InvoiceDocument> = {}): unknown => pageOf(invoice({ lines: [line(more)], ...document })).rows[0];

describe('What a document shows', () => {
  it.each([
    ['USD', 'en', 123_456_789_012_345_678_901n, '$1,234,567,890,123,456,789.01'],
    ['USD', 'en', -5n, '-$0.05'],
    ['JPY', 'en', 1_234n, '¥1,234'],
    ['KWD', 'en', 1n, 'KWD 0.001'],
    ['IQD', 'en', 1n, 'IQD 0.001'],
    ['EUR', 'de', 123_450n, '1.234,50 €'],
    ['THB', 'de', 100n, '1,00 THB'],
    ['AED', 'ar', 100n, '1.00 AED'],
    ['INR', 'en-IN', 1_234_567_89n, '₹12,34,567.89'],
  ])('%s in %s: %d minor units', (currency, locale, amount, text) => {
    expect(formatsOf({ currency, locale, timeZone: 'UTC' }).money(amount).replaceAll(/[\u00a0\u202f\u200e\u200f]/g, ' ').trim()).toBe(text);
  });

  it('has as many places as the currency, in every currency there is', () => {
    for (const currency of CURRENCY_CODES) {
      const digits = formatsOf({ currency, locale: 'en', timeZone: 'UTC' }).money(123_456n).match(/\d[\d,.]*/)![0].replaceAll(',', '');
      expect({ currency, digits: digits.replace('.', ''), places: digits.split('.')[1]?.length ?? 0 }).toEqual({ currency, digits: '123456', places: currencyExponent(currency) });
    }
  });

  it('dates are days of the account’s zone, and a period ends with its last day', () => {
    const facts = (timeZone: string): string[] => pageOf(invoice({ timeZone })).facts.map(({ label, text }) => `${label}: ${text.replaceAll('\u2009', ' ')}`);
    expect(facts('UTC')).toContain('Date: Dec 1, 2026');
    expect(facts('America/New_York')).toContain('Date: Nov 30, 2026');
    expect(facts('UTC')).toContain('Billing period: Nov 1 – 30, 2026');
  });

  it('a plain line is quantity times price', () => {
    expect(rowOf({})).toEqual({ description: 'API calls', quantity: '1,500', unitPrice: '$0.002', amount: '$3.00', details: [] });
  });

  it('what was taken off a line is said below it', () => {
    const deductions = [{ kind: 'discount' as const, id: 'disc_1', name: 'Launch offer', amount: 120n }];
    expect(rowOf({ deductions, amount: 180n })).toEqual({ description: 'API calls', quantity: '1,500', unitPrice: '$0.002', amount: '$1.80', details: ['Launch offer: -$1.20'] });
  });

  it('tiers are shown as their own sums, with every digit', () => {
    const tiers = [{ ...tier, units: '1000', unitPrice: '0.01', amount: '10' }, { ...tier, units: '500.5', unitPrice: '0.0000005', flatFee: '2', amount: '2.00025025' }];
    expect(rowOf({ tiers })).toMatchObject({ unitPrice: '$0.0000005 – $0.01', details: ['1,000 × $0.01 = $10.00', '500.5 × $0.0000005 + $2.00 flat fee = $2.00025025'] });
  });

  it.each([
    ['packages', [{ ...tier, packageSize: '100', packages: '15' }], '15 × $0.002 / 100 = $3.00'],
    ['a part of a period', [{ ...tier, share: '10/31' }], '1,500 × $0.002 × 10/31 = $3.00'],
    ['a minimum', [tier, { ...tier, kind: 'bound', label: 'Minimum', amount: '7' }], 'Minimum: $7.00'],
    ['a row of a matrix', [{ ...tier, label: 'region eu' }], 'region eu: 1,500 × $0.002 = $3.00'],
  ])('%s is said', (_what, tiers, text) => {
    expect((rowOf({ tiers }) as { details: string[] }).details.at(-1)).toBe(text);
  });

  it('the rows of the totals add up', () => {
    const settlements = [{ kind: 'credited' as const, amount: 100n }, { kind: 'paid' as const, amount: 150n }];
    const { totals } = pageOf(invoice({ adjustment: -50n, tax: 57n, total: 307n, settlements, amountDue: 57n, refunded: 20n }));
    expect(totals.map(({ label, text }) => `${label} ${text}`)).toEqual(['Subtotal $3.00', 'Later changes -$0.50', 'Tax $0.57', 'Total (USD) $3.07', 'Credited -$1.00', 'Paid -$1.50', 'Amount due $0.57', 'Refunded $0.20']);
  });

  it('speaks the account’s language where there are words for it, and English elsewhere', () => {
    expect(pageOf(invoice({ locale: 'de-AT' }))).toMatchObject({ language: 'de', heading: 'Rechnung', title: 'Rechnung TK-1' });
    expect(pageOf(invoice({ locale: 'sv' }))).toMatchObject({ language: 'en', heading: 'Invoice' });
  });

  it('a preview says in words that it is none', () => {
    expect(pageOf(invoice({ state: 'preview', number: null }))).toMatchObject({ title: 'Invoice inv_1', state: { text: 'Preview' }, notice: expect.stringContaining('not an invoice') as unknown });
  });
});

describe('HTML', () => {
  const hostile = `<script>alert("1")</script>'&\u{1f600}`;

  it('escapes whatever anybody wrote, everywhere', () => {
    const parties = { seller: { legalName: hostile, address: { line1: hostile, country: hostile }, email: hostile, footer: hostile, paymentTerms: hostile }, buyer: { customerId: hostile, legalName: hostile, purchaseOrderNumber: hostile } };
    const text = textOf(invoice({ ...parties, number: hostile, reason: hostile, lines: [line({ description: hostile, unitPriceText: hostile, tiers: [] })], payment: { url: null, instructions: hostile, reference: hostile } }));
    expect(text).not.toContain('<script');
    expect(text.split('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;').length).toBeGreaterThan(12);
  });

  it('links to web pages only', () => {
    expect(textOf(invoice({ payment: { url: 'https://pay.example/?a=1&b="', instructions: null, reference: null } }))).toContain('href="https://pay.example/?a=1&amp;b=&quot;"');
    expect(textOf(invoice({ payment: { url: 'javascript:alert(1)', instructions: null, reference: null } }))).not.toContain('javascript');
  });

  it('is one file that fetches nothing', () => {
    const text = textOf(invoice());
    expect(text).not.toMatch(/<(script|link|img|iframe)|@import|url\(/);
  });
});

describe('CSV', () => {
  const cells = (document: InvoiceDocument): Record<string, string> => {
    const values = csvRow([...recordsOf(document)][0]!).trimEnd().split(',');
    return Object.fromEntries(LINE_COLUMNS.map((column, index) => [column, values[index]!]));
  };

  it('amounts are exact and in major units', () => {
    expect(cells(invoice())).toMatchObject({ amount: '3.00', invoiceTotal: '3.00', quantity: '1500', periodStart: '2026-11-01T00:00:00.000Z', currency: 'USD' });
    expect(cells(invoice({ currency: 'JPY' }))).toMatchObject({ amount: '300' });
    expect(cells(invoice({ currency: 'KWD', lines: [line({ amount: -1n })] }))).toMatchObject({ amount: '-0.001' });
  });

  it('what looks like a formula is text, and negative numbers stay numbers', () => {
    expect(cells(invoice({ lines: [line({ description: '=HYPERLINK(1)', amount: -300n, quantity: '-5' })] }))).toMatchObject({ description: `'=HYPERLINK(1)`, amount: '-3.00', quantity: '-5' });
    expect(csvRow([...recordsOf(invoice({ buyer: { customerId: 'a', legalName: '@x, "y"\nz' } }))][0]!)).toContain(`"'@x, ""y""\nz"`);
  });

  it('an invoice without lines is a row all the same', () => {
    expect(cells(invoice({ lines: [] }))).toMatchObject({ invoiceId: 'inv_1', position: '', amount: '', invoiceTotal: '3.00' });
  });
});
