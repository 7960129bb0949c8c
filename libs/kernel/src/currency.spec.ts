import { describe, expect, it } from '@jest/globals';
import { CURRENCY_CODES, currencyExponent, parseCurrency } from './currency.js';
import { DomainError } from './domain-error.js';

describe('currencies', () => {
  it.each([
    ['USD', 2],
    ['EUR', 2],
    ['JPY', 0],
    ['ISK', 0],
    ['UGX', 0],
    ['KWD', 3],
    ['BHD', 3],
    ['HUF', 2],
    ['CLF', 4],
  ])('%s has %i decimal places', (code, exponent) => {
    expect(currencyExponent(code)).toBe(exponent);
  });

  it('reads codes in any case', () => {
    expect(parseCurrency('eur')).toBe('EUR');
    expect(currencyExponent('jpy')).toBe(0);
  });

  it.each([['EURO'], [''], ['DEM'], ['XAU'], ['BGN'], ['__proto__'], [null], [42]])('refuses %p', (input) => {
    expect(() => parseCurrency(input as string)).toThrow(DomainError);
    expect(() => currencyExponent(input as string)).toThrow(DomainError);
  });

  it('names the code it does not know, shortened', () => {
    expect(() => parseCurrency('BITCOIN')).toThrow("'BITCOIN' is not a currency in use; send an ISO 4217 code such as 'USD', 'EUR' or 'JPY'.");
    expect(() => parseCurrency('x'.repeat(1_000))).toThrow(/^'x{20}' is not/);
  });

  it('lists every code once, in order', () => {
    expect(new Set(CURRENCY_CODES).size).toBe(CURRENCY_CODES.length);
    expect([...CURRENCY_CODES].sort()).toEqual(CURRENCY_CODES);
    expect(CURRENCY_CODES.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
    expect(CURRENCY_CODES).toHaveLength(165);
  });

  // The platform names withdrawn currencies too, so its list contains ours; XAD (May 2025) is younger than its data.
  it('invents no code', () => {
    const names = new Intl.DisplayNames('en', { type: 'currency', fallback: 'none' });
    expect(CURRENCY_CODES.filter((code) => code !== 'XAD' && names.of(code) === undefined)).toEqual([]);
  });
});
