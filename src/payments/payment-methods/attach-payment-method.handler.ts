import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnsupportedByProviderError, type FetchResult, type ProviderOutcome, type ProviderPaymentMethod } from '@tollkeeper/payment-provider';
import type { Transaction } from '../../platform/database/database.js';
import type { IntentHandler, ProviderCall } from '../../provider-intents/intent-handlers.js';
import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { ATTACH_METHOD, parametersOf, PaymentMethodIntents, presentMethods } from './payment-method-intents.js';

/** Attaches a method to the provider's customer; the first one becomes the default there. */
@Injectable()
export class AttachPaymentMethodHandler implements IntentHandler<ProviderPaymentMethod>, OnModuleInit {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly methods: PaymentMethodIntents,
  ) {}

  onModuleInit(): void {
    this.intents.registerHandler(ATTACH_METHOD, this);
  }

  async perform(intent: ProviderIntent, { provider, context }: ProviderCall): Promise<ProviderOutcome<ProviderPaymentMethod>> {
    if (!provider.paymentMethods) throw new UnsupportedByProviderError(provider.describe().name, 'paymentMethods');
    const { providerCustomerId, paymentMethodId } = parametersOf(intent);
    return provider.paymentMethods.attach({ providerCustomerId, paymentMethodId }, context);
  }

  /** A test card attached by its name has another id afterwards and counts as absent: one test card more harms nobody. */
  async find(intent: ProviderIntent, call: ProviderCall): Promise<ProviderOutcome<FetchResult<ProviderPaymentMethod>>> {
    const { paymentMethodId } = parametersOf(intent);
    const listed = await presentMethods(intent, call);
    if (listed.outcome !== 'succeeded') return listed as ProviderOutcome<never>;
    const value = listed.value.find(({ id }) => id === paymentMethodId);
    return { outcome: 'succeeded', value: value ? { found: true, value } : { found: false } };
  }

  objectId({ id }: ProviderPaymentMethod): string {
    return id;
  }

  async apply(tx: Transaction, intent: ProviderIntent, outcome: ProviderOutcome<ProviderPaymentMethod>): Promise<void> {
    if (outcome.outcome === 'succeeded') await this.methods.changed(tx, intent, outcome.value);
  }
}
