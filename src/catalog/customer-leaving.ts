import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CustomerDeletionGuards } from '../customers/customer-deletion-guards.js';
import type { Transaction } from '../platform/database/database.js';
import { AssignmentChange } from './assignment-change.entity.js';
import { AssignmentDays, assignmentEnd } from './assignment-days.js';
import { AssignmentRecords } from './assignment-records.js';
import { Assignment } from './assignment.entity.js';

/** What a customer who leaves is still on, or would be later. */
@Injectable()
export class CustomerLeaving implements OnModuleInit {
  constructor(
    private readonly guards: CustomerDeletionGuards,
    private readonly records: AssignmentRecords,
    private readonly days: AssignmentDays,
  ) {}

  onModuleInit(): void {
    this.guards.registerEnding((tx, { accountId, customerId }) => this.#leave(tx, accountId, customerId));
  }

  /** Ends assignments with today and withdraws those that have not begun; what is scheduled is cancelled. @throws DomainError `unknown_customer` */
  async #leave(tx: Transaction, accountId: string, customerId: string): Promise<void> {
    await this.records.holdCustomer(tx, accountId, customerId);
    const { now, timeZone } = await this.days.todayIn(tx, accountId);
    const end = assignmentEnd(now, timeZone);
    for (const change of await tx.find(AssignmentChange, { accountId, customerId, cancelTime: null, effectiveInMillis: { $gt: now } }, { orderBy: { id: 'asc' } })) {
      change.cancelTime = this.records.now();
      await this.records.tellChange(tx, change);
    }
    const going = await tx.find(Assignment, { accountId, customerId, $or: [{ endInMillis: null }, { endInMillis: { $gt: end } }] }, { orderBy: { startInMillis: 'desc' } });
    for (const assignment of going) {
      const { startInMillis, endInMillis } = assignment;
      if (endInMillis !== startInMillis) await this.records.moveEnd(tx, assignment, Math.max(startInMillis, Math.min(end, endInMillis ?? end)));
    }
  }
}
