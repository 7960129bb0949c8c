import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../platform/database/column-types.js';

/**
 * That a customer of ours is this customer at a provider. At most one per customer and connection is pending or linked; the
 * others are history. `pending`: being created there (`created`), or not yet checked there (`given`, `adopted`).
 */
export const CustomerLink = defineEntity({
  name: 'CustomerLink',
  tableName: 'customer_link',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    customerId: p.text(),
    connectionId: p.text(),
    providerName: p.text(),
    providerCustomerId: p.text().nullable(),
    origin: p.text().$type<'created' | 'given' | 'adopted'>(),
    status: p.text().$type<'pending' | 'linked' | 'unlinked' | 'failed'>(),
    statusReason: p.text().nullable(),
    /** Process time; set while the provider still has to be asked whether the given id is good. */
    nextCheckTime: p.type(MillisType).nullable(),
    linkTime: p.type(MillisType).nullable(),
    unlinkTime: p.type(MillisType).nullable(),
    createTime: p.type(MillisType),
  },
});
export type CustomerLink = InferEntity<typeof CustomerLink>;
