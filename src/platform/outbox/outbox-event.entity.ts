import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../database/column-types.js';

export const OutboxEvent = defineEntity({
  name: 'OutboxEvent',
  tableName: 'outbox_event',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    type: p.text(),
    objectType: p.text(),
    objectId: p.text(),
    data: p.json<Record<string, unknown>>(),
    createTime: p.type(MillisType),
  },
});
export type OutboxEvent = InferEntity<typeof OutboxEvent>;
