import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { receive, takeBack } from './received-amounts.js';

type Amounts = Parameters<typeof receive>[0];

function invoice(more: Partial<Amounts> = {}): Amounts {
  return { paymentStatus: 'pending', amountPaid: 0n, amountOpen: 1_000n, amountSurplus: 0n, amountReversed: 0n, ...more };
}

describe('What came in for an invoice of 10.00', () => {
  it.each<[string, bigint, Partial<Amounts>]>([
    ['a part', 400n, { amountPaid: 400n, amountOpen: 600n, amountSurplus: 0n }],
    ['all of it', 1_000n, { amountPaid: 1_000n, amountOpen: 0n, amountSurplus: 0n }],
    ['more', 1_250n, { amountPaid: 1_000n, amountOpen: 0n, amountSurplus: 250n }],
  ])('%s', (_what, amount, after) => {
    const amounts = invoice();
    receive(amounts, amount);
    expect(amounts).toMatchObject(after);
  });

  it('is missing again on a settled invoice, and made up for by the next payment', () => {
    const amounts = invoice({ paymentStatus: 'settled', amountPaid: 1_000n, amountOpen: 0n, amountSurplus: 100n });
    takeBack(amounts, 500n);
    expect(amounts).toMatchObject({ amountPaid: 1_000n, amountOpen: 0n, amountSurplus: 0n, amountReversed: 400n });
    receive(amounts, 450n);
    expect(amounts).toMatchObject({ amountPaid: 1_000n, amountSurplus: 50n, amountReversed: 0n });
  });

  it('adds up, whatever comes in and goes back in whatever order', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10_000n), fc.array(fc.record({ amount: fc.bigInt(1n, 5_000n), back: fc.boolean() }), { maxLength: 30 }), (total, moves) => {
        const amounts = invoice({ amountOpen: total });
        const held: bigint[] = [];
        for (const { amount, back } of moves) {
          const taken = back ? held.pop() : undefined;
          if (taken === undefined) {
            receive(amounts, amount);
            held.push(amount);
          } else {
            takeBack(amounts, taken);
          }
          if (amounts.amountOpen === 0n) amounts.paymentStatus = 'settled';
        }
        const net = held.reduce((sum, amount) => sum + amount, 0n);
        expect(amounts.amountPaid + amounts.amountSurplus - amounts.amountReversed).toBe(net);
        expect(amounts.amountPaid + amounts.amountOpen).toBe(total);
        expect([amounts.amountPaid, amounts.amountOpen, amounts.amountSurplus, amounts.amountReversed].filter((amount) => amount < 0n)).toEqual([]);
      }),
    );
  });
});
