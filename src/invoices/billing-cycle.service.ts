import { LockMode } from '@mikro-orm/core';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { newId, periodContaining } from '@tollkeeper/kernel';
import { AccountsService } from '../accounts/accounts.service.js';
import { Assignment } from '../catalog/assignment.entity.js';
import { ASSIGNMENT_CREATED, ASSIGNMENT_UPDATED, type AssignmentEventData } from '../catalog/catalog.events.js';
import { Plan } from '../catalog/plan.entity.js';
import { ProcessClock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/database.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { Invoice } from './invoice.entity.js';
import { InvoiceEvents } from './invoice.events.js';

const HALF_DAY_IN_MILLIS = 12 * 3_600_000;

/** Keeps exactly one cycle invoice per assignment and billing period: opened ahead, bounded by the assignment. */
@Injectable()
export class BillingCycleService implements OnModuleInit {
  constructor(
    private readonly accounts: AccountsService,
    private readonly clock: ProcessClock,
    private readonly outbox: Outbox,
    private readonly events: InvoiceEvents,
  ) {}

  onModuleInit(): void {
    this.outbox.subscribe(ASSIGNMENT_CREATED, (tx, event) => this.#openFirst(tx, event.accountId, event.data as unknown as AssignmentEventData));
    this.outbox.subscribe(ASSIGNMENT_UPDATED, (tx, event) => this.#reshape(tx, event.accountId, event.data as unknown as AssignmentEventData));
  }

  /** The period after this invoice, where the assignment goes on. */
  async openNext(tx: Transaction, invoice: Invoice): Promise<void> {
    const assignment = await tx.findOne(Assignment, { accountId: invoice.accountId, id: invoice.assignmentId ?? '' });
    if (!assignment || (assignment.endInMillis != null && assignment.endInMillis <= invoice.periodEndInMillis)) return;
    await this.#open(tx, invoice.accountId, toData(assignment), invoice.periodEndInMillis);
  }

  async #openFirst(tx: Transaction, accountId: string, assignment: AssignmentEventData): Promise<void> {
    if (assignment.endInMillis !== assignment.startInMillis) await this.#open(tx, accountId, assignment, assignment.startInMillis);
  }

  /** An end that moved: the open invoice ends with it, one that lies wholly behind it is withdrawn. Locked ones stay as they are. */
  async #reshape(tx: Transaction, accountId: string, assignment: AssignmentEventData): Promise<void> {
    const open = await tx.find(Invoice, { accountId, assignmentId: assignment.assignmentId, kind: 'cycle', priceStatus: 'open' }, { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE });
    for (const invoice of open) {
      if (assignment.endInMillis !== null && assignment.endInMillis <= invoice.periodStartInMillis) {
        tx.remove(invoice);
        continue;
      }
      invoice.periodEndInMillis = await this.#periodEnd(tx, accountId, assignment, invoice.periodStartInMillis);
      invoice.dueAt = invoice.periodEndInMillis;
    }
    await tx.flush();
    const ended = await tx.count(Invoice, { accountId, assignmentId: assignment.assignmentId, kind: 'cycle', priceStatus: 'open' });
    if (ended === 0) await this.#continueAfterEnd(tx, accountId, assignment);
  }

  /** An end that was taken back after the last period had already turned. */
  async #continueAfterEnd(tx: Transaction, accountId: string, assignment: AssignmentEventData): Promise<void> {
    const last = await tx.findOne(Invoice, { accountId, assignmentId: assignment.assignmentId, kind: 'cycle' }, { orderBy: { periodStartInMillis: 'desc' } });
    const from = last?.periodEndInMillis ?? assignment.startInMillis;
    if (assignment.endInMillis === null || assignment.endInMillis > from) await this.#open(tx, accountId, assignment, from);
  }

  async #open(tx: Transaction, accountId: string, assignment: AssignmentEventData, periodStartInMillis: number): Promise<void> {
    const plan = await tx.findOneOrFail(Plan, { accountId, id: assignment.planId });
    const periodEndInMillis = await this.#periodEnd(tx, accountId, assignment, periodStartInMillis);
    const existing = await tx.count(Invoice, { accountId, assignmentId: assignment.assignmentId, kind: 'cycle', periodStartInMillis });
    if (existing > 0) return;
    const now = this.clock.now();
    const invoice = tx.create(Invoice, {
      id: newId('inv', now),
      accountId,
      customerId: assignment.customerId,
      planId: plan.id,
      assignmentId: assignment.assignmentId,
      kind: 'cycle',
      currency: plan.currency,
      periodStartInMillis,
      periodEndInMillis,
      dueAt: periodEndInMillis,
      priceStatus: 'open',
      paymentStatus: 'pre_payment',
      subtotal: 0n,
      tax: 0n,
      total: 0n,
      amountDue: 0n,
      amountPaid: 0n,
      amountRefunded: 0n,
      amountDisputed: 0n,
      amountOpen: 0n,
      amountSurplus: 0n,
      amountReversed: 0n,
      amountCredited: 0n,
      amountOverpaid: 0n,
      handOver: 'none',
      observedAt: 0,
      createTime: now,
      updateTime: now,
    });
    await tx.flush();
    await this.events.priceStatusChanged(tx, invoice);
  }

  /**
   * Where the period that begins there ends. Looked up by the middle of its first day, so that bounds noted in an earlier time zone of
   * the account, some hours off, mean the same day: the rest of that day must not become a period with a base fee of its own.
   */
  async #periodEnd(tx: Transaction, accountId: string, assignment: AssignmentEventData, fromInMillis: number): Promise<number> {
    const [plan, account] = await Promise.all([tx.findOneOrFail(Plan, { accountId, id: assignment.planId }), this.accounts.getIn(tx, accountId)]);
    const { endInMillis } = periodContaining(plan.billingPeriod, assignment.startInMillis + HALF_DAY_IN_MILLIS, fromInMillis + HALF_DAY_IN_MILLIS, account.timeZone);
    return Math.min(endInMillis, assignment.endInMillis ?? endInMillis);
  }
}

function toData({ id, customerId, planId, startInMillis, endInMillis }: Assignment): AssignmentEventData {
  return { assignmentId: id, customerId, planId, startInMillis, endInMillis: endInMillis ?? null };
}
