import { currencyExponent } from '@tollkeeper/kernel';
import type { ProviderCurrency } from './provider-description.js';

/** An amount or currency the provider cannot carry; known from its table, so raised before any network call. */
export class AmountNotRepresentableError extends Error {
  readonly code: 'unsupported_currency' | 'amount_not_representable';

  constructor(code: 'unsupported_currency' | 'amount_not_representable', message: string) {
    super(message);
    this.name = 'AmountNotRepresentableError';
    this.code = code;
  }
}

/**
 * The provider's row for an ISO code, read case-insensitively.
 * @throws AmountNotRepresentableError `unsupported_currency`
 */
export function providerCurrency(code: string, currencies: readonly ProviderCurrency[]): ProviderCurrency {
  const row = byCode(currencies).get(code.toUpperCase());
  if (!row) {
    throw new AmountNotRepresentableError('unsupported_currency', `The payment provider does not support the currency ${code.toUpperCase()}.`);
  }
  return row;
}

/** By table: a document holds a dozen amounts, and a table more than a hundred rows. */
const indexes = new WeakMap<readonly ProviderCurrency[], ReadonlyMap<string, ProviderCurrency>>();

function byCode(currencies: readonly ProviderCurrency[]): ReadonlyMap<string, ProviderCurrency> {
  const known = indexes.get(currencies);
  if (known) return known;
  const index = new Map(currencies.map((row) => [row.currency, row]));
  indexes.set(currencies, index);
  return index;
}

/**
 * ISO minor units → the provider's smallest units, sign kept.
 * @throws AmountNotRepresentableError naming the rule that is broken: decimals, step, or maximum. The minimum is not checked here,
 *   because it holds for a document's total and not for its lines.
 */
export function toProviderUnits(amountInMinorUnits: bigint, currency: ProviderCurrency): bigint {
  const shift = currency.exponent - currencyExponent(currency.currency);
  const divisor = shift < 0 ? 10n ** BigInt(-shift) : 1n;
  if (amountInMinorUnits % divisor !== 0n) throw refused(amountInMinorUnits, currency, `is sent with ${currency.exponent} decimal places`);
  const units = shift < 0 ? amountInMinorUnits / divisor : amountInMinorUnits * 10n ** BigInt(shift);
  if (units % currency.step !== 0n) throw refused(amountInMinorUnits, currency, `is sent in steps of ${currency.step} smallest units`);
  const size = units < 0n ? -units : units;
  if (size > currency.maximum) throw refused(amountInMinorUnits, currency, `may be at most ${currency.maximum} smallest units`);
  return units;
}

/** What amounts of the currency are multiples of where they are sent, ISO minor units: 1 where each of them can be. */
export function stepInMinorUnits({ currency, exponent, step }: ProviderCurrency): bigint {
  const shift = exponent - currencyExponent(currency);
  if (shift < 0) return 10n ** BigInt(-shift) * step;
  return step / greatestCommonDivisor(step, 10n ** BigInt(shift));
}

function greatestCommonDivisor(one: bigint, other: bigint): bigint {
  return other === 0n ? one : greatestCommonDivisor(other, one % other);
}

/**
 * The provider's smallest units → ISO minor units.
 * @throws AmountNotRepresentableError when the provider holds a fraction of an ISO minor unit (an ISK amount with cents)
 */
export function fromProviderUnits(units: bigint, currency: ProviderCurrency): bigint {
  const shift = currency.exponent - currencyExponent(currency.currency);
  if (shift <= 0) return units * 10n ** BigInt(-shift);
  const divisor = 10n ** BigInt(shift);
  if (units % divisor !== 0n) {
    throw new AmountNotRepresentableError(
      'amount_not_representable',
      `The provider holds ${units} smallest units of ${currency.currency}, which is not a whole number of its ISO minor unit.`,
    );
  }
  return units / divisor;
}

function refused(amount: bigint, currency: ProviderCurrency, rule: string): AmountNotRepresentableError {
  return new AmountNotRepresentableError(
    'amount_not_representable',
    `${amount} minor units of ${currency.currency} cannot be sent to the payment provider: ${currency.currency} ${rule}.`,
  );
}
