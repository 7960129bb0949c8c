import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { Outbox } from '../platform/outbox/outbox.js';
import type { AssignmentChange } from './assignment-change.entity.js';
import type { Assignment } from './assignment.entity.js';
import { periodsOf, type AssignmentPeriods } from './assignment-periods.js';

export const ASSIGNMENT_CREATED = 'assignment.created';
export const ASSIGNMENT_UPDATED = 'assignment.updated';

/** Data of both assignment events. `endInMillis` equal to `startInMillis`: withdrawn, it covers nothing. */
export interface AssignmentEventData extends AssignmentPeriods {
  readonly assignmentId: string;
  readonly customerId: string;
  readonly planId: string;
  readonly endInMillis: number | null;
}

@Injectable()
export class CatalogEvents {
  constructor(private readonly outbox: Outbox) {}

  assignmentCreated(tx: Transaction, assignment: Assignment): Promise<void> {
    return this.#record(tx, ASSIGNMENT_CREATED, assignment);
  }

  assignmentUpdated(tx: Transaction, assignment: Assignment): Promise<void> {
    return this.#record(tx, ASSIGNMENT_UPDATED, assignment);
  }

  /** Made, or cancelled. */
  changeMade(tx: Transaction, { accountId, id, customerId, assignmentId, kind, planId, nextAssignmentId, effectiveInMillis, cancelTime }: AssignmentChange): Promise<void> {
    const data = { changeId: id, customerId, assignmentId, kind, planId: planId ?? null, nextAssignmentId: nextAssignmentId ?? null, effectiveInMillis };
    return this.outbox.record(tx, { accountId, type: cancelTime == null ? 'assignment.change_scheduled' : 'assignment.change_cancelled', objectType: 'assignment_change', objectId: id, data });
  }

  #record(tx: Transaction, type: string, assignment: Assignment): Promise<void> {
    const data: AssignmentEventData = {
      assignmentId: assignment.id,
      customerId: assignment.customerId,
      planId: assignment.planId,
      ...periodsOf(assignment),
      endInMillis: assignment.endInMillis ?? null,
    };
    return this.outbox.record(tx, { accountId: assignment.accountId, type, objectType: 'assignment', objectId: assignment.id, data: { ...data } });
  }
}
