import type { CallContext } from './call-context.js';
import type { ProviderOutcome } from './outcome.js';

/** `fee`: charged by itself, not with a payment. `payout`: what leaves for the bank, negative. `other`: whatever else moves the seller's balance at the provider. */
export type ProviderMovementKind = 'payment' | 'refund' | 'refund_failed' | 'dispute' | 'dispute_reversal' | 'fee' | 'payout' | 'payout_failed' | 'other';

/** What moved the seller's balance at the provider, once. Amounts are integers in the ISO minor unit; negative ones take money off the balance. */
export interface ProviderMovement {
  readonly id: string;
  readonly kind: ProviderMovementKind;
  /** The provider's own word. */
  readonly providerType: string;
  /** Before the fee. */
  readonly amount: bigint;
  /** What the provider keeps of it; negative where it gives a fee back. */
  readonly fee: bigint;
  /** `amount` less `fee`. */
  readonly net: bigint;
  /** In which it was booked; may be another than the payment's. */
  readonly currency: string;
  readonly description: string | null;
  /** What it is about, as invoices, refunds and disputes name it; null where it is about none of these. */
  readonly providerPaymentId: string | null;
  readonly providerRefundId: string | null;
  readonly providerDisputeId: string | null;
  readonly createTimeInMillis: number;
  /** From when on it may be paid out. */
  readonly availableTimeInMillis: number;
}

export interface ProviderPayout {
  readonly id: string;
  readonly status: 'pending' | 'paid' | 'failed' | 'canceled';
  /** The provider's own word. */
  readonly providerStatus: string;
  readonly amount: bigint;
  readonly currency: string;
  /** Whether the provider knows which movements are in it: of one that was asked for by hand nobody does. */
  readonly hasMovements: boolean;
  readonly createTimeInMillis: number;
  readonly arrivalTimeInMillis: number;
}

export interface PayoutQuery {
  /** By the provider's clock; created at or after it. */
  readonly createdFromInMillis: number;
  /** Null for the first page, then the previous answer's `nextPageToken` with the same time. */
  readonly pageToken: string | null;
}

export interface PayoutPage<T> {
  readonly objects: readonly T[];
  readonly nextPageToken: string | null;
}

/**
 * What the provider takes, keeps and pays out: reads alone, in pages of the provider's own size, in the same order over all pages of a read. Credentials that may not
 * read it are answered `failed` / `invalid_state`: collecting goes on without.
 */
export interface PayoutOperations {
  listMovements(query: PayoutQuery, context: CallContext): Promise<ProviderOutcome<PayoutPage<ProviderMovement>>>;
  listPayouts(query: PayoutQuery, context: CallContext): Promise<ProviderOutcome<PayoutPage<ProviderPayout>>>;
  /** What is in a payout that knows it: together with the payout's own, which is negative, it comes to zero. */
  listMovementsOf(input: { readonly providerPayoutId: string; readonly pageToken: string | null }, context: CallContext): Promise<ProviderOutcome<PayoutPage<ProviderMovement>>>;
}
