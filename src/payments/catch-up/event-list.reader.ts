import { Injectable } from '@nestjs/common';
import { PaymentProviderRegistry, type EventListOperations, type EventPage, type ProviderOutcome } from '@tollkeeper/payment-provider';
import type { ActiveConnection } from '../../payment-connections/payment-connections.service.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { InboxStore } from '../inbox/inbox.store.js';
import { Janitor } from '../janitor/janitor.js';
import { EventCursor } from './event-cursor.entity.js';

/** Read again each time, because an event may become listed later than a newer one. */
const OVERLAP_IN_MILLIS = 10 * 60_000;
/** Stripe keeps events for 30 days (docs.stripe.com/api/events); a day of margin. */
const EVENTS_KEPT_FOR_IN_MILLIS = 29 * 86_400_000;
const DEADLINE_IN_MILLIS = 15_000;

type Page = EventPage & { readonly nextPageToken: string | null };

/** Puts what the provider lists into the inbox; what came by webhook already is recognised by its id. */
@Injectable()
export class EventListReader {
  constructor(
    private readonly database: Database,
    private readonly registry: PaymentProviderRegistry,
    private readonly gateway: ProviderGateway,
    private readonly inbox: InboxStore,
    private readonly clock: ProcessClock,
    private readonly janitor: Janitor,
  ) {}

  /** @returns how many events were new */
  async read(connection: ActiveConnection): Promise<number> {
    const lists = this.registry.get(connection.providerName).eventList?.lists() ?? [];
    if (await this.#isTooLate(connection, lists)) await this.janitor.compareAll(connection.id);
    let added = 0;
    for (const list of lists) added += await this.#readList(connection, list);
    return added;
  }

  /** Whether the provider may have forgotten events that were never read. A cursor that was lost counts from the connection's beginning. */
  async #isTooLate(connection: ActiveConnection, lists: readonly string[]): Promise<boolean> {
    const cursors = await this.database.reader().find(EventCursor, { connectionId: connection.id });
    const readTimes = lists.map((list) => cursors.find((cursor) => cursor.list === list)?.readTime ?? connection.createTime);
    return readTimes.some((readTime) => this.clock.now() - readTime > EVENTS_KEPT_FOR_IN_MILLIS);
  }

  async #readList(connection: ActiveConnection, list: string): Promise<number> {
    const cursor = await this.database.reader().findOne(EventCursor, { connectionId: connection.id, list });
    let newest = cursor?.sinceInMillis ?? connection.createTime;
    const sinceInMillis = newest - OVERLAP_IN_MILLIS;
    let added = 0;
    for (let pageToken: string | null = null; ; ) {
      const page = await this.#page(connection.id, { list, sinceInMillis, pageToken });
      if (page.outcome !== 'succeeded') return added;
      const { events, nextPageToken } = page.value;
      if (events.length > 0) {
        added += await this.inbox.add(events.map((event) => ({ accountId: connection.accountId, connectionId: connection.id, source: 'event_list', event, rawBody: null })));
        newest = Math.max(newest, ...events.map((event) => event.createTimeInMillis));
      }
      await this.#move(connection.id, list, newest);
      if (nextPageToken === null) return added;
      pageToken = nextPageToken;
    }
  }

  #page(connectionId: string, query: Parameters<EventListOperations['read']>[0]): Promise<ProviderOutcome<Page>> {
    const nothing: ProviderOutcome<Page> = { outcome: 'succeeded', value: { events: [], hasMore: false, nextPageToken: null } };
    return this.gateway.read(connectionId, async (call) => (await call.provider.eventList?.read(query, call.context)) ?? nothing, { deadlineInMillis: DEADLINE_IN_MILLIS });
  }

  #move(connectionId: string, list: string, sinceInMillis: number): Promise<void> {
    return this.database.transaction(async (tx) => {
      await tx.upsert(EventCursor, { connectionId, list, sinceInMillis, readTime: this.clock.now() });
    });
  }
}
