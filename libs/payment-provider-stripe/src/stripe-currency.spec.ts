import { describe, expect, it } from '@jest/globals';
import { CURRENCY_CODES } from '@tollkeeper/kernel';
import { STRIPE_CURRENCIES, fromStripeAmount, toStripeAmount } from './stripe-currency.js';
import { UnreadableAnswerError } from './stripe-call-error.js';

describe('amounts as Stripe counts them', () => {
  it.each([
    ['USD', 1_050n, 1_050],
    ['JPY', 500n, 500],
    ['ISK', 1_500n, 150_000],
    ['UGX', 20_000n, 2_000_000],
    ['KWD', 1_250n, 1_250],
    ['MGA', 50_000n, 500],
    ['HUF', 17_500n, 17_500],
    ['usd', -300n, -300],
  ])('%s: %s minor units are sent as %s', (currency, minorUnits, sent) => {
    expect(toStripeAmount(minorUnits, currency)).toBe(sent);
    expect(fromStripeAmount(sent, currency.toLowerCase())).toBe(minorUnits);
  });

  it.each([
    ['KWD', 1_255n, 'amount_not_representable'],
    ['MGA', 50_050n, 'amount_not_representable'],
    ['USD', 100_000_000n, 'amount_not_representable'],
    ['ISK', 1_000_000n, 'amount_not_representable'],
    ['KPW', 100n, 'unsupported_currency'],
  ])('%s: %s minor units are refused as %s', (currency, minorUnits, code) => {
    expect(() => toStripeAmount(minorUnits, currency)).toThrow(expect.objectContaining({ code }));
  });

  it('never takes an unreadable answer for a refusal', () => {
    expect(() => fromStripeAmount(150, 'isk')).toThrow(UnreadableAnswerError);
    expect(() => fromStripeAmount(150, 'xyz')).toThrow(UnreadableAnswerError);
  });

  it('knows each currency once, all of them in use', () => {
    const codes = STRIPE_CURRENCIES.map(({ currency }) => currency);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => !CURRENCY_CODES.includes(code))).toEqual([]);
    expect(codes.length).toBeGreaterThan(130);
  });

  it('has a minimum that its own step can express', () => {
    expect(STRIPE_CURRENCIES.filter(({ minimum, step }) => minimum < 1n || minimum % step !== 0n)).toEqual([]);
    expect(STRIPE_CURRENCIES.find(({ currency }) => currency === 'USD')?.minimum).toBe(50n);
  });
});
