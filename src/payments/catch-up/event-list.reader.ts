import { Injectable } from '@nestjs/common';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import type { ActiveConnection } from '../../payment-connections/payment-connections.service.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { InboxStore } from '../inbox/inbox.store.js';
import { EventCursor } from './event-cursor.entity.js';

/** Read again each time, because an event may become listed later than a newer one. */
const OVERLAP_IN_MILLIS = 10 * 60_000;
const DEADLINE_IN_MILLIS = 15_000;

/** Puts what the provider lists into the inbox; what came by webhook already is recognised by its id. */
@Injectable()
export class EventListReader {
  constructor(
    private readonly database: Database,
    private readonly registry: PaymentProviderRegistry,
    private readonly gateway: ProviderGateway,
    private readonly inbox: InboxStore,
    private readonly clock: ProcessClock,
  ) {}

  /** @returns how many events were new */
  async read(connection: ActiveConnection): Promise<number> {
    const { eventList } = this.registry.get(connection.providerName);
    let added = 0;
    for (const list of eventList?.lists() ?? []) added += await this.#readList(connection, list);
    return added;
  }

  async #readList(connection: ActiveConnection, list: string): Promise<number> {
    const cursor = await this.database.reader().findOne(EventCursor, { connectionId: connection.id, list });
    let newest = cursor?.sinceInMillis ?? connection.createTime;
    const sinceInMillis = newest - OVERLAP_IN_MILLIS;
    let added = 0;
    for (let pageToken: string | null = null; ; ) {
      const token: string | null = pageToken;
      const page = await this.gateway.read(
        connection.id,
        async (call) => (await call.provider.eventList?.read({ list, sinceInMillis, pageToken: token }, call.context)) ?? { outcome: 'succeeded', value: { events: [], hasMore: false, nextPageToken: null } },
        { deadlineInMillis: DEADLINE_IN_MILLIS },
      );
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

  #move(connectionId: string, list: string, sinceInMillis: number): Promise<void> {
    return this.database.transaction(async (tx) => {
      await tx.upsert(EventCursor, { connectionId, list, sinceInMillis, readTime: this.clock.now() });
    });
  }
}
