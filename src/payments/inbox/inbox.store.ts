import { Injectable } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import type { ProviderEvent } from '@tollkeeper/payment-provider';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';

export const INBOX_TOPIC = 'provider-inbox';

export interface ReceivedEvent {
  readonly accountId: string;
  readonly connectionId: string;
  readonly source: 'webhook' | 'event_list';
  readonly event: ProviderEvent;
  /** The exact bytes of a webhook, kept encrypted; null from an event list. */
  readonly rawBody: Buffer | null;
}

/** Where provider events are stored once, whichever way and however often they arrive. */
@Injectable()
export class InboxStore {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly clock: ProcessClock,
    private readonly wakeups: Wakeups,
  ) {}

  /** Durable when it resolves. @returns how many were new */
  add(events: readonly ReceivedEvent[]): Promise<number> {
    return this.database.transaction(async (tx) => {
      let added = 0;
      for (const event of events) added += await this.#insert(tx, event);
      if (added > 0) await this.wakeups.notify(tx, INBOX_TOPIC);
      return added;
    });
  }

  async #insert(tx: Transaction, { accountId, connectionId, source, event, rawBody }: ReceivedEvent): Promise<number> {
    const now = this.clock.now();
    const id = newId('whk', now);
    const rows = await tx.getConnection().execute<{ id: string }[]>(
      `insert into webhook_inbox (id, account_id, connection_id, provider_event_id, type, source, event, body, status, next_attempt_time, receive_time)
       values (?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?) on conflict (connection_id, provider_event_id) do nothing returning id`,
      [
        id,
        accountId,
        connectionId,
        event.id,
        event.type,
        source,
        JSON.stringify(event),
        rawBody === null ? null : this.box.seal(rawBody, `webhook:${id}`),
        event.objects.length === 0 && !event.paymentMethodChanged ? 'ignored' : 'pending',
        now,
        now,
      ],
      'all',
      tx.getTransactionContext(),
    );
    return rows.length;
  }
}
