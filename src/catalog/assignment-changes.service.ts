import { Injectable } from '@nestjs/common';
import { conflict, newId, notFound } from '@tollkeeper/kernel';
import { Database, type Transaction } from '../platform/database/database.js';
import { AssignmentChange, type ChangeDirection } from './assignment-change.entity.js';
import { changeCancelled, changeDone, changeScheduled, currencyChangeInPeriod, periodBilled, periodsDiffer, samePlan } from './assignment-change.errors.js';
import { AssignmentChangesRepository, type ChangeFilter } from './assignment-changes.repository.js';
import { AssignmentDays, type AccountToday } from './assignment-days.js';
import { AssignmentGuards } from './assignment-guards.js';
import { AssignmentRecords } from './assignment-records.js';
import { continuedAnchor, isAlike } from './assignment-periods.js';
import type { Assignment } from './assignment.entity.js';
import type { ListRange } from './catalog.repository.js';
import { changeTime, runningPeriodEnd, type WantedTime } from './change-time.js';
import { directionOf } from './change-direction.js';
import type { Plan } from './plan.entity.js';

export interface WantedChange extends WantedTime {
  /** Null: the assignment ends. */
  readonly planId: string | null;
  /** Whether periods turn on the days they turned on, or are counted from the change. Null: they go on where both plans have the same billing period. */
  readonly periods: 'continue' | 'restart' | null;
}

export interface ChangeView {
  readonly change: AssignmentChange;
  readonly fromPlanId: string;
  /** Account time, by which a change is still to come or done. */
  readonly nowInMillis: number;
}

/** Another plan, or an end, from a time on. Made in the assignments at once, as their ends and starts; what is locked stays as it is. */
@Injectable()
export class AssignmentChangesService {
  constructor(
    private readonly database: Database,
    private readonly repository: AssignmentChangesRepository,
    private readonly assignments: AssignmentRecords,
    private readonly guards: AssignmentGuards,
    private readonly days: AssignmentDays,
  ) {}

  /**
   * @throws DomainError `assignment_not_found`, `assignment_ended`, `change_scheduled`, `unknown_plan`, `plan_deprecated`, `plan_is_draft`, `same_plan`, `currency_change_in_period`,
   * `billing_periods_differ`, `period_locked` and what `changeTime` throws
   */
  schedule(accountId: string, assignmentId: string, wanted: WantedChange): Promise<ChangeView> {
    return this.database.transaction((tx) => this.scheduleIn(tx, accountId, assignmentId, wanted));
  }

  /** As `schedule`, in the caller's transaction. */
  async scheduleIn(tx: Transaction, accountId: string, assignmentId: string, wanted: WantedChange): Promise<ChangeView> {
    const today = await this.days.todayIn(tx, accountId);
    const assignment = await this.assignments.hold(tx, accountId, assignmentId);
    if (assignment.endInMillis != null && assignment.endInMillis <= Math.max(assignment.startInMillis, today.now)) throw ended(assignment.endInMillis);
    const scheduled = await this.repository.findScheduled(tx, accountId, assignmentId, today.now);
    if (scheduled) throw changeScheduled(scheduled);
    const { from, to } = await this.#plans(tx, assignment, wanted.planId);
    const direction = to && directionOf(from, to);
    const at = changeTime(assignment, from, direction, wanted, today);
    if (to) refuseOtherCurrency(assignment, from, to, at, today);
    await this.#refuseBilled(tx, assignment, at);
    const next = to && { plan: to, anchorInMillis: anchorOf(assignment, from, to, at, wanted.periods) };
    const change = await this.#apply(tx, assignment, { at, direction, next });
    return { change, fromPlanId: from.id, nowInMillis: today.now };
  }

  /** Before its time. @throws DomainError `assignment_change_not_found`, `change_cancelled`, `change_done`, `assignment_overlap` */
  cancel(accountId: string, id: string): Promise<ChangeView> {
    return this.database.transaction(async (tx) => {
      const { change: found, nowInMillis } = await this.#view(tx, accountId, id);
      const assignment = await this.assignments.hold(tx, accountId, found.assignmentId);
      const change = await tx.refreshOrFail(found);
      if (change.cancelTime != null) throw changeCancelled();
      if (change.effectiveInMillis <= nowInMillis) throw changeDone(change);
      change.cancelTime = this.assignments.now();
      await this.assignments.tellChange(tx, change);
      if (change.nextAssignmentId != null) {
        const next = await this.assignments.get(tx, accountId, change.nextAssignmentId);
        await this.assignments.moveEnd(tx, next, next.startInMillis);
      }
      await this.assignments.moveEnd(tx, assignment, change.replacedEndInMillis ?? null);
      return { change, fromPlanId: assignment.planId, nowInMillis };
    });
  }

  /** @throws DomainError `assignment_change_not_found` */
  get(accountId: string, id: string): Promise<ChangeView> {
    return this.#view(this.database.reader(), accountId, id);
  }

  async list(accountId: string, filter: ChangeFilter, range: ListRange): Promise<ChangeView[]> {
    const reader = this.database.reader();
    const { now } = await this.days.todayIn(reader, accountId);
    const changes = await this.repository.list(reader, accountId, filter, now, range);
    const plans = await this.assignments.plansOf(reader, accountId, changes.map(({ assignmentId }) => assignmentId));
    return changes.map((change) => ({ change, fromPlanId: plans.get(change.assignmentId)!, nowInMillis: now }));
  }

  async #view(tx: Transaction, accountId: string, id: string): Promise<ChangeView> {
    const change = await this.repository.find(tx, accountId, id);
    if (!change) throw notFound('assignment_change', id);
    const { now } = await this.days.todayIn(tx, accountId);
    const { planId } = await this.assignments.get(tx, accountId, change.assignmentId);
    return { change, fromPlanId: planId, nowInMillis: now };
  }

  async #plans(tx: Transaction, assignment: Assignment, wantedId: string | null): Promise<{ from: Plan; to: Plan | null }> {
    const from = await this.assignments.plan(tx, assignment);
    if (wantedId === null) return { from, to: null };
    if (wantedId === from.id) throw samePlan(wantedId);
    return { from, to: await this.assignments.planFor(tx, assignment.accountId, assignment.customerId, wantedId) };
  }

  async #refuseBilled(tx: Transaction, assignment: Assignment, at: number): Promise<void> {
    const billed = await this.guards.lastBilled(tx, assignment);
    if (billed && at < billed.endInMillis) throw periodBilled(billed);
  }

  async #apply(tx: Transaction, assignment: Assignment, { at, direction, next }: PlannedChange): Promise<AssignmentChange> {
    const { accountId, id: assignmentId, customerId, endInMillis = null, trialEndInMillis, trialFree } = assignment;
    await this.assignments.moveEnd(tx, assignment, at);
    // A trial goes on with the other plan.
    const isInTrial = trialEndInMillis != null && at < trialEndInMillis;
    const nextAssignment =
      next &&
      (await this.assignments.insert(tx, {
        ...{ accountId, customerId, planId: next.plan.id, startInMillis: at, endInMillis },
        ...{ anchorInMillis: next.anchorInMillis, trialEndInMillis: isInTrial ? trialEndInMillis : null, trialFree: isInTrial ? (trialFree ?? null) : null },
      }));
    const now = this.assignments.now();
    const change = tx.create(AssignmentChange, {
      ...{ accountId, id: newId('asc', now), customerId, assignmentId, kind: next ? 'plan_change' : 'end', direction },
      ...{ planId: next?.plan.id ?? null, nextAssignmentId: nextAssignment?.id ?? null },
      ...{ effectiveInMillis: at, replacedEndInMillis: endInMillis, cancelTime: null, createTime: now },
    });
    await tx.flush();
    await this.assignments.tellChange(tx, change);
    return change;
  }
}

interface PlannedChange {
  readonly at: number;
  readonly direction: ChangeDirection | null;
  readonly next: { readonly plan: Plan; readonly anchorInMillis: number | null } | null;
}

/** @throws DomainError `currency_change_in_period` */
function refuseOtherCurrency(assignment: Assignment, from: Plan, to: Plan, at: number, today: AccountToday): void {
  if (from.currency === to.currency || at === assignment.startInMillis) return;
  const periodEnd = runningPeriodEnd(assignment, from, { ...today, now: at - 1 });
  if (at !== periodEnd) throw currencyChangeInPeriod(from, to, periodEnd);
}

/** Null: periods are counted from the change. @throws DomainError `billing_periods_differ` */
function anchorOf(assignment: Assignment, from: Plan, to: Plan, at: number, periods: WantedChange['periods']): number | null {
  if (periods === 'continue' && !isAlike(from, to)) throw periodsDiffer(from, to);
  const goesOn = periods === null ? isAlike(from, to) : periods === 'continue';
  return goesOn ? continuedAnchor(assignment, at) : null;
}

function ended(endInMillis: number): Error {
  return conflict('assignment_ended', `The assignment ended at ${new Date(endInMillis).toISOString()}; what is past is not changed. Make a new one.`);
}
