import type { Assignment } from './assignment.entity.js';
import type { Plan } from './plan.entity.js';

/** What the billing periods of an assignment follow from, beside its plan. */
export interface AssignmentPeriods {
  readonly startInMillis: number;
  /** The day from which they are counted. */
  readonly anchorInMillis: number;
  /** Where the assignment begins with a trial without fees, which is a period of its own: its end. */
  readonly trialPeriodEndInMillis: number | null;
}

export function periodsOf({ startInMillis, anchorInMillis, trialEndInMillis, trialFree }: Pick<Assignment, 'startInMillis' | 'anchorInMillis' | 'trialEndInMillis' | 'trialFree'>): AssignmentPeriods {
  const trialPeriodEndInMillis = trialEndInMillis != null && trialFree !== 'usage' ? trialEndInMillis : null;
  return { startInMillis, anchorInMillis: anchorInMillis ?? trialPeriodEndInMillis ?? startInMillis, trialPeriodEndInMillis };
}

/** Whether plans bill by the same period, so that the periods of the one can go on on the other. */
export function isAlike({ billingPeriod: one }: Pick<Plan, 'billingPeriod'>, { billingPeriod: other }: Pick<Plan, 'billingPeriod'>): boolean {
  return one.interval === other.interval && one.intervalsCount === other.intervalsCount;
}

/**
 * The day from which the periods of the assignment that follows are counted so that they turn on the days they turned on: from the 31st they do so at the ends of shorter months
 * too. Null: from its start, as nothing has been counted yet in a trial.
 */
export function continuedAnchor(assignment: Parameters<typeof periodsOf>[0], atInMillis: number): number | null {
  const { anchorInMillis } = periodsOf(assignment);
  return anchorInMillis < atInMillis ? anchorInMillis : null;
}
