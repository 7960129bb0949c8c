import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnsupportedByProviderError, type FetchResult, type ProviderOutcome, type ProviderPaymentMethod } from '@tollkeeper/payment-provider';
import type { Transaction } from '../../platform/database/database.js';
import type { IntentHandler, ProviderCall } from '../../provider-intents/intent-handlers.js';
import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { DETACH_METHOD, parametersOf, presentMethods } from './payment-method-intents.js';

/** Takes a method away from the provider's customer, for good. */
@Injectable()
export class DetachPaymentMethodHandler implements IntentHandler<ProviderPaymentMethod>, OnModuleInit {
  constructor(private readonly intents: ProviderIntents) {}

  onModuleInit(): void {
    this.intents.registerHandler(DETACH_METHOD, this);
  }

  async perform(intent: ProviderIntent, { provider, context }: ProviderCall): Promise<ProviderOutcome<ProviderPaymentMethod>> {
    if (!provider.paymentMethods) throw new UnsupportedByProviderError(provider.describe().name, 'paymentMethods');
    const { providerCustomerId, paymentMethodId } = parametersOf(intent);
    return provider.paymentMethods.detach({ providerCustomerId, paymentMethodId }, context);
  }

  /** Not in the list any more: it was done. The list does not say what kind it was. */
  async find(intent: ProviderIntent, call: ProviderCall): Promise<ProviderOutcome<FetchResult<ProviderPaymentMethod>>> {
    const { paymentMethodId } = parametersOf(intent);
    const listed = await presentMethods(intent, call);
    if (listed.outcome !== 'succeeded') return listed as ProviderOutcome<never>;
    if (listed.value.some(({ id }) => id === paymentMethodId)) return { outcome: 'succeeded', value: { found: false } };
    return { outcome: 'succeeded', value: { found: true, value: { id: paymentMethodId, type: 'unknown', isDefault: false, card: null } } };
  }

  objectId({ id }: ProviderPaymentMethod): string {
    return id;
  }

  async apply(_tx: Transaction, _intent: ProviderIntent, _outcome: ProviderOutcome<ProviderPaymentMethod>): Promise<void> {
    // One method less unblocks nothing.
  }
}
