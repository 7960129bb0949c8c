import { Injectable } from '@nestjs/common';
import type { Secret } from '@tollkeeper/kernel';
import { PaymentProviderRegistry, type PaymentProvider, type ProviderCredentials } from '@tollkeeper/payment-provider';
import { BatchedQuestion } from '../platform/database/batched-question.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { providerCredentials } from './connection-credentials.js';
import type { ConnectionSettings } from './connection-settings.js';
import { ConnectionVault, type WebhookSecret } from './connection-vault.js';
import type { PaymentConnection, WebhookEndpoint } from './payment-connection.entity.js';
import { PaymentConnectionRepository } from './payment-connection.repository.js';
import { PaymentConnectionEvents } from './payment-connections.events.js';

/** All that a provider call needs, decrypted. Keep it for the length of the call only. */
export interface OpenConnection {
  readonly connection: {
    readonly id: string;
    readonly accountId: string;
    readonly providerName: string;
    readonly status: 'active' | 'paused';
    readonly settings: ConnectionSettings;
    readonly createTime: number;
    readonly isDeleted: boolean;
  };
  readonly provider: PaymentProvider;
  readonly credentials: ProviderCredentials;
}

export interface ActiveConnection {
  readonly id: string;
  readonly accountId: string;
  readonly providerName: string;
  readonly createTime: number;
  /** Null until a verified webhook has arrived. */
  readonly firstWebhookTime: number | null;
}

/** The connections of all accounts, for the features that use them. Making and changing them is ConnectionSetup's. */
@Injectable()
export class PaymentConnections {
  readonly #rows: BatchedQuestion<string, PaymentConnection | null>;

  constructor(
    private readonly database: Database,
    private readonly repository: PaymentConnectionRepository,
    private readonly registry: PaymentProviderRegistry,
    private readonly vault: ConnectionVault,
    private readonly events: PaymentConnectionEvents,
  ) {
    this.#rows = new BatchedQuestion(async (connectionIds) => {
      const rows = new Map((await this.repository.findAll(this.database.reader(), [...new Set(connectionIds)])).map((row) => [row.id, row]));
      return connectionIds.map((id) => rows.get(id) ?? null);
    });
  }

  /** The live connection, or null. @param providerName read case-insensitively */
  find(tx: Transaction, accountId: string, providerName: string): Promise<PaymentConnection | null> {
    return this.repository.findLive(tx, accountId, providerName.toUpperCase());
  }

  /** As `find`, and kept from being deleted until the transaction ends: for whoever is about to write a reference to it. */
  findForUse(tx: Transaction, accountId: string, providerName: string): Promise<PaymentConnection | null> {
    return this.repository.findLiveForUse(tx, accountId, providerName.toUpperCase());
  }

  /** Deleted ones too: history refers to them. @throws Error when it never existed, which a foreign key rules out */
  async getById(tx: Transaction, connectionId: string): Promise<PaymentConnection> {
    const connection = await this.repository.find(tx, connectionId);
    if (!connection) throw new Error(`Payment connection ${connectionId} does not exist.`);
    return connection;
  }

  /** Held until the transaction ends; deleted ones too. */
  getForUpdate(tx: Transaction, connectionId: string): Promise<PaymentConnection> {
    return this.repository.findForUpdate(tx, connectionId);
  }

  /** Not deleted, paused ones too, of all accounts. */
  listLive(): Promise<PaymentConnection[]> {
    return this.repository.listLive(this.database.reader());
  }

  /** Live and not paused, whole. */
  listActiveRows(): Promise<PaymentConnection[]> {
    return this.repository.listActive(this.database.reader());
  }

  listOfAccount(tx: Transaction, accountId: string): Promise<PaymentConnection[]> {
    return this.repository.listLive(tx, { accountId });
  }

  /** Live and not paused, of all accounts: what pollers walk. */
  async listActive(): Promise<ActiveConnection[]> {
    const connections = await this.repository.listActive(this.database.reader());
    return connections.map(({ id, accountId, providerName, createTime, firstWebhookTime }) => ({ id, accountId, providerName, createTime, firstWebhookTime: firstWebhookTime ?? null }));
  }

  /** Of the requests this software sends now; null where the provider has no versions, or is not registered any more. */
  apiVersionOf(providerName: string): string | null {
    return this.registry.has(providerName) ? this.registry.get(providerName).describe().apiVersion : null;
  }

  /** Decrypts; no network. Without a transaction many calls read a connection together. @param tx read in it, where one is open */
  async open(connectionId: string, tx?: Transaction): Promise<OpenConnection> {
    const row = tx ? await this.getById(tx, connectionId) : await this.#rows.ask(connectionId);
    if (!row) throw new Error(`Payment connection ${connectionId} does not exist.`);
    const { id, accountId, providerName, status, settings, createTime } = row;
    return {
      connection: { id, accountId, providerName, status, settings, createTime, isDeleted: row.deleteTime != null },
      provider: this.registry.get(providerName),
      credentials: providerCredentials(id, this.vault.credentialsOf(row)),
    };
  }

  /** The provider rejected the credentials. Intents wait, invoices do not fail. Opens a transaction of its own. */
  async pause(connectionId: string, reason: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const connection = await this.repository.findForUpdate(tx, connectionId);
      if (connection.deleteTime === null) await this.events.pause(tx, connection, reason);
    });
  }

  /** Opens a transaction of its own. */
  async resume(connectionId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const connection = await this.repository.findForUpdate(tx, connectionId);
      if (connection.deleteTime === null) await this.events.resume(tx, connection);
    });
  }

  /** All secrets a webhook of this connection may be signed with: those of endpoints we registered and the operator's own. */
  async webhookSecrets(connectionId: string): Promise<Secret[]> {
    const connection = await this.repository.find(this.database.reader(), connectionId);
    return connection?.deleteTime === null ? this.vault.webhookSecrets(connection).map(({ secret }) => secret) : [];
  }

  /** Whether the operator set the endpoint up by hand and told us its signing secret. */
  hasOperatorWebhookSecret(connection: PaymentConnection): boolean {
    return this.vault.operatorSecret(connection) !== null;
  }

  isOperatorWebhookSecret(connection: PaymentConnection, secret: string): boolean {
    return this.vault.operatorSecret(connection)?.reveal() === secret;
  }

  /** Whether any endpoint of ours is left at the provider, as far as their secrets tell. */
  hasRegisteredEndpoints(connection: PaymentConnection): boolean {
    return this.vault.registeredSecrets(connection).some(({ expireTime }) => expireTime === null);
  }

  /** @param secret of a newly registered endpoint; older ones stay live until `dropWebhookSecret` */
  async saveWebhook(tx: Transaction, connectionId: string, webhook: WebhookEndpoint | null, secret?: WebhookSecret): Promise<void> {
    const connection = await this.repository.findForUpdate(tx, connectionId);
    connection.webhook = webhook;
    if (secret) this.#replaceSecrets(connection, [...this.vault.registeredSecrets(connection), secret]);
    await tx.flush();
    await this.events.changed(tx, connection);
  }

  /** An endpoint is gone at the provider, and its secret with it. */
  async dropWebhookSecret(tx: Transaction, connectionId: string, webhookId: string): Promise<void> {
    const connection = await this.repository.findForUpdate(tx, connectionId);
    const { [webhookId]: _last, ...matches } = connection.webhookMatches;
    connection.webhookMatches = matches;
    const { webhook } = connection;
    if (webhook?.former) connection.webhook = { ...webhook, former: webhook.former.filter(({ id }) => id !== webhookId) };
    this.#replaceSecrets(connection, this.vault.registeredSecrets(connection).filter((secret) => secret.webhookId !== webhookId));
    await tx.flush();
    await this.events.changed(tx, connection);
  }

  /** After a deletion, once nothing has to be taken back at the provider: the keys go, the row stays. */
  async forgetSecrets(tx: Transaction, connectionId: string): Promise<void> {
    const connection = await this.repository.findForUpdate(tx, connectionId);
    if (connection.deleteTime === null) throw new Error(`Payment connection ${connectionId} is in use; its secrets stay.`);
    this.vault.forgetSecrets(connection);
    await tx.flush();
    await this.events.changed(tx, connection);
  }

  #replaceSecrets(connection: PaymentConnection, secrets: readonly WebhookSecret[]): void {
    connection.webhookSecrets = this.vault.sealWebhookSecrets(connection.id, secrets);
  }
}
