import { describe, expect, it } from '@jest/globals';
import type { TestOperations } from '../payment-provider.js';
import type { ContractSubject } from './contract-subject.js';

export function testHelpersContract(subject: ContractSubject): void {
  const { harness, provider } = subject;
  const helpers = provider.testHelpers as TestOperations;

  describe('its test helpers', () => {
    it('name test cards, each once', () => {
      expect(helpers.testCards().length).toBeGreaterThan(0);
      expect(new Set(helpers.testCards()).size).toBe(helpers.testCards().length);
    });

    if (provider.paymentMethods) {
      it.each(helpers.testCards().map((card) => [card]))('%s can be attached by name', async (card) => {
        const providerCustomerId = await harness.newCustomer('has_no_method');
        const attach = provider.paymentMethods?.attach({ providerCustomerId, paymentMethodId: card }, subject.context());
        expect(await subject.value(attach ?? Promise.reject(new Error('no payment methods')))).toMatchObject({ isDefault: true });
      });
    }

    it('move the clock forwards where there is one', async () => {
      const timeInMillis = Date.now() + 3_600_000;
      const moved = await subject.value(helpers.advanceClock({ timeInMillis }, subject.context()));
      expect(moved.timeInMillis).toBeGreaterThanOrEqual(timeInMillis);
      expect(moved.timeInMillis).toBeLessThan(timeInMillis + 60_000);
    });

    it('never move the clock back', async () => {
      await subject.value(helpers.advanceClock({ timeInMillis: Date.now() + 3_600_000 }, subject.context()));
      await subject.value(helpers.advanceClock({ timeInMillis: Date.now() }, subject.context()));
    });
  });
}
