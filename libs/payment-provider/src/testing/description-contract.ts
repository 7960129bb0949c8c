import { describe, expect, it } from '@jest/globals';
import { PaymentProviderRegistry } from '../payment-provider-registry.js';
import { UnsupportedByProviderError } from '../provider-error.js';
import type { ContractSubject } from './contract-subject.js';
import { descriptionFaults } from './description-faults.js';

const GROUPS = ['customers', 'paymentMethods', 'invoices', 'collection', 'refunds', 'creditNotes', 'webhooks', 'eventList', 'payouts', 'customerTaxes', 'listing', 'testHelpers'] as const;

export function descriptionContract(subject: ContractSubject): void {
  describe('its description', () => {
    it('is coherent: every declared capability is implemented, and nothing is implemented that is not declared', () => {
      expect(descriptionFaults(subject.provider)).toEqual([]);
    });

    it('is the same every time and holds no secret', () => {
      expect(subject.provider.describe()).toEqual(subject.provider.describe());
      subject.expectNoSecret(subject.provider.describe());
      subject.expectNoSecret(subject.provider);
    });

    it('makes the registry hand out what is there and refuse the rest with the typed error', () => {
      const registry = new PaymentProviderRegistry();
      registry.register(subject.provider);
      const { name, capabilities } = subject.provider.describe();
      for (const group of GROUPS) {
        if (capabilities[group]) expect(registry.operations(name, group)).toBe(subject.provider[group]);
        else expect(() => registry.operations(name, group)).toThrow(UnsupportedByProviderError);
      }
    });

    it('supports the currency the other cases use', () => {
      expect(subject.provider.describe().currencies.map(({ currency }) => currency)).toContain(subject.harness.currency);
    });
  });
}
