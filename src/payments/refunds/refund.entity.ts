import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { ProviderRefundStatus } from '@tollkeeper/payment-provider';
import { MillisType, MinorUnitsType } from '../../platform/database/column-types.js';

/** `unknown`: it was sent and the answer lost; asked again until it is known. The others are the provider's. */
export const REFUND_STATUSES = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'unknown'] as const satisfies readonly (ProviderRefundStatus | 'unknown')[];
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** Who wanted it: somebody here, somebody at the provider, the giving back of money taken twice, or the credit note that owns it. */
export const REFUND_ORIGINS = ['here', 'provider', 'duplicate', 'credit_note'] as const;
export type RefundOrigin = (typeof REFUND_ORIGINS)[number];

/** Money of one payment on its way back. A fact of its own: the payment stays what it was, and a refund that fails later stays visible as failed. */
export const Refund = defineEntity({
  name: 'Refund',
  tableName: 'refund',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    customerId: p.text(),
    invoiceId: p.text(),
    connectionId: p.text(),
    providerPaymentId: p.text(),
    /** Null until the provider has answered. */
    providerRefundId: p.text().nullable(),
    creditNoteId: p.text().nullable(),
    duplicateId: p.text().nullable(),
    origin: p.text().$type<RefundOrigin>(),
    reason: p.text().nullable(),
    status: p.text().$type<RefundStatus>(),
    providerStatus: p.text().nullable(),
    amount: p.type(MinorUnitsType),
    currency: p.text(),
    failure: p.text().nullable(),
    observedAt: p.type(MillisType),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Refund = InferEntity<typeof Refund>;
