import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { ProviderPaymentStatus } from '@tollkeeper/payment-provider';
import { MillisType, MinorUnitsType } from '../platform/database/column-types.js';

/** One payment the provider knows for an invoice; the invoice's payment history. */
export const InvoicePayment = defineEntity({
  name: 'InvoicePayment',
  tableName: 'invoice_payment',
  properties: {
    invoiceId: p.text().primary(),
    providerPaymentId: p.text().primary(),
    accountId: p.text(),
    status: p.text().$type<ProviderPaymentStatus>(),
    amount: p.type(MinorUnitsType),
    amountRefunded: p.type(MinorUnitsType),
    isDisputed: p.boolean(),
    failureCode: p.text().nullable(),
    declineCode: p.text().nullable(),
    failureMessage: p.text().nullable(),
    paymentMethodId: p.text().nullable(),
    nextActionUrl: p.text().nullable(),
    card: p.json<{ brand: string; last4: string }>().nullable(),
    providerCreateTime: p.type(MillisType),
    observedAt: p.type(MillisType),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type InvoicePayment = InferEntity<typeof InvoicePayment>;
