import { calendarDayOf, invalid, startOfCalendarDay } from '@tollkeeper/kernel';
import { assignmentEnd, type AccountToday } from './assignment-days.js';
import type { Assignment, TrialFreedom } from './assignment.entity.js';

export interface NewTrial {
  /** One of both. */
  readonly days?: number | null;
  /** The trial ends with the day that holds it; the start of a day ends it there. */
  readonly endTimeInMillis?: number | null;
  /** Default: fees and usage. */
  readonly free?: TrialFreedom | null;
  /** Default: the plan goes on and is paid for. */
  readonly then?: 'convert' | 'end' | null;
}

const DAY_IN_MILLIS = 86_400_000;
const LONGEST_IN_DAYS = 3_660;

/** @throws DomainError `not_one_trial_length`, `trial_before_start`, `trial_after_end`, `trial_too_long`, `trial_ends_assignment` */
export function readTrial(trial: NewTrial | null, assignment: Pick<Assignment, 'startInMillis' | 'endInMillis'>, { timeZone }: AccountToday): Pick<Assignment, 'trialEndInMillis' | 'trialFree' | 'endInMillis'> {
  const { startInMillis, endInMillis = null } = assignment;
  if (trial === null) return { trialEndInMillis: null, trialFree: null, endInMillis };
  const { days, endTimeInMillis, free, then } = trial;
  if ((days == null) === (endTimeInMillis == null)) throw refused('not_one_trial_length', 'A trial has one of days and endTimeInMillis.');
  const end = days == null ? assignmentEnd(endTimeInMillis!, timeZone) : startOfCalendarDay(calendarDayOf(startInMillis, timeZone) + days, timeZone);
  if (end <= startInMillis) throw refused('trial_before_start', `The trial would end at ${at(end)}, not after the assignment's start ${at(startInMillis)}.`);
  if (end > startInMillis + LONGEST_IN_DAYS * DAY_IN_MILLIS) throw refused('trial_too_long', `A trial lasts up to ${LONGEST_IN_DAYS} days. Is endTimeInMillis in milliseconds?`);
  if (then === 'end' && endInMillis != null) throw refused('trial_ends_assignment', "The assignment ends with the trial (then: end); leave the assignment's endTimeInMillis out.");
  if (endInMillis != null && end > endInMillis) throw refused('trial_after_end', `The trial would end at ${at(end)}, after the assignment's end ${at(endInMillis)}.`);
  return { trialEndInMillis: end, trialFree: free ?? 'fees_and_usage', endInMillis: then === 'end' ? end : endInMillis };
}

function at(instant: number): string {
  return new Date(instant).toISOString();
}

function refused(code: string, message: string): Error {
  return invalid(code, message, [{ field: 'trial', code, message: 'does not fit the assignment' }]);
}
