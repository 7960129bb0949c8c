import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../platform/database/column-types.js';

export const LIFECYCLE_STAGES = ['onboarding', 'trial', 'active', 'offboarded'] as const;
export type LifecycleStage = (typeof LIFECYCLE_STAGES)[number];

export interface Address {
  readonly line1?: string;
  readonly city?: string;
  readonly state?: string;
  readonly postalCode?: string;
  readonly country?: string;
}

/** Who uses and pays, under the seller's own id. Deleted rows stay: usage and invoices refer to them. */
export const Customer = defineEntity({
  name: 'Customer',
  tableName: 'customer',
  properties: {
    accountId: p.text().primary(),
    customerId: p.text().primary(),
    customerName: p.text(),
    customerEmail: p.text().nullable(),
    description: p.text().nullable(),
    enabled: p.boolean(),
    test: p.boolean(),
    lifecycleStage: p.text().$type<LifecycleStage>(),
    traits: p.json<Record<string, string>>(),
    address: p.json<Address>().nullable(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
    deactivateTime: p.type(MillisType).nullable(),
    deleteTime: p.type(MillisType).nullable(),
  },
});
export type Customer = InferEntity<typeof Customer>;
