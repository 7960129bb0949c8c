import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnsupportedByProviderError, type FetchResult, type ProviderOutcome } from '@tollkeeper/payment-provider';
import type { IntentHandler, ProviderCall } from '../../provider-intents/intent-handlers.js';
import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';

export const ENABLE_WEBHOOK = 'webhook.enable';

/** Switches an endpoint on again that the provider gave up. */
@Injectable()
export class EnableWebhookHandler implements IntentHandler<{ id: string }>, OnModuleInit {
  constructor(private readonly intents: ProviderIntents) {}

  onModuleInit(): void {
    this.intents.registerHandler(ENABLE_WEBHOOK, this);
  }

  perform(intent: ProviderIntent, { provider, context }: ProviderCall): Promise<ProviderOutcome<{ id: string }>> {
    if (!provider.webhooks?.enable) throw new UnsupportedByProviderError(provider.describe().name, 'webhooks.enable');
    return provider.webhooks.enable({ webhookId: intent.subjectId }, context);
  }

  /** Enabling again is harmless. */
  find(): Promise<ProviderOutcome<FetchResult<{ id: string }>>> {
    return Promise.resolve({ outcome: 'succeeded', value: { found: false } });
  }

  objectId({ id }: { id: string }): string {
    return id;
  }

  /** Whether it delivers is seen by the next check. */
  apply(): Promise<void> {
    return Promise.resolve();
  }
}
