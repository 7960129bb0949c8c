import { invalid } from '@tollkeeper/kernel';
import type { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { customerTraits, PAYMENT_PROVIDER_TRAIT, selectedProviderName } from './customer-traits.js';

/** The provider that the reference API's flag `autoCreateCustomerInStripe` names. */
const REFERENCE_FLAG_PROVIDER = 'STRIPE';

/** What to do besides storing the customer. */
export interface AutoCreate {
  readonly inStripe?: boolean;
  /** At the provider of the trait `paymentProviderName`, else of the account. */
  readonly inProvider?: boolean;
}

/** How a write wants a customer to stand towards one provider. */
export interface LinkWish {
  readonly providerName: string;
  readonly displayName: string;
  readonly trait: string;
  /** The provider's customer id given in the trait; null where the trait is absent. */
  readonly given: string | null;
  /** Without a given id: take the earlier one up again, else create one. */
  readonly create: boolean;
}

/**
 * One wish per provider that has customers.
 * @param traits canonical
 * @param target the provider of `autoCreateTarget`
 * @throws DomainError `invalid_provider_customer_id`
 */
export function linkWishes(traits: Readonly<Record<string, string>>, target: string | null, registry: PaymentProviderRegistry): LinkWish[] {
  return [...customerTraits(registry)].map(([providerName, trait]) => {
    const given = traits[trait] ?? null;
    const provider = registry.get(providerName);
    const { displayName } = provider.describe();
    if (given !== null && !provider.looksLikeCustomerId(given)) {
      const message = `traits.${trait} is not an id of a ${displayName} customer`;
      throw invalid('invalid_provider_customer_id', `Invalid request: ${message}.`, [{ field: `traits.${trait}`, code: 'invalid_provider_customer_id', message }]);
    }
    return { providerName, displayName, trait, given, create: target === providerName && given === null };
  });
}

/**
 * The provider at which a customer shall be created, or null.
 * @param traits canonical
 * @throws DomainError (invalid) `provider_mismatch`, `no_payment_provider`, `unsupported_by_provider`, `unknown_payment_provider`
 */
export function autoCreateTarget(traits: Readonly<Record<string, string>>, autoCreate: AutoCreate, accountDefault: string | null, registry: PaymentProviderRegistry): string | null {
  const name = flaggedProvider(traits, autoCreate, accountDefault, registry);
  if (name === null) return null;
  const provider = registry.get(name);
  if (!provider.customers || provider.describe().customerTrait === null) {
    throw invalid('unsupported_by_provider', `${name} has no customers of its own, so none can be created there. Leave the flag out.`);
  }
  return provider.describe().name;
}

function flaggedProvider(traits: Readonly<Record<string, string>>, autoCreate: AutoCreate, accountDefault: string | null, registry: PaymentProviderRegistry): string | null {
  const chosen = traits[PAYMENT_PROVIDER_TRAIT] ?? null;
  if (autoCreate.inStripe) {
    if (chosen !== null && chosen !== REFERENCE_FLAG_PROVIDER) {
      throw invalid('provider_mismatch', `autoCreateCustomerInStripe is set, but the trait ${PAYMENT_PROVIDER_TRAIT} says ${chosen}. Use autoCreateCustomerInProvider, or leave one of the two out.`);
    }
    return REFERENCE_FLAG_PROVIDER;
  }
  if (!autoCreate.inProvider) return null;
  const name = selectedProviderName(traits, accountDefault);
  if (name === null) {
    throw invalid(
      'no_payment_provider',
      `autoCreateCustomerInProvider needs to know the provider: set the trait ${PAYMENT_PROVIDER_TRAIT} or the account's default provider. Known: ${registry.names().join(', ')}.`,
    );
  }
  return name;
}
