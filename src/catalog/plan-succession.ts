import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { AssignmentRecords } from './assignment-records.js';
import { continuedAnchor, isAlike } from './assignment-periods.js';
import { Assignment } from './assignment.entity.js';
import { CatalogRepository } from './catalog.repository.js';

/** Where customers of a deprecated plan go. */
@Injectable()
export class PlanSuccession {
  constructor(
    private readonly catalog: CatalogRepository,
    private readonly records: AssignmentRecords,
  ) {}

  /**
   * At the end of a period on a deprecated plan that has a successor: the assignment ends, and one on the successor goes on from there, to the same end. The caller
   * holds the customers' rows.
   * @returns the assignments that ended so
   */
  async succeed(tx: Transaction, accountId: string, ending: readonly { readonly assignment: Assignment; readonly atInMillis: number }[]): Promise<Set<string>> {
    const successors = await this.catalog.findSuccessors(tx, accountId, [...new Set(ending.map(({ assignment }) => assignment.planId))]);
    const plans = await this.catalog.findPlans(tx, accountId, [...successors.keys(), ...successors.values()]);
    const ended = new Set<string>();
    for (const { assignment, atInMillis } of ending) {
      const [from, to] = [plans.get(assignment.planId), plans.get(successors.get(assignment.planId) ?? '')];
      if (!from || !to) continue;
      const anchorInMillis = from.successorPeriods === 'continue' && isAlike(from, to) ? continuedAnchor(assignment, atInMillis) : null;
      await this.#succeedOne(tx, assignment, { planId: to.id, startInMillis: atInMillis, anchorInMillis });
      ended.add(assignment.id);
    }
    return ended;
  }

  async #succeedOne(tx: Transaction, { accountId, id, customerId, endInMillis }: Assignment, next: Pick<Assignment, 'planId' | 'startInMillis' | 'anchorInMillis'>): Promise<void> {
    await this.records.moveEnd(tx, await this.records.get(tx, accountId, id), next.startInMillis);
    await this.records.insert(tx, { accountId, customerId, ...next, endInMillis: endInMillis ?? null });
  }
}
