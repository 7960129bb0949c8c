import type { CallContext } from './call-context.js';
import type { ProviderOutcome } from './outcome.js';
import type { OwnerTags } from './provider-objects.js';

export interface CollectionInput {
  readonly tags: OwnerTags;
  /** Null where the provider has no customers. */
  readonly providerCustomerId: string | null;
  /** Our number of the invoice: what the customer sees on it. */
  readonly invoiceNumber: string;
  /** ISO minor units. */
  readonly amount: bigint;
  readonly currency: string;
  readonly customerName: string;
}

/** How a customer pays an invoice that is no document at the provider. */
export interface CollectionInstructions {
  /** The provider's id of what it began, or the reference where it keeps nothing. */
  readonly id: string;
  /** What the customer writes on the payment, by which it is recognised. */
  readonly reference: string;
  /** Text for people, of several lines. */
  readonly instructions: string;
  /** Days, never a date: a moved test clock means nothing to the provider. Null: no due time. */
  readonly daysUntilDue: number | null;
}

/** For a provider without invoice documents: it takes an invoice over and says how the customer pays it. */
export interface CollectionOperations {
  /**
   * Ends as `pending` with the instructions: the money comes later, and is recorded by a person or by another system. An invoice (by its
   * tags) is begun once: the same input under another key answers the same.
   */
  begin(input: CollectionInput, context: CallContext): Promise<ProviderOutcome<CollectionInstructions>>;
}
