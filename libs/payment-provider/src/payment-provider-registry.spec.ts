import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@tollkeeper/kernel';
import { PaymentProviderRegistry } from './payment-provider-registry.js';
import { UnsupportedByProviderError } from './provider-error.js';
import { ToyPaymentProvider } from './testing/toy-payment-provider.js';

function named(name: string): ToyPaymentProvider {
  const provider = new ToyPaymentProvider();
  const description = { ...provider.describe(), name };
  provider.describe = () => description;
  return provider;
}

describe('the registry of payment providers', () => {
  it('finds a provider by name in any case', () => {
    const registry = new PaymentProviderRegistry();
    const toy = new ToyPaymentProvider();
    registry.register(toy);
    expect(registry.get('toy')).toBe(toy);
    expect(registry.has('Toy')).toBe(true);
    expect(registry.has('STRIPE')).toBe(false);
  });

  it('stops the boot when a name is taken, and says where to look', () => {
    const registry = new PaymentProviderRegistry();
    registry.register(new ToyPaymentProvider());
    expect(() => registry.register(new ToyPaymentProvider())).toThrow(/under the name 'TOY'.*payment-providers\.ts/);
  });

  it('takes upper-case names only, since the trait is written so', () => {
    expect(() => new PaymentProviderRegistry().register(named('Toy'))).toThrow(/must be upper case/);
  });

  it('lists the known names when one is unknown', () => {
    const registry = new PaymentProviderRegistry();
    registry.register(named('ZEBRA'));
    registry.register(named('APPLE'));
    expect(registry.all().map((provider) => provider.describe().name)).toEqual(['APPLE', 'ZEBRA']);
    expect(() => registry.get('PAYPAL')).toThrow("Unknown payment provider 'PAYPAL'. Known providers: APPLE, ZEBRA.");
    expect(() => registry.get('PAYPAL')).toThrow(DomainError);
  });

  it('hands out a group of operations, or the typed error before any network call', () => {
    const registry = new PaymentProviderRegistry();
    const toy = new ToyPaymentProvider();
    registry.register(toy);
    expect(registry.operations('toy', 'invoices')).toBe(toy.invoices);
    expect(() => registry.operations('toy', 'eventList')).toThrow(UnsupportedByProviderError);
    expect(() => registry.operations('toy', 'eventList')).toThrow("Payment provider toy does not support 'eventList'");
  });
});
