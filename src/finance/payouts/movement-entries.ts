import type { ProviderMovement } from '@tollkeeper/payment-provider';
import type { NewEntry } from '../ledger/booked-difference.js';

type BookedMovement = Pick<ProviderMovement, 'id' | 'kind' | 'amount' | 'fee' | 'createTimeInMillis'>;

/**
 * What the ledger shows of a movement beyond what invoices, refunds and disputes show of it already: the fee, and what leaves for the bank. Pure.
 * Debits are positive, and each entry adds up to zero.
 */
export function entriesOfMovement({ id, kind, amount, fee, createTimeInMillis: factTimeInMillis }: BookedMovement): NewEntry[] {
  const entries: Omit<NewEntry, 'factTimeInMillis'>[] = [
    { kind: 'fee', key: `fee:${id}`, postings: [['payment_fees', fee], ['provider_clearing', -fee]] },
    ...(kind === 'fee' ? [{ kind: 'fee' as const, key: `movement:${id}`, postings: [['payment_fees', -amount], ['provider_clearing', amount]] as const }] : []),
    ...(kind === 'payout' || kind === 'payout_failed' ? [{ kind: 'payout' as const, key: `movement:${id}`, postings: [['bank', -amount], ['provider_clearing', amount]] as const }] : []),
    ...(kind === 'other' ? [{ kind: 'adjustment' as const, key: `movement:${id}`, postings: [['provider_adjustments', -amount], ['provider_clearing', amount]] as const }] : []),
  ];
  return entries.filter(({ postings }) => postings.some(([, posted]) => posted !== 0n)).map((entry) => ({ ...entry, factTimeInMillis }));
}
