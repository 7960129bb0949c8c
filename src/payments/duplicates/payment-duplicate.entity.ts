import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType, MinorUnitsType } from '../../platform/database/column-types.js';

/**
 * `second_payment`: two payments of one document went through; `second_document`: two documents of one invoice were paid; `overpaid`: one
 * payment brought more than was due; `withdrawn_document`: a document was paid that asks for nothing any more.
 */
export const DUPLICATE_KINDS = ['second_payment', 'second_document', 'overpaid', 'withdrawn_document'] as const;
export type DuplicateKind = (typeof DUPLICATE_KINDS)[number];

export const DUPLICATE_STATUSES = ['open', 'returning', 'given_back'] as const;
export type DuplicateStatus = (typeof DUPLICATE_STATUSES)[number];

/** Money the provider took beyond what an invoice asked for, with what has become of it and who decided that: its own audit entry. */
export const PaymentDuplicate = defineEntity({
  name: 'PaymentDuplicate',
  tableName: 'payment_duplicate',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    customerId: p.text(),
    invoiceId: p.text(),
    connectionId: p.text(),
    providerInvoiceId: p.text(),
    providerPaymentId: p.text(),
    kind: p.text().$type<DuplicateKind>(),
    /** Of the payment's amount, what nobody owed. */
    amount: p.type(MinorUnitsType),
    /** Booked to the customer's balance by the provider: given back already. */
    amountToBalance: p.type(MinorUnitsType),
    /** Refunded, or on its way. */
    amountReturned: p.type(MinorUnitsType),
    currency: p.text(),
    status: p.text().$type<DuplicateStatus>(),
    givenBackBy: p.text().$type<'refund' | 'customer_balance'>().nullable(),
    decidedBy: p.text().$type<'account_setting' | 'request'>().nullable(),
    decideTime: p.type(MillisType).nullable(),
    giveBackTime: p.type(MillisType).nullable(),
    providerPaymentTime: p.type(MillisType),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type PaymentDuplicate = InferEntity<typeof PaymentDuplicate>;
