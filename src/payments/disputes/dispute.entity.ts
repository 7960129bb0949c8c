import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { ProviderDispute, ProviderDisputeStatus } from '@tollkeeper/payment-provider';
import { MillisType, MinorUnitsType } from '../../platform/database/column-types.js';

export const DISPUTE_STATUSES = ['inquiry', 'open', 'won', 'lost', 'closed_without_loss'] as const satisfies readonly ProviderDisputeStatus[];

/** A payment of an invoice that the customer's bank asks about or takes back. The invoice stays settled: this is a fact of its own. */
export const Dispute = defineEntity({
  name: 'Dispute',
  tableName: 'dispute',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    connectionId: p.text(),
    customerId: p.text(),
    invoiceId: p.text(),
    providerName: p.text(),
    providerDisputeId: p.text(),
    providerPaymentId: p.text(),
    paymentMethodId: p.text().nullable(),
    kind: p.text().$type<ProviderDispute['kind']>(),
    status: p.text().$type<ProviderDisputeStatus>(),
    providerStatus: p.text(),
    reason: p.text(),
    amount: p.type(MinorUnitsType),
    currency: p.text(),
    amountWithdrawn: p.type(MinorUnitsType),
    isMethodFrozen: p.boolean(),
    evidenceDueTime: p.type(MillisType).nullable(),
    providerCreateTime: p.type(MillisType),
    observedAt: p.type(MillisType),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Dispute = InferEntity<typeof Dispute>;

/** Nothing is left to be done about it, unless the provider takes an appeal. */
export function isEnded({ status }: Pick<Dispute, 'status'>): boolean {
  return status === 'won' || status === 'lost' || status === 'closed_without_loss';
}

/** What the customer owes again, because the bank has decided for them. */
export function amountLost({ status, amountWithdrawn }: Pick<Dispute, 'status' | 'amountWithdrawn'>): bigint {
  return status === 'lost' ? amountWithdrawn : 0n;
}
