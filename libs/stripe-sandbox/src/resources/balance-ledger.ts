import type { SandboxAccount } from '../account/sandbox-account.js';
import type { BalanceTransaction } from '../state/stripe-objects.js';

/** What moves money on the account's own balance, in the words of `balance_transaction`. */
export type Booking = 'charge' | 'refund' | 'refund_failure' | 'dispute' | 'dispute_reversal' | 'payout';

const TYPE: Record<Booking, string> = { charge: 'charge', refund: 'refund', refund_failure: 'refund_failure', dispute: 'adjustment', dispute_reversal: 'adjustment', payout: 'payout' };

/** Seconds until money of a charge may be paid out; two days, as Stripe's default. */
export const AVAILABLE_AFTER_SECONDS = 2 * 86_400;

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
export function book(account: SandboxAccount, kind: Booking, { amount, currency, source, description, ...entry }: Entry): BalanceTransaction {
  const fee = entry.fee ?? (kind === 'charge' ? feeOfCharge(account, amount) : 0);
  return account.create('balance_transaction', 'txn_', {
    amount,
    available_on: account.now + AVAILABLE_AFTER_SECONDS,
    balance_type: 'payments',
    currency,
    description: description ?? null,
    fee,
    fee_details: fee === 0 ? [] : [{ amount: fee, application: null, currency, description: kind === 'charge' ? 'Stripe processing fees' : 'Dispute fee', type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: kind,
    source,
    status: 'pending',
    type: TYPE[kind],
  });
}

/** What the account's terms say; without terms charges cost nothing. */
function feeOfCharge(account: SandboxAccount, amount: number): number {
  const terms = account.secret('_payout_terms', 'terms');
  return terms ? Math.min(amount, Math.round((amount * terms.feeInBasisPoints) / 10_000) + terms.fixedFee) : 0;
}
