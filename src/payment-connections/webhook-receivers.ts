import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { Wakeups } from '../platform/jobs/wakeups.js';
import { ConnectionVault, type WebhookSecret } from './connection-vault.js';
import { PaymentConnectionRepository } from './payment-connection.repository.js';
import { PAYMENT_CONNECTION_TOPIC } from './payment-connections.events.js';

/** What it takes to accept a webhook of one live connection. */
export interface WebhookReceiver {
  readonly connectionId: string;
  readonly accountId: string;
  readonly providerName: string;
  /** Those a webhook may be signed with: of endpoints we registered and the operator's own. */
  readonly secrets: readonly WebhookSecret[];
}

interface Entry {
  readonly receiver: Promise<WebhookReceiver | null>;
  readonly loadTime: number;
}

/** Changes are told by a wake-up; one that got lost costs at most this long. */
const KEPT_FOR_IN_MILLIS = 5_000;
/** However many webhooks fail to verify, the row is read again at most this often. */
const LOOKED_AGAIN_AFTER_IN_MILLIS = 1_000;
/** Addresses that lead nowhere are remembered too; whoever makes them up must not fill the memory. */
const MAXIMUM_ENTRIES = 10_000;

/** The connections that webhooks arrive for, read and decrypted once for many of them; kept in step with other processes. */
@Injectable()
export class WebhookReceivers implements OnModuleInit {
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly database: Database,
    private readonly repository: PaymentConnectionRepository,
    private readonly vault: ConnectionVault,
    private readonly wakeups: Wakeups,
  ) {}

  onModuleInit(): void {
    this.wakeups.listen(PAYMENT_CONNECTION_TOPIC, (connectionId) => this.#entries.delete(connectionId));
  }

  /** Null for a connection that was deleted or never existed. */
  get(connectionId: string): Promise<WebhookReceiver | null> {
    return this.#notOlderThan(connectionId, KEPT_FOR_IN_MILLIS);
  }

  /** As it is in the database, unless it was read just now: for a webhook that does not verify, because a secret may be new. */
  getAgain(connectionId: string): Promise<WebhookReceiver | null> {
    return this.#notOlderThan(connectionId, LOOKED_AGAIN_AFTER_IN_MILLIS);
  }

  #notOlderThan(connectionId: string, ageInMillis: number): Promise<WebhookReceiver | null> {
    const known = this.#entries.get(connectionId);
    const now = performance.now();
    if (known && now - known.loadTime < ageInMillis) return known.receiver;
    if (this.#entries.size >= MAXIMUM_ENTRIES) this.#entries.clear();
    // Kept from its beginning: a wake-up that comes while it is read removes it, so that nothing outdated stays.
    const entry = { receiver: this.#read(connectionId), loadTime: now };
    this.#entries.set(connectionId, entry);
    entry.receiver.catch(() => this.#entries.get(connectionId) === entry && this.#entries.delete(connectionId));
    return entry.receiver;
  }

  async #read(connectionId: string): Promise<WebhookReceiver | null> {
    const connection = await this.repository.find(this.database.reader(), connectionId);
    if (!connection || connection.deleteTime != null) return null;
    const { accountId, providerName } = connection;
    return { connectionId, accountId, providerName, secrets: this.vault.webhookSecrets(connection) };
  }
}
