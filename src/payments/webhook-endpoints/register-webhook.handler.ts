import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnsupportedByProviderError, type FetchResult, type ProviderOutcome, type RegisteredWebhook } from '@tollkeeper/payment-provider';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import { FORMER_SECRET_KEPT_FOR_IN_MILLIS } from '../../payment-connections/webhook-secret-rotation.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import type { IntentHandler, ProviderCall } from '../../provider-intents/intent-handlers.js';
import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { planUnregistration } from './unregister-webhook.handler.js';

export const REGISTER_WEBHOOK = 'webhook.register';

export interface RegisterParameters {
  readonly url: string;
  /** The endpoint so far; deleted once the new one has delivered, so that no event falls between. */
  readonly replaces: string | null;
  /** Same address, another secret: where that fails, the endpoint so far simply goes on. */
  readonly rotates?: boolean;
}

/** Sets up our endpoint at the provider and keeps its signing secret, which is answered only once. */
@Injectable()
export class RegisterWebhookHandler implements IntentHandler<RegisteredWebhook>, OnModuleInit {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly connections: PaymentConnections,
    private readonly clock: ProcessClock,
  ) {}

  onModuleInit(): void {
    this.intents.registerHandler(REGISTER_WEBHOOK, this);
  }

  async perform(intent: ProviderIntent, { provider, context, tags }: ProviderCall): Promise<ProviderOutcome<RegisteredWebhook>> {
    if (!provider.webhooks?.register) throw new UnsupportedByProviderError(provider.describe().name, 'webhookSelfRegistration');
    if (Object.keys(context.credentials.secrets).length === 0) {
      return { outcome: 'failed', code: 'invalid_state', providerCode: null, message: 'The connection was deleted before its endpoint was registered.' };
    }
    return provider.webhooks.register({ url: parametersOf(intent).url, tags: tags(intent.connectionId) }, context);
  }

  /**
   * An endpoint whose secret was lost with the answer is of no use even if it exists, so the next attempt makes another one. The
   * lost one delivers to the same address, is refused there for its signature, and is disabled by the provider in time.
   */
  find(): Promise<ProviderOutcome<FetchResult<RegisteredWebhook>>> {
    return Promise.resolve({ outcome: 'succeeded', value: { found: false } });
  }

  objectId({ id }: RegisteredWebhook): string {
    return id;
  }

  async apply(tx: Transaction, intent: ProviderIntent, outcome: ProviderOutcome<RegisteredWebhook>): Promise<void> {
    const { url, replaces, rotates } = parametersOf(intent);
    const connection = await this.connections.getForUpdate(tx, intent.connectionId);
    if (outcome.outcome === 'succeeded' || outcome.outcome === 'pending') {
      const { id, events, signingSecret } = outcome.value;
      const deleteTime = this.clock.now() + FORMER_SECRET_KEPT_FOR_IN_MILLIS;
      const former = [...(connection.webhook?.former ?? []), ...(replaces === null ? [] : [{ id: replaces, deleteTime }])];
      await this.connections.saveWebhook(tx, connection.id, { id, url, events, status: 'registered', reason: null, former }, { webhookId: id, secret: signingSecret, expireTime: null });
      if (connection.deleteTime != null) await planUnregistration(this.intents, tx, connection, id);
      return;
    }
    const status = outcome.outcome !== 'failed' ? 'pending' : rotates ? 'registered' : 'failed';
    await this.connections.saveWebhook(tx, connection.id, { id: replaces, url, events: connection.webhook?.events ?? [], status, reason: outcome.message, former: connection.webhook?.former ?? [] });
  }
}

function parametersOf(intent: ProviderIntent): RegisterParameters {
  return intent.parameters as unknown as RegisterParameters;
}
