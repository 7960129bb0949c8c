import { newId } from '@tollkeeper/kernel';
import type { Invoice } from './invoice.entity.js';

type Given = Pick<Invoice, 'accountId' | 'customerId' | 'planId' | 'assignmentId' | 'kind' | 'currency' | 'periodStartInMillis' | 'periodEndInMillis' | 'priceStatus'> & Partial<Invoice>;

/** An invoice as it begins: with a period, and no money yet. What is not named has the column's default. */
export function newInvoice(given: Given, now: number): Invoice {
  return {
    id: newId('inv', now),
    paymentStatus: 'pre_payment',
    subtotal: 0n,
    tax: 0n,
    taxIncluded: 0n,
    total: 0n,
    amountDue: 0n,
    amountPaid: 0n,
    amountRefunded: 0n,
    amountDisputed: 0n,
    amountOpen: 0n,
    amountSurplus: 0n,
    amountReversed: 0n,
    amountCredited: 0n,
    amountOverpaid: 0n,
    retryCount: 0,
    handOver: 'none',
    observedAt: 0,
    createTime: now,
    updateTime: now,
    ...given,
  } as Invoice;
}
