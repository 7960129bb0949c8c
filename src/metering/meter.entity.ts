import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Aggregation } from '@tollkeeper/usage-store';
import { MillisType, TextArrayType } from '../platform/database/column-types.js';
import type { LockingStatus } from './locking-status.js';

/** What is counted: events that carry its `meterApiName`, brought to one number by its aggregation. */
export const Meter = defineEntity({
  name: 'Meter',
  tableName: 'meter',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    meterApiName: p.text(),
    label: p.text(),
    description: p.text().nullable(),
    meterType: p.text(),
    aggregation: p.text().$type<Aggregation>(),
    uniqueDimension: p.text().nullable(),
    dimensions: p.type(TextArrayType),
    aggregationDimensions: p.type(TextArrayType),
    lockingStatus: p.text().$type<LockingStatus>(),
    useInBilling: p.boolean(),
    enabled: p.boolean(),
    /** Fields of the reference that change nothing here and are given back as they came. */
    attributes: p.json<Record<string, unknown>>(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Meter = InferEntity<typeof Meter>;
