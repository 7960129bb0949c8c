import type { CallContext } from './call-context.js';
import type { ProviderOutcome } from './outcome.js';
import type { OwnerTags, ProviderRefund } from './provider-objects.js';

export interface RefundInput {
  readonly tags: OwnerTags;
  readonly providerPaymentId: string;
  /** ISO minor units; never more than what is left of the payment, which the provider checks too. */
  readonly amount: bigint;
  readonly currency: string;
  /** What the provider is told; people's own words stay with us. */
  readonly reason: 'duplicate' | 'requested_by_customer' | null;
}

export interface RefundOperations {
  /** `pending` where the bank decides later. A refusal (more than is left, nothing left) is `failed` with `invalid_state`. */
  create(input: RefundInput, context: CallContext): Promise<ProviderOutcome<ProviderRefund>>;
  /** All refunds of a payment, whoever made them. */
  list(input: { providerPaymentId: string }, context: CallContext): Promise<ProviderOutcome<readonly ProviderRefund[]>>;
}
