import { describe, expect, it } from '@jest/globals';
import { Decimal } from '@tollkeeper/kernel';
import { documentLines } from './invoice-document-lines.js';

const invoice = { id: 'inv_1', periodStartInMillis: 1, periodEndInMillis: 2 };

function line(position: number, amount: bigint) {
  return { id: `inl_${position}`, kind: 'usage' as const, description: 'API calls', quantity: Decimal.parse('12.5'), unitPriceText: '0.002 USD', amount };
}

describe('The lines of a provider document', () => {
  it('show quantity and unit price as text and the amount as an integer', () => {
    expect(documentLines(invoice, [line(0, 3n)], 250)).toEqual([
      { externalId: 'inl_0', description: 'API calls: 12.5 × 0.002 USD', amount: '3', periodStartInMillis: 1, periodEndInMillis: 2 },
    ]);
  });

  it('are rolled up into the last one beyond what a document carries, to the same sum', () => {
    const lines = Array.from({ length: 7 }, (_, position) => line(position, BigInt(position)));
    const shown = documentLines(invoice, lines, 4);
    expect(shown).toHaveLength(4);
    expect(shown.at(-1)).toMatchObject({ description: '4 further items', amount: '18' });
    expect(shown.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(21n);
  });

  it('are not rolled up when they just fit', () => {
    expect(documentLines(invoice, [line(0, 1n), line(1, 2n)], 2)).toHaveLength(2);
  });
});
