import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

/** `foreign`: of something that is not ours; `ignored`: of a type that says nothing to us; `dead`: given up, waits for a person. */
export type WebhookEventStatus = 'pending' | 'processed' | 'foreign' | 'ignored' | 'dead';

/** Something a payment provider told. */
export interface WebhookEvent {
  readonly id: string;
  readonly connectionId: string;
  /** The provider's id of the event. */
  readonly providerEventId: string;
  /** In the provider's words. */
  readonly type: string;
  /** How it came first. */
  readonly source: 'webhook' | 'event_list';
  readonly status: WebhookEventStatus;
  /** What it is about. */
  readonly objects: readonly { readonly kind: string; readonly id: string }[];
  readonly attempts: number;
  /** Attempts that were the event's own fault; an outage of the provider is not. */
  readonly failures: number;
  /** Why the last attempt did not end it. */
  readonly error: string | null;
  /** Only while it is pending. */
  readonly nextAttemptTime: number | null;
  readonly receiveTime: number;
  readonly processTime: number | null;
}

export interface WebhookEventFilter {
  readonly type?: string;
  readonly connectionId?: string;
  readonly source?: 'webhook' | 'event_list';
}

export type WebhookEventQuery = PageQuery & WebhookEventFilter & { readonly status?: WebhookEventStatus };

export interface ReplayedWebhookEvents {
  readonly replayed: number;
  /** Call again for the rest. */
  readonly hasMore: boolean;
}

/** What arrived from payment providers and became of it. */
export class WebhookEventsResource {
  constructor(private readonly transport: Transport) {}

  /** In order of receipt. */
  list(query: WebhookEventQuery = {}, options?: CallOptions): Promise<Page<WebhookEvent>> {
    return readPage(this.transport, '/webhook-events', { ...query }, options);
  }

  all(query: WebhookEventQuery = {}, options?: CallOptions): AsyncGenerator<WebhookEvent, void, void> {
    return readAll(this.transport, '/webhook-events', { ...query }, options);
  }

  get(id: string, options?: CallOptions): Promise<WebhookEvent> {
    return this.transport.json({ ...options, method: 'GET', path: `/webhook-events/${segment(id)}` });
  }

  /** Handles it again, whatever became of it. */
  replay(id: string, options?: CallOptions): Promise<WebhookEvent> {
    return this.transport.json({ ...options, method: 'POST', path: `/webhook-events/${segment(id)}/replay` });
  }

  /** Handles all dead ones again, or those of a filter. */
  replayDead(filter: WebhookEventFilter = {}, options?: CallOptions): Promise<ReplayedWebhookEvents> {
    return this.transport.json({ ...options, method: 'POST', path: '/webhook-events/replay', body: filter });
  }
}
