import { Injectable } from '@nestjs/common';
import { PaymentProviderRegistry, type EventListOperations, type EventPage, type ProviderOutcome } from '@tollkeeper/payment-provider';
import type { ActiveConnection } from '../../payment-connections/payment-connections.service.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { InboxStore } from '../inbox/inbox.store.js';
import { Janitor } from '../janitor/janitor.js';
import { EventCursors, type ListPlace } from './event-cursors.js';

/** Stripe keeps events for 30 days (docs.stripe.com/api/events); a day of margin. */
const EVENTS_KEPT_FOR_IN_MILLIS = 29 * 86_400_000;
const DEADLINE_IN_MILLIS = 15_000;
/** Of one list in one turn: a thousand events, and the lease changes hands. */
const PAGES_PER_TURN = 10;

type Page = EventPage & { readonly nextPageToken: string | null };

export interface ReadEvents {
  /** How many events were new. */
  readonly added: number;
  /** The turn ended before the lists did. */
  readonly hasMore: boolean;
  /** False when the provider could not be asked. */
  readonly isRead: boolean;
}

/** Puts what the provider lists into the inbox; what came by webhook already is recognised by its id. */
@Injectable()
export class EventListReader {
  constructor(
    private readonly registry: PaymentProviderRegistry,
    private readonly gateway: ProviderGateway,
    private readonly inbox: InboxStore,
    private readonly cursors: EventCursors,
    private readonly janitor: Janitor,
    private readonly clock: ProcessClock,
  ) {}

  /** Whether there is anything to read, or a clock that follows. */
  reads({ providerName }: ActiveConnection): boolean {
    // One whose provider is not registered any more waits until it is again.
    if (!this.registry.has(providerName)) return false;
    const { eventList, testHelpers } = this.registry.get(providerName);
    return eventList !== undefined || testHelpers !== undefined;
  }

  /** @param notSince lists that were read to their end after this are left alone */
  async read(connection: ActiveConnection, notSince: number = this.clock.now()): Promise<ReadEvents> {
    const lists = this.registry.get(connection.providerName).eventList?.lists() ?? [];
    const places = await this.cursors.of(connection, lists);
    if (places.some(({ readTime }) => this.clock.now() - (readTime ?? connection.createTime) > EVENTS_KEPT_FOR_IN_MILLIS)) await this.janitor.compareAll(connection.id);
    let added = 0;
    let hasMore = false;
    for (const place of places) {
      if (place.pageToken === null && place.readTime !== null && place.readTime > notSince) continue;
      const read = await this.#readList(connection, place);
      // Not there for one list, not there for the others either.
      if (!read.isRead) return { added, hasMore: false, isRead: false };
      added += read.added;
      hasMore ||= read.hasMore;
    }
    return { added, hasMore, isRead: true };
  }

  async #readList(connection: ActiveConnection, start: ListPlace): Promise<ReadEvents> {
    const { list, sinceInMillis } = start;
    let { newestInMillis: newest, pageToken } = start;
    let added = 0;
    for (let pages = 0; pages < PAGES_PER_TURN; pages += 1) {
      const page = await this.#page(connection.id, { list, sinceInMillis, pageToken });
      if (page.outcome === 'failed' && pageToken !== null) {
        // The event that marked the place was forgotten meanwhile: from the cursor again.
        await this.cursors.forgetPage(connection.id, list);
        return { added, hasMore: true, isRead: true };
      }
      if (page.outcome !== 'succeeded') return { added, hasMore: false, isRead: false };
      const { events, nextPageToken } = page.value;
      if (events.length > 0) {
        added += await this.inbox.add(events.map((event) => ({ accountId: connection.accountId, connectionId: connection.id, source: 'event_list', event, rawBody: null })));
        newest = Math.max(newest, ...events.map((event) => event.createTimeInMillis));
      }
      await this.cursors.move(connection.id, { list, sinceInMillis, newestInMillis: newest, pageToken: nextPageToken });
      if (nextPageToken === null) return { added, hasMore: false, isRead: true };
      pageToken = nextPageToken;
    }
    return { added, hasMore: true, isRead: true };
  }

  #page(connectionId: string, query: Parameters<EventListOperations['read']>[0]): Promise<ProviderOutcome<Page>> {
    const nothing: ProviderOutcome<Page> = { outcome: 'succeeded', value: { events: [], hasMore: false, nextPageToken: null } };
    return this.gateway.read(connectionId, async (call) => (await call.provider.eventList?.read(query, call.context)) ?? nothing, { deadlineInMillis: DEADLINE_IN_MILLIS });
  }
}
