import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AmountNotRepresentableError, fromProviderUnits, providerCurrency, toProviderUnits } from './provider-amount.js';
import type { ProviderCurrency } from './provider-description.js';

function row(currency: string, exponent: number, step: bigint): ProviderCurrency {
  return { currency, exponent, step, minimum: 1n, maximum: 99_999_999n };
}

describe('amounts at the provider’s edge', () => {
  it.each([
    ['as ISO counts', row('USD', 2, 1n), 1_234n, 1_234n],
    ['two decimals more than ISO', row('ISK', 2, 100n), 1_500n, 150_000n],
    ['two decimals fewer than ISO', row('MGA', 0, 1n), 12_300n, 123n],
    ['three decimals in steps of ten', row('KWD', 3, 10n), 1_230n, 1_230n],
    ['a credit', row('USD', 2, 1n), -1_234n, -1_234n],
    ['zero', row('UGX', 2, 100n), 0n, 0n],
  ])('%s', (_name, currency, minorUnits, units) => {
    expect(toProviderUnits(minorUnits, currency)).toBe(units);
    expect(fromProviderUnits(units, currency)).toBe(minorUnits);
  });

  it.each([
    ['a fraction of the step', row('KWD', 3, 10n), 1_234n, 'KWD is sent in steps of 10 smallest units'],
    ['a fraction of the unit', row('MGA', 0, 1n), 12_345n, 'MGA is sent with 0 decimal places'],
    ['nine digits', row('USD', 2, 1n), 100_000_000n, 'USD may be at most 99999999 smallest units'],
    ['nine digits of credit', row('USD', 2, 1n), -100_000_000n, 'USD may be at most 99999999 smallest units'],
    ['nine digits after conversion', row('ISK', 2, 100n), 1_000_000n, 'ISK may be at most 99999999 smallest units'],
  ])('refuses %s and names the rule', (_name, currency, minorUnits, rule) => {
    expect(() => toProviderUnits(minorUnits, currency)).toThrow(rule);
    expect(() => toProviderUnits(minorUnits, currency)).toThrow(expect.objectContaining({ code: 'amount_not_representable' }));
  });

  it('reads no fraction of an ISO unit back', () => {
    expect(() => fromProviderUnits(150n, row('ISK', 2, 100n))).toThrow(AmountNotRepresentableError);
  });

  it('finds a currency in any case and refuses one outside the table', () => {
    const table = [row('USD', 2, 1n)];
    expect(providerCurrency('usd', table).currency).toBe('USD');
    expect(() => providerCurrency('EUR', table)).toThrow(expect.objectContaining({ code: 'unsupported_currency' }));
  });

  it('loses nothing on the way there and back, for any amount it accepts', () => {
    const table = [row('USD', 2, 1n), row('ISK', 2, 100n), row('MGA', 0, 1n), row('KWD', 3, 10n), row('JPY', 0, 1n)];
    const accepted = new Set<string>();
    fc.assert(
      fc.property(fc.constantFrom(...table), fc.bigInt(-200_000_000n, 200_000_000n), fc.constantFrom(1n, 10n, 100n), (currency, amount, multiple) => {
        const minorUnits = (amount / multiple) * multiple;
        let units: bigint;
        try {
          units = toProviderUnits(minorUnits, currency);
        } catch (error) {
          expect(error).toBeInstanceOf(AmountNotRepresentableError);
          return;
        }
        accepted.add(currency.currency);
        expect(fromProviderUnits(units, currency)).toBe(minorUnits);
      }),
      // One acceptable amount for each, so that the check below does not depend on the seed.
      { examples: table.map((currency) => [currency, 100n, 100n]) },
    );
    expect(accepted.size).toBe(table.length);
  });
});
