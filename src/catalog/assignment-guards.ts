import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import type { Assignment } from './assignment.entity.js';

/** What of an assignment has been billed for good, or is just being billed. */
export interface BilledStretch {
  readonly endInMillis: number;
  /** By what, for people: `invoice INV-7`. */
  readonly by: string;
}

/** Answers the last stretch that is not to be changed any more; null where nothing has been billed. */
export type AssignmentGuard = (tx: Transaction, assignment: Assignment) => Promise<BilledStretch | null>;

/** As `AssignmentGuard`, of a customer: its periods, or its fees, which may be billed in advance. */
export type CustomerGuard = (tx: Transaction, what: { accountId: string; customerId: string; feeId: string | null }) => Promise<BilledStretch | null>;

/** Features further up register here what a change of an assignment must not reach back into. */
@Injectable()
export class AssignmentGuards {
  readonly #guards: AssignmentGuard[] = [];
  readonly #ofCustomers: CustomerGuard[] = [];

  register(guard: AssignmentGuard): void {
    this.#guards.push(guard);
  }

  registerOfCustomers(guard: CustomerGuard): void {
    this.#ofCustomers.push(guard);
  }

  async lastBilled(tx: Transaction, assignment: Assignment): Promise<BilledStretch | null> {
    return lastOf(await Promise.all(this.#guards.map((guard) => guard(tx, assignment))));
  }

  async lastBilledOf(tx: Transaction, what: Parameters<CustomerGuard>[1]): Promise<BilledStretch | null> {
    return lastOf(await Promise.all(this.#ofCustomers.map((guard) => guard(tx, what))));
  }
}

function lastOf(stretches: readonly (BilledStretch | null)[]): BilledStretch | null {
  return stretches.reduce((last, billed) => (billed && (last === null || billed.endInMillis > last.endInMillis) ? billed : last), null);
}
