import { invalid } from './domain-error.js';

// ISO 4217 list one as published on 2026-01-01: every code that has a minor unit. Metals, test codes and units of account without one
// cannot be invoiced and are left out. The exponent is the standard's; a payment provider may count otherwise and converts at its edge.
const CODES_BY_EXPONENT: ReadonlyMap<number, string> = new Map([
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK
     DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR
     LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR
     SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER
     ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
]);

const EXPONENTS: ReadonlyMap<string, number> = new Map(
  [...CODES_BY_EXPONENT].flatMap(([exponent, codes]) => codes.split(/\s+/).map((code): [string, number] => [code, exponent])),
);

/** All known currency codes in alphabetical order, e.g. for a console's list. */
export const CURRENCY_CODES: readonly string[] = [...EXPONENTS.keys()].sort();

/**
 * An ISO 4217 code in upper case, read case-insensitively.
 * @throws DomainError `unknown_currency`
 */
export function parseCurrency(input: string): string {
  const code = typeof input === 'string' ? input.toUpperCase() : '';
  if (!EXPONENTS.has(code)) {
    throw invalid('unknown_currency', `'${String(input).slice(0, 20)}' is not a currency in use; send an ISO 4217 code such as 'USD', 'EUR' or 'JPY'.`);
  }
  return code;
}

/**
 * How many decimal places a currency's minor unit stands for: 2 for USD, 0 for JPY, 3 for KWD.
 * @throws DomainError `unknown_currency`
 */
export function currencyExponent(code: string): number {
  return EXPONENTS.get(code) ?? currencyExponent(parseCurrency(code));
}
