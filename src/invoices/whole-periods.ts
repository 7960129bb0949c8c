import { wholePeriodContaining, type PeriodBounds } from '@tollkeeper/kernel';
import type { AssignmentPeriods } from '../catalog/assignment-periods.js';
import type { Plan } from '../catalog/plan.entity.js';

const HALF_DAY_IN_MILLIS = 12 * 3_600_000;

export type WholePeriodOf = (plan: Plan, assignment: AssignmentPeriods, startInMillis: number) => Omit<PeriodBounds, 'index'>;

/**
 * The plan's whole period around the start of an invoice's, which may be a part of it. Looked up by the middle of its first day, so that bounds noted in an
 * earlier time zone of the account, some hours off, mean the same day: the rest of that day must not become a period with a base fee of its own. Each is
 * computed once, since thousands of invoices share it.
 */
export function wholePeriods(timeZone: string): WholePeriodOf {
  const known = new Map<string, Omit<PeriodBounds, 'index'>>();
  return ({ id, billingPeriod }, { startInMillis: firstInMillis, anchorInMillis, trialPeriodEndInMillis }, startInMillis) => {
    if (trialPeriodEndInMillis !== null && startInMillis < trialPeriodEndInMillis) return { startInMillis: firstInMillis, endInMillis: trialPeriodEndInMillis };
    const key = `${id} ${anchorInMillis} ${startInMillis}`;
    const whole = known.get(key) ?? wholePeriodContaining(billingPeriod, anchorInMillis + HALF_DAY_IN_MILLIS, startInMillis + HALF_DAY_IN_MILLIS, timeZone);
    known.set(key, whole);
    return whole;
  };
}
