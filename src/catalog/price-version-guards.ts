import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';

/** Answers up to when a price has been billed for good; null where it has not been. */
export type PriceVersionGuard = (tx: Transaction, accountId: string, priceId: string) => Promise<number | null>;

/** Features further up register here what a change of a price must not reach back into. */
@Injectable()
export class PriceVersionGuards {
  readonly #guards: PriceVersionGuard[] = [];

  register(guard: PriceVersionGuard): void {
    this.#guards.push(guard);
  }

  async billedUpTo(tx: Transaction, accountId: string, priceId: string): Promise<number> {
    const instants = await Promise.all(this.#guards.map((guard) => guard(tx, accountId, priceId)));
    return Math.max(0, ...instants.map((instant) => instant ?? 0));
  }
}
