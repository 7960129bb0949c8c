import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';

type LeavingCustomer = { readonly accountId: string; readonly customerId: string };

/**
 * Answers why a customer cannot be deleted yet, in words that follow "because of": `2 unpaid invoices`. Empty: nothing against it.
 * @param isForced everything was billed finally; what is billed may be open
 */
export type DeletionGuard = (tx: Transaction, customer: LeavingCustomer, isForced: boolean) => Promise<readonly string[]>;

/** Ends, in the caller's transaction, what a customer who leaves would go on with. */
export type CustomerEnding = (tx: Transaction, customer: LeavingCustomer) => Promise<void>;

/** Bills, in transactions of its own, what a customer who leaves has not been billed for. */
export type FinalBilling = (accountId: string, customerId: string) => Promise<void>;

/** Features further up register here what a deletion would leave unfinished. */
@Injectable()
export class CustomerDeletionGuards {
  readonly #guards: DeletionGuard[] = [];
  readonly #endings: CustomerEnding[] = [];
  readonly #finalBillings: FinalBilling[] = [];

  register(guard: DeletionGuard): void {
    this.#guards.push(guard);
  }

  registerEnding(ending: CustomerEnding): void {
    this.#endings.push(ending);
  }

  registerFinalBilling(billing: FinalBilling): void {
    this.#finalBillings.push(billing);
  }

  async billFinally(accountId: string, customerId: string): Promise<void> {
    for (const billing of this.#finalBillings) await billing(accountId, customerId);
  }

  /** Before it is asked what is unfinished: what ends now may leave something to be given back. Repeated, it changes nothing. */
  async leave(tx: Transaction, customer: LeavingCustomer): Promise<void> {
    for (const ending of this.#endings) await ending(tx, customer);
  }

  async reasons(tx: Transaction, customer: LeavingCustomer, isForced: boolean): Promise<string[]> {
    const reasons: string[] = [];
    for (const guard of this.#guards) reasons.push(...(await guard(tx, customer, isForced)));
    return reasons;
  }
}
