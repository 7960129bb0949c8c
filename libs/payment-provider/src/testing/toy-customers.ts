import type { CallContext } from '../call-context.js';
import { succeeded, type ProviderOutcome } from '../outcome.js';
import type { CustomerInput, CustomerOperations } from '../payment-provider.js';
import type { ProviderCustomer } from '../provider-objects.js';
import type { ToyBank, ToyCustomer } from './toy-bank.js';
import { requiredKey, toyCall } from './toy-call.js';

export class ToyCustomers implements CustomerOperations {
  readonly #bank: ToyBank;

  constructor(bank: ToyBank) {
    this.#bank = bank;
  }

  create(input: CustomerInput, context: CallContext): Promise<ProviderOutcome<ProviderCustomer>> {
    return toyCall(context, async (apiKey) => {
      const { name, email, tags } = input;
      const customer = await this.#bank.write(apiKey, requiredKey(context), ['create', input], () => {
        const created: ToyCustomer = { id: this.#bank.newId('toycus'), name, email, tags, createdAtInMillis: Date.now() };
        this.#bank.customers.set(created.id, created);
        return created;
      });
      return succeeded(mapToyCustomer(customer));
    });
  }

  update(input: { providerCustomerId: string } & Omit<CustomerInput, 'tags'>, context: CallContext): Promise<ProviderOutcome<ProviderCustomer>> {
    return toyCall(context, async (apiKey) => {
      const { providerCustomerId, name, email } = input;
      const customer = await this.#bank.write(apiKey, requiredKey(context), ['update', input], () => {
        const updated = { ...this.#bank.customer(providerCustomerId), name, email };
        this.#bank.customers.set(updated.id, updated);
        return updated;
      });
      return succeeded(mapToyCustomer(customer));
    });
  }
}

export function mapToyCustomer({ id, name, email, tags }: ToyCustomer): ProviderCustomer {
  return { id, name, email, tags, deleted: false, defaultPaymentMethodId: null };
}
