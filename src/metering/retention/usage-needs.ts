import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';

/**
 * Answers from when on an account's usage is still needed, where only what comes at or after an instant would be kept: for a bill that is not final, or one that usage
 * from then on could still change. Null: nothing before the instant is needed.
 */
export type UsageNeed = (tx: Transaction, accountId: string, keptFromInMillis: number) => Promise<number | null>;

/** Features further up register here what they need of the past. */
@Injectable()
export class UsageNeeds {
  readonly #needs: UsageNeed[] = [];

  register(need: UsageNeed): void {
    this.#needs.push(need);
  }

  /** @returns the instant, or an earlier one from which on usage is needed */
  async earliest(tx: Transaction, accountId: string, keptFromInMillis: number): Promise<number> {
    const instants = await Promise.all(this.#needs.map((need) => need(tx, accountId, keptFromInMillis)));
    return Math.min(keptFromInMillis, ...instants.map((instant) => instant ?? keptFromInMillis));
  }
}
