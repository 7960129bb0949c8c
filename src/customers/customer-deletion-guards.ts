import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';

/** Answers why a customer cannot be deleted yet, in words that follow "because of": `2 unpaid invoices`. Empty: nothing against it. */
export type DeletionGuard = (tx: Transaction, accountId: string, customerId: string) => Promise<readonly string[]>;

/** Features further up register here what a deletion would leave unfinished. */
@Injectable()
export class CustomerDeletionGuards {
  readonly #guards: DeletionGuard[] = [];

  register(guard: DeletionGuard): void {
    this.#guards.push(guard);
  }

  async reasons(tx: Transaction, accountId: string, customerId: string): Promise<string[]> {
    const reasons: string[] = [];
    for (const guard of this.#guards) reasons.push(...(await guard(tx, accountId, customerId)));
    return reasons;
  }
}
