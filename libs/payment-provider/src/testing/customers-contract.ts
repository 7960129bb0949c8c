import { describe, expect, it } from '@jest/globals';
import type { CustomerInput, CustomerOperations } from '../payment-provider.js';
import type { ContractSubject } from './contract-subject.js';

export function customersContract(subject: ContractSubject): void {
  const { provider } = subject;
  const customers = provider.customers as CustomerOperations;

  function input(more: Partial<CustomerInput> = {}): CustomerInput {
    const address = { line1: '1 Main Street', city: 'Springfield', postalCode: '12345', country: 'US' };
    return { tags: subject.newTags(), name: 'Ada Lovelace', email: 'ada@example.com', description: 'A customer', address, ...more };
  }

  describe('its customers', () => {
    it('come back as they were created, with our tags', async () => {
      const given = input();
      const customer = await subject.value(customers.create(given, subject.context()));
      expect(customer).toMatchObject({ name: given.name, email: given.email, tags: given.tags, deleted: false, defaultPaymentMethodId: null });
      expect(provider.looksLikeCustomerId(customer.id)).toBe(true);
      const fetched = await subject.value(provider.fetch('customer', { providerId: customer.id }, subject.context()));
      expect(fetched).toEqual({ found: true, value: customer });
    });

    it('need nothing but a name', async () => {
      const customer = await subject.value(customers.create(input({ email: null, description: null, address: null }), subject.context()));
      expect(customer).toMatchObject({ name: 'Ada Lovelace', email: null });
    });

    it('are made once under one key, twice under two', async () => {
      const given = input();
      const context = subject.context();
      const first = await subject.value(customers.create(given, context));
      const again = await subject.value(customers.create(given, context));
      const other = await subject.value(customers.create(given, subject.context()));
      expect(again.id).toBe(first.id);
      expect(other.id).not.toBe(first.id);
    });

    it('refuse other parameters under a used key', async () => {
      const given = input();
      const context = subject.context();
      await subject.value(customers.create(given, context));
      expect(await subject.endsAs('failed', customers.create({ ...given, name: 'Someone else' }, context))).toMatchObject({ code: 'idempotency_conflict' });
    });

    it('are found by our tags after a lost answer, and nothing else is', async () => {
      const given = input();
      const customer = await subject.value(customers.create(given, subject.context()));
      const window = { createdAfterInMillis: subject.recently() };
      expect(await subject.value(provider.fetch('customer', { tags: given.tags, ...window }, subject.context()))).toEqual({ found: true, value: customer });
      for (const part of ['instance', 'account', 'id'] as const) {
        const tags = { ...given.tags, [part]: 'another' };
        expect(await subject.value(provider.fetch('customer', { tags, ...window }, subject.context()))).toEqual({ found: false });
      }
    });

    it('are changed by an update, where null clears a field', async () => {
      const { tags, ...given } = input();
      const { id } = await subject.value(customers.create({ tags, ...given }, subject.context()));
      const updated = await subject.value(customers.update({ providerCustomerId: id, ...given, name: 'Countess of Lovelace', email: null, address: null }, subject.context()));
      expect(updated).toMatchObject({ id, name: 'Countess of Lovelace', email: null, tags });
    });

    it('that do not exist are not found, which is no failure of a fetch but one of an update', async () => {
      expect(await subject.value(provider.fetch('customer', { providerId: 'cus_contractmissing' }, subject.context()))).toEqual({ found: false });
      const { tags: _tags, ...given } = input();
      expect(await subject.endsAs('failed', customers.update({ providerCustomerId: 'cus_contractmissing', ...given }, subject.context()))).toMatchObject({ code: 'not_found' });
    });

    it('are not written without an idempotency key', async () => {
      const given = input();
      await subject.thrownBy(() => customers.create(given, subject.context({ idempotencyKey: undefined })));
      const found = await subject.value(provider.fetch('customer', { tags: given.tags, createdAfterInMillis: subject.recently() }, subject.context()));
      expect(found).toEqual({ found: false });
    });

    it.each(['', 'nonsense', '../customers', 'https://example.com'])('have ids that %j is not one of', (id) => {
      expect(provider.looksLikeCustomerId(id)).toBe(false);
    });
  });
}
