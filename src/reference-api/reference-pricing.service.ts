import { Injectable } from '@nestjs/common';
import { AssignmentChangesService } from '../catalog/assignment-changes.service.js';
import { AssignmentDays } from '../catalog/assignment-days.js';
import type { Assignment } from '../catalog/assignment.entity.js';
import { AssignmentsService } from '../catalog/assignments.service.js';
import { Database } from '../platform/database/database.js';

export interface WantedAssignment {
  readonly customerId: string;
  readonly productPlanId: string;
  readonly startTimeInSeconds?: number | undefined;
  readonly endTimeInSeconds?: number | undefined;
}

const HISTORY_LIMIT = 10_000;

/** The reference's one route for everything about a customer's plan. */
@Injectable()
export class ReferencePricing {
  constructor(
    private readonly database: Database,
    private readonly assignments: AssignmentsService,
    private readonly changes: AssignmentChangesService,
    private readonly days: AssignmentDays,
  ) {}

  /** A customer on no plan is put on this one, one on another is moved to it; for the one it is on already, only the end counts. All of it or nothing. */
  assign(accountId: string, { customerId, productPlanId: planId, startTimeInSeconds, endTimeInSeconds }: WantedAssignment): Promise<Assignment> {
    const millis = (seconds: number | undefined): number | null => (seconds === undefined ? null : seconds * 1_000);
    const [startTimeInMillis, endTimeInMillis] = [millis(startTimeInSeconds), millis(endTimeInSeconds)];
    return this.database.transaction(async (tx) => {
      const today = await this.days.todayIn(tx, accountId);
      const present = await this.assignments.findAt(tx, accountId, customerId, startTimeInMillis ?? today.now);
      if (!present) return this.assignments.createIn(tx, accountId, { customerId, planId, startTimeInMillis, endTimeInMillis }, today);
      if (present.planId === planId) return endTimeInMillis === null ? present : this.assignments.endIn(tx, accountId, present.id, endTimeInMillis, today);
      const effective = startTimeInMillis === null ? 'now' : 'at';
      const { change } = await this.changes.scheduleIn(tx, accountId, present.id, { planId, effective, effectiveTimeInMillis: startTimeInMillis, periods: null });
      const next = await this.assignments.getIn(tx, accountId, change.nextAssignmentId!);
      return endTimeInMillis === null ? next : this.assignments.endIn(tx, accountId, next.id, endTimeInMillis, today);
    });
  }

  /** By their start, without those that were withdrawn. */
  async history(accountId: string, customerId: string): Promise<Assignment[]> {
    const all = await this.assignments.list(accountId, { customerId }, { after: null, limit: HISTORY_LIMIT });
    return all.filter(({ startInMillis, endInMillis }) => endInMillis !== startInMillis).toSorted((one, other) => one.startInMillis - other.startInMillis);
  }
}
