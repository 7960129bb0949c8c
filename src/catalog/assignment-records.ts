import { Injectable } from '@nestjs/common';
import { newId, notFound } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { CustomerCurrencies } from '../customers/customer-currencies.js';
import type { Transaction } from '../platform/database/database.js';
import type { AssignmentChange } from './assignment-change.entity.js';
import { Assignment } from './assignment.entity.js';
import { AssignmentsRepository } from './assignments.repository.js';
import { assignmentOverlap, planDeprecated, planIsDraft, unknownReference } from './catalog.errors.js';
import { CatalogEvents } from './catalog.events.js';
import { CatalogRepository } from './catalog.repository.js';
import type { Plan } from './plan.entity.js';

export type NewAssignmentRow = Omit<Assignment, 'id' | 'createTime' | 'updateTime' | 'anchorInMillis' | 'trialEndInMillis' | 'trialFree'> &
  Partial<Pick<Assignment, 'anchorInMillis' | 'trialEndInMillis' | 'trialFree'>>;

/** Rows of assignments and what is told of them; every method joins the caller's transaction. Whoever writes holds the customer's row, so that one comes after the other. */
@Injectable()
export class AssignmentRecords {
  constructor(
    private readonly assignments: AssignmentsRepository,
    private readonly catalog: CatalogRepository,
    private readonly events: CatalogEvents,
    private readonly clock: ProcessClock,
    private readonly currencies: CustomerCurrencies,
  ) {}

  now(): number {
    return this.clock.now();
  }

  /** @throws DomainError `assignment_not_found` */
  async get(tx: Transaction, accountId: string, id: string): Promise<Assignment> {
    const assignment = await this.assignments.find(tx, accountId, id);
    if (!assignment) throw notFound('assignment', id);
    return assignment;
  }

  /** As `get`, as it is once its customer's row is held. */
  async hold(tx: Transaction, accountId: string, id: string): Promise<Assignment> {
    const found = await this.get(tx, accountId, id);
    await this.assignments.lockCustomer(tx, accountId, found.customerId);
    return tx.refreshOrFail(found);
  }

  /** @throws DomainError `unknown_customer` */
  async holdCustomer(tx: Transaction, accountId: string, customerId: string): Promise<void> {
    if (!(await this.assignments.lockCustomer(tx, accountId, customerId))) throw unknownReference('customerId', 'customer', customerId);
  }

  /** A plan that takes customers. @throws DomainError `unknown_plan`, `plan_deprecated`, `plan_is_draft` */
  async takingPlan(tx: Transaction, accountId: string, planId: string): Promise<Plan> {
    const plan = await this.catalog.holdPlan(tx, accountId, planId);
    if (!plan) throw unknownReference('planId', 'plan', planId);
    if (plan.status === 'deprecated') throw planDeprecated(plan.id);
    if (plan.status === 'draft') throw planIsDraft(plan.id);
    return plan;
  }

  /** As `takingPlan`, for a customer, who has to be able to pay it. @throws DomainError `unsupported_currency` */
  async planFor(tx: Transaction, accountId: string, customerId: string, planId: string): Promise<Plan> {
    const plan = await this.takingPlan(tx, accountId, planId);
    await this.currencies.checkPlan(tx, accountId, customerId, plan.currency);
    return plan;
  }

  async plan(tx: Transaction, { accountId, planId }: Assignment): Promise<Plan> {
    return (await this.catalog.findPlan(tx, accountId, planId))!;
  }

  /** Of these assignments the plans. */
  plansOf(tx: Transaction, accountId: string, ids: readonly string[]): Promise<Map<string, string>> {
    return this.assignments.plansOf(tx, accountId, ids);
  }

  /** @throws DomainError `assignment_overlap` */
  async insert(tx: Transaction, given: NewAssignmentRow): Promise<Assignment> {
    const now = this.clock.now();
    const row = { anchorInMillis: null, trialEndInMillis: null, trialFree: null, ...given, endInMillis: given.endInMillis ?? null, id: newId('asg', now), createTime: now, updateTime: now };
    await this.#refuseOverlap(tx, row);
    const assignment = tx.create(Assignment, row);
    await tx.flush();
    await this.events.assignmentCreated(tx, assignment);
    return assignment;
  }

  /** @throws DomainError `assignment_overlap` */
  async moveEnd(tx: Transaction, assignment: Assignment, endInMillis: number | null): Promise<void> {
    assignment.endInMillis = endInMillis;
    assignment.updateTime = this.clock.now();
    await this.#refuseOverlap(tx, assignment);
    await tx.flush();
    await this.events.assignmentUpdated(tx, assignment);
  }

  tellChange(tx: Transaction, change: AssignmentChange): Promise<void> {
    return this.events.changeMade(tx, change);
  }

  async #refuseOverlap(tx: Transaction, assignment: Parameters<AssignmentsRepository['findOverlapping']>[1]): Promise<void> {
    if (assignment.endInMillis === assignment.startInMillis) return;
    const other = await this.assignments.findOverlapping(tx, assignment);
    if (other) throw assignmentOverlap({ ...other, endInMillis: other.endInMillis ?? null });
  }
}
