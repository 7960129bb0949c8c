import { Injectable } from '@nestjs/common';
import { conflict, newId } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/database.js';
import type { ConnectionCredentials } from './connection-credentials.js';
import { completeSettings, mergeSettings, type ConnectionSettings } from './connection-settings.js';
import { ConnectionUsage, describeUses } from './connection-usage.js';
import { ConnectionVault } from './connection-vault.js';
import { PaymentConnection } from './payment-connection.entity.js';
import { PaymentConnectionRepository } from './payment-connection.repository.js';
import { PaymentConnectionEvents } from './payment-connections.events.js';
import { WebhookSecretRotation } from './webhook-secret-rotation.js';

export interface CheckedCredentials {
  readonly credentials: ConnectionCredentials;
  /** Null where the provider could not be asked yet. */
  readonly providerAccountId: string | null;
  readonly warning: string | null;
}

export interface ConnectionWrite {
  readonly accountId: string;
  readonly providerName: string;
  /** The row the decision was made on; another one by now is a conflict. */
  readonly basis: PaymentConnection | null;
  /** Null keeps the stored credentials. */
  readonly credentials: CheckedCredentials | null;
  readonly settings: Partial<ConnectionSettings>;
}

/** Writes connection rows; every method joins the caller's transaction. */
@Injectable()
export class ConnectionStore {
  constructor(
    private readonly repository: PaymentConnectionRepository,
    private readonly vault: ConnectionVault,
    private readonly usage: ConnectionUsage,
    private readonly events: PaymentConnectionEvents,
    private readonly clock: ProcessClock,
    private readonly rotation: WebhookSecretRotation,
  ) {}

  findLive(tx: Transaction, accountId: string, providerName: string): Promise<PaymentConnection | null> {
    return this.repository.findLive(tx, accountId, providerName);
  }

  async everExisted(tx: Transaction, accountId: string, providerName: string): Promise<boolean> {
    return (await this.repository.countEver(tx, accountId, providerName)) > 0;
  }

  settingsOf(connection: PaymentConnection | null): ConnectionSettings {
    return completeSettings(connection?.settings ?? {});
  }

  async write(tx: Transaction, write: ConnectionWrite): Promise<PaymentConnection> {
    const current = await this.repository.findLiveForUpdate(tx, write.accountId, write.providerName);
    const sameBasis = current === null ? write.basis === null : write.basis !== null && current.id === write.basis.id && current.secrets.equals(write.basis.secrets);
    if (write.credentials && !sameBasis) {
      throw conflict('connection_changed', 'The connection was changed by another request at the same time. Read it and try again.');
    }
    const settings = mergeSettings(this.settingsOf(current), write.settings);
    const connection = current && !(await this.#belongsElsewhere(tx, current, write.credentials)) ? current : await this.#insert(tx, write, settings);
    connection.settings = settings;
    connection.updateTime = this.clock.now();
    if (write.credentials) await this.#exchangeCredentials(tx, connection, write.credentials);
    await tx.flush();
    await this.events.saved(tx, connection);
    return connection;
  }

  async delete(tx: Transaction, accountId: string, providerName: string): Promise<PaymentConnection | null> {
    const connection = await this.repository.findLiveForUpdate(tx, accountId, providerName);
    if (!connection) return null;
    const uses = await this.usage.of(tx, connection.id);
    if (uses.length > 0) throw conflict('connection_in_use', `The ${providerName} connection is still needed by ${describeUses(uses)}. Unlink these customers and settle or void these invoices first.`);
    await this.#softDelete(tx, connection);
    return connection;
  }

  /**
   * A key of another provider account: ids of the old one mean nothing there. Refused while something holds such ids; otherwise
   * the old row ends and a new one begins, so that history keeps pointing at the account it happened in.
   */
  async #belongsElsewhere(tx: Transaction, current: PaymentConnection, checked: CheckedCredentials | null): Promise<boolean> {
    const pinned = current.providerAccountId ?? null;
    if (!checked?.providerAccountId || pinned === null || checked.providerAccountId === pinned) return false;
    const uses = await this.usage.of(tx, current.id);
    if (uses.length > 0) {
      throw conflict(
        'provider_account_changed',
        `These credentials belong to ${checked.providerAccountId}, but this connection is tied to ${pinned}, where ${describeUses(uses)} exist. Use a key of ${pinned}, or connect the other one in an account of its own.`,
      );
    }
    await this.#softDelete(tx, current);
    return true;
  }

  async #softDelete(tx: Transaction, connection: PaymentConnection): Promise<void> {
    connection.deleteTime = this.clock.now();
    // With an endpoint registered there, the keys are needed once more to take it back; rejected ones cannot do it.
    if (!connection.webhook?.id || connection.status === 'paused') this.vault.forgetSecrets(connection);
    await tx.flush();
    await this.events.deleted(tx, connection);
  }

  async #exchangeCredentials(tx: Transaction, connection: PaymentConnection, { credentials, providerAccountId }: CheckedCredentials): Promise<void> {
    this.rotation.exchangeOperatorSecret(connection, credentials.secrets);
    connection.secrets = this.vault.sealSecrets(connection.id, credentials.secrets);
    connection.configuration = { ...credentials.configuration };
    connection.providerAccountId ??= providerAccountId;
    if (connection.webhook?.status === 'failed') connection.webhook = null;
    await this.events.resume(tx, connection);
  }

  async #insert(tx: Transaction, write: ConnectionWrite, settings: ConnectionSettings): Promise<PaymentConnection> {
    const now = this.clock.now();
    const id = newId('con', now);
    const connection = tx.create(PaymentConnection, {
      id,
      accountId: write.accountId,
      providerName: write.providerName,
      secrets: this.vault.sealSecrets(id, {}),
      configuration: {},
      settings,
      providerAccountId: null,
      status: 'active',
      statusReason: null,
      webhook: null,
      webhookSecrets: null,
      webhookMatches: {},
      firstWebhookTime: null,
      createTime: now,
      updateTime: now,
      deleteTime: null,
    });
    await tx.flush();
    return connection;
  }
}
