import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { WebhookEndpointState } from '@tollkeeper/payment-provider';
import type { PaymentConnection } from '../../payment-connections/payment-connection.entity.js';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { forEachConcurrently } from '../../platform/jobs/for-each-concurrently.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { ENABLE_WEBHOOK } from './enable-webhook.handler.js';
import { WebhookEndpointPlans } from './webhook-endpoints.loop.js';

/** A provider gives an endpoint up after days of failures; meanwhile the event list brings the news. */
const INTERVAL_IN_MILLIS = 15 * 60_000;
const DEADLINE_IN_MILLIS = 15_000;
const CONCURRENCY = 8;

/** What the check of an endpoint needs beside the database. */
@Injectable()
export class WebhookEndpointRepairs {
  constructor(
    readonly plans: WebhookEndpointPlans,
    readonly intents: ProviderIntents,
    readonly outbox: Outbox,
  ) {}
}

/** Looks whether our endpoints still deliver: a disabled one is enabled, a deleted one made anew, one of another API version replaced; all are told of. */
@Injectable()
export class WebhookEndpointCheckLoop implements OnModuleInit {
  readonly #logger = new Logger(WebhookEndpointCheckLoop.name);

  constructor(
    private readonly database: Database,
    private readonly connections: PaymentConnections,
    private readonly gateway: ProviderGateway,
    private readonly repairs: WebhookEndpointRepairs,
    private readonly loops: WorkerLoops,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: 'webhook-endpoint-checks', intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const registered = (await this.connections.listActiveRows()).filter(({ webhook }) => webhook?.status === 'registered');
    const onError = ({ id }: PaymentConnection, error: unknown): void => this.#logger.error(`the check of the webhook endpoint of connection ${id} failed and is tried again: ${(error as Error).stack ?? String(error)}`);
    await forEachConcurrently(registered, { concurrency: CONCURRENCY, signal, onError }, (connection) => this.#check(connection));
    return false;
  }

  async #check(connection: PaymentConnection): Promise<void> {
    const webhookId = connection.webhook?.id;
    if (webhookId == null) return;
    let version: string | null = null;
    const inspected = await this.gateway.read(
      connection.id,
      async ({ provider, context }) => {
        version = provider.describe().apiVersion;
        return (await provider.webhooks?.inspect?.({ webhookId }, context)) ?? { outcome: 'failed', code: 'invalid_state', providerCode: null, message: 'This provider shows no endpoints.' };
      },
      { deadlineInMillis: DEADLINE_IN_MILLIS },
    );
    if (inspected.outcome !== 'succeeded') return;
    const intentId = await this.database.transaction(async (tx) => {
      const current = await this.connections.getForUpdate(tx, connection.id);
      if (current.deleteTime != null || current.webhook?.id !== webhookId || current.webhook.status !== 'registered') return null;
      return this.#repair(tx, current, inspected.value.found ? inspected.value.value : null, version);
    });
    if (intentId !== null) await this.repairs.intents.run(intentId, { deadlineInMillis: DEADLINE_IN_MILLIS });
  }

  async #repair(tx: Transaction, connection: PaymentConnection, endpoint: WebhookEndpointState | null, apiVersion: string | null): Promise<string | null> {
    if (endpoint === null) {
      await this.#tell(tx, connection, 'missing');
      await this.connections.saveWebhook(tx, connection.id, null);
      return null;
    }
    if (apiVersion !== null && endpoint.apiVersion !== apiVersion) {
      await this.#tell(tx, connection, 'outdated');
      return this.repairs.plans.planRotation(tx, connection);
    }
    if (endpoint.isEnabled) return null;
    await this.#tell(tx, connection, 'disabled');
    const { accountId, id: connectionId } = connection;
    const { id } = await this.repairs.intents.plan(tx, { accountId, connectionId, kind: ENABLE_WEBHOOK, subjectType: 'webhook_endpoint', subjectId: endpoint.id, parameters: { webhookId: endpoint.id } });
    return id;
  }

  #tell(tx: Transaction, { accountId, id, providerName, webhook }: PaymentConnection, what: 'missing' | 'outdated' | 'disabled'): Promise<void> {
    return this.repairs.outbox.record(tx, { accountId, type: `webhook_endpoint.${what}`, objectType: 'payment_connection', objectId: id, data: { connectionId: id, providerName, webhookId: webhook?.id ?? null } });
  }
}
