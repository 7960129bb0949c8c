import { Injectable } from '@nestjs/common';
import { conflict, invalid, newId, notFound, startOfDay } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { AssignmentDays, assignmentEnd, assignmentStart, type AccountToday } from './assignment-days.js';
import { Assignment } from './assignment.entity.js';
import { AssignmentsRepository } from './assignments.repository.js';
import { assignmentOverlap, planDeprecated, planIsDraft, unknownReference } from './catalog.errors.js';
import { CatalogEvents } from './catalog.events.js';
import { CatalogRepository, type ListRange } from './catalog.repository.js';

export interface NewAssignment {
  readonly customerId: string;
  readonly planId: string;
  /** Default: the account's time. The assignment starts with the day that holds it. */
  readonly startTimeInMillis?: number | null;
  /** The assignment ends with the day that holds it; an instant that is the start of a day ends it there. */
  readonly endTimeInMillis?: number | null;
}

@Injectable()
export class AssignmentsService {
  constructor(
    private readonly database: Database,
    private readonly assignments: AssignmentsRepository,
    private readonly catalog: CatalogRepository,
    private readonly events: CatalogEvents,
    private readonly days: AssignmentDays,
    private readonly clock: ProcessClock,
  ) {}

  /** @throws DomainError `unknown_customer`, `unknown_plan`, `plan_deprecated`, `plan_is_draft`, `assignment_overlap`, `start_too_far`, `end_before_start`, `end_in_past` */
  async create(accountId: string, input: NewAssignment): Promise<Assignment> {
    const day = await this.days.today(accountId);
    return this.database.transaction((tx) => this.#createIn(tx, accountId, input, day));
  }

  /** Puts a new customer on the default plan from the start of today, where there is one. Joins the transaction that creates the customer. */
  async assignDefaultPlan(tx: Transaction, accountId: string, customerId: string): Promise<void> {
    const plan = await this.catalog.findDefaultPlan(tx, accountId);
    if (plan) await this.#createIn(tx, accountId, { customerId, planId: plan.id }, await this.days.todayIn(tx, accountId));
  }

  /**
   * Sets or moves the end; null takes it back. The past is not rewritten: the earliest end is the start of today, or of the
   * assignment when that is later, which withdraws it.
   * @throws DomainError `assignment_not_found`, `assignment_ended`, `end_in_past`, `end_before_start`, `assignment_overlap`
   */
  async end(accountId: string, id: string, endTimeInMillis: number | null): Promise<Assignment> {
    const day = await this.days.today(accountId);
    return this.database.transaction(async (tx) => {
      const found = await this.getIn(tx, accountId, id);
      await this.assignments.lockCustomer(tx, accountId, found.customerId);
      const assignment = await tx.refreshOrFail(found);
      if (assignment.endInMillis != null && assignment.endInMillis < startOfDay(day.now, day.timeZone)) {
        throw conflict('assignment_ended', `The assignment ended at ${new Date(assignment.endInMillis).toISOString()}; what is past is not changed. Make a new one.`);
      }
      assignment.endInMillis = endTimeInMillis === null ? null : endNotInPast(assignment.startInMillis, endTimeInMillis, day);
      assignment.updateTime = this.clock.now();
      await this.#refuseOverlap(tx, assignment);
      await tx.flush();
      await this.events.assignmentUpdated(tx, assignment);
      return assignment;
    });
  }

  /**
   * At the end of a period on a deprecated plan that has a successor: the assignment ends, and one on the successor goes on from there, to the same end. The caller
   * holds the customers' rows.
   * @returns the assignments that ended so
   */
  async succeed(tx: Transaction, accountId: string, ending: readonly { readonly assignment: Assignment; readonly atInMillis: number }[]): Promise<Set<string>> {
    const successors = await this.catalog.findSuccessors(tx, accountId, [...new Set(ending.map(({ assignment }) => assignment.planId))]);
    const ended = new Set<string>();
    for (const { assignment, atInMillis } of ending) {
      const planId = successors.get(assignment.planId);
      if (planId === undefined) continue;
      await this.#succeedOne(tx, assignment, planId, atInMillis);
      ended.add(assignment.id);
    }
    return ended;
  }

  get(accountId: string, id: string): Promise<Assignment> {
    return this.getIn(this.database.reader(), accountId, id);
  }

  /** @throws DomainError `assignment_not_found` */
  async getIn(tx: Transaction, accountId: string, id: string): Promise<Assignment> {
    const assignment = await this.assignments.find(tx, accountId, id);
    if (!assignment) throw notFound('assignment', id);
    return assignment;
  }

  /** The one assignment in force at an instant, or null. */
  findAt(tx: Transaction, accountId: string, customerId: string, atInMillis: number): Promise<Assignment | null> {
    return this.assignments.findAt(tx, accountId, customerId, atInMillis);
  }

  list(accountId: string, filter: { customerId?: string }, range: ListRange): Promise<Assignment[]> {
    return this.assignments.list(this.database.reader(), accountId, filter, range);
  }

  async #createIn(tx: Transaction, accountId: string, input: NewAssignment, day: AccountToday): Promise<Assignment> {
    if (!(await this.assignments.lockCustomer(tx, accountId, input.customerId))) throw unknownReference('customerId', 'customer', input.customerId);
    const plan = await this.catalog.holdPlan(tx, accountId, input.planId);
    if (!plan) throw unknownReference('planId', 'plan', input.planId);
    if (plan.status === 'deprecated') throw planDeprecated(plan.id);
    if (plan.status === 'draft') throw planIsDraft(plan.id);
    const startInMillis = assignmentStart(input.startTimeInMillis ?? day.now, day);
    const now = this.clock.now();
    const row = {
      accountId,
      id: newId('asg', now),
      customerId: input.customerId,
      planId: plan.id,
      startInMillis,
      endInMillis: input.endTimeInMillis == null ? null : endAfter(startInMillis, input.endTimeInMillis, day),
      createTime: now,
      updateTime: now,
    };
    await this.#refuseOverlap(tx, row);
    const assignment = tx.create(Assignment, row);
    await tx.flush();
    await this.events.assignmentCreated(tx, assignment);
    return assignment;
  }

  async #succeedOne(tx: Transaction, { accountId, id, customerId, planId, startInMillis, endInMillis, createTime }: Assignment, successorId: string, atInMillis: number): Promise<void> {
    const now = this.clock.now();
    await tx.nativeUpdate(Assignment, { accountId, id }, { endInMillis: atInMillis, updateTime: now });
    await this.events.assignmentUpdated(tx, { accountId, id, customerId, planId, startInMillis, endInMillis: atInMillis, createTime, updateTime: now });
    const next = { accountId, id: newId('asg', now), customerId, planId: successorId, startInMillis: atInMillis, endInMillis: endInMillis ?? null, createTime: now, updateTime: now };
    tx.create(Assignment, next);
    await tx.flush();
    await this.events.assignmentCreated(tx, next);
  }

  async #refuseOverlap(tx: Transaction, assignment: Parameters<AssignmentsRepository['findOverlapping']>[1]): Promise<void> {
    if (assignment.endInMillis === assignment.startInMillis) return;
    const other = await this.assignments.findOverlapping(tx, assignment);
    if (other) throw assignmentOverlap({ ...other, endInMillis: other.endInMillis ?? null });
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
