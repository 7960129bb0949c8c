import { conflict, invalid, type DomainError } from '@tollkeeper/kernel';
import type { AssignmentChange } from './assignment-change.entity.js';
import type { BilledStretch } from './assignment-guards.js';
import type { Assignment } from './assignment.entity.js';
import type { Plan } from './plan.entity.js';

const at = (instant: number): string => new Date(instant).toISOString();

export function changeScheduled({ id, effectiveInMillis }: AssignmentChange): DomainError {
  return conflict('change_scheduled', `A change of this assignment is scheduled for ${at(effectiveInMillis)}. Take it back with DELETE /assignment-changes/${id} first.`);
}

export function samePlan(planId: string): DomainError {
  return invalid('same_plan', `The customer is on plan '${planId}' already.`, [{ field: 'planId', code: 'same_plan', message: 'is the plan of the assignment' }]);
}

export function currencyChangeInPeriod(from: Plan, to: Plan, periodEndInMillis: number): DomainError {
  return conflict(
    'currency_change_in_period',
    `Plan '${to.id}' is in ${to.currency}, the customer's in ${from.currency}: a period is billed in one currency. Change at its end, ${at(periodEndInMillis)} (effective: period_end).`,
  );
}

export function periodsDiffer(from: Plan, to: Plan): DomainError {
  const text = ({ billingPeriod: { interval, intervalsCount } }: Plan): string => `${intervalsCount} ${interval}`;
  return invalid('billing_periods_differ', `Plan '${to.id}' bills by ${text(to)}, the customer's by ${text(from)}, so that its periods cannot go on. Leave periods out, or send restart.`, [
    { field: 'periods', code: 'billing_periods_differ', message: 'continue goes with plans of the same billing period' },
  ]);
}

export function changeBeforeStart(assignment: Assignment): DomainError {
  return outside('change_before_start', `The assignment starts at ${at(assignment.startInMillis)}; a change takes effect then or later.`);
}

export function changeAfterEnd(assignment: Assignment): DomainError {
  return outside('change_after_end', `The assignment ends at ${at(assignment.endInMillis ?? 0)}; a change takes effect before that.`);
}

export function changeTooFar(now: number, furthestInDays: number): DomainError {
  return outside('change_too_far', `A change is scheduled up to ${furthestInDays} days after the account's time ${now}. Is effectiveTimeInMillis in milliseconds?`);
}

export function effectiveTimeMissing(effective: string): DomainError {
  return outside('effective_time_mismatch', effective === 'at' ? "effective 'at' needs effectiveTimeInMillis." : `effectiveTimeInMillis goes with effective 'at', not with '${effective}'.`);
}

/** @param by a locked invoice, or one whose lock is near */
export function periodBilled({ endInMillis, by }: BilledStretch): DomainError {
  return conflict('period_locked', `The assignment has been billed up to ${at(endInMillis)} by ${by}, which is not rewritten. The earliest effectiveTimeInMillis is ${endInMillis}.`);
}

export function changeCancelled(): DomainError {
  return conflict('change_cancelled', 'The change was cancelled already.');
}

export function changeDone({ effectiveInMillis }: AssignmentChange): DomainError {
  return conflict('change_done', `The change took effect at ${at(effectiveInMillis)}; what is past is not rewritten. Make another change.`);
}

function outside(code: string, message: string): DomainError {
  return invalid(code, message, [{ field: 'effectiveTimeInMillis', code, message: 'does not fit the assignment' }]);
}
