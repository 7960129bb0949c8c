import type { CallContext } from './call-context.js';
import type { ProviderOutcome } from './outcome.js';

/**
 * Where a dispute stands. `inquiry`: the bank only asks, no money has moved. `open`: being argued. `won`: the money stays or came back.
 * `lost`: it is gone. `closed_without_loss`: ended before it took anything.
 */
export type ProviderDisputeStatus = 'inquiry' | 'open' | 'won' | 'lost' | 'closed_without_loss';

/** A payment taken back, or asked about, by the customer's bank. Amounts are integers in the ISO minor unit. */
export interface ProviderDispute {
  readonly id: string;
  /** The payment as invoices name it. */
  readonly providerPaymentId: string;
  /**
   * `bank_return`: the bank could not collect after all (no funds, no such account); nobody argues about it. `fraud_warning`: the card's issuer
   * takes it for fraud; an `inquiry` as long as a refund would still spare the dispute, and nothing to be accepted.
   */
  readonly kind: 'dispute' | 'bank_return' | 'fraud_warning';
  readonly status: ProviderDisputeStatus;
  /** The provider's own word. */
  readonly providerStatus: string;
  /** The provider's word for why. */
  readonly reason: string;
  readonly amount: bigint;
  readonly currency: string;
  /** What the dispute holds back from the seller at this moment, fees apart; 0 before it was withdrawn and after it came back. */
  readonly amountWithdrawn: bigint;
  /** The method that was charged. */
  readonly paymentMethodId: string | null;
  /** Until when evidence is taken; null where none is. */
  readonly evidenceDueTimeInMillis: number | null;
  readonly createTimeInMillis: number;
}

/** Reading one goes through `fetch('dispute', …)`. Evidence is handed in on the provider's own pages. */
export interface DisputeOperations {
  /** All disputes of a payment, oldest first. */
  list(input: { providerPaymentId: string }, context: CallContext): Promise<ProviderOutcome<readonly ProviderDispute[]>>;
  /** Gives in: an inquiry ends, anything else is lost. Final. One that has ended already is answered as `failed` / `invalid_state` with its value. */
  accept(input: { providerDisputeId: string }, context: CallContext): Promise<ProviderOutcome<ProviderDispute>>;
}
