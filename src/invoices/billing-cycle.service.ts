import { LockMode } from '@mikro-orm/core';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import type { Assignment } from '../catalog/assignment.entity.js';
import { assignmentRows } from '../catalog/assignment-rows.js';
import { ASSIGNMENT_CREATED, ASSIGNMENT_UPDATED, type AssignmentEventData } from '../catalog/catalog.events.js';
import { periodsOf } from '../catalog/assignment-periods.js';
import { PlanSuccession } from '../catalog/plan-succession.js';
import { Plan } from '../catalog/plan.entity.js';
import type { Transaction } from '../platform/database/database.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { closesAt, Invoice } from './invoice.entity.js';
import { InvoicePlatform } from './invoice-platform.js';
import { openedInvoices } from './opened-invoices.js';
import { InvoiceRows } from './period-close/invoice-rows.js';
import { UnusedFees } from './unused-fees/unused-fees.js';
import { wholePeriods } from './whole-periods.js';

/**
 * Keeps exactly one cycle invoice per assignment and billing period, and one of what is due in advance where there is any: opened ahead, bounded by the assignment.
 */
@Injectable()
export class BillingCycleService implements OnModuleInit {
  constructor(
    private readonly accounts: AccountsService,
    private readonly outbox: Outbox,
    private readonly rows: InvoiceRows,
    private readonly succession: PlanSuccession,
    private readonly unusedFees: UnusedFees,
    private readonly platform: InvoicePlatform,
  ) {}

  onModuleInit(): void {
    this.outbox.subscribe(ASSIGNMENT_CREATED, (tx, event) => this.#openFirst(tx, event.accountId, event.data as unknown as AssignmentEventData));
    this.outbox.subscribe(ASSIGNMENT_UPDATED, (tx, event) => this.#reshape(tx, event.accountId, event.data as unknown as AssignmentEventData));
  }

  /** The periods after these, where their assignments go on; where a deprecated plan has a successor, they go on there. @returns the new invoices, of which nothing has been told yet */
  async openNext(tx: Transaction, accountId: string, invoices: readonly Invoice[]): Promise<Invoice[]> {
    const assignments = await assignmentRows(tx, accountId, invoices.flatMap(({ assignmentId }) => assignmentId ?? []));
    const goingOn = invoices.flatMap(({ assignmentId, periodEndInMillis }) => {
      const assignment = assignments.get(assignmentId ?? '');
      return assignment && (assignment.endInMillis == null || assignment.endInMillis > periodEndInMillis) ? [{ assignment, atInMillis: periodEndInMillis }] : [];
    });
    // Their first period on the successor was opened, and told, by the new assignment.
    const moved = await this.succession.succeed(tx, accountId, goingOn);
    const periods = goingOn.filter(({ assignment }) => !moved.has(assignment.id)).map(({ assignment, atInMillis }) => ({ assignment: toData(assignment), fromInMillis: atInMillis }));
    return this.#open(tx, accountId, periods);
  }

  async #openFirst(tx: Transaction, accountId: string, assignment: AssignmentEventData): Promise<void> {
    if (assignment.endInMillis !== assignment.startInMillis) await this.#openAndTell(tx, accountId, assignment, assignment.startInMillis);
    this.unusedFees.followed(tx, accountId, assignment.customerId);
  }

  /** An end that moved: the open invoice ends with it, one that lies wholly behind it is withdrawn. Locked ones stay as they are. */
  async #reshape(tx: Transaction, accountId: string, assignment: AssignmentEventData): Promise<void> {
    const open = await tx.find(Invoice, { accountId, assignmentId: assignment.assignmentId, kind: { $in: ['cycle', 'advance'] }, priceStatus: 'open' }, { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE });
    for (const invoice of open) {
      if (assignment.endInMillis !== null && assignment.endInMillis <= invoice.periodStartInMillis) {
        tx.remove(invoice);
        continue;
      }
      invoice.periodEndInMillis = await this.#periodEnd(tx, accountId, assignment, invoice.periodStartInMillis);
      invoice.dueAt = closesAt(invoice);
    }
    await tx.flush();
    await this.unusedFees.note(tx, accountId, assignment);
    const ended = await tx.count(Invoice, { accountId, assignmentId: assignment.assignmentId, kind: 'cycle', priceStatus: 'open' });
    if (ended === 0) await this.#continueAfterEnd(tx, accountId, assignment);
  }

  /** An end that was taken back after the last period had already turned. */
  async #continueAfterEnd(tx: Transaction, accountId: string, assignment: AssignmentEventData): Promise<void> {
    const last = await tx.findOne(Invoice, { accountId, assignmentId: assignment.assignmentId, kind: { $in: ['cycle', 'final'] } }, { orderBy: { periodStartInMillis: 'desc' } });
    const from = last?.periodEndInMillis ?? assignment.startInMillis;
    if (assignment.endInMillis === null || assignment.endInMillis > from) await this.#openAndTell(tx, accountId, assignment, from);
  }

  async #openAndTell(tx: Transaction, accountId: string, assignment: AssignmentEventData, fromInMillis: number): Promise<void> {
    await this.platform.events.priceStatusesChanged(tx, await this.#open(tx, accountId, [{ assignment, fromInMillis }]));
  }

  async #open(tx: Transaction, accountId: string, periods: readonly Period[]): Promise<Invoice[]> {
    const endOf = await this.#ends(tx, accountId, periods.map(({ assignment }) => assignment));
    const now = this.platform.clock.now();
    const currencies = await this.rows.currencies(tx, accountId, periods.map(({ assignment }) => assignment.customerId));
    return this.rows.create(tx, periods.flatMap((period) => openedInvoices({ accountId, assignment: period.assignment, currency: currencies.get(period.assignment.customerId), startInMillis: period.fromInMillis, ...endOf(period) }, now)));
  }

  async #periodEnd(tx: Transaction, accountId: string, assignment: AssignmentEventData, fromInMillis: number): Promise<number> {
    return (await this.#ends(tx, accountId, [assignment]))({ assignment, fromInMillis }).endInMillis;
  }

  /** Where the period that begins there ends: with the plan's, or with the assignment. */
  async #ends(tx: Transaction, accountId: string, assignments: readonly AssignmentEventData[]): Promise<(period: Period) => PeriodEnd> {
    const { timeZone } = await this.accounts.getIn(tx, accountId);
    const plans = new Map((await tx.find(Plan, { accountId, id: { $in: [...new Set(assignments.map(({ planId }) => planId))] } })).map((plan) => [plan.id, plan]));
    const wholeOf = wholePeriods(timeZone);
    return ({ assignment, fromInMillis }) => {
      const plan = plans.get(assignment.planId)!;
      const { endInMillis } = wholeOf(plan, assignment, fromInMillis);
      return { plan, endInMillis: Math.min(endInMillis, assignment.endInMillis ?? endInMillis) };
    };
  }
}

interface Period {
  readonly assignment: AssignmentEventData;
  readonly fromInMillis: number;
}

interface PeriodEnd {
  readonly plan: Plan;
  readonly endInMillis: number;
}

function toData(assignment: Assignment): AssignmentEventData {
  const { id, customerId, planId, endInMillis } = assignment;
  return { assignmentId: id, customerId, planId, ...periodsOf(assignment), endInMillis: endInMillis ?? null };
}
