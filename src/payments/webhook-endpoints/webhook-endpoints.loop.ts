import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import type { PaymentConnection } from '../../payment-connections/payment-connection.entity.js';
import { PAYMENT_CONNECTION_DELETED, PAYMENT_CONNECTION_SAVED } from '../../payment-connections/payment-connections.events.js';
import { webhookPath } from '../../payment-connections/webhook-address.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { forEachConcurrently } from '../../platform/jobs/for-each-concurrently.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { PlatformOptions } from '../../platform/platform-options.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { REGISTER_WEBHOOK, type RegisterParameters } from './register-webhook.handler.js';
import { planUnregistration } from './unregister-webhook.handler.js';

const LOOP = 'webhook-endpoints';
const TOPIC = 'webhook-endpoints';
/** Saving a connection wakes the loop; the scan finds the rest, such as another PUBLIC_URL since the last start. */
const INTERVAL_IN_MILLIS = 30_000;
const DEADLINE_IN_MILLIS = 20_000;
const CONCURRENCY = 8;

/** Plans what an account's endpoint at the provider needs; joins the caller's transaction. */
@Injectable()
export class WebhookEndpointPlans {
  constructor(
    private readonly connections: PaymentConnections,
    private readonly registry: PaymentProviderRegistry,
    private readonly intents: ProviderIntents,
    private readonly options: PlatformOptions,
    private readonly clock: ProcessClock,
  ) {}

  /** Whether the endpoint has to be registered. Never where the operator brought a signing secret: that endpoint was made by hand. */
  needsRegistration(connection: PaymentConnection): boolean {
    const address = this.#addressOf(connection);
    if (address === null || connection.deleteTime != null || connection.status === 'paused' || connection.webhook?.url === address) return false;
    const provider = this.registry.has(connection.providerName) ? this.registry.get(connection.providerName) : null;
    return provider?.webhooks?.register !== undefined && provider.describe().capabilities.webhookSelfRegistration && !this.connections.hasOperatorWebhookSecret(connection);
  }

  /** @returns the intent to run after the commit, or null when another process was faster */
  async planRegistration(tx: Transaction, connectionId: string): Promise<string | null> {
    const connection = await this.connections.getForUpdate(tx, connectionId);
    const url = this.#addressOf(connection);
    if (url === null || !this.needsRegistration(connection)) return null;
    const replaces = connection.webhook?.id ?? null;
    return this.#plan(tx, connection, { url, replaces });
  }

  /**
   * A second endpoint at the same address, with a secret of its own.
   * @returns the intent to run after the commit, or null where there is no endpoint of ours to take the place of
   */
  planRotation(tx: Transaction, connection: PaymentConnection): Promise<string | null> {
    const { webhook } = connection;
    if (webhook?.id == null || webhook.status !== 'registered' || connection.deleteTime != null) return Promise.resolve(null);
    return this.#plan(tx, connection, { url: webhook.url, replaces: webhook.id, rotates: true });
  }

  /** Former endpoints that nothing depends on any more: their successor has delivered, or their time is up. */
  async planFormerRemoval(tx: Transaction, connectionId: string): Promise<void> {
    const connection = await this.connections.getForUpdate(tx, connectionId);
    for (const id of this.formerToRemove(connection)) await planUnregistration(this.intents, tx, connection, id);
  }

  formerToRemove({ webhook, webhookMatches }: PaymentConnection): string[] {
    const hasDelivered = webhook?.id != null && webhook.status === 'registered' && webhookMatches[webhook.id] !== undefined;
    return (webhook?.former ?? []).filter(({ deleteTime }) => hasDelivered || deleteTime <= this.clock.now()).map(({ id }) => id);
  }

  async #plan(tx: Transaction, connection: PaymentConnection, parameters: RegisterParameters): Promise<string> {
    const { id: connectionId, webhook } = connection;
    const { url, replaces } = parameters;
    await this.connections.saveWebhook(tx, connectionId, { id: replaces, url, events: webhook?.events ?? [], status: 'pending', reason: null, former: webhook?.former ?? [] });
    const intent = await this.intents.plan(tx, {
      accountId: connection.accountId,
      connectionId,
      kind: REGISTER_WEBHOOK,
      subjectType: 'payment_connection',
      subjectId: connectionId,
      parameters: { ...parameters },
    });
    return intent.id;
  }

  /** After a deletion. */
  async planRemoval(tx: Transaction, connectionId: string): Promise<void> {
    const connection = await this.connections.getById(tx, connectionId);
    const former = (connection.webhook?.former ?? []).map(({ id }) => id);
    for (const id of [...former, ...(connection.webhook?.id ? [connection.webhook.id] : [])]) await planUnregistration(this.intents, tx, connection, id);
  }

  #addressOf(connection: PaymentConnection): string | null {
    const publicUrl = this.options.publicUrl ?? null;
    return publicUrl === null ? null : `${publicUrl}${webhookPath(connection)}`;
  }
}

/** Turns changes of connections into work for the loop, in whichever process it runs. */
@Injectable()
export class WebhookEndpointSignals {
  constructor(
    private readonly outbox: Outbox,
    private readonly wakeups: Wakeups,
  ) {}

  onSaved(listener: () => void): void {
    this.outbox.subscribe(PAYMENT_CONNECTION_SAVED, (tx, event) => this.wakeups.notify(tx, TOPIC, event.objectId));
    this.wakeups.listen(TOPIC, listener);
  }

  onDeleted(planner: (tx: Transaction, connectionId: string) => Promise<void>): void {
    this.outbox.subscribe(PAYMENT_CONNECTION_DELETED, (tx, event) => planner(tx, event.objectId));
  }
}

/** Keeps the providers' endpoints in step with the connections and with our public address. */
@Injectable()
export class WebhookEndpointsLoop implements OnModuleInit {
  readonly #logger = new Logger(WebhookEndpointsLoop.name);

  constructor(
    private readonly database: Database,
    private readonly connections: PaymentConnections,
    private readonly plans: WebhookEndpointPlans,
    private readonly intents: ProviderIntents,
    private readonly loops: WorkerLoops,
    private readonly signals: WebhookEndpointSignals,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
    this.signals.onSaved(() => this.loops.wake(LOOP));
    this.signals.onDeleted((tx, connectionId) => this.plans.planRemoval(tx, connectionId));
  }

  /** Planned for all before anything is sent: what is planned goes out by the intents' own loop, should a provider here not answer. */
  async runOnce(signal: AbortSignal): Promise<boolean> {
    const planned: string[] = [];
    for (const connection of await this.connections.listLive()) {
      if (signal.aborted) return false;
      if (this.plans.formerToRemove(connection).length > 0) await this.database.transaction((tx) => this.plans.planFormerRemoval(tx, connection.id));
      if (!this.plans.needsRegistration(connection)) continue;
      const intentId = await this.database.transaction((tx) => this.plans.planRegistration(tx, connection.id));
      if (intentId !== null) planned.push(intentId);
    }
    const onError = (intentId: string, error: unknown): void => this.#logger.error(`the registration ${intentId} failed and is tried again: ${(error as Error).stack ?? String(error)}`);
    await forEachConcurrently(planned, { concurrency: CONCURRENCY, signal, onError }, async (intentId) => void (await this.intents.run(intentId, { deadlineInMillis: DEADLINE_IN_MILLIS })));
    return false;
  }
}
