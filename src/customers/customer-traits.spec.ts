import { describe, expect, it } from '@jest/globals';
import { PaymentProviderRegistry, type PaymentProvider } from '@tollkeeper/payment-provider';
import { canonicalTraits, selectedProviderName } from './customer-traits.js';

/** Only what the traits need of a provider. */
function registryWith(...providers: { name: string; customerTrait: string | null }[]): PaymentProviderRegistry {
  const registry = new PaymentProviderRegistry();
  for (const description of providers) registry.register({ describe: () => description } as PaymentProvider);
  return registry;
}

describe('canonicalTraits', () => {
  const registry = registryWith({ name: 'STRIPE', customerTrait: 'stripeId' }, { name: 'MANUAL', customerTrait: null });

  it.each([
    [{ stripeid: 'cus_1', paymentprovidername: 'stripe' }, { stripeId: 'cus_1', paymentProviderName: 'STRIPE' }],
    [{ STRIPEID: ' cus_1 ', PaymentProviderName: ' Manual ' }, { stripeId: 'cus_1', paymentProviderName: 'MANUAL' }],
    [{ stripeId: 'cus_1', StripeId: 'cus_1' }, { stripeId: 'cus_1' }],
    [{ Region: ' eu ', region: 'us' }, { Region: ' eu ', region: 'us' }],
    [{}, {}],
  ])('writes %j as %j', (given, expected) => {
    expect(canonicalTraits(given as Record<string, string>, registry)).toEqual(expected);
  });

  it('refuses two spellings with different values', () => {
    expect(() => canonicalTraits({ stripeId: 'cus_1', stripeid: 'cus_2' }, registry)).toThrow(/stripeId/);
  });

  it('names the known providers for an unknown one', () => {
    expect(() => canonicalTraits({ paymentProviderName: 'PAYPAL' }, registry)).toThrow(/MANUAL, STRIPE/);
  });
});

describe('selectedProviderName', () => {
  it.each([
    [{ paymentProviderName: 'STRIPE' }, 'MANUAL', 'STRIPE'],
    [{ paymentprovidername: 'stripe' }, null, 'STRIPE'],
    [{}, 'stripe', 'STRIPE'],
    [{ stripeId: 'cus_1' }, null, null],
  ])('of %j with the default %j is %j', (traits, accountDefault, expected) => {
    expect(selectedProviderName(traits as Record<string, string>, accountDefault)).toBe(expected);
  });
});
