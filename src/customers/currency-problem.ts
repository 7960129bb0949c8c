import { conflict, CURRENCY_CODES, type DomainError } from '@tollkeeper/kernel';
import { AmountNotRepresentableError, providerCurrency, toProviderUnits, type PaymentProviderRegistry } from '@tollkeeper/payment-provider';

/**
 * Why a provider could not be sent a currency, or amounts of it, as its table says: `unsupported_currency`, `amount_not_representable`. Null where it could, and where
 * nothing can be said: no provider, one that this process does not know, or no currency at all, which is refused elsewhere.
 */
export function currencyProblem(registry: PaymentProviderRegistry, providerName: string | null | undefined, currency: string, amounts: readonly bigint[] = []): DomainError | null {
  if (providerName == null || !registry.has(providerName) || !CURRENCY_CODES.includes(currency)) return null;
  const { displayName, currencies } = registry.get(providerName).describe();
  try {
    const row = providerCurrency(currency, currencies);
    for (const amount of amounts) toProviderUnits(amount, row);
    return null;
  } catch (error) {
    if (!(error instanceof AmountNotRepresentableError)) throw error;
    if (error.code === 'amount_not_representable') return conflict(error.code, error.message);
    return conflict(error.code, `${displayName}, which the customer pays through, takes no ${currency}. Agree on another currency, give the customer one in billing.currency with exchange rates, or choose another payment provider.`);
  }
}
