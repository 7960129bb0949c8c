import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { Outbox } from '../platform/outbox/outbox.js';
import type { Assignment } from './assignment.entity.js';

export const ASSIGNMENT_CREATED = 'assignment.created';
export const ASSIGNMENT_UPDATED = 'assignment.updated';

/** Data of both assignment events. `endInMillis` equal to `startInMillis`: withdrawn, it covers nothing. */
export interface AssignmentEventData {
  readonly assignmentId: string;
  readonly customerId: string;
  readonly planId: string;
  readonly startInMillis: number;
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

  #record(tx: Transaction, type: string, assignment: Assignment): Promise<void> {
    const data: AssignmentEventData = {
      assignmentId: assignment.id,
      customerId: assignment.customerId,
      planId: assignment.planId,
      startInMillis: assignment.startInMillis,
      endInMillis: assignment.endInMillis ?? null,
    };
    return this.outbox.record(tx, { accountId: assignment.accountId, type, objectType: 'assignment', objectId: assignment.id, data: { ...data } });
  }
}
