import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { Wakeups } from '../platform/jobs/wakeups.js';
import { Outbox } from '../platform/outbox/outbox.js';
import type { PaymentConnection } from './payment-connection.entity.js';

export const PAYMENT_CONNECTION_SAVED = 'payment_connection.saved';
export const PAYMENT_CONNECTION_DELETED = 'payment_connection.deleted';
export const PAYMENT_CONNECTION_PAUSED = 'payment_connection.paused';
export const PAYMENT_CONNECTION_RESUMED = 'payment_connection.resumed';

/** Wake-up topic: something about the connection is different, and what was remembered of it is out of date. */
export const PAYMENT_CONNECTION_TOPIC = 'payment-connection';

/** Wake-up topic: intents that waited for better credentials may go on. */
export const CONNECTION_RESUMED_TOPIC = 'connection-resumed';

/** Changes of a connection's status together with the events that tell of them. */
@Injectable()
export class PaymentConnectionEvents {
  constructor(
    private readonly outbox: Outbox,
    private readonly wakeups: Wakeups,
  ) {}

  saved(tx: Transaction, connection: PaymentConnection): Promise<void> {
    return this.#record(tx, connection, PAYMENT_CONNECTION_SAVED);
  }

  deleted(tx: Transaction, connection: PaymentConnection): Promise<void> {
    return this.#record(tx, connection, PAYMENT_CONNECTION_DELETED);
  }

  /** @param reason the provider's sentence; providers mask keys in it */
  async pause(tx: Transaction, connection: PaymentConnection, reason: string): Promise<void> {
    const wasActive = connection.status === 'active';
    connection.status = 'paused';
    connection.statusReason = reason;
    if (wasActive) await this.#record(tx, connection, PAYMENT_CONNECTION_PAUSED, { reason });
  }

  async resume(tx: Transaction, connection: PaymentConnection): Promise<void> {
    if (connection.status === 'active') return;
    connection.status = 'active';
    connection.statusReason = null;
    await this.#record(tx, connection, PAYMENT_CONNECTION_RESUMED);
    await this.wakeups.notify(tx, CONNECTION_RESUMED_TOPIC, connection.id);
  }

  /** For what no event tells of: its endpoint, its signing secrets. */
  changed(tx: Transaction, connection: Pick<PaymentConnection, 'id'>): Promise<void> {
    return this.wakeups.notify(tx, PAYMENT_CONNECTION_TOPIC, connection.id);
  }

  async #record(tx: Transaction, connection: PaymentConnection, type: string, data: Record<string, unknown> = {}): Promise<void> {
    const { accountId, id, providerName } = connection;
    await this.outbox.record(tx, { accountId, type, objectType: 'payment_connection', objectId: id, data: { connectionId: id, providerName, ...data } });
    await this.changed(tx, connection);
  }
}
