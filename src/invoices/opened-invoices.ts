import type { AssignmentEventData } from '../catalog/catalog.events.js';
import type { Plan } from '../catalog/plan.entity.js';
import { closesAt, type Invoice, type InvoiceKind } from './invoice.entity.js';
import { newInvoice } from './new-invoice.js';

/** A period that an assignment has come to. */
export interface OpenedPeriod {
  readonly accountId: string;
  readonly assignment: AssignmentEventData;
  readonly plan: Plan;
  /** Of the customer's invoices, where that is not the plan's. */
  readonly currency?: string | undefined;
  readonly startInMillis: number;
  readonly endInMillis: number;
}

/** The period's invoices as they begin: the one of its end, and one of its start where the plan has fees that are due then. */
export function openedInvoices(period: OpenedPeriod, now: number): Invoice[] {
  return hasFeesInAdvance(period) ? [openInvoice('cycle', period, now), openInvoice('advance', period, now)] : [openInvoice('cycle', period, now)];
}

function hasFeesInAdvance({ plan, assignment: { startInMillis: firstInMillis, trialPeriodEndInMillis }, startInMillis }: OpenedPeriod): boolean {
  if (trialPeriodEndInMillis !== null && startInMillis < trialPeriodEndInMillis) return false;
  const isFirst = startInMillis === (trialPeriodEndInMillis ?? firstInMillis);
  return plan.fees.some(({ timing, kind }) => timing === 'in_advance' && (kind === 'recurring' || isFirst));
}

function openInvoice(kind: InvoiceKind, { accountId, assignment, plan, currency = plan.currency, startInMillis, endInMillis }: OpenedPeriod, now: number): Invoice {
  const period = { accountId, customerId: assignment.customerId, planId: plan.id, assignmentId: assignment.assignmentId, kind, currency, periodStartInMillis: startInMillis, periodEndInMillis: endInMillis };
  return newInvoice({ ...period, dueAt: closesAt(period), priceStatus: 'open' }, now);
}
