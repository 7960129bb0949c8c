import { fromProviderUnits, providerCurrency, toProviderUnits, type ProviderCurrency } from '@tollkeeper/payment-provider';
import { UnreadableAnswerError } from './stripe-call-error.js';

// Stripe's own table, not ISO's: https://docs.stripe.com/currencies (presentment currencies, zero-decimal, special cases, minimums).
const TWO_DECIMALS = `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK DKK DOP
  DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT
  MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD STN SZL THB
  TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD XCG YER ZAR ZMW`;
const NO_DECIMALS = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF';
/** Without decimals in the world, with two at Stripe for backwards compatibility; the last two digits must be zero. */
const TWO_DECIMALS_OF_ZERO = 'ISK UGX';
/** The last digit must be zero. */
const THREE_DECIMALS = 'BHD JOD KWD OMR TND';

/** Smallest charge in smallest units. Stripe publishes these alone; elsewhere it wants the equivalent of 0.50 USD of the day. */
const MINIMUM_CHARGES: Readonly<Record<string, bigint>> = {
  AED: 200n, AUD: 50n, BRL: 50n, CAD: 50n, CHF: 50n, COP: 200_000n, CZK: 1_500n, DKK: 250n, EUR: 50n, GBP: 30n, HKD: 400n, HUF: 17_500n,
  INR: 50n, JPY: 50n, MXN: 1_000n, MYR: 200n, NOK: 300n, NZD: 50n, PLN: 200n, RON: 200n, SEK: 300n, SGD: 50n, THB: 1_000n, USD: 50n,
};

/** Amounts have at most eight digits. */
const MAXIMUM = 99_999_999n;

function rows(codes: string, exponent: number, step: bigint): ProviderCurrency[] {
  return codes.split(/\s+/).map((currency) => ({ currency, exponent, step, minimum: MINIMUM_CHARGES[currency] ?? step, maximum: MAXIMUM }));
}

export const STRIPE_CURRENCIES: readonly ProviderCurrency[] = [
  ...rows(TWO_DECIMALS, 2, 1n),
  ...rows(NO_DECIMALS, 0, 1n),
  ...rows(TWO_DECIMALS_OF_ZERO, 2, 100n),
  ...rows(THREE_DECIMALS, 3, 10n),
].sort((a, b) => (a.currency < b.currency ? -1 : 1));

/**
 * ISO minor units → the integer Stripe takes.
 * @throws AmountNotRepresentableError
 */
export function toStripeAmount(amountInMinorUnits: bigint, currency: string): number {
  return Number(toProviderUnits(amountInMinorUnits, providerCurrency(currency, STRIPE_CURRENCIES)));
}

/**
 * Stripe's integer → ISO minor units.
 * @throws UnreadableAnswerError for a currency outside the table or a fraction of an ISO unit: the call itself was answered, so it
 *   must not look like a refusal
 */
export function fromStripeAmount(amount: number, currency: string): bigint {
  try {
    return fromProviderUnits(BigInt(amount), providerCurrency(currency, STRIPE_CURRENCIES));
  } catch (error) {
    throw new UnreadableAnswerError(error instanceof Error ? error.message : 'Stripe answered an unreadable amount.');
  }
}
