import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../../platform/database/column-types.js';

/** How far a connection's event list was read, by the provider's own clock, which may have been moved in a sandbox. */
export const EventCursor = defineEntity({
  name: 'EventCursor',
  tableName: 'provider_event_cursor',
  properties: {
    connectionId: p.text().primary(),
    list: p.text().primary(),
    sinceInMillis: p.type(MillisType),
    readTime: p.type(MillisType),
    /** Set while the list was not read to its end: the next page, and from where on the list was asked for. */
    pageToken: p.text().nullable(),
    pageSinceInMillis: p.type(MillisType).nullable(),
  },
});
export type EventCursor = InferEntity<typeof EventCursor>;
