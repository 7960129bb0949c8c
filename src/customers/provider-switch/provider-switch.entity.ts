import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../../platform/database/column-types.js';

export type ProviderSwitchStatus = 'scheduled' | 'done' | 'cancelled' | 'failed';

/** From a time on a customer's money is collected by another provider. Rows stay: they are the history. */
export const ProviderSwitch = defineEntity({
  name: 'ProviderSwitch',
  tableName: 'provider_switch',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    customerId: p.text(),
    /** As given, else the provider in force when it was scheduled, and once it is done the one it really came from. */
    sourceProviderName: p.text().nullable(),
    sourcePaymentId: p.text().nullable(),
    targetProviderName: p.text(),
    targetPaymentId: p.text(),
    targetConnectionId: p.text(),
    /** The customer's id at the target; null where that has no customers. */
    targetCustomerIdentifier: p.text().nullable(),
    /** Whether the target confirmed the id when the switch was scheduled; else it is checked once the switch is done. */
    isVerified: p.boolean(),
    /** Account time. */
    switchTime: p.type(MillisType),
    status: p.text().$type<ProviderSwitchStatus>(),
    /** A sentence for people. */
    statusReason: p.text().nullable(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type ProviderSwitch = InferEntity<typeof ProviderSwitch>;
