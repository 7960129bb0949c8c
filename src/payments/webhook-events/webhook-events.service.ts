import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { notFound } from '@tollkeeper/kernel';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { Cursor } from '../../platform/http/paging.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { InboxEntry, type InboxStatus } from '../inbox/inbox-entry.entity.js';
import { INBOX_TOPIC } from '../inbox/inbox.store.js';
import { StoredBodies } from './stored-bodies.js';

export interface WebhookEventFilter {
  readonly status?: InboxStatus | undefined;
  readonly type?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly source?: 'webhook' | 'event_list' | undefined;
}

/** Who asked for it, for the record. */
export interface Replayer {
  readonly accountId: string;
  readonly apiKeyId: string;
}

const REPLAYED = 'webhook_event.replayed';
/** Replayed in one transaction. */
const BATCH = 500;

/** What arrived from providers and became of it, and what is to be handled again. */
@Injectable()
export class WebhookEventsService {
  constructor(
    private readonly database: Database,
    private readonly clock: ProcessClock,
    private readonly outbox: Outbox,
    private readonly wakeups: Wakeups,
    private readonly bodies: StoredBodies,
    private readonly connections: PaymentConnections,
  ) {}

  /** In order of receipt. @returns one more than the limit where there are more */
  list(accountId: string, filter: WebhookEventFilter, limit: number, cursor: Cursor | null): Promise<InboxEntry[]> {
    const after = cursor === null ? {} : { $or: [{ receiveTime: { $gt: cursor.createTime } }, { receiveTime: cursor.createTime, id: { $gt: cursor.id } }] };
    return this.database.reader().find(InboxEntry, { accountId, ...given(filter), ...after }, { orderBy: { receiveTime: 'asc', id: 'asc' }, limit: limit + 1 });
  }

  /** @throws DomainError `webhook_event_not_found` */
  async get(accountId: string, id: string): Promise<InboxEntry> {
    const entry = await this.database.reader().findOne(InboxEntry, { accountId, id });
    if (!entry) throw notFound('webhook_event', id);
    return entry;
  }

  /**
   * Handled again, whatever became of it; one that waits is tried now. Its body is read anew where it is still kept, by what this version
   * knows of events.
   * @throws DomainError `webhook_event_not_found`
   */
  replay({ accountId, apiKeyId }: Replayer, id: string): Promise<InboxEntry> {
    return this.database.transaction(async (tx) => {
      const entry = await tx.findOne(InboxEntry, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (!entry) throw notFound('webhook_event', id);
      const was = entry.status;
      await this.#begin(tx, [entry]);
      await this.outbox.record(tx, { accountId, type: REPLAYED, objectType: 'webhook_event', objectId: id, data: { webhookEventId: id, was, status: entry.status, apiKeyId } });
      return entry;
    });
  }

  /** All dead ones of a filter, as many as fit into one transaction. */
  replayDead({ accountId, apiKeyId }: Replayer, filter: Omit<WebhookEventFilter, 'status'>): Promise<{ replayed: number; hasMore: boolean }> {
    return this.database.transaction(async (tx) => {
      const where = { accountId, ...given(filter), status: 'dead' as const };
      const found = await tx.find(InboxEntry, where, { orderBy: { receiveTime: 'asc', id: 'asc' }, limit: BATCH + 1, lockMode: LockMode.PESSIMISTIC_WRITE });
      const entries = found.slice(0, BATCH);
      if (entries.length > 0) {
        await this.#begin(tx, entries);
        const data = { webhookEventIds: entries.map(({ id }) => id), was: 'dead', filter: given(filter), apiKeyId };
        await this.outbox.record(tx, { accountId, type: REPLAYED, objectType: 'account', objectId: accountId, data });
      }
      return { replayed: entries.length, hasMore: found.length > BATCH };
    });
  }

  async #begin(tx: Transaction, entries: readonly InboxEntry[]): Promise<void> {
    const events = await this.bodies.readAnew(tx, entries, (connectionId) => this.connections.getById(tx, connectionId));
    for (const entry of entries) {
      entry.event = events.get(entry.id) ?? entry.event;
      const { objects = [], paymentMethodChanged = false } = entry.event as Partial<InboxEntry['event']>;
      entry.status = objects.length === 0 && !paymentMethodChanged ? 'ignored' : 'pending';
      entry.failures = 0;
      entry.error = null;
      entry.processTime = null;
      entry.nextAttemptTime = this.clock.now();
    }
    await tx.flush();
    await this.wakeups.notify(tx, INBOX_TOPIC);
  }
}

/** Only what was given: an absent field of a request is undefined. */
function given<T extends object>(filter: T): Partial<T> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Partial<T>;
}
