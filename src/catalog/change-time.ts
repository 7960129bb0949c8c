import { periodContaining, startOfDay } from '@tollkeeper/kernel';
import { changeAfterEnd, changeBeforeStart, changeTooFar, effectiveTimeMissing } from './assignment-change.errors.js';
import type { ChangeDirection } from './assignment-change.entity.js';
import { assignmentEnd, type AccountToday } from './assignment-days.js';
import { periodsOf } from './assignment-periods.js';
import type { Assignment } from './assignment.entity.js';
import type { Plan } from './plan.entity.js';

/** `automatic`: an upgrade, or a plan of the same level, today; a downgrade or an end with the period. */
export const CHANGE_TIMES = ['automatic', 'now', 'period_end', 'at'] as const;

export interface WantedTime {
  readonly effective: (typeof CHANGE_TIMES)[number];
  readonly effectiveTimeInMillis: number | null;
}

const HALF_DAY_IN_MILLIS = 12 * 3_600_000;
const DAY_IN_MILLIS = 86_400_000;
const FURTHEST_IN_DAYS = 3_660;

/**
 * The midnight at which a change takes effect. Another plan takes over with the day that holds the instant, so that no day belongs to two; an assignment ends with that day, so
 * that its usage is not left without a plan.
 * @param direction null: it ends
 * @throws DomainError `effective_time_mismatch`, `change_before_start`, `change_after_end`, `change_too_far`
 */
export function changeTime(assignment: Assignment, plan: Plan, direction: ChangeDirection | null, wanted: WantedTime, today: AccountToday): number {
  if ((wanted.effective === 'at') !== (wanted.effectiveTimeInMillis !== null)) throw effectiveTimeMissing(wanted.effective);
  const at = instantOf(assignment, plan, direction, wanted, today);
  if (at < assignment.startInMillis) throw changeBeforeStart(assignment);
  if (at > today.now + FURTHEST_IN_DAYS * DAY_IN_MILLIS) throw changeTooFar(today.now, FURTHEST_IN_DAYS);
  if (assignment.endInMillis != null && at >= assignment.endInMillis) throw changeAfterEnd(assignment);
  return at;
}

/** The end of the billing period that is running, of an assignment that has not begun its first. */
export function runningPeriodEnd(assignment: Assignment, plan: Plan, { now, timeZone }: AccountToday): number {
  const { startInMillis, anchorInMillis, trialPeriodEndInMillis } = periodsOf(assignment);
  const at = Math.max(now, startInMillis);
  if (trialPeriodEndInMillis !== null && at < trialPeriodEndInMillis) return trialPeriodEndInMillis;
  return periodContaining(plan.billingPeriod, anchorInMillis + HALF_DAY_IN_MILLIS, Math.max(at, anchorInMillis + HALF_DAY_IN_MILLIS), timeZone).endInMillis;
}

function instantOf(assignment: Assignment, plan: Plan, direction: ChangeDirection | null, { effective, effectiveTimeInMillis }: WantedTime, today: AccountToday): number {
  const turn = (instant: number): number => (direction === null ? assignmentEnd(instant, today.timeZone) : startOfDay(instant, today.timeZone));
  if (effectiveTimeInMillis !== null) return turn(effectiveTimeInMillis);
  const isNow = effective === 'now' || (effective === 'automatic' && (direction === 'upgrade' || direction === 'level'));
  return isNow ? Math.max(turn(today.now), assignment.startInMillis) : runningPeriodEnd(assignment, plan, today);
}
