import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { FetchResult, ProviderOutcome } from '@tollkeeper/payment-provider';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import type { Transaction } from '../../platform/database/database.js';
import type { IntentHandler, ProviderCall } from '../../provider-intents/intent-handlers.js';
import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';

const UNREGISTER_WEBHOOK = 'webhook.unregister';

/** Joins the transaction in which the endpoint stopped being needed. */
export async function planUnregistration(intents: ProviderIntents, tx: Transaction, connection: { id: string; accountId: string }, webhookId: string): Promise<void> {
  await intents.plan(tx, {
    accountId: connection.accountId,
    connectionId: connection.id,
    kind: UNREGISTER_WEBHOOK,
    subjectType: 'webhook_endpoint',
    subjectId: webhookId,
    parameters: { webhookId },
  });
}

/** Takes an endpoint back that is no longer needed: its connection was deleted or it moved to another address. */
@Injectable()
export class UnregisterWebhookHandler implements IntentHandler<{ id: string }>, OnModuleInit {
  readonly #logger = new Logger(UnregisterWebhookHandler.name);

  constructor(
    private readonly intents: ProviderIntents,
    private readonly connections: PaymentConnections,
  ) {}

  onModuleInit(): void {
    this.intents.registerHandler(UNREGISTER_WEBHOOK, this);
  }

  async perform(intent: ProviderIntent, { provider, context }: ProviderCall): Promise<ProviderOutcome<{ id: string }>> {
    const hasKeys = Object.keys(context.credentials.secrets).length > 0;
    if (!provider.webhooks?.unregister || !hasKeys) {
      return { outcome: 'failed', code: 'invalid_state', providerCode: null, message: 'The credentials are gone, so the endpoint cannot be taken back; delete it at the provider by hand.' };
    }
    return provider.webhooks.unregister({ webhookId: intent.subjectId }, context);
  }

  /** Deleting again is harmless. */
  find(): Promise<ProviderOutcome<FetchResult<{ id: string }>>> {
    return Promise.resolve({ outcome: 'succeeded', value: { found: false } });
  }

  objectId({ id }: { id: string }): string {
    return id;
  }

  async apply(tx: Transaction, intent: ProviderIntent, outcome: ProviderOutcome<{ id: string }>): Promise<void> {
    if (outcome.outcome === 'unknown') return;
    const connection = await this.connections.getForUpdate(tx, intent.connectionId);
    if (outcome.outcome === 'failed' && outcome.code !== 'not_found') this.#logger.warn(`webhook endpoint ${intent.subjectId} was not taken back: ${outcome.message}`);
    if (outcome.outcome !== 'requires_action') await this.connections.dropWebhookSecret(tx, connection.id, intent.subjectId);
    // The keys are needed until the last endpoint is taken back.
    if (connection.deleteTime != null && !this.connections.hasRegisteredEndpoints(connection)) await this.connections.forgetSecrets(tx, connection.id);
  }
}
