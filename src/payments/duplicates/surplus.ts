import { smaller } from '@tollkeeper/kernel';

export interface TakenPayment {
  readonly providerPaymentId: string;
  readonly amount: bigint;
  readonly timeInMillis: number;
}

export interface Surplus extends TakenPayment {
  /** Of `amount`, what was beyond what was due. */
  readonly surplus: bigint;
  /** Of the surplus, what the provider has booked to the customer's balance. */
  readonly toBalance: bigint;
  /** Whether an earlier payment had gone through. */
  readonly isSecond: boolean;
}

/**
 * What payments brought beyond what was due: the oldest cover it, the rest is surplus. What the provider booked to the balance counts for
 * the oldest surplus first.
 * @param payments those that succeeded; of the same time the first is the older one
 */
export function surplusOf(payments: readonly TakenPayment[], due: bigint, overpaid: bigint): Surplus[] {
  const oldestFirst = payments.toSorted((a, b) => a.timeInMillis - b.timeInMillis);
  let open = due;
  let booked = overpaid;
  const found: Surplus[] = [];
  for (const [index, payment] of oldestFirst.entries()) {
    const covers = smaller(payment.amount, open);
    open -= covers;
    const surplus = payment.amount - covers;
    if (surplus === 0n) continue;
    const toBalance = smaller(surplus, booked);
    booked -= toBalance;
    found.push({ ...payment, surplus, toBalance, isSecond: index > 0 });
  }
  return found;
}
