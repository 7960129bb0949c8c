import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { BillingPeriod } from '@tollkeeper/kernel';
import { MillisType, MinorUnitsType } from '../platform/database/column-types.js';

/** `draft`: may change in everything and takes no customers; `deprecated`: takes no new ones, and does not change any more. */
export const PLAN_STATUSES = ['draft', 'active', 'deprecated'] as const;
export type PlanStatus = (typeof PLAN_STATUSES)[number];

export const FEE_KINDS = ['recurring', 'one_time'] as const;
export const FEE_TIMINGS = ['in_advance', 'in_arrears'] as const;

export const SUCCESSOR_PERIODS = ['continue', 'restart'] as const;
export type SuccessorPeriods = (typeof SUCCESSOR_PERIODS)[number];

/** What a plan charges whatever is used: for each billing period, or once in the first one. */
export interface PlanFee {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** Minor units of the plan's currency as text, above zero. */
  readonly amount: string;
  readonly kind: (typeof FEE_KINDS)[number];
  /** At the start of the period, on an invoice of its own, or with the usage at its end. */
  readonly timing: (typeof FEE_TIMINGS)[number];
  /** Whether a shorter period owes its share by days. */
  readonly isProrated: boolean;
}

/** A bundle of prices and fees, billed in one currency by one period. What it costs does not change once it is active; its name and use may. */
export const Plan = defineEntity({
  name: 'Plan',
  tableName: 'plan',
  properties: {
    accountId: p.text().primary(),
    id: p.text().primary(),
    planName: p.text(),
    description: p.text().nullable(),
    currency: p.text(),
    billingPeriod: p.json<BillingPeriod>(),
    baseFeeAmount: p.type(MinorUnitsType),
    fees: p.json<readonly PlanFee[]>(),
    /** So much usage of each whole period costs nothing. */
    freeAmount: p.type(MinorUnitsType),
    /** The least that a whole period costs. */
    minimumAmount: p.type(MinorUnitsType),
    isDefault: p.boolean(),
    status: p.text().$type<PlanStatus>(),
    /** Where customers go at the end of their period once it is deprecated. */
    successorPlanId: p.text().nullable(),
    /** Whether their periods go on there, where both plans have the same billing period, or are counted from the change. */
    successorPeriods: p.text().$type<SuccessorPeriods>().default('continue'),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type Plan = InferEntity<typeof Plan>;
