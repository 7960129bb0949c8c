import { larger, smaller } from '@tollkeeper/kernel';

/** What is known of a term, minor units. */
export interface TermSums {
  readonly amount: bigint;
  readonly used: bigint;
  readonly trueUp: bigint;
  readonly drawn: bigint;
  /** What is missing is not asked for any more. */
  readonly isTrueUpWaived: boolean;
}

/** What is missing to the committed amount and not billed, once the term is over; below zero: billed, and not missing any more. */
export function trueUpOwed({ amount, used, trueUp, isTrueUpWaived }: TermSums): bigint {
  const missing = larger(amount - used, 0n) - trueUp;
  return isTrueUpWaived ? smaller(missing, 0n) : missing;
}

/**
 * What an invoice that has just been counted bills of it. More use gives back true-up that was billed for it, as far as that invoice goes: it is never below zero by it.
 * @param sums with the invoice's use
 * @param use what the invoice comes to
 */
export function trueUpOf(sums: TermSums, use: bigint): bigint {
  return larger(trueUpOwed(sums), -larger(use, 0n));
}

/**
 * What an invoice takes off what was paid in advance: as much of all that was used as is there, as far as that invoice goes; one that gives back puts back.
 * @param sums with the invoice's use
 * @param use what the invoice comes to
 */
export function drawnBy({ amount, used, drawn }: TermSums, use: bigint): bigint {
  const wanted = smaller(larger(used, 0n), amount) - drawn;
  return use >= 0n ? smaller(larger(wanted, 0n), use) : larger(smaller(wanted, 0n), use);
}
