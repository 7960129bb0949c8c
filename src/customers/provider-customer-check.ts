import { Injectable } from '@nestjs/common';
import type { ProviderCustomer } from '@tollkeeper/payment-provider';
import { PaymentConnections } from '../payment-connections/payment-connections.service.js';
import { ProviderGateway } from '../provider-intents/provider-gateway.js';

/** What the provider says about one of its customer ids. */
export type CustomerVerdict =
  | { readonly verdict: 'good'; readonly customer: ProviderCustomer }
  | { readonly verdict: 'bad'; readonly code: 'provider_customer_not_found' | 'provider_customer_deleted' | 'provider_customer_wrong_mode' | 'provider_customer_refused'; readonly message: string }
  /** Nobody could be asked; ask again later. */
  | { readonly verdict: 'unknown'; readonly message: string };

/** Asks the provider whether a customer id is good: exists, not deleted, of the right mode. Network: outside transactions only. */
@Injectable()
export class ProviderCustomerCheck {
  constructor(
    private readonly gateway: ProviderGateway,
    private readonly connections: PaymentConnections,
  ) {}

  async check(connectionId: string, providerCustomerId: string, mode: 'test' | 'live', deadlineInMillis: number): Promise<CustomerVerdict> {
    const { provider } = await this.connections.open(connectionId);
    const { displayName } = provider.describe();
    const outcome = await this.gateway.read(connectionId, (call) => call.provider.fetch('customer', { providerId: providerCustomerId }, call.context), { deadlineInMillis });
    if (outcome.outcome === 'unknown' || outcome.outcome === 'requires_action') return { verdict: 'unknown', message: outcome.message };
    if (outcome.outcome === 'failed') {
      if (outcome.code === 'wrong_mode') {
        const message = `The ${displayName} customer exists in the other mode only. This is a ${mode} account: use an id of ${mode} mode.`;
        return { verdict: 'bad', code: 'provider_customer_wrong_mode', message };
      }
      if (outcome.code !== 'not_found') return { verdict: 'bad', code: 'provider_customer_refused', message: `${displayName} does not accept the customer id: ${outcome.message}` };
    }
    if (outcome.outcome === 'failed' || !outcome.value.found) {
      const message = `The connected ${displayName} account has no such customer in ${mode} mode. Ids of the other mode or of another ${displayName} account cannot be used here.`;
      return { verdict: 'bad', code: 'provider_customer_not_found', message };
    }
    const { value: customer } = outcome.value;
    if (customer.deleted) return { verdict: 'bad', code: 'provider_customer_deleted', message: `The customer was deleted at ${displayName}. Give the id of a live one, or none.` };
    return { verdict: 'good', customer };
  }
}
