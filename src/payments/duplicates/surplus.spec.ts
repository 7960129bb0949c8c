import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { surplusOf } from './surplus.js';

const paid = (providerPaymentId: string, amount: bigint, timeInMillis: number) => ({ providerPaymentId, amount, timeInMillis });
const text = (payments: Parameters<typeof surplusOf>[0], due: bigint, overpaid = 0n): string[] =>
  surplusOf(payments, due, overpaid).map(({ providerPaymentId, surplus, toBalance, isSecond }) => `${providerPaymentId} ${surplus} (${toBalance} to balance)${isSecond ? ' second' : ''}`);

describe('Money taken beyond 12.00 due', () => {
  it.each([
    ['one payment of it', [paid('a', 1200n, 1)], 0n, []],
    ['two parts of it', [paid('a', 500n, 1), paid('b', 700n, 2)], 0n, []],
    ['two payments of it, the later one is too much', [paid('b', 1200n, 2), paid('a', 1200n, 1)], 0n, ['b 1200 (0 to balance) second']],
    ['the same, booked to the balance', [paid('a', 1200n, 1), paid('b', 1200n, 2)], 1200n, ['b 1200 (1200 to balance) second']],
    ['one payment of more', [paid('a', 1500n, 1)], 300n, ['a 300 (300 to balance)']],
    ['a part, then all', [paid('a', 500n, 1), paid('b', 1200n, 2)], 0n, ['b 500 (0 to balance) second']],
    ['three, one of them booked', [paid('a', 1200n, 1), paid('b', 1200n, 2), paid('c', 1200n, 3)], 1200n, ['b 1200 (1200 to balance) second', 'c 1200 (0 to balance) second']],
  ] as const)('%s', (_name, payments, overpaid, expected) => {
    expect(text(payments, 1200n, overpaid)).toEqual(expected);
  });

  it('is all of it where nothing is due', () => {
    expect(text([paid('a', 1200n, 1)], 0n)).toEqual(['a 1200 (0 to balance)']);
  });

  it('adds up: what came in is what was due and the surplus', () => {
    const payments = fc.uniqueArray(fc.record({ providerPaymentId: fc.string({ minLength: 1 }), amount: fc.bigInt({ min: 1n, max: 5_000n }), timeInMillis: fc.nat(9) }), { selector: ({ providerPaymentId }) => providerPaymentId });
    fc.assert(
      fc.property(payments, fc.bigInt({ min: 0n, max: 9_000n }), fc.bigInt({ min: 0n, max: 9_000n }), (all, due, overpaid) => {
        const taken = all.reduce((sum, { amount }) => sum + amount, 0n);
        const found = surplusOf(all, due, overpaid);
        expect(found.reduce((sum, { surplus }) => sum + surplus, 0n)).toBe(taken > due ? taken - due : 0n);
        for (const { surplus, toBalance, amount } of found) expect(toBalance <= surplus && surplus <= amount).toBe(true);
      }),
    );
  });
});
