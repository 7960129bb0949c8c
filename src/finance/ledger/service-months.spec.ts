import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { earnedByMonth, monthOf, startOfMonth } from './service-months.js';

const at = (text: string): number => Date.parse(text);

describe('What is earned in which month', () => {
  it.each([
    ['a month', '1000', '2026-11-01', '2026-12-01', { '2026-11': 1000n }],
    ['31 days over a turn of the month', '3100', '2026-01-15', '2026-02-15', { '2026-01': 1700n, '2026-02': 1400n }],
    ['a year in advance', '36500', '2026-01-01', '2027-01-01', { '2026-01': 3100n, '2026-02': 2800n, '2026-03': 3100n, '2026-04': 3000n, '2026-05': 3100n, '2026-06': 3000n, '2026-07': 3100n, '2026-08': 3100n, '2026-09': 3000n, '2026-10': 3100n, '2026-11': 3000n, '2026-12': 3100n }],
    ['a cent that no month can have a part of', '1', '2026-01-31', '2026-02-02', { '2026-01': 1n, '2026-02': 0n }],
    ['what is taken back', '-100', '2026-01-30', '2026-02-02', { '2026-01': -67n, '2026-02': -33n }],
    ['less than a day', '7', '2026-02-28T08:00:00Z', '2026-02-28T09:00:00Z', { '2026-02': 7n }],
  ])('%s', (_name, amount, start, end, expected) => {
    expect(Object.fromEntries(earnedByMonth(BigInt(amount), [{ amount: BigInt(amount), startInMillis: at(start), endInMillis: at(end) }], 'UTC'))).toEqual(expected);
  });

  it('counts days of the account’s calendar, whatever the clock does', () => {
    const span = { amount: 6100n, startInMillis: at('2026-02-28T23:00:00Z'), endInMillis: at('2026-04-30T22:00:00Z') };
    expect(Object.fromEntries(earnedByMonth(6100n, [span], 'Europe/Berlin'))).toEqual({ '2026-03': 3100n, '2026-04': 3000n });
  });

  it('spreads a discount over the lines by their amounts', () => {
    const spans = [
      { amount: 900n, startInMillis: at('2026-01-01'), endInMillis: at('2026-02-01') },
      { amount: 100n, startInMillis: at('2026-02-01'), endInMillis: at('2026-03-01') },
    ];
    expect(Object.fromEntries(earnedByMonth(800n, spans, 'UTC'))).toEqual({ '2026-01': 720n, '2026-02': 80n });
  });

  it('adds up to the total, in whatever zone and however it is cut', () => {
    const span = fc.record({ amount: fc.bigInt({ min: -1_000_000_000_000n, max: 1_000_000_000_000n }), startInMillis: fc.integer({ min: at('2020-01-01'), max: at('2035-01-01') }), lengthInDays: fc.integer({ min: 0, max: 900 }) });
    const spans = fc.array(span, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(spans, fc.bigInt({ min: -1000n, max: 1000n }), fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Apia', 'America/Sao_Paulo'), (given, discount, zone) => {
        const lines = given.map(({ amount, startInMillis, lengthInDays }) => ({ amount, startInMillis, endInMillis: startInMillis + lengthInDays * 86_400_000 }));
        const total = lines.reduce((sum, { amount }) => sum + amount, discount);
        const earned = earnedByMonth(total, lines, zone);
        expect([...earned.values()].reduce((sum, amount) => sum + amount, 0n)).toBe(total);
        for (const month of earned.keys()) expect(monthOf(startOfMonth(month, zone), zone)).toBe(month);
      }),
    );
  });
});
