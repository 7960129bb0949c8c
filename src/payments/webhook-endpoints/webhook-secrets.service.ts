import { Injectable } from '@nestjs/common';
import { conflict, invalid } from '@tollkeeper/kernel';
import { ConnectionSetup } from '../../payment-connections/connection-setup.service.js';
import type { PaymentConnection } from '../../payment-connections/payment-connection.entity.js';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import { Database } from '../../platform/database/database.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { WebhookEndpointPlans } from './webhook-endpoints.loop.js';

const DEADLINE_IN_MILLIS = 20_000;

/** Puts another signing secret in the place of the present one, with both live in between. */
@Injectable()
export class WebhookSecretsService {
  constructor(
    private readonly database: Database,
    private readonly setup: ConnectionSetup,
    private readonly connections: PaymentConnections,
    private readonly plans: WebhookEndpointPlans,
    private readonly intents: ProviderIntents,
  ) {}

  /**
   * @param webhookSecret the new one of an endpoint that was set up by hand; without it a second endpoint is registered
   * @throws DomainError `payment_connection_not_found`; `webhook_secret_needed`, `invalid_credentials` (invalid); `webhook_not_registered`,
   *   `webhook_secret_unchanged` (conflict)
   */
  async rotate(accountId: string, providerName: string, webhookSecret: string | undefined): Promise<PaymentConnection> {
    const connection = await this.setup.get(accountId, providerName);
    const isByHand = this.connections.hasOperatorWebhookSecret(connection);
    if (webhookSecret !== undefined) return this.#exchange(connection, webhookSecret);
    if (isByHand) throw invalid('webhook_secret_needed', 'The endpoint was set up by hand: roll its secret at the provider and send the new one as webhookSecret.');
    const intentId = await this.database.transaction(async (tx) => this.plans.planRotation(tx, await this.connections.getForUpdate(tx, connection.id)));
    if (intentId === null) throw conflict('webhook_not_registered', 'There is no registered endpoint whose secret could be rotated, or it is being registered just now.');
    await this.intents.run(intentId, { deadlineInMillis: DEADLINE_IN_MILLIS });
    return this.setup.get(accountId, providerName);
  }

  async #exchange(connection: PaymentConnection, webhookSecret: string): Promise<PaymentConnection> {
    const { accountId, providerName } = connection;
    if (this.connections.isOperatorWebhookSecret(connection, webhookSecret)) throw conflict('webhook_secret_unchanged', 'That is the secret in use.');
    await this.setup.save(accountId, providerName, { credentials: { webhookSecret } });
    return this.setup.get(accountId, providerName);
  }
}
