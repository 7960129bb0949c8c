import { Injectable } from '@nestjs/common';
import { conflict, invalid, startOfDay } from '@tollkeeper/kernel';
import { Database, type Transaction } from '../platform/database/database.js';
import { changeScheduled } from './assignment-change.errors.js';
import { AssignmentChangesRepository } from './assignment-changes.repository.js';
import { AssignmentDays, assignmentEnd, assignmentStart, type AccountToday } from './assignment-days.js';
import { AssignmentRecords } from './assignment-records.js';
import { readTrial, type NewTrial } from './assignment-trial.js';
import type { Assignment } from './assignment.entity.js';
import { AssignmentsRepository } from './assignments.repository.js';
import { CatalogRepository, type ListRange } from './catalog.repository.js';

export interface NewAssignment {
  readonly customerId: string;
  readonly planId: string;
  /** Default: the account's time. The assignment starts with the day that holds it. */
  readonly startTimeInMillis?: number | null;
  /** The assignment ends with the day that holds it; an instant that is the start of a day ends it there. */
  readonly endTimeInMillis?: number | null;
  readonly trial?: NewTrial | null;
}

@Injectable()
export class AssignmentsService {
  constructor(
    private readonly database: Database,
    private readonly assignments: AssignmentsRepository,
    private readonly records: AssignmentRecords,
    private readonly changes: AssignmentChangesRepository,
    private readonly catalog: CatalogRepository,
    private readonly days: AssignmentDays,
  ) {}

  /** @throws DomainError `unknown_customer`, `unknown_plan`, `unsupported_currency`, `plan_deprecated`, `plan_is_draft`, `assignment_overlap`, `start_too_far`, `end_before_start` and what `readTrial` throws */
  async create(accountId: string, input: NewAssignment): Promise<Assignment> {
    const day = await this.days.today(accountId);
    return this.database.transaction((tx) => this.createIn(tx, accountId, input, day));
  }

  /** Puts a new customer on the default plan from the start of today, where there is one. Joins the transaction that creates the customer. */
  async assignDefaultPlan(tx: Transaction, accountId: string, customerId: string): Promise<void> {
    const plan = await this.catalog.findDefaultPlan(tx, accountId);
    // Whatever its currency: nobody chose it for this customer, who must not be refused for it.
    if (!plan) return;
    await this.records.holdCustomer(tx, accountId, customerId);
    await this.records.takingPlan(tx, accountId, plan.id);
    await this.#insert(tx, accountId, { customerId, planId: plan.id }, await this.days.todayIn(tx, accountId));
  }

  /**
   * Sets or moves the end; null takes it back. The past is not rewritten: the earliest end is the start of today, or of the
   * assignment when that is later, which withdraws it.
   * @throws DomainError `assignment_not_found`, `assignment_ended`, `change_scheduled`, `end_in_past`, `end_before_start`, `assignment_overlap`
   */
  async end(accountId: string, id: string, endTimeInMillis: number | null): Promise<Assignment> {
    const day = await this.days.today(accountId);
    return this.database.transaction((tx) => this.endIn(tx, accountId, id, endTimeInMillis, day));
  }

  /** As `end`, in the caller's transaction. */
  async endIn(tx: Transaction, accountId: string, id: string, endTimeInMillis: number | null, day: AccountToday): Promise<Assignment> {
    const assignment = await this.records.hold(tx, accountId, id);
    if (assignment.endInMillis != null && assignment.endInMillis < startOfDay(day.now, day.timeZone)) {
      throw conflict('assignment_ended', `The assignment ended at ${new Date(assignment.endInMillis).toISOString()}; what is past is not changed. Make a new one.`);
    }
    const scheduled = await this.changes.findScheduled(tx, accountId, id, day.now);
    if (scheduled) throw changeScheduled(scheduled);
    await this.records.moveEnd(tx, assignment, endTimeInMillis === null ? null : endNotInPast(assignment.startInMillis, endTimeInMillis, day));
    return assignment;
  }

  get(accountId: string, id: string): Promise<Assignment> {
    return this.getIn(this.database.reader(), accountId, id);
  }

  /** @throws DomainError `assignment_not_found` */
  getIn(tx: Transaction, accountId: string, id: string): Promise<Assignment> {
    return this.records.get(tx, accountId, id);
  }

  /** The one assignment in force at an instant, or null. */
  findAt(tx: Transaction, accountId: string, customerId: string, atInMillis: number): Promise<Assignment | null> {
    return this.assignments.findAt(tx, accountId, customerId, atInMillis);
  }

  list(accountId: string, filter: { customerId?: string }, range: ListRange): Promise<Assignment[]> {
    return this.assignments.list(this.database.reader(), accountId, filter, range);
  }

  /** As `create`, in the caller's transaction. */
  async createIn(tx: Transaction, accountId: string, input: NewAssignment, day: AccountToday): Promise<Assignment> {
    await this.records.holdCustomer(tx, accountId, input.customerId);
    await this.records.planFor(tx, accountId, input.customerId, input.planId);
    return this.#insert(tx, accountId, input, day);
  }

  async #insert(tx: Transaction, accountId: string, { customerId, planId, startTimeInMillis, endTimeInMillis, trial }: NewAssignment, day: AccountToday): Promise<Assignment> {
    const startInMillis = assignmentStart(startTimeInMillis ?? day.now, day);
    const endInMillis = endTimeInMillis == null ? null : endAfter(startInMillis, endTimeInMillis, day);
    return this.records.insert(tx, { accountId, customerId, planId, startInMillis, ...readTrial(trial ?? null, { startInMillis, endInMillis }, day) });
  }
}

/** @throws DomainError `end_before_start` */
function endAfter(startInMillis: number, endTimeInMillis: number, { timeZone }: AccountToday): number {
  const endInMillis = assignmentEnd(endTimeInMillis, timeZone);
  if (endInMillis <= startInMillis) {
    throw invalid('end_before_start', `The assignment would end at ${new Date(endInMillis).toISOString()}, not after its start ${new Date(startInMillis).toISOString()}.`);
  }
  return endInMillis;
}

/** @throws DomainError `end_in_past` */
function endNotInPast(startInMillis: number, endTimeInMillis: number, { now, timeZone }: AccountToday): number {
  const endInMillis = assignmentEnd(endTimeInMillis, timeZone);
  const earliest = Math.max(startInMillis, startOfDay(now, timeZone));
  if (endInMillis < earliest) {
    throw invalid('end_in_past', `The assignment would end at ${new Date(endInMillis).toISOString()}; the earliest end is ${earliest} (${new Date(earliest).toISOString()}).`);
  }
  return endInMillis;
}
