import { Injectable } from '@nestjs/common';
import type { ProviderPaymentMethod } from '@tollkeeper/payment-provider';
import { Database } from '../../platform/database/database.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { PaymentMethodIntents } from '../payment-methods/payment-method-intents.js';
import type { PaymentMethodTarget } from '../payment-methods/payment-method-target.js';

const DEADLINE_IN_MILLIS = 10_000;

/**
 * A method entered on the provider's page is attached there, but not chosen for charging. A customer with methods and no default gets
 * the newest one as default; an existing choice is left alone.
 */
@Injectable()
export class DefaultPaymentMethod {
  constructor(
    private readonly database: Database,
    private readonly gateway: ProviderGateway,
    private readonly intents: ProviderIntents,
    private readonly methods: PaymentMethodIntents,
  ) {}

  /** @returns the method to charge, null when there is none; `unreachable` when that could not be asked or set */
  async ensure(customer: PaymentMethodTarget): Promise<string | null | 'unreachable'> {
    const listed = await this.gateway.read(
      customer.connectionId,
      async (call) => (await call.provider.paymentMethods?.list({ providerCustomerId: customer.providerCustomerId }, call.context)) ?? { outcome: 'succeeded', value: [] },
      { deadlineInMillis: DEADLINE_IN_MILLIS },
    );
    // A customer that was deleted there has none, and asking again changes nothing.
    if (listed.outcome === 'failed' && listed.code === 'not_found') return null;
    if (listed.outcome !== 'succeeded') return 'unreachable';
    const [newest] = listed.value;
    if (!newest) return null;
    const chosen = listed.value.find((method) => method.isDefault);
    if (chosen) return chosen.id;
    return this.#setDefault(customer, newest);
  }

  async #setDefault(customer: PaymentMethodTarget, method: ProviderPaymentMethod): Promise<string> {
    const planned = await this.database.transaction((tx) => this.methods.planSetDefault(tx, customer, method.id));
    const { outcome, parameters } = await this.intents.run(planned.id, { deadlineInMillis: DEADLINE_IN_MILLIS });
    // Somebody else's choice may have been under way.
    return outcome === 'succeeded' ? (parameters['paymentMethodId'] as string) : 'unreachable';
  }
}
