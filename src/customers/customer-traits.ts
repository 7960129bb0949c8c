import { invalid } from '@tollkeeper/kernel';
import type { PaymentProviderRegistry } from '@tollkeeper/payment-provider';

/** The trait that selects a customer's payment provider. */
export const PAYMENT_PROVIDER_TRAIT = 'paymentProviderName';

/**
 * Traits that mean something to us in their canonical spelling: names are read case-insensitively, a provider's name is written in
 * upper case. Other traits stay as they are.
 * @throws DomainError `unknown_payment_provider` listing the known ones, `ambiguous_trait` when two spellings contradict each other
 */
export function canonicalTraits(traits: Readonly<Record<string, string>>, registry: PaymentProviderRegistry): Record<string, string> {
  const known = new Map([PAYMENT_PROVIDER_TRAIT, ...customerTraits(registry).values()].map((name) => [name.toLowerCase(), name]));
  const canonical: Record<string, string> = {};
  for (const [name, value] of Object.entries(traits)) {
    const spelled = known.get(name.toLowerCase()) ?? name;
    const written = spelled === PAYMENT_PROVIDER_TRAIT ? registry.get(value.trim()).describe().name : spelled === name && !known.has(name.toLowerCase()) ? value : value.trim();
    if (canonical[spelled] !== undefined && canonical[spelled] !== written) {
      throw invalid('ambiguous_trait', `Invalid request: the trait ${spelled} is given in two spellings with different values. Send it once.`, [
        { field: `traits.${spelled}`, code: 'ambiguous_trait', message: `traits.${spelled} is given twice` },
      ]);
    }
    canonical[spelled] = written;
  }
  return canonical;
}

/** Provider name → the trait that holds its customer id, of the providers that have one. */
export function customerTraits(registry: PaymentProviderRegistry): Map<string, string> {
  const traits = new Map<string, string>();
  for (const provider of registry.all()) {
    const { name, customerTrait } = provider.describe();
    if (customerTrait !== null) traits.set(name, customerTrait);
  }
  return traits;
}

/** @returns the canonical provider name of the trait, else of the account, else null */
export function selectedProviderName(traits: Readonly<Record<string, string>>, accountDefault: string | null | undefined): string | null {
  const trait = Object.entries(traits).find(([name, value]) => name.toLowerCase() === PAYMENT_PROVIDER_TRAIT.toLowerCase() && value !== '');
  return trait ? trait[1].toUpperCase() : (accountDefault?.toUpperCase() ?? null);
}
