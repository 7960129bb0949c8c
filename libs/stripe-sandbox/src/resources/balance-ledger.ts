import type { SandboxAccount } from '../account/sandbox-account.js';
import type { BalanceTransaction } from '../state/stripe-objects.js';

/** What moves money on the account's own balance, in the words of `balance_transaction`. */
export type Booking = 'charge' | 'refund' | 'refund_failure' | 'dispute' | 'dispute_reversal';

const TYPE: Record<Booking, string> = { charge: 'charge', refund: 'refund', refund_failure: 'refund_failure', dispute: 'adjustment', dispute_reversal: 'adjustment' };

/** Seconds until money of a charge may be paid out; two days, as Stripe's default. */
const AVAILABLE_AFTER_SECONDS = 2 * 86_400;

interface Entry {
  /** Negative takes money off the account. */
  amount: number;
  currency: string;
  /** The charge, refund or dispute that it comes from. */
  source: string;
  fee?: number;
  description?: string;
}

/** Books one movement on the account's balance. */
export function book(account: SandboxAccount, kind: Booking, { amount, currency, source, fee = 0, description }: Entry): BalanceTransaction {
  return account.create('balance_transaction', 'txn_', {
    amount,
    available_on: account.now + AVAILABLE_AFTER_SECONDS,
    balance_type: 'payments',
    currency,
    description: description ?? null,
    fee,
    fee_details: fee === 0 ? [] : [{ amount: fee, application: null, currency, description: 'Dispute fee', type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: kind,
    source,
    status: 'pending',
    type: TYPE[kind],
  });
}
