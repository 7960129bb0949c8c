import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';

/** Whether the customer has been billed. */
export type BilledCustomerGuard = (tx: Transaction, accountId: string, customerId: string) => Promise<boolean>;

/** Features further up register here what makes a customer one who has been billed before. */
@Injectable()
export class FirstTimeCustomers {
  readonly #guards: BilledCustomerGuard[] = [];

  register(guard: BilledCustomerGuard): void {
    this.#guards.push(guard);
  }

  async isFirstTime(tx: Transaction, accountId: string, customerId: string): Promise<boolean> {
    for (const hasBeenBilled of this.#guards) if (await hasBeenBilled(tx, accountId, customerId)) return false;
    return true;
  }
}
