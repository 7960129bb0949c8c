import { describe, expect, it } from '@jest/globals';
import { Decimal } from '@tollkeeper/kernel';
import { documentLines } from './invoice-document-lines.js';

const invoice = { id: 'inv_1', currency: 'USD', periodStartInMillis: 1, periodEndInMillis: 2, taxTreatment: null };
const TAXES = [{ name: 'VAT', jurisdiction: 'DE', percentage: Decimal.parse('19'), isInclusive: false }, { name: 'VAT', jurisdiction: 'DE', percentage: Decimal.parse('7'), isInclusive: true }];

function line(position: number, amount: bigint) {
  return { id: `inl_${position}`, kind: 'usage' as const, description: 'API calls', quantity: Decimal.parse('12.5'), unitPriceText: '0.002 USD', deductions: [], amount, taxes: null };
}

describe('The lines of a provider document', () => {
  it('show quantity and unit price as text and the amount as an integer', () => {
    expect(documentLines(invoice, [line(0, 3n)], 250)).toEqual([
      { externalId: 'inl_0', description: 'API calls: 12.5 × 0.002 USD', amount: '3', periodStartInMillis: 1, periodEndInMillis: 2 },
    ]);
  });

  it('say what was taken off the amount, all in one where there is much of it', () => {
    const discount = (name: string) => ({ kind: 'discount' as const, id: 'disc_1', name, amount: '125' });
    const [some, much] = [[discount('Launch'), discount('Loyal')], Array.from({ length: 9 }, () => discount('x'.repeat(100)))];
    expect(documentLines(invoice, [{ ...line(0, 3n), deductions: some }], 250)).toMatchObject([{ description: 'API calls: 12.5 × 0.002 USD (Launch -1.25 USD, Loyal -1.25 USD)', amount: '3' }]);
    expect(documentLines(invoice, [{ ...line(0, 3n), deductions: much }], 250)).toMatchObject([{ description: 'API calls: 12.5 × 0.002 USD (9 deductions -11.25 USD)' }]);
  });

  it('are rolled up into the last one beyond what a document carries, to the same sum', () => {
    const lines = Array.from({ length: 7 }, (_, position) => line(position, BigInt(position)));
    const shown = documentLines(invoice, lines, 4);
    expect(shown).toHaveLength(4);
    expect(shown.at(-1)).toMatchObject({ description: '4 further items', amount: '18' });
    expect(shown.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(21n);
  });

  it('bring their taxes, and are rolled up with those of the same ones alone', () => {
    const taxed = (position: number, rate: number) => ({ ...line(position, 100n), taxes: [{ rate, taxable: '100', tax: String(rate + 1) }] });
    const shown = documentLines(invoice, [taxed(0, 0), taxed(1, 0), taxed(2, 1), taxed(3, 0), line(4, 5n)], 4, TAXES);
    expect(shown.map(({ externalId, description, amount, taxes }) => [externalId, description, amount, taxes?.map(({ percentage, taxable, amount: tax }) => `${percentage}: ${tax} of ${taxable}`)])).toEqual([
      ['inl_0', 'API calls: 12.5 × 0.002 USD', '100', ['19: 1 of 100']],
      ['inv_1-rest', '2 further items', '200', ['19: 2 of 200']],
      ['inv_1-rest-2', '1 further items', '100', ['7: 2 of 100']],
      ['inv_1-rest-3', '1 further items', '5', undefined],
    ]);
  });

  it('have what is free taken off them where the provider taxes them, which takes no line below zero', () => {
    const free = { ...line(2, -30n), kind: 'free_amount' as const };
    const fee = { ...line(3, 50n), kind: 'fee' as const };
    const shown = documentLines({ ...invoice, taxTreatment: 'provider' }, [line(0, 100n), line(1, 200n), free, fee], 250);
    expect(shown.map(({ externalId, amount }) => [externalId, amount])).toEqual([['inl_0', '90'], ['inl_1', '180'], ['inl_3', '50']]);
  });

  it('are not rolled up when they just fit', () => {
    expect(documentLines(invoice, [line(0, 1n), line(1, 2n)], 2)).toHaveLength(2);
  });
});
