import type { InboxEntry } from '../inbox/inbox-entry.entity.js';
import type { WebhookEventResponse } from './dto/webhook-event.response.js';

/** The body of a webhook is personal data and never shown; ids are. */
export function webhookEventResponse(entry: InboxEntry): WebhookEventResponse {
  const { id, connectionId, providerEventId, type, source, status, attempts, failures, nextAttemptTime, receiveTime } = entry;
  const { objects = [] } = entry.event as Partial<InboxEntry['event']>;
  return {
    id,
    connectionId,
    providerEventId,
    type,
    source,
    status,
    objects: objects.map((object) => ({ kind: object.kind, id: object.id })),
    attempts,
    failures,
    error: entry.error ?? null,
    nextAttemptTime: status === 'pending' ? nextAttemptTime : null,
    receiveTime,
    processTime: entry.processTime ?? null,
  };
}
