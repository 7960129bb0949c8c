import { describe, expect, it } from '@jest/globals';
import type { PaymentMethodOperations } from '../payment-provider.js';
import type { ContractSubject } from './contract-subject.js';

export function paymentMethodsContract(subject: ContractSubject): void {
  const { harness, provider } = subject;
  const methods = provider.paymentMethods as PaymentMethodOperations;
  const [working = '', second = working] = harness.attachableMethods ?? [];

  async function attached(providerCustomerId: string, paymentMethodId = working): Promise<string> {
    return (await subject.value(methods.attach({ providerCustomerId, paymentMethodId }, subject.context()))).id;
  }

  function list(providerCustomerId: string) {
    return subject.value(methods.list({ providerCustomerId }, subject.context()));
  }

  describe('its payment methods', () => {
    it('start with none', async () => {
      expect(await list(await harness.newCustomer('has_no_method'))).toEqual([]);
    });

    it('make the first one attached the default, and no later one', async () => {
      const customer = await harness.newCustomer('has_no_method');
      const first = await subject.value(methods.attach({ providerCustomerId: customer, paymentMethodId: working }, subject.context()));
      const later = await subject.value(methods.attach({ providerCustomerId: customer, paymentMethodId: second }, subject.context()));
      expect([first.isDefault, later.isDefault]).toEqual([true, false]);
      expect((await list(customer)).map(({ id, isDefault }) => `${id} ${isDefault}`).sort()).toEqual([`${first.id} true`, `${later.id} false`].sort());
      const fetched = await subject.value(provider.fetch('customer', { providerId: customer }, subject.context()));
      expect(fetched).toMatchObject({ value: { defaultPaymentMethodId: first.id } });
    });

    it('are attached once under one key', async () => {
      const customer = await harness.newCustomer('has_no_method');
      const context = subject.context();
      const input = { providerCustomerId: customer, paymentMethodId: working };
      const first = await subject.value(methods.attach(input, context));
      expect(await subject.value(methods.attach(input, context))).toEqual(first);
      expect(await list(customer)).toHaveLength(1);
    });

    it('show what a person needs to tell cards apart, and never a number', async () => {
      const customer = await harness.newCustomer('has_no_method');
      await attached(customer);
      const [method] = await list(customer);
      if (method?.card) {
        expect(method.card.last4).toMatch(/^\d{4}$/);
        expect(method.card.expMonth).toBeGreaterThanOrEqual(1);
        expect(method.card.expYear).toBeGreaterThan(2_000);
      }
      expect(JSON.stringify(method)).not.toMatch(/\d{12,}/);
    });

    it('change the default', async () => {
      const customer = await harness.newCustomer('has_no_method');
      await attached(customer);
      const later = await attached(customer, second);
      const chosen = await subject.value(methods.setDefault({ providerCustomerId: customer, paymentMethodId: later }, subject.context()));
      expect(chosen).toMatchObject({ id: later, isDefault: true });
      expect((await list(customer)).filter(({ isDefault }) => isDefault).map(({ id }) => id)).toEqual([later]);
    });

    it('are gone once detached', async () => {
      const customer = await harness.newCustomer('has_no_method');
      const id = await attached(customer);
      const context = subject.context();
      const input = { providerCustomerId: customer, paymentMethodId: id };
      expect(await subject.value(methods.detach(input, context))).toMatchObject({ id, isDefault: false });
      expect(await subject.value(methods.detach(input, context))).toMatchObject({ id });
      expect(await list(customer)).toEqual([]);
    });

    it('that do not exist are refused, as are customers that do not', async () => {
      const customer = await harness.newCustomer('has_no_method');
      const missing = { providerCustomerId: customer, paymentMethodId: 'pm_contractmissing' };
      expect((await subject.endsAs('failed', methods.attach(missing, subject.context()))).code).toBe('not_found');
      expect((await subject.endsAs('failed', methods.setDefault(missing, subject.context()))).code).toBe('not_found');
      expect((await subject.endsAs('failed', methods.detach(missing, subject.context()))).code).toBe('not_found');
      expect((await subject.endsAs('failed', methods.list({ providerCustomerId: 'cus_contractmissing' }, subject.context()))).code).toBe('not_found');
    });

    it('are entered on a page of the provider’s, which is begun once under one key and can be asked after', async () => {
      const setup = { tags: subject.newTags(), providerCustomerId: await harness.newCustomer('has_no_method'), mode: 'hosted_page', returnUrl: 'https://example.com/back', currency: harness.currency } as const;
      const context = subject.context();
      const begun = await subject.value(methods.beginSetup(setup, context));
      expect(begun.url).toMatch(/^https?:\/\//);
      expect(begun.clientSecret).toBeNull();
      expect((await subject.value(methods.beginSetup(setup, context))).id).toBe(begun.id);
      const pending = { id: begun.id, status: 'pending', providerCustomerId: setup.providerCustomerId, paymentMethodId: null };
      expect(await subject.value(provider.fetch('payment_method_setup', { providerId: begun.id }, subject.context()))).toMatchObject({ found: true, value: pending });
      const byTags = { tags: setup.tags, providerCustomerId: setup.providerCustomerId, createdAfterInMillis: subject.recently() };
      expect(await subject.value(provider.fetch('payment_method_setup', byTags, subject.context()))).toMatchObject({ found: true, value: { id: begun.id } });
    });

    it('are entered through the client script with a secret that does not print', async () => {
      const setup = { tags: subject.newTags(), providerCustomerId: await harness.newCustomer('has_no_method'), mode: 'client_secret', returnUrl: 'https://example.com/back', currency: harness.currency } as const;
      const begun = await subject.value(methods.beginSetup(setup, subject.context()));
      expect(begun.url).toBeNull();
      expect(begun.clientSecret?.reveal()).not.toBe('');
      expect(`${JSON.stringify(begun)}${String(begun.clientSecret)}`).not.toContain(begun.clientSecret?.reveal());
      expect(await subject.value(provider.fetch('payment_method_setup', { providerId: begun.id }, subject.context()))).toMatchObject({ found: true, value: { status: 'pending' } });
    });
  });
}
