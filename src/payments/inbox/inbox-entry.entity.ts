import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { ProviderEvent } from '@tollkeeper/payment-provider';
import { MillisType } from '../../platform/database/column-types.js';

/** `foreign`: of something in the provider's account that is not ours, as far as a fetch could tell; kept, and matched again later. */
export const INBOX_STATUSES = ['pending', 'processed', 'foreign', 'ignored', 'dead'] as const;
export type InboxStatus = (typeof INBOX_STATUSES)[number];

/** A provider event, stored before it is acknowledged and handled after. */
export const InboxEntry = defineEntity({
  name: 'InboxEntry',
  tableName: 'webhook_inbox',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    connectionId: p.text(),
    providerEventId: p.text(),
    type: p.text(),
    source: p.text().$type<'webhook' | 'event_list'>(),
    event: p.json<ProviderEvent>(),
    status: p.text().$type<InboxStatus>(),
    attempts: p.integer(),
    /** Attempts that were the event's own fault: an outage of the provider is not. */
    failures: p.integer(),
    nextAttemptTime: p.type(MillisType),
    error: p.text().nullable(),
    receiveTime: p.type(MillisType),
    processTime: p.type(MillisType).nullable(),
  },
});
export type InboxEntry = InferEntity<typeof InboxEntry>;
