import { invalid } from '@tollkeeper/kernel';
import { UnsupportedByProviderError } from './provider-error.js';
import type { PaymentProvider } from './payment-provider.js';

type OperationGroup = 'customers' | 'customerTaxes' | 'paymentMethods' | 'invoices' | 'collection' | 'refunds' | 'creditNotes' | 'disputes' | 'webhooks' | 'eventList' | 'listing' | 'payouts' | 'testHelpers';

/** All providers of this process by name. Each provider's own Nest module registers it; features look up by trait value. */
export class PaymentProviderRegistry {
  readonly #providers = new Map<string, PaymentProvider>();

  /** @throws Error at boot when the name is taken: two providers of one name would make the trait ambiguous */
  register(provider: PaymentProvider): void {
    const { name } = provider.describe();
    if (name !== name.toUpperCase()) throw new Error(`Payment provider name '${name}' must be upper case.`);
    if (this.#providers.has(name)) {
      throw new Error(`Two payment providers are registered under the name '${name}'. Remove one line from payment-providers.ts or rename one provider.`);
    }
    this.#providers.set(name, provider);
  }

  names(): string[] {
    return [...this.#providers.keys()].sort();
  }

  all(): PaymentProvider[] {
    return this.names().map((name) => this.get(name));
  }

  has(name: string): boolean {
    return this.#providers.has(name.toUpperCase());
  }

  /** @param name read case-insensitively. @throws DomainError `unknown_payment_provider` (invalid) listing the known names */
  get(name: string): PaymentProvider {
    const provider = this.#providers.get(name.toUpperCase());
    if (!provider) {
      throw invalid('unknown_payment_provider', `Unknown payment provider '${name}'. Known providers: ${this.names().join(', ')}.`);
    }
    return provider;
  }

  /** One group of operations, or the typed error before any network call. */
  operations<G extends OperationGroup>(name: string, group: G): NonNullable<PaymentProvider[G]> {
    const operations = this.get(name)[group];
    if (!operations) throw new UnsupportedByProviderError(name, group);
    return operations as NonNullable<PaymentProvider[G]>;
  }
}
