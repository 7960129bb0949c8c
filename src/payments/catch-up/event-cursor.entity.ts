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
  },
});
export type EventCursor = InferEntity<typeof EventCursor>;
