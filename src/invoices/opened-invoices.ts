import { newId } from '@tollkeeper/kernel';
import type { AssignmentEventData } from '../catalog/catalog.events.js';
import type { Plan } from '../catalog/plan.entity.js';
import { closesAt, type Invoice, type InvoiceKind } from './invoice.entity.js';

/** A period that an assignment has come to. */
export interface OpenedPeriod {
  readonly accountId: string;
  readonly assignment: AssignmentEventData;
  readonly plan: Plan;
  readonly startInMillis: number;
  readonly endInMillis: number;
}

/** The period's invoices as they begin: the one of its end, and one of its start where the plan has fees that are due then. */
export function openedInvoices(period: OpenedPeriod, now: number): Invoice[] {
  return hasFeesInAdvance(period) ? [openInvoice('cycle', period, now), openInvoice('advance', period, now)] : [openInvoice('cycle', period, now)];
}

function hasFeesInAdvance({ plan, assignment, startInMillis }: OpenedPeriod): boolean {
  return plan.fees.some(({ timing, kind }) => timing === 'in_advance' && (kind === 'recurring' || startInMillis === assignment.startInMillis));
}

function openInvoice(kind: InvoiceKind, { accountId, assignment, plan, startInMillis, endInMillis }: OpenedPeriod, now: number): Invoice {
  return {
    id: newId('inv', now),
    accountId,
    customerId: assignment.customerId,
    planId: plan.id,
    assignmentId: assignment.assignmentId,
    kind,
    currency: plan.currency,
    periodStartInMillis: startInMillis,
    periodEndInMillis: endInMillis,
    dueAt: closesAt({ kind, periodStartInMillis: startInMillis, periodEndInMillis: endInMillis }),
    priceStatus: 'open',
    paymentStatus: 'pre_payment',
    subtotal: 0n,
    tax: 0n,
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
  } as Invoice;
}
