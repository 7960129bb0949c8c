import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType, MinorUnitsType } from '../platform/database/column-types.js';
import type { Exchange } from '../charges/rated-charges.js';
import type { TaxTreatment } from '../taxes/invoice-taxes.js';

export const INVOICE_KINDS = ['cycle', 'advance', 'adjustment', 'one_off', 'prepaid_order', 'final'] as const;
export type InvoiceKind = (typeof INVOICE_KINDS)[number];
export const PRICE_STATUSES = ['open', 'grace_period', 'price_locked'] as const;
export type PriceStatus = (typeof PRICE_STATUSES)[number];
export const PAYMENT_STATUSES = ['pre_payment', 'pending', 'requires_action', 'failed', 'settled', 'not_needed', 'unknown'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/**
 * Where the hand-over to the provider stands: `due` the worker advances it; `review` a person releases it; `waiting` for the customer
 * or the provider; `blocked` for the seller to mend something; `done` nothing more to hand over.
 */
export type HandOver = 'none' | 'review' | 'blocked' | 'due' | 'waiting' | 'done';

/** One customer, one plan, one billing period. Lines and totals are stored from the price lock on; before, they are computed. */
export const Invoice = defineEntity({
  name: 'Invoice',
  tableName: 'invoice',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    customerId: p.text(),
    planId: p.text().nullable(),
    assignmentId: p.text().nullable(),
    kind: p.text().$type<InvoiceKind>(),
    currency: p.text(),
    periodStartInMillis: p.type(MillisType),
    periodEndInMillis: p.type(MillisType),
    graceEndInMillis: p.type(MillisType).nullable(),
    dueAt: p.type(MillisType).nullable(),
    priceStatus: p.text().$type<PriceStatus>(),
    paymentStatus: p.text().$type<PaymentStatus>(),
    paymentStatusReason: p.text().nullable(),
    paymentStatusMessage: p.text().nullable(),
    providerStatus: p.text().nullable(),
    number: p.text().nullable(),
    subtotal: p.type(MinorUnitsType),
    /** What the document says, where people changed it at the provider; null: the subtotal is ours. */
    documentSubtotal: p.type(MinorUnitsType).nullable(),
    /** On top of the subtotal and within it. */
    tax: p.type(MinorUnitsType),
    /** The part of it that the subtotal holds. */
    taxIncluded: p.type(MinorUnitsType),
    /** How it is taxed; null where nothing is known of taxes. */
    taxTreatment: p.text().$type<TaxTreatment>().nullable(),
    /** Without tax: what is to be paid is this and the tax. */
    total: p.type(MinorUnitsType),
    /** Where it is in another currency than its plan. */
    exchange: p.json<Exchange>().nullable(),
    amountDue: p.type(MinorUnitsType),
    amountPaid: p.type(MinorUnitsType),
    amountRefunded: p.type(MinorUnitsType),
    amountDisputed: p.type(MinorUnitsType),
    amountOpen: p.type(MinorUnitsType),
    /** Recorded by people beyond what there was to pay. */
    amountSurplus: p.type(MinorUnitsType),
    /** Recorded as paid, and taken back after the invoice was closed. */
    amountReversed: p.type(MinorUnitsType),
    /** Taken back by credit notes: off what was due, or given back after it was paid. */
    amountCredited: p.type(MinorUnitsType),
    /** Paid beyond what was due, and put on the customer's balance by the provider. */
    amountOverpaid: p.type(MinorUnitsType),
    startingBalance: p.type(MinorUnitsType).nullable(),
    endingBalance: p.type(MinorUnitsType).nullable(),
    connectionId: p.text().nullable(),
    providerName: p.text().nullable(),
    providerCustomerId: p.text().nullable(),
    providerInvoiceId: p.text().nullable(),
    /** How the customer pays where the provider has no document, and what to write on the payment. */
    paymentInstructions: p.text().nullable(),
    paymentReference: p.text().nullable(),
    hostedUrl: p.text().nullable(),
    documentUrl: p.text().nullable(),
    /** Said for this one invoice; null: as agreed with the customer. */
    daysUntilDue: p.integer().nullable(),
    dueTimeInMillis: p.type(MillisType).nullable(),
    nextAttemptTime: p.type(MillisType).nullable(),
    retryAt: p.type(MillisType).nullable(),
    retryCount: p.integer().default(0),
    collectionOffset: p.type(MillisType).nullable(),
    handOver: p.text().$type<HandOver>(),
    handOverTime: p.type(MillisType).nullable(),
    carriedIntoId: p.text().nullable(),
    /** Of an adjustment: the locked invoice whose period it bills the rest of, and up to where that had been billed. */
    adjustsId: p.text().nullable(),
    baseWatermark: p.text().nullable(),
    /** Of fees in advance: up to when their plan is held, where that is not what was billed; which invoice gave the rest back, and how much, below zero where it billed more. */
    unusedFromInMillis: p.type(MillisType).nullable(),
    returnedIntoId: p.text().nullable(),
    returnedAmount: p.type(MinorUnitsType).nullable(),
    lockTime: p.type(MillisType).nullable(),
    lockWatermark: p.text().nullable(),
    observedAt: p.type(MillisType),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Invoice = InferEntity<typeof Invoice>;

/** What there is to pay in all. */
export function payable({ total, tax }: Pick<Invoice, 'total' | 'tax'>): bigint {
  return total + tax;
}

/** When its period is over for it: what is due in advance is so at the start. */
export function closesAt(invoice: Pick<Invoice, 'kind' | 'periodStartInMillis' | 'periodEndInMillis'>): number {
  return invoice.kind === 'advance' ? invoice.periodStartInMillis : invoice.periodEndInMillis;
}

/** When what it is for was supplied: with the last moment of the period, and in advance with its first. It decides which version of a tax rate and which rate of exchange hold. */
export function supplyTimeOf(invoice: Pick<Invoice, 'kind' | 'periodStartInMillis' | 'periodEndInMillis'>): number {
  return invoice.kind === 'advance' ? invoice.periodStartInMillis : invoice.periodEndInMillis - 1;
}

/** Final at the provider: never undone by an older observation. */
export function isClosed(invoice: Pick<Invoice, 'paymentStatus'>): boolean {
  return invoice.paymentStatus === 'settled' || invoice.paymentStatus === 'not_needed';
}

/** There is no document any more that could be paid: a draft was deleted, or one with another total voided, or finalized empty. Sending it again makes a new one. */
export function isWithdrawn(invoice: Pick<Invoice, 'providerStatus' | 'paymentStatusReason'>): boolean {
  return invoice.providerStatus === 'deleted' || (invoice.paymentStatusReason === 'total_mismatch' && (invoice.providerStatus === 'void' || invoice.providerStatus === 'paid'));
}
