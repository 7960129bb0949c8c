import type Stripe from 'stripe';
import { succeeded, type CallContext, type CustomerInput, type CustomerOperations, type ProviderCustomer, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { expectObject } from './stripe-answer.js';
import type { StripeCalls } from './stripe-call.js';
import { mapCustomer, toMetadata } from './stripe-mapping.js';

export class StripeCustomers implements CustomerOperations {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  create(input: CustomerInput, context: CallContext): Promise<ProviderOutcome<ProviderCustomer>> {
    return this.#calls.write(context, async (call) => {
      const customer = await call.client.customers.create({ ...details(input, undefined), metadata: toMetadata(input.tags) }, call.write());
      return succeeded(mapCustomer(expectObject(customer, 'customer')));
    });
  }

  update(input: { providerCustomerId: string } & Omit<CustomerInput, 'tags'>, context: CallContext): Promise<ProviderOutcome<ProviderCustomer>> {
    return this.#calls.write(context, async (call) => {
      const customer = await call.client.customers.update(input.providerCustomerId, details(input, ''), call.write());
      return succeeded(mapCustomer(expectObject(customer, 'customer')));
    });
  }
}

/** @param unset what stands for null: nothing when creating, the empty string, which clears a field, when updating */
function details(input: Omit<CustomerInput, 'tags'>, unset: '' | undefined): Stripe.CustomerUpdateParams {
  return {
    name: input.name,
    email: input.email ?? unset,
    description: input.description ?? unset,
    address: input.address ? address(input.address, unset) : unset,
  };
}

/** Fields left out of an update keep their old value at Stripe, so a shorter address must clear the rest. */
function address(input: NonNullable<CustomerInput['address']>, unset: '' | undefined): Stripe.AddressParam {
  return {
    line1: input.line1 ?? unset,
    city: input.city ?? unset,
    state: input.state ?? unset,
    postal_code: input.postalCode ?? unset,
    country: input.country ?? unset,
  };
}
