import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { periodsOf, type AssignmentPeriods } from '../catalog/assignment-periods.js';
import type { Assignment, TrialFreedom } from '../catalog/assignment.entity.js';
import { assignmentRows } from '../catalog/assignment-rows.js';
import { PlansService } from '../catalog/plans.service.js';
import type { PricedPlan } from '../catalog/priced-plan.js';
import { agreedPlan, contentOf, freeUntil, relevantOverrides } from '../catalog/price-overrides/agreed-plan.js';
import type { PriceOverride } from '../catalog/price-overrides/price-override.entity.js';
import { PriceOverridesRepository } from '../catalog/price-overrides/price-overrides.repository.js';
import type { ChargesInput } from '../charges/charges.service.js';
import type { Transaction } from '../platform/database/database.js';
import type { Invoice } from './invoice.entity.js';
import { wholePeriods } from './whole-periods.js';

export interface SamePeriod {
  readonly alike: readonly Invoice[];
  /** Of fees that are due at the period's start, and nothing else. */
  readonly isInAdvance: boolean;
  /** The plan's; that of the invoices may be another, and is one for all of them. */
  readonly currency: string;
  readonly period: Omit<ChargesInput, 'watermark'>;
}

type Terms = AssignmentPeriods & Pick<Assignment, 'trialEndInMillis' | 'trialFree'>;

/** Sorts invoices by what they share in rating. What is read is read with one statement for all of them, so that a customer with prices of its own costs the others nothing. */
@Injectable()
export class SamePeriods {
  constructor(
    private readonly accounts: AccountsService,
    private readonly plans: PlansService,
    private readonly overrides: PriceOverridesRepository,
  ) {}

  /** Invoices of one account that share plan, agreed prices and period, with what rating has to know of these. */
  async of(reader: Transaction, invoices: readonly Invoice[]): Promise<SamePeriod[]> {
    const [first] = invoices;
    if (!first) return [];
    const { accountId } = first;
    const { timeZone } = await this.accounts.getIn(reader, accountId);
    const rows = await assignmentRows(reader, accountId, invoices.flatMap(({ assignmentId }) => assignmentId ?? []));
    const assignments = new Map([...rows.values()].map((assignment) => [assignment.id, { ...assignment, ...periodsOf(assignment) }]));
    const overrides = await this.overrides.ofCustomers(reader, accountId, [...new Set(invoices.map(({ customerId }) => customerId))]);
    const plans = new Map<string, PricedPlan>();
    for (const planId of new Set(invoices.map((invoice) => invoice.planId ?? ''))) plans.set(planId, await this.plans.getPriced(reader, accountId, planId));
    const wholeOf = wholePeriods(timeZone);
    const groups = new Map<string, SamePeriod & { alike: Invoice[] }>();
    for (const invoice of invoices) {
      const { assignmentId, planId, periodStartInMillis, periodEndInMillis, baseWatermark } = invoice;
      const plan = plans.get(planId ?? '')!;
      const assignment = assignments.get(assignmentId ?? '');
      const billed = { startInMillis: periodStartInMillis, endInMillis: periodEndInMillis };
      const wholePeriod = assignment === undefined ? billed : wholeOf(plan.plan, assignment, periodStartInMillis);
      const [isInAdvance, isFirstPeriod, trial] = [invoice.kind === 'advance', isFirst(assignment, periodStartInMillis), trialOf(assignment, billed)];
      const own = relevantOverrides(plan, overrides.get(invoice.customerId) ?? [], billed);
      const key = [isInAdvance, isFirstPeriod, planId, periodStartInMillis, periodEndInMillis, wholePeriod.startInMillis, wholePeriod.endInMillis, baseWatermark, trial?.free, trial?.endInMillis, contentOf(own), invoice.currency, invoice.exchange?.rate].join(' ');
      const group = groups.get(key) ?? { alike: [], isInAdvance, currency: plan.plan.currency, period: { ...{ accountId, periodStartInMillis, periodEndInMillis, wholePeriod, isFirstPeriod, timeZone }, ...termsOf(plan, own, trial) } };
      group.alike.push(invoice);
      groups.set(key, group);
    }
    return [...groups.values()];
  }
}

/** One-time fees are due with it: the first one that fees are due in. */
function isFirst(assignment: Terms | undefined, periodStartInMillis: number): boolean {
  return assignment !== undefined && periodStartInMillis === (assignment.trialPeriodEndInMillis ?? assignment.startInMillis);
}

interface Trial {
  readonly free: TrialFreedom;
  readonly startInMillis: number;
  readonly endInMillis: number;
}

/** The trial that reaches into the period. */
function trialOf(assignment: Terms | undefined, { startInMillis }: { startInMillis: number }): Trial | null {
  const { trialEndInMillis, trialFree } = assignment ?? {};
  return trialEndInMillis != null && trialFree != null && startInMillis < trialEndInMillis ? { free: trialFree, startInMillis, endInMillis: trialEndInMillis } : null;
}

/** A trial without fees is a period of its own, in which usage is shown with what it costs; one with fees lies within their periods. */
function termsOf(plan: PricedPlan, own: readonly PriceOverride[], trial: Trial | null): Pick<ChargesInput, 'plan' | 'trial'> {
  const agreed = own.length === 0 ? plan : agreedPlan(plan, own);
  return trial?.free === 'usage' ? { plan: freeUntil(agreed, trial) } : { plan: agreed, ...(trial ? { trial: trial.free } : {}) };
}
